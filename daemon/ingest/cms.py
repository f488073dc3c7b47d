"""What stands in an S/MIME part (RFC 5652), as far as it can be told without a key: its kind, and what is signed.

Nothing is verified.  The octets are walked from one length to the next, without recursion; what does not fit is none.
"""

from enum import Enum

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_AUTH_ENVELOPED = bytes.fromhex("2a864886f70d010910010117")
_SEQUENCE, _EXPLICIT, _OBJECT_ID, _OCTETS, _MADE_OF_OCTETS = 0x30, 0xA0, 0x06, 0x04, 0x24
_MOST_PIECES = 100_000
_LONGEST_LENGTH = 4  # octets


class CmsKind(Enum):
    """What a part is; `CERTIFICATES` are signed data without signed content."""

    SIGNED = "signed"
    ENVELOPED = "enveloped"
    CERTIFICATES = "certificates"
    UNKNOWN = "unknown"


_KINDS = {_PKCS7 + b"\x02": CmsKind.SIGNED, _PKCS7 + b"\x03": CmsKind.ENVELOPED, _AUTH_ENVELOPED: CmsKind.ENVELOPED}


class _Walk:
    """A place in the octets; every step goes forward."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0

    def element(self) -> tuple[int, int]:
        """Read a tag and a length and stand behind them; a length of -1 is not given (BER).

        Raises:
            IndexError: the octets end here, or the length is longer than four octets.
        """
        tag, first = self.octets[self.at], self.octets[self.at + 1]
        self.at += 2
        if first < 0x80:
            return tag, first
        size = first & 0x7F
        if size > _LONGEST_LENGTH:
            raise IndexError("a length of too many octets")
        length = int.from_bytes(self.octets[self.at : self.at + size], "big") if size else -1
        self.at += size
        return tag, length

    def enter(self, tag: int) -> None:
        """Step into an element that must be here.

        Raises:
            IndexError: another one is here, or none.
        """
        if self.element()[0] != tag:
            raise IndexError("another element is here")

    def skip(self) -> bytes:
        """Step over an element with a length, and return its content.

        Raises:
            IndexError: there is none.
        """
        _, length = self.element()
        if length < 0 or self.at + length > len(self.octets):
            raise IndexError("the element does not end")
        content = self.octets[self.at : self.at + length]
        self.at += length
        return content


def cms_kind(octets: bytes) -> CmsKind:
    """Return what an S/MIME part is by its first octets."""
    walk = _Walk(octets)
    try:
        walk.enter(_SEQUENCE)
        kind = _KINDS.get(walk.skip(), CmsKind.UNKNOWN)
    except IndexError:
        return CmsKind.UNKNOWN
    return CmsKind.CERTIFICATES if kind is CmsKind.SIGNED and not signed_content(octets) else kind


def signed_content(octets: bytes) -> bytes:
    """Return what signed data holds: a MIME part; nothing where the signature stands apart from it, or is unsound."""
    walk = _Walk(octets)
    try:
        walk.enter(_SEQUENCE)
        if walk.skip() != _PKCS7 + b"\x02":
            return b""
        walk.enter(_EXPLICIT)
        walk.enter(_SEQUENCE)
        walk.skip()  # the version
        walk.skip()  # the digest algorithms
        _, length = walk.element()
        end = walk.at + length
        walk.skip()  # the content's type
        if length >= 0 and walk.at >= end:
            return b""
        walk.enter(_EXPLICIT)
        return _content(walk)
    except IndexError:
        return b""


def _content(walk: _Walk) -> bytes:
    """Return an octet string, whole or in pieces.

    Raises:
        IndexError: the octets are no such string.
    """
    tag, length = walk.element()
    if tag == _OCTETS and length >= 0:
        return walk.octets[walk.at : walk.at + length]
    if tag != _MADE_OF_OCTETS:
        return b""
    end = walk.at + length if length >= 0 else len(walk.octets)
    pieces: list[bytes] = []
    while walk.at < end and len(pieces) < _MOST_PIECES and walk.octets[walk.at] == _OCTETS:
        pieces.append(walk.skip())
    return b"".join(pieces)
