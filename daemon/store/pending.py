"""Kept mail that is decided again: postponed replies (S3.7), and mail that somebody's answer lets through (S2.3)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from daemon.model.case import CaseNumber
from daemon.model.mail_effect import Postpone
from daemon.model.readmission import PendingReply, PendingState, Readmission, Readmitted
from daemon.store.inbox_tables import inbox

RESTING = ("parked", *(state.value for state in PendingState))
"""States in which a message is taken up again at `lease_until`."""
_RESTED = ((PendingState.WAITING, Readmission.WAITED), (PendingState.HELD_BACK, Readmission.EXPIRED))


def postpone(connection: Connection, mail_id: int, effect: Postpone, *, reason: str) -> None:
    """Let a message have no effect before an instant (S3.7)."""
    values = {"state": effect.state.value, "claimed_by": None, "lease_until": effect.until, "reason": reason}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values | {"pending_case": effect.case}))


def readmit(connection: Connection, mail_id: int, readmitted: Readmitted) -> None:
    """Have a message decided again as soon as a reader is free."""
    values = {"state": "kept", "claimed_by": None, "lease_until": None, "readmitted": _written(readmitted)}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values))


def pending_on(connection: Connection, case: CaseNumber) -> tuple[PendingReply, ...]:
    """Return the replies on a case that have had no effect yet, the oldest first."""
    states = [state.value for state in PendingState]
    query = select(inbox).where(inbox.c.pending_case == case, inbox.c.state.in_(states)).order_by(inbox.c.id)
    rows = connection.execute(query)
    return tuple(PendingReply(row.id, row.sender, PendingState(row.state), row.received_at) for row in rows)


def readmit_rested(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note of postponed replies whose time has come that they waited, or that nobody wanted them sent (S3.7)."""
    for state, why in _RESTED:
        written = _written(Readmitted(why, now))
        rested = inbox.c.id.in_(ids) & (inbox.c.state == state.value)
        connection.execute(update(inbox).where(rested).values(readmitted=written))


def read_readmitted(written: dict[str, str] | None) -> Readmitted | None:
    """Return why a message is decided again, as its row says."""
    if written is None:
        return None
    why, at = Readmission(written["why"]), datetime.fromisoformat(written["at"])
    return Readmitted(why, at, written["by"], written["authority"])


def _written(readmitted: Readmitted) -> dict[str, str]:
    at = readmitted.at.isoformat()
    return {"why": readmitted.why.value, "at": at, "by": readmitted.by, "authority": readmitted.authority}
