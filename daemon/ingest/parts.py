"""The parts of a message as a tree, walked by ourselves within the limits of S4.1.

Sources: RFC 2045, 2046, 2183.  Parts are slices of the message: no part is read twice as often as it is deep, and the
depth is bounded.  An attached message stays one closed leaf; `open_attached` opens it for reports and forwards.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.errors import Unreadable
from daemon.ingest.file_types import type_of_name
from daemon.ingest.header import LONGEST_BLOCK, Header, split_message
from daemon.ingest.octets import ordinary
from daemon.ingest.parameters import Parameterised, read_parameters
from daemon.ingest.words import decode_words, from_base64

DEEPEST = 50
MOST_PARTS = 1_000
MOST_NESTED = 128 * 2**20
"""Octets of all multiparts together, each counted as often as it is deep: what is in memory while they are cut."""
MOST_DELIMITERS = 200_000
"""Lines that look like delimiters, whether they are any or not."""
_LONGEST_PADDING = 200  # octets of white space after a boundary
_LF = 10

_TYPE = re.compile(r"[!#-'*+.0-9^-~a-z-]+/[!#-'*+.0-9^-~a-z-]+")
_UU_BEGIN = re.compile(rb"(?:^|\n)begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: a leaf with octets, or a multipart with children."""

    header: Header
    content_type: str  # lower-cased, without parameters
    parameters: dict[str, str]
    disposition: Parameterised
    body: bytes = field(repr=False)  # as transferred
    children: tuple["Part", ...] = ()

    @property
    def main_type(self) -> str:
        """Return the part of the type before the slash."""
        return self.content_type.partition("/")[0]

    @property
    def given_name(self) -> str:
        """Return the file name as the mail gives it, decoded, or nothing."""
        return self.disposition.parameters.get("filename", "") or self.parameters.get("name", "")

    @property
    def is_attached(self) -> bool:
        """Tell whether the mail says that this part is not to be shown in the text."""
        return self.disposition.value == "attachment"

    @property
    def is_hollow(self) -> bool:
        """Tell whether this leaf says that it is a multipart, and no part is found in it."""
        return not self.children and self.header.first("content-type").lower().startswith(b"multipart/")

    def decoded(self) -> bytes:
        """Return the octets with their transfer encoding undone; never fails."""
        return undo_transfer(self.body, self.header.first("content-transfer-encoding"))

    def beginning(self, octets: int) -> bytes:
        """Return what the first so many transferred octets hold, without undoing the rest."""
        return undo_transfer(self.body[:octets], self.header.first("content-transfer-encoding"))

    def leaves(self) -> tuple["Part", ...]:
        """Return every part that is no multipart, in order."""
        if not self.children:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves())


@dataclass(slots=True)
class _Budget:
    """What may still be read, and which limits were met."""

    parts: int = MOST_PARTS
    octets: int = MOST_NESTED
    delimiters: int = MOST_DELIMITERS
    limits: list[str] = field(default_factory=list)

    def note(self, limit: str) -> None:
        if limit not in self.limits:
            self.limits.append(limit)

    def may_open(self, body: bytes, *, depth: int) -> bool:
        """Count a multipart; False: it is too deep, or too much was cut before."""
        self.octets -= len(body)
        if depth >= DEEPEST:
            self.note("parts nested deeper than 50")
        elif self.octets < 0:
            self.note("nested parts of more than 128 MB together")
        return depth < DEEPEST and self.octets >= 0

    def may_look(self) -> bool:
        """Count a line that looks like a delimiter; False: there were too many."""
        self.delimiters -= 1
        if self.delimiters < 0:
            self.note("more than 200,000 lines like delimiters")
        return self.delimiters >= 0


@dataclass(frozen=True, slots=True)
class Tree:
    """A message opened into parts."""

    root: Part
    limits: tuple[str, ...] = ()

    @property
    def header(self) -> Header:
        """Return the message's own header."""
        return self.root.header


def open_message(raw: bytes) -> Tree:
    """Open a message into its parts.

    Raises:
        Unreadable: there is nothing but white space.
    """
    header, body = split_message(ordinary(raw))
    budget = _Budget()
    root = _part(header, body, depth=0, budget=budget, default="text/plain")
    return Tree(root, header.limits + tuple(budget.limits))


def open_attached(part: Part) -> Tree | None:
    """Open a message/rfc822 or like leaf; None where it holds nothing."""
    try:
        return open_message(part.decoded())
    except Unreadable:
        return None


def file_part(name: bytes, octets: bytes) -> Part:
    """Return a file that stood in a text as an attached part; its name tells its type."""
    disposition = Parameterised("attachment", {"filename": decode_words(name)})
    return Part(Header((), b""), type_of_name(disposition.parameters["filename"]), {}, disposition, octets)


def undo_transfer(body: bytes, encoding: bytes) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one is left as it is."""
    match encoding.strip(b" \t\"';").lower():
        case b"base64":
            return from_base64(body)
        case b"quoted-printable":
            return binascii.a2b_qp(body)
        case b"x-uuencode" | b"uuencode" | b"x-uue":
            return _from_uuencode(body)
        case _:
            return body


def _part(header: Header, body: bytes, *, depth: int, budget: _Budget, default: str) -> Part:
    """Read one part and, within the limits, what it holds."""
    budget.parts -= 1
    media = read_parameters(header.first("content-type"))
    disposition = read_parameters(header.first("content-disposition"))
    content_type = media.value if _TYPE.fullmatch(media.value) else default
    boundary = _boundary(media)
    boundary = boundary if b"--" + boundary in body else boundary.rstrip()  # it may not end in white space, yet does
    if not content_type.startswith("multipart/") or not boundary.strip():
        shown = "text/plain" if content_type.startswith("multipart/") else content_type
        return Part(header, shown, media.parameters, disposition, body)
    if not budget.may_open(body, depth=depth):
        return Part(header, "application/octet-stream", media.parameters, disposition, body)
    inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
    children = tuple(
        _part(*split_message(section), depth=depth + 1, budget=budget, default=inner)
        for section in _sections(body, boundary, budget)
    )
    if not children:
        return Part(header, "text/plain", media.parameters, disposition, body)
    return Part(header, content_type, media.parameters, disposition, body, children)


def _boundary(media: Parameterised) -> bytes:
    """Return a multipart's boundary as it stands in the field."""
    return media.raw.get("boundary") or media.parameters.get("boundary", "").encode("utf-8", "replace")


def _sections(body: bytes, boundary: bytes, budget: _Budget) -> list[bytes]:
    """Cut a multipart's body at its delimiter lines; a missing last one ends at the end.

    Where a part's own boundary is this one and two hyphens, its delimiter looks like our last: it is the part's.
    """
    sections: list[bytes] = []
    start = checked = -1
    hides_last = False
    for begins, ends, is_last in _delimiters(body, b"--" + boundary, budget):
        if is_last and start >= 0:
            if checked != start:
                checked, hides_last = (
                    start,
                    _boundary_of(body[start : min(begins, start + LONGEST_BLOCK)]).rstrip() == boundary + b"--",
                )
            if hides_last:
                continue
        if start >= 0:
            sections.append(body[start:begins])
        start = -1 if is_last else ends
        if is_last:
            break
        if len(sections) >= budget.parts:
            budget.note("more than 1,000 parts")
            return sections
    if start >= 0:
        sections.append(body[start:])
    return sections


def _boundary_of(section: bytes) -> bytes:
    """Return the boundary that a part's header declares, or nothing."""
    header, _ = split_message(section)
    return _boundary(read_parameters(header.first("content-type")))


def _delimiters(body: bytes, mark: bytes, budget: _Budget) -> Iterator[tuple[int, int, bool]]:
    """Yield where each delimiter line begins (with the line end before it), where the next begins, if it is the last.

    Plain search, not an expression: it runs once for every depth, over all that lies inside.
    """
    at = body.find(mark)
    while at >= 0 and budget.may_look():
        after = at + len(mark)
        line_end = body.find(b"\n", after, after + _LONGEST_PADDING)
        end = line_end if line_end >= 0 else len(body)
        rest = body[after : min(end, after + _LONGEST_PADDING)].rstrip(b" \t\r")
        is_line = line_end >= 0 or after + _LONGEST_PADDING >= len(body)
        if is_line and (at == 0 or body[at - 1] == _LF) and rest in {b"", b"--"}:
            begins = at - 2 if body[at - 2 : at] == b"\r\n" else at - 1
            yield max(0, begins), min(end + 1, len(body)), rest == b"--"
        at = body.find(mark, after)


def _from_uuencode(body: bytes) -> bytes:
    """Decode a uuencoded body as far as its lines are sound."""
    begin = _UU_BEGIN.search(body)
    lines = []
    for line in body[begin.end() if begin else 0 :].split(b"\n"):
        if line.strip() in {b"end", b"`"}:
            break
        try:
            lines.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            continue
    return b"".join(lines)
