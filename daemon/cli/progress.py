"""Progress bars on stderr, where a person watches it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

    from daemon.store.copying import Step


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


@contextmanager
def rows_bar() -> "Iterator[Callable[[Step], None]]":
    """Give a function that is told how far a copy is; it draws a bar a table where a person watches, or nothing."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: "Step") -> None:
            if step.table not in tasks:
                tasks[step.table] = progress.add_task(step.table, total=step.of)
            progress.update(tasks[step.table], completed=step.rows)

        yield show


def _octets_in(paths: Sequence[str]) -> int | None:
    """Return how many octets the paths hold, or None where nobody can know."""
    if "-" in paths:
        return None
    return sum(_size(Path(path)) for path in paths)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
