"""Who decided on a MACD request since its approvers were asked last (R10.2)."""

from sqlalchemy import Connection, select

from daemon.model.case import CaseNumber
from daemon.model.facts import FirstVerdict
from daemon.store.tables import history

ASKED, APPROVED, DECLINED = "approval_asked", "macd_approved", "macd_declined"
"""Events of the history, as the rules and `apply` write them."""


def first_verdict(connection: Connection, case: CaseNumber) -> FirstVerdict | None:
    """Return who said yes or no to a request, or None while an answer is awaited."""
    query = select(history.c.event, history.c.actor).where(
        history.c.case_number == case, history.c.event.in_((ASKED, APPROVED, DECLINED))
    )
    row = connection.execute(query.order_by(history.c.id.desc()).limit(1)).first()
    if row is None or row.event == ASKED:
        return None
    return FirstVerdict("approved" if row.event == APPROVED else "declined", row.actor)
