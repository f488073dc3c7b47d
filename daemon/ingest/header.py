"""The header block as fields, on octets: bounded (S4.1), total, and in one pass.

Sources: RFC 5322 2.2 and 4.5; what real mailers do instead.  A field's value is kept as it stands, folds included.
"""

import re
from dataclasses import dataclass

LONGEST_BLOCK = 262_144
MOST_LINES = 1_000
LONGEST_FIELD = 65_536

_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_END = re.compile(rb"\n\r?\n|\A\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field."""

    name: str  # lower-cased
    value: bytes  # what stands after the colon, folded as it came, without the last line end

    def unfolded(self) -> bytes:
        """Return the value as one line, outer white space cut."""
        return _FOLD.sub(b"", self.value).strip() if b"\n" in self.value else self.value.strip()


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a message or a part, in their order."""

    fields: tuple[Field, ...]
    block: bytes  # the octets up to the first blank line, whether all of them are fields or not
    limits: tuple[str, ...] = ()  # limits of S4.1 that were met
    is_plain: bool = True  # False: lines that are no fields stand in it, or more than was read

    def all(self, name: str) -> tuple[bytes, ...]:
        """Return the unfolded values of every field called `name` (lower case), topmost first."""
        return tuple(field.unfolded() for field in self.fields if field.name == name)

    def first(self, name: str) -> bytes:
        """Return the topmost value of the field called `name` (lower case), or nothing."""
        return next((field.unfolded() for field in self.fields if field.name == name), b"")

    def names(self) -> frozenset[str]:
        """Return the names of all fields that are there."""
        return frozenset(field.name for field in self.fields)


def split_message(octets: bytes) -> tuple[Header, bytes]:
    """Split a message or a part into its header and its body.

    A line that is no field ends the header, unless fields go on right after it (a broken fold, an mbox separator).
    """
    end = _END.search(octets)
    block, body = (octets[: end.start() + 1], octets[end.end() :]) if end else (octets, b"")
    limits = []
    if len(block) > LONGEST_BLOCK:
        block, limits = block[:LONGEST_BLOCK], ["header longer than 256 kB"]
    lines = block.split(b"\n", MOST_LINES)
    if len(lines) > MOST_LINES and lines.pop():
        limits.append("header of more than 1,000 lines")
    fields, read, strays = _fields(lines)
    if read < len(lines):
        start = sum(len(line) + 1 for line in lines[:read])
        body = octets[start:]
    is_plain = not (limits or strays or read < len(lines))
    if any(len(field.value) >= LONGEST_FIELD for field in fields):
        limits.append("header field longer than 64 kB")
    return Header(fields, block, tuple(limits), is_plain), body


def _fields(lines: list[bytes]) -> tuple[tuple[Field, ...], int, int]:
    """Return the fields, the number of lines that belong to the header, and how many of them are no fields."""
    found: list[tuple[str, list[bytes]]] = []
    strays = 0
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            found.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif line[:1] in {b" ", b"\t"} and found:
            found[-1][1].append(line)
        elif line.strip():
            if not _goes_on(lines, number):
                return _made(found), number, strays
            strays += 1
    return _made(found), len(lines), strays


def _goes_on(lines: list[bytes], number: int) -> bool:
    """Tell whether a stray line stands inside a header: the line after it is a field."""
    return number + 1 < len(lines) and _FIELD.match(lines[number + 1]) is not None


def _made(found: list[tuple[str, list[bytes]]]) -> tuple[Field, ...]:
    """Join the lines of each field."""
    return tuple(Field(name, b"\n".join(lines)[:LONGEST_FIELD].rstrip(b"\r\n")) for name, lines in found)
