"""A clock explained, interval by interval (R3.10): what it may take, what it counted, what was left, when it is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.model.allowance import TimeUnit
from daemon.model.clocks import Breach, Clock, ClockName, ClockState, Terms
from daemon.model.plan import Plan
from daemon.rules.clocks.times import NOTHING, allowed, counted, counts_business_time, due_of

RUNNING = "running"
"""Why an interval counts; of a paused one it is the reason of the pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch in which a clock ran or paused: what it counted, and what was left of its allowance at the end."""

    start: datetime
    end: datetime | None  # None: it pauses, nobody knows until when
    why: str
    counted: timedelta
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStory:
    """A clock with everything that makes its due time."""

    name: ClockName
    basis: str
    allowance: str  # for people: "1 business day", "15 minutes"
    calendar: str  # what it counts: the name of a calendar, or elapsed time
    allowed: timedelta  # the allowance in that time
    start: datetime
    intervals: tuple[Interval, ...]
    due: datetime | None
    state: ClockState
    met_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    breach: Breach | None


def story_of(clock: Clock, plan: Plan, *, now: datetime) -> ClockStory:
    """Return why a clock is due when it is, by the calendars in force.

    The intervals of a clock that ended go to its end, of one that counts to its due time, as far as that is known.
    """
    return ClockStory(
        name=clock.name,
        basis=clock.terms.basis,
        allowance=_in_words(clock.terms),
        calendar=clock.terms.calendar if counts_business_time(clock) else "24x7",
        allowed=allowed(clock, plan),
        start=clock.started_at,
        intervals=tuple(_intervals(clock, plan)),
        due=due_of(clock, plan),
        state=clock.state(now),
        met_at=clock.met_at,
        stopped_at=clock.stopped_at,
        breached_at=clock.breached_at,
        breach=clock.breach,
    )


def _intervals(clock: Clock, plan: Plan) -> Iterator[Interval]:
    """Give the stretches between a clock's start and its end or due time, whichever comes first."""
    left = allowed(clock, plan)
    for start, end, why in _stretches(clock, _horizon(clock, plan)):
        ran = counted(clock, start, end, plan) if why == RUNNING and end is not None else NOTHING
        left = max(left - ran, NOTHING)
        yield Interval(start=start, end=end, why=why, counted=ran, left=left)


def _horizon(clock: Clock, plan: Plan) -> datetime | None:
    """Return until when there is something to tell; None: an open pause is the last of it."""
    ended = (clock.met_at, clock.stopped_at, due_of(clock, plan))
    return min((at for at in ended if at is not None), default=None)


def _stretches(clock: Clock, until: datetime | None) -> Iterator[tuple[datetime, datetime | None, str]]:
    """Give what a clock did, without gaps: it runs where it does not pause."""
    at = clock.started_at
    for pause in clock.pauses:
        if until is not None and pause.start >= until:
            break
        if pause.start > at:
            yield at, pause.start, RUNNING
        end = pause.end if pause.end is None or until is None else min(pause.end, until)
        yield pause.start, end, pause.why
        if end is None:
            return
        at = end
    if until is not None and at < until:
        yield at, until, RUNNING


_UNITS = {
    TimeUnit.MINUTES: ("minute", "minutes"),
    TimeUnit.BUSINESS_DAYS: ("business day", "business days"),
    TimeUnit.NEXT_BUSINESS_DAYS: ("business day, from any hour", "business days, from any hour"),
}


def _in_words(terms: Terms) -> str:
    if terms.fixed is not None:
        return "until the time that was named"
    one, many = _UNITS[terms.allowance.unit]
    return f"{terms.allowance.amount} {one if terms.allowance.amount == 1 else many}"
