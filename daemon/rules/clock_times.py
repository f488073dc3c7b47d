"""When a clock is due, and what happens on its way there: the arithmetic of pauses and shares (R3.3, R3.10, R3.11)."""

from datetime import datetime, timedelta

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.clocks import Clock, ClockName, Terms
from daemon.model.plan import Plan
from daemon.rules.business_time import business_days_later, wall_clock_later, work_later, worked

DUE = "due"
REMINDER = "reminder"
WARNING = "warning"
ANSWER = "the customer's answer"  # R6.2
CONFIRMATION = "the customer's confirmation"  # R4.4
"""What a clock of silence waits for: the basis of its terms."""

Mark = tuple[str, datetime | None]
"""Something on a clock's way: its name, and when it comes; None while a pause makes that unknown."""


def timed(clock: Clock, plan: Plan) -> tuple[datetime | None, datetime | None]:
    """Return when a clock is due, and when `tick` next has something to do with it."""
    if not clock.is_active:
        is_untold = clock.breached_at is not None and DUE not in clock.told
        return clock.due, clock.breached_at if is_untold else None
    ahead = [at for name, at in marks(clock, plan) if at is not None and name not in clock.told]
    return due_of(clock, plan), min(ahead, default=None)


def due_of(clock: Clock, plan: Plan) -> datetime | None:
    """Return when a clock runs out: as its terms say, later by its pauses; None while one is open."""
    if not clock.pauses:
        return clock.terms.fixed or _unpaused(clock.started_at, clock.terms.allowance, clock.terms, plan)
    return _reached(clock, _whole(clock, clock.terms.allowance, plan), plan)


def marks(clock: Clock, plan: Plan) -> tuple[Mark, ...]:
    """Return what happens on a clock's way, in order; a breached one has nothing but its breach left."""
    due: Mark = (DUE, due_of(clock, plan))
    if clock.breached_at is not None:
        return ((DUE, clock.breached_at),)
    if clock.name is ClockName.MANAGER_ACK:
        return (due,)
    if clock.name is ClockName.WAITING:
        return (*_silence_marks(clock, plan), due)
    whole = _whole(clock, clock.terms.allowance, plan)
    shares = ((f"{share}%", _reached(clock, whole * share / 100, plan)) for share in plan.reminder_shares)
    return (*shares, due)


def _silence_marks(clock: Clock, plan: Plan) -> tuple[Mark, ...]:
    reminder: Mark = (REMINDER, _reached(clock, _whole(clock, plan.silence.reminder, plan), plan))
    if clock.terms.basis == CONFIRMATION:
        return (reminder,)
    early = timedelta(minutes=plan.silence.warning_minutes)
    return (reminder, (WARNING, _reached(clock, _whole(clock, clock.terms.allowance, plan) - early, plan)))


def _unpaused(start: datetime, allowance: Allowance, terms: Terms, plan: Plan) -> datetime:
    calendar = plan.calendar(terms.calendar)
    match allowance.unit:
        case TimeUnit.MINUTES:
            return start + timedelta(minutes=allowance.amount)
        case TimeUnit.BUSINESS_DAYS:
            return business_days_later(calendar, start, allowance.amount, plan.zone)
        case TimeUnit.NEXT_BUSINESS_DAYS:
            return wall_clock_later(calendar, start, allowance.amount, plan.zone)


def _whole(clock: Clock, allowance: Allowance, plan: Plan) -> timedelta:
    """Return how much time an allowance is for this clock, in the time that the clock counts."""
    end = clock.terms.fixed or _unpaused(clock.started_at, allowance, clock.terms, plan)
    return _counted(clock, clock.started_at, end, plan)


def _counts_business_time(clock: Clock) -> bool:
    return clock.terms.fixed is None and clock.terms.allowance.unit is not TimeUnit.MINUTES


def _counted(clock: Clock, start: datetime, end: datetime, plan: Plan) -> timedelta:
    if _counts_business_time(clock):
        return worked(plan.calendar(clock.terms.calendar), start, end, plan.zone)
    return end - start


def _reached(clock: Clock, amount: timedelta, plan: Plan) -> datetime | None:
    """Return when the clock has run for so long, its pauses left out; None if an open pause comes before."""
    at, left = clock.started_at, amount
    for pause in clock.pauses:
        ran = _counted(clock, at, pause.start, plan) if pause.start > at else timedelta(0)
        if left < ran or (left == ran and not _counts_business_time(clock)):
            break
        left -= ran
        if pause.end is None:
            return None
        at = max(at, pause.end)
    if _counts_business_time(clock):
        return work_later(plan.calendar(clock.terms.calendar), at, left, plan.zone)
    return at + left
