"""What was asked for, beside what was measured; no test asserts it, since it is of one machine and one hour."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

COLUMNS = ("target", "asked", "measured", "reached", "what holds it")


@dataclass(frozen=True, slots=True)
class Target:
    """One line: a figure that was asked for, and what came out."""

    what: str
    asked: str
    measured: str
    reached: bool
    held_by: str  # the floor that bounds it, and by how much


def at_least(what: str, least: float, measured: float, *, unit: str, held_by: str) -> Target:
    """Return the line of a figure that should be large; `unit` is a format: "{:.1f} times"."""
    return Target(what, f"≥ {unit.format(least)}", unit.format(measured), measured >= least, held_by)


def at_most(what: str, most: float, measured: float, *, unit: str, held_by: str) -> Target:
    """Return the line of a figure that should be small."""
    return Target(what, f"≤ {unit.format(most)}", unit.format(measured), measured <= most, held_by)


def print_targets(targets: Sequence[Target]) -> None:
    """Print them, a line each."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for title in COLUMNS:
        table.add_column(title)
    for target in targets:
        reached = "yes" if target.reached else "NO"
        table.add_row(target.what, target.asked, target.measured, reached, target.held_by)
    Console(width=160, highlight=False).print(table)
