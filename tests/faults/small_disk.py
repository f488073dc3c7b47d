"""A disk of its own for the tables of PostgreSQL, which can be filled: a tmpfs that shrinks to what it holds.

Only root may mount, and not in every container: where it cannot be had, `make torture` says so.  The log of
PostgreSQL lies elsewhere; a full disk there is a crash, which the harness has as such.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.postgresql import PostgresqlServer
from tests.waiting import wait_for

ROOM = 4 * 2**30
"""At most; memory is taken for what is written alone."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted disk."""

    folder: Path

    def fill(self) -> None:
        """Leave no room: what is written at this very moment may be more than was there a moment ago."""
        wait_for(lambda: self._resize(self._used()), seconds=10, what="the disk is full")

    def make_room(self) -> None:
        """Make room again."""
        assert self._resize(ROOM)

    def _used(self) -> int:
        disk = os.statvfs(self.folder)
        return (disk.f_blocks - disk.f_bfree) * disk.f_frsize

    def _resize(self, octets: int) -> bool:
        return _run("mount", "-o", f"remount,size={octets}", str(self.folder)).returncode == 0


def why_missing() -> str | None:
    """Return why no disk can be mounted here, or None."""
    with tempfile.TemporaryDirectory() as folder:
        tried = _run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
        if tried.returncode == 0:
            _run("umount", folder)
    return tried.stderr.strip() if tried.returncode else None


@contextmanager
def small_disk(folder: Path, server: PostgresqlServer) -> Iterator[SmallDisk]:
    """Mount a disk and have the server keep its tables there."""
    folder.mkdir()
    owner = server.owner
    _run("mount", "-t", "tmpfs", "-o", f"size={ROOM},uid={owner},gid={owner},mode=700", "tmpfs", str(folder))
    try:
        server.use_disk(folder)
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
