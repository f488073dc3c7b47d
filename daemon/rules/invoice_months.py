"""When invoices are due (R12.1), and which months an invoice is compared with.

An invoice is due on the plan's day at the plan's hour on its wall clock, weekends and holidays too.  After an outage
the month that was due last is caught up, and the one before.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from daemon.model.plan import Plan

MONTHS = 2
"""So many months are caught up: the one that was due last, and the one before."""
MONTHS_COMPARED = 12
"""A file that went out within so many months before is not sent again as this month's."""
SAME_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueMonth:
    """A month whose invoices are due."""

    month: str  # 2026-11
    due: datetime
    is_last: bool  # the one that came due last


def due_at(month: date, plan: Plan) -> datetime:
    """Return when the invoices of a month are due."""
    hour, minute = divmod(plan.invoices.minute, 60)
    day = month.replace(day=plan.invoices.day)
    return datetime.combine(day, time(hour, minute), tzinfo=plan.zone).astimezone(UTC)


def months_due(now: datetime, plan: Plan) -> tuple[DueMonth, ...]:
    """Return the months that are due at an instant, the earlier first; older ones are caught up no more."""
    month = now.astimezone(plan.zone).date().replace(day=1)
    if due_at(month, plan) > now:
        month = _before(month)
    found = []
    for number in range(MONTHS):
        found.append(DueMonth(f"{month:%Y-%m}", due_at(month, plan), is_last=number == 0))
        month = _before(month)
    return tuple(reversed(found))


def next_due_at(now: datetime, plan: Plan) -> datetime:
    """Return when invoices come due next, after `now`."""
    month = now.astimezone(plan.zone).date().replace(day=1)
    at = due_at(month, plan)
    return at if at > now else due_at(_after(month), plan)


def is_ours(due: DueMonth, *, now: datetime, began: datetime | None, has_folder: bool) -> bool:
    """Tell whether a month is this desk's to send: it was there when the month came due, or it has its folder now.

    A desk that is new sends the month that was due last if there is a folder for it, and no earlier one.
    """
    if began is not None and began <= due.due:
        return True
    return due.is_last and (has_folder or now < due.due + SAME_DAY)


def other_months(month: str) -> tuple[str, ...]:
    """Return the months whose invoices must not be this one's again: of the year before, and the next."""
    first = date.fromisoformat(f"{month}-01")
    found = [_after(first)]
    for _ in range(MONTHS_COMPARED):
        first = _before(first)
        found.append(first)
    return tuple(f"{one:%Y-%m}" for one in found)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
