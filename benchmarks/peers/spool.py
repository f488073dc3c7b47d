"""A folder through which mails reach a peer that has no SMTP listener: a file each, read in order of their names."""

import time
from collections.abc import Iterator
from pathlib import Path

PAUSE_SECONDS = 0.002
NAME = "{:08}"
BEGUN = ".begun"


def put(folder: Path, number: int, octets: bytes) -> None:
    """Write a mail; it appears under its name when it is whole."""
    path = folder / NAME.format(number)
    begun = path.with_suffix(BEGUN)
    begun.write_bytes(octets)
    begun.rename(path)


def mails(folder: Path) -> Iterator[bytes]:
    """Yield mails as they come, for ever; each is gone once the next one is asked for."""
    while True:
        for path in sorted(path for path in folder.iterdir() if path.suffix != BEGUN):
            yield path.read_bytes()
            path.unlink()
        time.sleep(PAUSE_SECONDS)
