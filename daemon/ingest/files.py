"""Mail out of files, for `supportd ingest`: `.eml`, mbox, Maildir, a folder of `.eml`, standard input.

Everything is read in pieces: an mbox of any size needs the memory of its largest mail, and a mail over the limit is
represented by its header (S1.2).  mbox is read in its mboxrd form (RFC 4155, appendix A): a line `From ` after an
empty line begins a mail, `>From ` and `>>From ` inside lose one `>`.
"""

import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from daemon.errors import Permanent
from daemon.ingest.oversize import header_of, too_large
from daemon.model.mail import Arrival, Envelope

PIECE_OCTETS = 64 * 2**10
STANDARD_INPUT = "-"


def arrivals(path: str | Path, *, mailbox: str, received_at: datetime, limit: int) -> Iterator[Arrival]:
    """Give every mail in a file, a folder or, for `-`, on standard input, in order.

    Folders: a Maildir's `new` and `cur` by name, else every `.eml` by name.  Files: an mbox begins with `From `, all
    else is one mail.

    Args:
        path: the file or folder, or `-`.
        mailbox: name of the configured mailbox that the mail counts for.
        received_at: receipt time of every mail (R5.3).
        limit: octets of a mail; past it only the header is given.

    Raises:
        Permanent: the path cannot be read, or is a folder without mail; in one line.
    """
    place = str(path)
    source = "standard input" if place == STANDARD_INPUT else f"file {place}"
    try:
        for raw, unreadable in _mails(place, limit):
            key = f"file:{uuid.uuid4().hex}"
            yield Arrival(raw, source, key, mailbox, Envelope(None, ()), received_at, unreadable)
    except OSError as trouble:
        raise Permanent(f"{place}: {trouble.strerror or trouble}") from trouble


def _mails(path: str, limit: int) -> Iterator[tuple[bytes, str]]:
    if path == STANDARD_INPUT:
        yield from _read(sys.stdin.buffer, limit)
        return
    place = Path(path)
    for file in _files(place) if place.is_dir() else (place,):
        with file.open("rb") as stream:
            yield from _read(stream, limit)


def _files(folder: Path) -> tuple[Path, ...]:
    """Return the files with mail in a folder, oldest name first."""
    maildir = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    if maildir:
        return tuple(sorted((file for part in maildir for file in part.iterdir()), key=lambda file: file.name))
    found = tuple(sorted(file for file in folder.iterdir() if file.suffix.lower() == ".eml"))
    if not found:
        raise Permanent(f"{folder}: neither a Maildir nor a folder with .eml files")
    return found


def _read(stream: BinaryIO, limit: int) -> Iterator[tuple[bytes, str]]:
    first = stream.readline(PIECE_OCTETS)
    if first.startswith(b"From "):
        yield from _read_mbox(stream, limit)
        return
    mail = _Mail(limit)
    mail.add(first)
    while piece := stream.read(PIECE_OCTETS):
        mail.add(piece)
    yield mail.whole()


def _read_mbox(stream: BinaryIO, limit: int) -> Iterator[tuple[bytes, str]]:
    """Give the mails of an mbox whose first `From ` line was read; the empty line before each such line is not mail."""
    mail, held = _Mail(limit), b""
    is_line_start = True
    for piece in _pieces(stream):
        if is_line_start and held and piece.startswith(b"From "):
            yield mail.whole()
            mail, held = _Mail(limit), b""
        else:
            mail.add(held)
            is_empty = is_line_start and piece in (b"\n", b"\r\n")
            held = piece if is_empty else b""
            mail.add(b"" if is_empty else _unquoted(piece) if is_line_start else piece)
        is_line_start = piece.endswith(b"\n")
    yield mail.whole()


def _pieces(stream: BinaryIO) -> Iterable[bytes]:
    return iter(lambda: stream.readline(PIECE_OCTETS), b"")


def _unquoted(line: bytes) -> bytes:
    return line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line


class _Mail:
    """One mail as it is read; past the limit only its header stays."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._octets = bytearray()
        self._is_over = False

    def add(self, piece: bytes) -> None:
        """Add octets."""
        if self._is_over:
            return
        self._octets += piece
        if len(self._octets) > self._limit:
            self._is_over = True
            self._octets = bytearray(header_of(bytes(self._octets)))

    def whole(self) -> tuple[bytes, str]:
        """Return the octets, and why only the header is here, or the empty string."""
        return bytes(self._octets), too_large(self._limit) if self._is_over else ""
