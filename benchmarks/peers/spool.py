"""Folders through which mails reach a peer that has no SMTP listener: a file each, read in order of their names.

Each process of a peer reads a folder of its own.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

PAUSE_SECONDS = 0.002
NAME = "{:08}"
BEGUN = ".begun"


def made_spools(folder: Path, count: int) -> tuple[Path, ...]:
    """Make so many empty spools in a folder."""
    spools = tuple(folder / f"spool{number}" for number in range(count))
    for spool in spools:
        spool.mkdir(parents=True)
    return spools


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


def read_all(spools: Sequence[str], work: Callable[[Path], None]) -> None:
    """Run `work` on each folder in a process of its own, for ever."""
    context = get_context("fork")
    workers = [context.Process(target=work, args=(Path(spool),), daemon=True) for spool in spools]
    for worker in workers:
        worker.start()
    print("ready", flush=True)
    for worker in workers:
        worker.join()
