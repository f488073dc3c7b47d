"""Outgoing mail kept in a Maildir instead of sent: for a first look, rehearsals and tests.

A file's name comes from the row, so a second try replaces the file of the first one and doubles nothing.  Line ends are
LF, as in any Maildir.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from daemon.outbound.outcomes import Outcome, Parcel, Sent, Unreachable

SUBFOLDERS = ("tmp", "new", "cur")


class Maildir:
    """A Maildir that takes every mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, parcel: Parcel) -> Outcome:
        """Write the mail durably; a disk that takes nothing is `Unreachable`, for it takes no other mail either."""
        name = _name(parcel)
        try:
            self._make()
            if not self._is_read(name):
                self._write(name, parcel.octets.replace(b"\r\n", b"\n"))
        except OSError as trouble:
            return Unreachable(f"{self._folder}: {trouble.strerror or trouble}")
        return Sent(f"kept as {name}")

    def probe(self) -> Outcome:
        """Make the folders, and find out whether they can be written to."""
        try:
            self._make()
        except OSError as trouble:
            return Unreachable(f"{self._folder}: {trouble.strerror or trouble}")
        if not os.access(self._folder / "tmp", os.W_OK):
            return Unreachable(f"{self._folder} cannot be written to")
        return Sent(f"{self._folder} takes mail")

    def close(self) -> None:
        """Nothing is held open."""

    def _make(self) -> None:
        for name in SUBFOLDERS:
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def _is_read(self, name: str) -> bool:
        """Tell whether a reader has moved this very mail to `cur` already."""
        return any((self._folder / "cur").glob(f"{name}*"))

    def _write(self, name: str, octets: bytes) -> None:
        temporary = self._folder / "tmp" / name
        try:
            with temporary.open("wb") as file:
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self._folder / "new" / name)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(self._folder / "new")


def _name(parcel: Parcel) -> str:
    mark = hashlib.sha256(parcel.message_id.encode()).hexdigest()[:12]
    return f"{int(parcel.created_at.timestamp())}.R{parcel.row}M{mark}.supportd"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
