"""Files that stand uuencoded in the text of a mail, as programs older than MIME send them: `begin 644 NAME` … `end`.

Source: POSIX uuencode.  A block counts only if its lines have the length that they say; each line is looked at a
bounded number of times, so that a text full of beginnings costs what its length costs.
"""

import binascii
import re
from dataclasses import dataclass

_BEGIN = re.compile(rb"begin [0-7]{3,4} ([^\r\n]{1,255})\Z")
_MOST_FILES = 100
_MOST_TRIES = 1_000  # beginnings, of a file or not
_WORTH_A_LOOK = re.compile(rb"^begin [0-7]{3}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A file of a text: its name's octets, and its own."""

    name: bytes
    octets: bytes


def cut_uuencoded(text: bytes) -> tuple[bytes, tuple[EncodedFile, ...]]:
    """Return a text without its uuencoded files, and these; a block that is not sound stays where it is."""
    if not _WORTH_A_LOOK.search(text):
        return text, ()
    lines = text.split(b"\n")
    kept: list[bytes] = []
    files: list[EncodedFile] = []
    at = tries = 0
    while at < len(lines) and tries < _MOST_TRIES and len(files) < _MOST_FILES:
        begin = _BEGIN.match(lines[at].rstrip(b"\r"))
        octets, after = _block(lines, at + 1) if begin else (None, at)
        tries += begin is not None
        if begin and octets is not None:
            files.append(EncodedFile(begin[1].strip(), octets))
            at = after
            continue
        kept.extend(lines[at : max(after, at + 1)])
        at = max(after, at + 1)
    return b"\n".join([*kept, *lines[at:]]), tuple(files)


def _block(lines: list[bytes], start: int) -> tuple[bytes | None, int]:
    """Decode the lines from `start` to "end"; None where there is none, and the line where the search stopped."""
    pieces: list[bytes] = []
    for number in range(start, len(lines)):
        line = lines[number].rstrip(b"\r")
        if line.strip() == b"end":
            return (b"".join(pieces) if pieces else None), number + 1
        if line.strip() in {b"", b"`"}:
            continue
        piece = _decoded(line)
        if piece is None:
            return None, number
        pieces.append(piece)
    return None, len(lines)


def _decoded(line: bytes) -> bytes | None:
    """Decode one line; None where its length is not what its first sign says."""
    length = (line[0] - 32) & 63
    least, most = 1 + (length * 4 + 2) // 3, 2 + (length + 2) // 3 * 4  # not padded, or padded and with a check sign
    if not least <= len(line) <= most:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return None
