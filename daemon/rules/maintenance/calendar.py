"""The calendar of maintenance windows, planned and unscheduled, with what is and will be told of each (R11)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.model.desk_effect import EndStep
from daemon.model.plan import Plan
from daemon.model.window import Told, Window
from daemon.rules.maintenance.known import PUBLIC
from daemon.rules.maintenance.recurrence import window_named, windows_between
from daemon.rules.maintenance.steps import steps_of

LONGEST = timedelta(days=3)
"""No planned window lasts so long: one that began earlier is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A notice of a window: when it is due, and what became of it."""

    step: str
    at: datetime
    done_at: datetime | None  # None: it is to come, or was not needed
    told: int  # contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A window with its notices; `moved_from`: when it would begin if it were not moved."""

    window: Window
    entries: tuple[Entry, ...]
    moved_from: datetime | None


def planned_windows(plan: Plan, first: datetime, last: datetime) -> tuple[Window, ...]:
    """Return the planned windows that are not over at `first` and start before `last`, in order of start."""
    every = (windows_between(series, first - LONGEST, last, plan.zone) for series in plan.windows)
    return in_order(window for windows in every for window in windows if window.end > first)


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return windows by their start."""
    return tuple(sorted(windows, key=lambda window: (window.start, window.key)))


def listed(window: Window, done: tuple[EndStep, ...], told: tuple[Told, ...], plan: Plan) -> Listed:
    """Return a window with its notices: those of its own, and corrections and follow-ups that were told."""
    mine = tuple(one for one in told if one.window == window.key)
    ends = {step.step: step.at for step in done if step.window == window.key}
    entries = [
        Entry(step=step.name, at=step.at, done_at=_done(ends, step.name, step.at), told=_people(mine, step.name))
        for step in steps_of(window, plan.zone)
    ]
    known = {entry.step for entry in entries}
    for step, at in {one.step: one.at for one in mine if one.step not in known}.items():
        entries.append(Entry(step=step, at=at, done_at=at, told=_people(mine, step)))
    return Listed(
        window=window, entries=tuple(sorted(entries, key=lambda one: one.at)), moved_from=_moved_from(window, plan)
    )


def state_of(window: Window, now: datetime) -> str:
    """Return how a window stands at an instant: cancelled, planned, running or over."""
    if window.is_cancelled:
        return "cancelled"
    return "planned" if now < window.start else "running" if now < window.end else "over"


def on_the_clock(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as the plan's wall clock shows it."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _done(ends: dict[str, datetime], step: str, due: datetime) -> datetime | None:
    at = ends.get(step)
    return at if at is not None and at >= due else None


def _people(told: tuple[Told, ...], step: str) -> int:
    return len({one.address for one in told if one.step == step and one.address != PUBLIC})


def _moved_from(window: Window, plan: Plan) -> datetime | None:
    as_it_was = window_named(window.key, tuple(replace(series, changes=()) for series in plan.windows), plan.zone)
    return as_it_was.start if as_it_was is not None and as_it_was.start != window.start else None
