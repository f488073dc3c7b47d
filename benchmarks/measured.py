"""One line of the table, and how the lines are printed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.process_tree import Usage

COLUMNS = ("", "mails/s", "CPU ms/mail", "peak MiB", "ack p50 ms", "ack p95 ms")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way of treating the corpus took."""

    name: str
    mails: int
    seconds: float
    usage: Usage
    waits: tuple[float, ...] = ()  # seconds from the 250 of each mail to its acknowledgement
    aside: str = ""  # what the table has no column for

    @property
    def rate(self) -> float:
        """Return mails a second."""
        return self.mails / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Return milliseconds of CPU a mail."""
        return 1000 * self.usage.cpu_seconds / self.mails


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
        figures = (f"{row.rate:,.0f}", f"{row.cpu_ms:.2f}", f"{row.usage.peak_mib:.0f}")
        table.add_row(row.name, *figures, *_waits(row.waits), times)
    console = Console(width=120, highlight=False)
    console.print(table)
    for row in rows:
        if row.aside:
            console.print(f"{row.name}: {row.aside}", soft_wrap=True)


def _waits(waits: Sequence[float]) -> tuple[str, str]:
    if not waits:
        return "", ""
    twentieths = statistics.quantiles(waits, n=20)
    return f"{1000 * twentieths[9]:.0f}", f"{1000 * twentieths[18]:.0f}"
