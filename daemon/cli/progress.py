"""A progress bar on stderr, where a person watches stderr and stdout goes elsewhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def bar(paths: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """Give a function that is told of octets done; it draws a bar over the octets in `paths`, or nothing."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _octets: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("taking in"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("", total=_octets_in(paths))
        yield lambda octets: progress.advance(task, octets)


def _octets_in(paths: Sequence[str]) -> int | None:
    """Return how many octets the paths hold, or None where nobody can know."""
    if "-" in paths:
        return None
    return sum(_size(Path(path)) for path in paths)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
