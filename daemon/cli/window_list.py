"""The calendar of maintenance windows as `supportd maintenance list` prints it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from daemon.cli.printing import print_array, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from daemon.model.plan import Plan
    from daemon.model.setup import Config
    from daemon.rules.maintenance.calendar import Listed
    from daemon.store.database import Connection

YEAR = timedelta(days=365)
MOST_DAYS = 3660
COLUMNS = (
    ("start", "start"),
    ("end", "end"),
    ("window", "key"),
    ("name", "name"),
    ("products", "products"),
    ("impact", "impact"),
    ("state", "state"),
    ("notices", "notices"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A window as people read it, on the plan's wall clock."""

    start: str
    end: str
    key: str
    name: str
    products: str
    impact: str
    state: str
    notices: str


def period_of(first: date | None, last: date | None, zone: "ZoneInfo", now: datetime) -> tuple[datetime, datetime]:
    """Return what days mean: from the beginning of the first to the end of the last; by default the coming year.

    Raises:
        UsageError: they are in the wrong order, or further apart than ten years.
    """
    begin = first or now.astimezone(zone).date()
    end = last or min(begin, date.max - YEAR) + YEAR
    if end < begin:
        raise click.UsageError(f"the first day, {begin}, lies after the last, {end}")
    if (end - begin).days > MOST_DAYS or end > date.max - YEAR:
        raise click.UsageError(f"from {begin} to {end} are more than ten years, or past all calendars")
    start = now if first is None else datetime.combine(begin, time(), tzinfo=zone)
    return start, datetime.combine(end + timedelta(days=1), time(), tzinfo=zone)


def windows_listed(connection: "Connection", config: "Config", first: datetime, last: datetime) -> tuple["Listed", ...]:
    """Return every window of a time, planned or announced, with its notices, in order of start."""
    from daemon.rules.maintenance.calendar import in_order, listed, planned_windows
    from daemon.rules.maintenance.steps import window_of
    from daemon.store.windows import announced_since, steps_done, told_of

    plan = config.plan
    announced = (window_of(one) for one in announced_since(connection, first))
    unscheduled = (window for window in announced if window.end > first and window.start < last)
    windows = in_order((*planned_windows(plan, first, last), *unscheduled))
    keys = [window.key for window in windows]
    done, told = steps_done(connection, keys), told_of(connection, keys)
    return tuple(listed(window, done, told, plan) for window in windows)


def print_windows(found: tuple["Listed", ...], plan: "Plan", *, now: datetime) -> None:
    """Print them for people."""
    rows = (_row(one, plan, now) for one in found)
    print_table(COLUMNS, rows, empty="No maintenance in this time.")


def print_windows_json(found: tuple["Listed", ...], *, now: datetime) -> None:
    """Print them for programs."""
    print_array(_records(found, now))


def _records(found: tuple["Listed", ...], now: datetime) -> Iterator[dict[str, object]]:
    from daemon.rules.maintenance.calendar import state_of

    for one in found:
        window, work = one.window, one.window.work
        yield {
            "window": window.key,
            "name": work.name,
            "start": window.start,
            "end": window.end,
            "products": work.products,
            "impact": work.impact.value,
            "description": work.description,
            "reason": work.reason,
            "state": state_of(window, now),
            "moved_from": one.moved_from,
            "announced_at": window.announced_at,
            "notices": one.entries,
        }


def _row(one: "Listed", plan: "Plan", now: datetime) -> Row:
    from daemon.rules.maintenance.calendar import on_the_clock, state_of

    window, zone = one.window, plan.zone
    state = [state_of(window, now)]
    state += [f"moved from {on_the_clock(one.moved_from, zone)}"] if one.moved_from else []
    state += ["unscheduled"] if window.announced_at else []
    notices = (
        f"{entry.step} {on_the_clock(entry.at, zone)}" + (f" ({entry.told} told)" if entry.done_at else "")
        for entry in one.entries
    )
    return Row(
        start=on_the_clock(window.start, zone),
        end=on_the_clock(window.end, zone),
        key=window.key,
        name=window.work.name,
        products=", ".join(window.work.products) or "none",
        impact=window.work.impact.value,
        state=", ".join(state),
        notices="; ".join(notices) or "none",
    )
