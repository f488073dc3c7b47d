"""What a reply to a closed case does (R5)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from daemon.model.case import Case, Status
from daemon.model.plan import Plan
from daemon.rules.business_time import local_date


class Reopening(StrEnum):
    """The ways in which a closed case is taken up again; the value is the rule."""

    SAME_CASE = "R5.1"
    LINKED_CASE = "R5.2"
    RESUMED_CASE = "R5.4"
    UNDONE_CLOSING = "R5.6"


def reopening(case: Case, received_at: datetime, plan: Plan) -> Reopening:
    """Decide what a reply to a closed case does.

    R5.1 counts calendar days, as dates in the plan's zone: a case closed on the 1st at any hour can be reopened
    until the end of the 8th.  R5.4 comes first: Closed - No Response never reopens, one minute later either.  A mail
    that was received before a closing by silence, of either status, undoes it (R5.6): there was no silence.

    Args:
        case: a closed case (`closed_at` is set).
        received_at: when the mail reached the mailbox (R5.3), aware.
        plan: gives the zone and the number of days.

    Raises:
        ValueError: the case is open.
    """
    if case.closed_at is None or not case.is_closed():
        raise ValueError(f"case {case.number} is open")
    is_silence = case.ended_by_silence or case.status is Status.CLOSED_NO_RESPONSE
    if is_silence and received_at < case.closed_at:
        return Reopening.UNDONE_CLOSING
    if case.status is Status.CLOSED_NO_RESPONSE:
        return Reopening.RESUMED_CASE
    if local_date(received_at, plan.zone) <= last_day(case.closed_at, plan):
        return Reopening.SAME_CASE
    return Reopening.LINKED_CASE


def last_day(closed_at: datetime, plan: Plan) -> date:
    """Return the last date, in the plan's zone, on which a case closed at `closed_at` can be reopened (R5.1)."""
    return local_date(closed_at, plan.zone) + timedelta(days=plan.reopening_days)
