"""The files inside a TNEF part (`winmail.dat`), which Outlook wraps around its rich text.

Sources: MS-OXTNEF 2.1 (attributes), MS-OXCDATA 2.11 (property types).  One pass with bounds; what is cut short is read
as far as it goes, and nothing found inside is opened in turn.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.ingest.attachments import clean_name
from daemon.ingest.charset import to_text
from daemon.model.mail import Attachment

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES = 5_000
_MOST_PROPERTIES = 2_000
_RENDERING, _FILE, _TITLE, _PROPERTIES = 0x9002, 0x800F, 0x8010, 0x9005
_LONG_NAME, _SHORT_NAME, _CONTENT = 0x3707, 0x3704, 0x3701
_WIDE, _NARROW = 0x001F, 0x001E
_SIZES = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_COUNTED = frozenset({_NARROW, _WIDE, 0x000D, 0x0102})


@dataclass(slots=True)
class _Found:
    """One file as its attributes come."""

    title: str = ""
    names: dict[int, str] = field(default_factory=dict)
    content: bytes = b""


def tnef_files(octets: bytes) -> tuple[Attachment, ...]:
    """Return the files in a TNEF stream in their order; an unsound stream gives those before the fault."""
    found: list[_Found] = []
    for name, value in _attributes(octets):
        if name == _RENDERING:
            found.append(_Found())
        elif not found:
            continue
        elif name == _FILE:
            found[-1].content = value
        elif name == _TITLE:
            found[-1].title = to_text(value.split(b"\0")[0], "")
        elif name == _PROPERTIES:
            _take_properties(found[-1], value)
    return tuple(_attachment(file, number) for number, file in enumerate(found, start=1))


def _attachment(file: _Found, number: int) -> Attachment:
    """Return a found file as an attachment."""
    given = file.names.get(_LONG_NAME) or file.title or file.names.get(_SHORT_NAME) or ""
    digest = hashlib.sha256(file.content).hexdigest()
    name = clean_name(given) or f"attachment-{number}.bin"
    return Attachment(name=name, content_type="application/octet-stream", octets=file.content, sha256=digest)


def _attributes(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes of a stream: the low half of each id, and the value."""
    if len(octets) < 6 or struct.unpack_from("<I", octets)[0] != _SIGNATURE:
        return
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(octets):
            return
        level, name, length = struct.unpack_from("<BII", octets, at)
        if level not in {1, 2} or at + 9 + length > len(octets):
            return
        yield name & 0xFFFF, octets[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _take_properties(file: _Found, octets: bytes) -> None:
    """Take names and content from an attachment's properties."""
    try:
        for name, kind, value in _properties(octets):
            if name in {_LONG_NAME, _SHORT_NAME} and kind in {_WIDE, _NARROW}:
                file.names[name] = to_text(value, "utf-16-le" if kind == _WIDE else "").rstrip("\0")
            elif name == _CONTENT and not file.content:
                file.content = value  # of an object as it stands, the id of its interface before it
    except struct.error:
        return


def _properties(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield id, type and first value of each property.

    Raises:
        struct.error: the octets end inside a property.
    """
    count = min(struct.unpack_from("<I", octets)[0], _MOST_PROPERTIES)
    at = 4
    for _ in range(count):
        kind, name = struct.unpack_from("<HH", octets, at)
        at = _after_name(octets, at + 4) if name >= 0x8000 else at + 4
        base = kind & 0x0FFF
        values, first = 1, b""
        if kind & 0x1000 or base in _COUNTED:
            values = struct.unpack_from("<I", octets, at)[0]
            at += 4
        for number in range(min(values, _MOST_PROPERTIES)):
            value, at = _value(octets, at, base)
            first = value if number == 0 else first
        yield name, base, first


def _value(octets: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Return one value and where the next begins; values are padded to four octets."""
    length = _SIZES.get(kind, -1)
    if kind in _COUNTED:
        length = struct.unpack_from("<I", octets, at)[0]
        at += 4
    if length < 0 or at + length > len(octets):
        raise struct.error("the property does not end")
    return octets[at : at + length], at + length + -length % 4


def _after_name(octets: bytes, at: int) -> int:
    """Return where the value of a named property begins."""
    is_text = struct.unpack_from("<I", octets, at + 16)[0] == 1
    if not is_text:
        return at + 24
    length = struct.unpack_from("<I", octets, at + 20)[0]
    return int(at + 24 + length + -length % 4)
