"""Text of header fields: encoded words (RFC 2047) and raw 8-bit octets, decoded with bounds.

Neighbouring words of one charset are joined before they are decoded: mailers cut inside a character.
"""

import binascii
import re

from daemon.ingest.charset import to_text
from daemon.model.text import clean_line

LONGEST_TEXT = 4_000
_MOST_OCTETS = 16_384
_MOST_WORDS = 400
_WORD = re.compile(rb"=\?([!-<>@-~]{1,64})\?([bBqQ])\?([^?\r\n]*)\?=")
_Q = re.compile(rb"=([0-9A-Fa-f]{2})")
_DIGITS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_MOST_PADDED = 700_000  # encodings one after the other: more than the lines of 25 MB, should each be padded
_NOT_BASE64 = bytes(octet for octet in range(256) if octet not in _DIGITS)


def decode_words(value: bytes, *, longest: int = LONGEST_TEXT) -> str:
    """Return an unstructured field's value, or a display name, as one clean line of at most `longest` characters."""
    return clean_line(decode_raw(value), longest=longest)


def decode_raw(value: bytes) -> str:
    """Decode encoded words and 8-bit octets; the text is not cleaned."""
    octets = value[:_MOST_OCTETS]
    if b"=?" not in octets:
        return to_text(octets, "")
    pieces: list[tuple[str, bytes]] = []  # charset ("" for plain octets), octets
    at = 0
    for count, word in enumerate(_WORD.finditer(octets)):
        if count >= _MOST_WORDS:
            break
        between = octets[at : word.start()]
        if between.strip() or not pieces:
            pieces.append(("", between))
        _add_word(pieces, word)
        at = word.end()
    pieces.append(("", octets[at:]))
    return "".join(to_text(text, charset) for charset, text in pieces)


def _add_word(pieces: list[tuple[str, bytes]], word: re.Match[bytes]) -> None:
    """Append a word's octets, joined to the word before where both have the same charset."""
    charset = word[1].decode("ascii").lower().partition("*")[0]
    octets = _from_q(word[3]) if word[2] in b"qQ" else from_base64(word[3])
    if pieces and pieces[-1][0] == charset and not charset.startswith(("iso-2022", "utf-16")):
        octets = pieces.pop()[1] + octets
    pieces.append((charset, octets))


def _from_q(octets: bytes) -> bytes:
    """Decode the Q encoding."""
    return _Q.sub(lambda match: bytes([int(match[1], 16)]), octets.replace(b"_", b" "))


def from_base64(octets: bytes) -> bytes:
    """Decode base64 as far as it goes: foreign characters, missing padding and odd ends are passed over.

    Several encodings one after the other are read as one; words that follow the padding on its line are none.
    """
    if b"=" not in octets.rstrip(b"= \t\r\n"):
        try:
            return binascii.a2b_base64(octets)
        except binascii.Error:
            pass
    first, *others = octets.split(b"=", _MOST_PADDED)
    pieces = (first, *(_after_padding(piece) for piece in others))
    return b"".join(binascii.a2b_base64(_whole(piece)) for piece in pieces if piece)


def _after_padding(piece: bytes) -> bytes:
    """Return what follows the padding, without the rest of a line that white space parts from it."""
    return piece.partition(b"\n")[2] if piece[:1] in {b" ", b"\t"} else piece


def _whole(piece: bytes) -> bytes:
    """Keep the base64 digits of a run and pad them to whole groups; a lone last digit holds no octet and is cut."""
    digits = piece.translate(None, _NOT_BASE64)
    return digits[:-1] if len(digits) % 4 == 1 else digits + b"=" * (-len(digits) % 4)
