"""Fields of the form `value; name=value` (RFC 2045 5.1), with the continuations and charsets of RFC 2231.

One pass over the octets: a field of a hundred thousand semicolons costs what its length costs.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from daemon.ingest.charset import to_text
from daemon.ingest.words import decode_words
from daemon.model.text import clean_line

_LONGEST = 16_384
_MOST = 64
_TOKEN = re.compile(
    rb"""\s*;?\s*(?:([^\s=;"]{1,128})\s*=\s*(?:"((?:[^"\\]|\\.){0,8192})"?|([^;\r\n]{0,8192}))|[^;]{1,16384}|;)""",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_SECTION = re.compile(r"([^*]+)\*(\d{1,3})?(\*)?$")


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A value and its parameters, names lower-cased, values decoded and clean.

    `raw` has the octets of those that are no sections of RFC 2231: a boundary is compared octet by octet.
    """

    value: str
    parameters: dict[str, str] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict, repr=False)


def read_parameters(octets: bytes) -> Parameterised:
    """Read a Content-Type, Content-Disposition or like field; never fails."""
    head, _, rest = octets[:_LONGEST].partition(b";")
    value = clean_line(to_text(head, ""), longest=255).lower()
    plain: dict[str, bytes] = {}
    sections: dict[str, list[tuple[int, bool, bytes]]] = {}
    at, count = 0, 0
    while at < len(rest) and count < _MOST:
        match = _TOKEN.match(rest, at)
        if match is None or match.end() == at:
            break
        at, count = match.end(), count + 1
        if match[1]:
            _take(match, plain, sections)
    joined = {name: _joined(parts) for name, parts in sections.items()}
    kept = {name: octets for name, octets in plain.items() if name not in sections}  # RFC 2231's form goes first
    return Parameterised(value, joined | {name: decode_words(octets) for name, octets in kept.items()}, kept)


def _take(match: re.Match[bytes], plain: dict[str, bytes], sections: dict[str, list[tuple[int, bool, bytes]]]) -> None:
    """File one parameter under its name: as it stands, or as a section of RFC 2231."""
    name = match[1].decode("ascii", "replace").lower()
    octets = _ESCAPE.sub(rb"\1", match[2]) if match[2] is not None else match[3].strip().strip(b"'\"")
    section = _SECTION.match(name)
    if section is None:
        plain.setdefault(name, octets)
        return
    is_encoded = section[3] is not None or section[2] is None
    sections.setdefault(section[1], []).append((int(section[2] or 0), is_encoded, octets))


def _joined(parts: list[tuple[int, bool, bytes]]) -> str:
    """Join the sections of one parameter in the order of their numbers and decode them."""
    charset = ""
    octets = b""
    for number, is_encoded, piece in sorted(parts, key=lambda part: part[0]):
        rest = piece
        if is_encoded and number == 0 and piece.count(b"'") >= 2:
            label, _, rest = piece.split(b"'", 2)
            charset = label.decode("ascii", "replace")
        octets += unquote_to_bytes(rest) if is_encoded else rest
    if b"=?" in octets and not charset:
        return decode_words(octets)
    return clean_line(to_text(octets, charset), longest=8_192)
