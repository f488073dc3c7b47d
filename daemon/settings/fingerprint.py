"""Whether a configuration folder changed since it was last looked at, without reading its files."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

_WATCHED = ("articles", "customers", "templates", "secrets")


def fingerprint(folder: Path) -> str:
    """Return a text that changes whenever a file of the configuration is written, added, renamed or removed.

    It covers the YAML files, articles, the site's templates and `secrets/`; a secret kept elsewhere needs SIGHUP.
    Nothing is opened: names, sizes, inodes and times of change are compared.  An unreadable folder counts as an empty
    one.
    """
    digest = hashlib.sha256()
    for line in sorted(_entries(folder)):
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _entries(folder: Path) -> Iterator[str]:
    yield from _files(folder, suffix=".yaml")
    for name in _WATCHED:
        for base, _, _ in os.walk(folder / name):
            yield from _files(Path(base), suffix="")


def _files(folder: Path, *, suffix: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(suffix) and not entry.name.startswith((".", "#")):
                    yield _line(entry)
    except OSError:
        return


def _line(entry: os.DirEntry[str]) -> str:
    try:
        stat = entry.stat()
    except OSError:
        return f"{entry.path}\0gone\n"
    return f"{entry.path}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ctime_ns}\0{stat.st_ino}\n"
