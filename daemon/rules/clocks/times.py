"""When a clock is due, and what happens on its way there: the arithmetic of pauses and shares (R3.3, R3.10, R3.11).

Every instant on a clock's way is found in two steps: when it would come if the clock never paused, and how far the
pauses before it push it back, counted in the time that the clock counts.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Priority
from daemon.model.clocks import Clock, ClockName
from daemon.model.plan import Plan
from daemon.model.promises import minutes
from daemon.rules.business_time import business_days_later, wall_clock_later, work_later, worked

DUE = "due"
OVERDUE = "overdue "
"""What the name of a mark begins with that comes once a clock ran out; the minutes since follow."""
LOUDER = timedelta(minutes=15)
LOUDEST = timedelta(hours=4)
"""An incident's clock that ran out is told again so often, for so long, until it is met (R7.3)."""
REMINDER = "reminder"
WARNING = "warning"
ANSWER = "the customer's answer"  # R6.2
CONFIRMATION = "the customer's confirmation"  # R4.4
"""What a clock of silence waits for: the basis of its terms."""

NOTHING = timedelta(0)

Mark = tuple[str, datetime | None]
"""Something on a clock's way: its name, and when it comes; None while a pause makes that unknown."""


def timed(clock: Clock, plan: Plan) -> tuple[datetime | None, datetime | None]:
    """Return when a clock is due, and when `tick` next has something to do with it."""
    if clock.breached_at is not None:
        due = due_of(clock, plan) if clock.is_active else clock.due
        return due, _next(clock, marks(clock, plan))
    if not clock.is_active:
        return clock.due, None
    way = marks(clock, plan)
    return dict(way)[DUE], _next(clock, way)


def _next(clock: Clock, way: tuple[Mark, ...]) -> datetime | None:
    """Return when the first mark comes that was not acted on."""
    return min((at for name, at in way if at is not None and name not in clock.told), default=None)


def until(named: datetime, at: datetime) -> Allowance:
    """Return what is allowed by a due time that is named at an instant: whole minutes from then (R3.5, R10.1).

    Thus the terms of a clock say when its due time was named: `_named_at`.
    """
    return minutes(max((named - at) // timedelta(minutes=1), 0))


def due_of(clock: Clock, plan: Plan) -> datetime | None:
    """Return when a clock runs out: as its terms say, later by its pauses; None while one is open."""
    if clock.terms.fixed is not None:
        return _named_due(clock, clock.terms.fixed)
    return _after_pauses(clock, _unpaused(clock, clock.terms.allowance, plan), plan)


def marks(clock: Clock, plan: Plan) -> tuple[Mark, ...]:
    """Return what happens on a clock's way, in order; a breached one has its breach left, and what grows louder."""
    if clock.breached_at is not None:
        return ((DUE, clock.breached_at), *_louder(clock, clock.breached_at, plan))
    unpaused, due = _unpaused(clock, clock.terms.allowance, plan), due_of(clock, plan)
    way = ((name, _at_most(_after_pauses(clock, at, plan), due)) for name, at in _way(clock, unpaused, plan))
    return (*way, (DUE, due))


def _at_most(at: datetime | None, due: datetime | None) -> datetime | None:
    """Return when something on the way comes: not after the end, which may be named for the end of a pause (R3.5)."""
    return at if at is None or due is None else min(at, due)


def allowed(clock: Clock, plan: Plan) -> timedelta:
    """Return how long a clock may run, in the time that it counts."""
    if clock.terms.fixed is not None:
        return _left_by_pauses(clock, clock.terms.fixed)
    return counted(clock, clock.started_at, _unpaused(clock, clock.terms.allowance, plan), plan)


def counts_business_time(clock: Clock) -> bool:
    """Tell whether a clock counts business time, not elapsed time (R3.11)."""
    return clock.terms.fixed is None and clock.terms.allowance.unit is not TimeUnit.MINUTES


def counted(clock: Clock, start: datetime, end: datetime, plan: Plan) -> timedelta:
    """Return how much of an interval a clock counts while it runs."""
    if end <= start:
        return NOTHING
    if counts_business_time(clock):
        return worked(plan.calendar(clock.terms.calendar), start, end, plan.zone)
    return end - start


def _way(clock: Clock, due: datetime, plan: Plan) -> Iterator[tuple[str, datetime]]:
    """Give what comes before a clock runs out, as if it never paused."""
    match clock.name:
        case ClockName.MANAGER_ACK:
            return
        case ClockName.WAITING:
            yield from _silence(clock, due, plan)
        case _:
            whole = allowed(clock, plan)
            for percent in plan.reminder_shares:
                if whole:
                    yield f"{percent}%", _later(clock, clock.started_at, whole * percent / 100, plan)
                else:  # no business lies before its end: elapsed time
                    yield f"{percent}%", clock.started_at + (due - clock.started_at) * percent / 100


def _louder(clock: Clock, breached_at: datetime, plan: Plan) -> Iterator[Mark]:
    """Give what comes once an incident's clock ran out, as long as it is not met: pauses push it back (R7.3)."""
    if not (clock.is_active and clock.name is ClockName.UPDATE and clock.terms.basis.startswith(Priority.P1G.value)):
        return
    since = tuple(
        replace(p, start=max(p.start, breached_at)) for p in clock.pauses if p.end is None or p.end > breached_at
    )
    overdue = replace(clock, started_at=breached_at, pauses=since)
    for times in range(1, LOUDEST // LOUDER + 1):
        yield (
            f"{OVERDUE}{times * LOUDER // timedelta(minutes=1)}",
            _after_pauses(overdue, breached_at + times * LOUDER, plan),
        )


def _silence(clock: Clock, due: datetime, plan: Plan) -> Iterator[tuple[str, datetime]]:
    """Give the reminder, and before a closing as unanswered the technician's warning (R4.4, R6.2)."""
    yield REMINDER, _unpaused(clock, plan.silence.reminder, plan)
    if clock.terms.basis != CONFIRMATION:
        early = timedelta(minutes=plan.silence.warning_minutes)
        before = counted(clock, clock.started_at, due, plan) - early
        yield WARNING, _later(clock, clock.started_at, max(before, NOTHING), plan)


def _unpaused(clock: Clock, allowance: Allowance, plan: Plan) -> datetime:
    """Return when so much time is over if the clock never pauses, or what was named."""
    if clock.terms.fixed is not None:
        return clock.terms.fixed
    match allowance.unit:
        case TimeUnit.MINUTES:
            return clock.started_at + timedelta(minutes=allowance.amount)
        case TimeUnit.BUSINESS_DAYS:
            calendar = plan.calendar(clock.terms.calendar)
            return business_days_later(calendar, clock.started_at, allowance.amount, plan.zone)
        case TimeUnit.NEXT_BUSINESS_DAYS:
            calendar = plan.calendar(clock.terms.calendar)
            return wall_clock_later(calendar, clock.started_at, allowance.amount, plan.zone)


def _after_pauses(clock: Clock, at: datetime, plan: Plan) -> datetime | None:
    """Return an instant on the clock's way, pushed back by the pauses that begin before it; None if one is open.

    It never lies in a pause, though that one takes no business time away.
    """
    for pause in clock.pauses:
        if pause.start >= at:
            break
        if pause.end is None:
            return None
        lost = counted(clock, pause.start, pause.end, plan)
        at = max(_later(clock, at, lost, plan), pause.end)
    return at


def _named_due(clock: Clock, named: datetime) -> datetime | None:
    """Return when a clock whose due time was named runs out: then, whenever the pauses known at that time end.

    Only a pause that began after the naming pushes it back, by its length; none runs out in a pause (R3.4, R3.5).
    One that follows another without a gap (a hold that is moved) goes on with it.
    """
    known_until, at = named - timedelta(minutes=clock.terms.allowance.amount), named
    for pause in clock.pauses:
        if pause.start >= at:
            break
        if pause.end is None:
            return None
        if pause.start <= known_until:
            known_until = max(known_until, pause.end)
            at = max(at, pause.end)
        else:
            at += pause.end - pause.start
    return at


def _left_by_pauses(clock: Clock, named: datetime) -> timedelta:
    """Return how long a clock runs until a due time that was named; an open pause takes all that is left."""
    due = _named_due(clock, named) or clock.pauses[-1].start
    lost = (min(p.end or due, due) - p.start for p in clock.pauses if p.start < due)
    return max(due - clock.started_at - sum(lost, NOTHING), NOTHING)


def _later(clock: Clock, at: datetime, amount: timedelta, plan: Plan) -> datetime:
    """Return when so much more of the clock's time is over; with nothing more it stays where it is, at any hour."""
    if not amount:
        return at
    if counts_business_time(clock):
        return work_later(plan.calendar(clock.terms.calendar), at, amount, plan.zone)
    return at + amount
