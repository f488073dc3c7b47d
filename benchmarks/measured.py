"""One line of the table, and how the lines are printed."""

import itertools
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.process_tree import Usage

COLUMNS = ("", "mails/s", "CPU ms/mail", "peak MiB", "ack p50 ms", "ack p99 ms")

WIDTH = 140


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way of treating the corpus took."""

    name: str
    mails: int
    seconds: float
    usage: Usage
    waits: tuple[float, ...] = ()  # seconds from the last octet of each mail to its acknowledgement
    aside: str = ""  # what the table has no column for

    @property
    def rate(self) -> float:
        """Return mails a second."""
        return self.mails / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Return milliseconds of CPU a mail."""
        return 1000 * self.usage.cpu_seconds / self.mails

    @property
    def busy(self) -> float:
        """Return its share of the machine's processors, of 1."""
        return self.usage.cpu_seconds / self.seconds / (os.cpu_count() or 1)

    def wait_ms(self, percent: int) -> float:
        """Return within how many milliseconds so many of a hundred mails were acknowledged."""
        return 1000 * statistics.quantiles(self.waits, n=100)[percent - 1]


def bounds(row: Measured) -> str:
    """Say how much of the machine a system took: well below all of it, it waits for locks or for the disk."""
    own = row.usage.own_seconds / row.seconds
    return f"its first process takes {own:.0%} of a core, all {row.busy:.0%} of the machine"


def together(rounds: Sequence[Measured]) -> Measured:
    """Return several measurements of one thing as one."""
    usage = Usage(
        sum(each.usage.cpu_seconds for each in rounds),
        sum(each.usage.own_seconds for each in rounds),
        max(each.usage.peak_mib for each in rounds),
    )
    waits = tuple(itertools.chain.from_iterable(each.waits for each in rounds))
    mails, seconds = sum(each.mails for each in rounds), sum(each.seconds for each in rounds)
    return Measured(rounds[0].name, mails, seconds, usage, waits)


def print_table(rows: Sequence[Measured], floor_ms: float) -> None:
    """Print what was measured.

    Args:
        rows: one line each.
        floor_ms: CPU a mail that no daemon could go below: the floors together.
    """
    table = Table(box=box.SIMPLE, pad_edge=False)
    for title in (*COLUMNS, "x floors"):
        table.add_column(title, justify="right" if title else "left", no_wrap=True)
    for row in rows:
        times = f"{row.cpu_ms / floor_ms:.1f}" if row.waits else ""
        waits = tuple(f"{row.wait_ms(percent):,.0f}" for percent in (50, 99)) if row.waits else ("", "")
        figures = (f"{row.rate:,.1f}", f"{row.cpu_ms:.2f}", f"{row.usage.peak_mib:.0f}")
        table.add_row(row.name, *figures, *waits, times)
    console = Console(width=WIDTH, highlight=False)
    console.print(table)
    for row in rows:
        if row.aside:
            console.print(f"{row.name}: {row.aside}", soft_wrap=True)
