"""A simulated year, beside a floor: `python -m benchmarks.simulated_year [--cases N] [--seed S]`.

Lives through a year of made-up cases on rows in memory twice, in processes of their own, and compares the two stories
to the byte.  The floor is what the rows alone cost: as many inserts as the year wrote, into the same tables by the
same library, nothing decided.  Cases a second in wall time and in CPU time; compare the lines of one run.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, func, insert, select

from daemon.settings import load
from daemon.simulate import Rehearsal, Span, set_stage
from daemon.simulate.story import story
from daemon.simulate.synthetic import synthetic
from daemon.store.database import reading, transaction
from daemon.store.inbox_tables import inbox
from daemon.store.rehearsal import open_in_memory
from daemon.store.tables import clocks, history, messages, outbox

COMPANY = Path(__file__).parents[1] / "config"
GOAL_SECONDS = {2_000: 60, 20_000: 300}
FLOOR_TABLES = (inbox, messages, clocks, history, outbox)
"""Where nearly all rows of a year stand."""


@dataclass(frozen=True, slots=True)
class Year:
    """What one process did."""

    name: str
    cases: int
    seconds: float
    cpu_seconds: float
    lines: int
    digest: str

    def row(self) -> tuple[str, ...]:
        """Return the line of the table."""
        rates = (f"{self.cases / self.seconds:,.0f}", f"{self.cases / self.cpu_seconds:,.0f}")
        return (
            self.name,
            *rates,
            f"{self.seconds:.1f}",
            f"{self.cpu_seconds:.1f}",
            f"{self.lines:,}",
            self.digest[:12],
        )


def main() -> int:
    """Measure, print a table; 1 where two runs told two stories."""
    parser = argparse.ArgumentParser(prog="benchmarks.simulated_year", description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000, help="made-up cases (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the cases (default: %(default)s)")
    parser.add_argument("--part", choices=("year", "floor"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.part:
        print(json.dumps(_measured(chosen.part, chosen.cases, chosen.seed)))
        return 0
    years = [_apart("year", chosen), _apart("year", chosen), _apart("floor", chosen)]
    _print(years)
    if years[0].digest != years[1].digest:
        print("Two runs of one seed told two stories", file=sys.stderr)
        return 1
    return 0


def _apart(part: str, chosen: argparse.Namespace) -> Year:
    """Measure in a process of its own."""
    words = ["--part", part, "--cases", str(chosen.cases), "--seed", str(chosen.seed)]
    environment = os.environ | {"PYTHONHASHSEED": "random"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulated_year", *words],
        check=True,
        stdout=subprocess.PIPE,
        env=environment,
    )
    return Year(**json.loads(done.stdout))


def _measured(part: str, cases: int, seed: int) -> dict[str, Any]:
    config = load(COMPANY, {}, date(2026, 1, 1))
    zone = config.plan.zone
    span = Span(datetime(2026, 1, 1, tzinfo=zone), datetime(2026, 12, 31, tzinfo=zone))
    wall, cpu = time.perf_counter(), time.process_time()
    rehearsal = Rehearsal(set_stage(config, now=span.first, copying=False), span.first)
    rehearsal.live(synthetic(config, span, cases=cases, seed=seed), span.last)
    digest, lines = hashlib.sha256(), 0
    with reading(rehearsal.stage.desk.engine) as connection:
        for line in story(rehearsal, connection):
            digest.update(repr(line).encode())
            lines += 1
    name, told = f"a year of {cases:,} cases", digest.hexdigest()
    if part == "floor":
        rows = _rows(rehearsal)
        wall, cpu = time.perf_counter(), time.process_time()
        lines, name, told = _insert_again(rows), "floor: its rows, nothing decided", ""
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"name": name, "cases": cases, "seconds": wall, "cpu_seconds": cpu, "lines": lines, "digest": told}


def _rows(rehearsal: Rehearsal) -> list[tuple[Any, list[dict[str, Any]]]]:
    with reading(rehearsal.stage.desk.engine) as connection:
        return [(table, [dict(row) for row in connection.execute(select(table)).mappings()]) for table in FLOOR_TABLES]


def _insert_again(rows: list[tuple[Any, list[dict[str, Any]]]]) -> int:
    engine = open_in_memory()
    with transaction(engine) as connection:
        for table, values in rows:
            statement = insert(table)
            for row in values:
                connection.execute(statement, row)
        return _count(connection)


def _count(connection: Connection) -> int:
    counts = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in FLOOR_TABLES)
    return sum(counts)


def _print(years: list[Year]) -> None:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for title in ("", "cases/s", "a CPU s", "s", "CPU s", "lines, rows", "story"):
        table.add_column(title, justify="right" if title else "left", no_wrap=True)
    for year in years:
        table.add_row(*year.row())
    console = Console(width=120, highlight=False)
    console.print(table)
    year, floor = years[0], years[-1]
    console.print(f"{year.cpu_seconds / floor.cpu_seconds:.1f} times the CPU of the floor")
    goal = GOAL_SECONDS.get(year.cases)
    if goal:
        console.print(f"Goal: under {goal} s; {'kept' if year.seconds < goal else 'missed'}")


if __name__ == "__main__":
    sys.exit(main())
