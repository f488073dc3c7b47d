"""Kept mail that is decided again: postponed replies (S3.7), and mail that somebody's answer lets through (S2.3)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from daemon.model.case import CaseNumber
from daemon.model.mail_effect import Postpone
from daemon.model.readmission import PendingReply, PendingState, Readmission, Readmitted
from daemon.store.inbox_tables import inbox
from daemon.store.instant import Instant

POSTPONED = tuple(state.value for state in PendingState)
"""States of an agent's reply that has had no effect yet."""
_RESTED = ((PendingState.WAITING, Readmission.WAITED), (PendingState.HELD_BACK, Readmission.EXPIRED))


def postpone(connection: Connection, mail_id: int, effect: Postpone, *, reason: str) -> None:
    """Let a message have no effect before an instant (S3.7)."""
    values = {
        "state": effect.state.value,
        "claimed_by": None,
        "lease_until": effect.until,
        "reason": reason,
        "pending_case": effect.case,
    }
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values))


def explain(connection: Connection, mail_id: int, story: dict[str, Any], *, text: str) -> None:
    """Write why a message is postponed, and its agent's text, to be handed back."""
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(decision=story | {"text": text}))


def readmit(connection: Connection, mail_id: int, readmitted: Readmitted) -> None:
    """Have a message decided again as soon as a reader is free."""
    values = {"state": "kept", "claimed_by": None, "lease_until": None, "readmitted": _written(readmitted)}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values))


def pending_on(connection: Connection, cases: Collection[CaseNumber]) -> tuple[PendingReply, ...]:
    """Return the replies on these cases that have had no effect yet, the oldest first, locking their rows."""
    if not cases:
        return ()
    query = select(inbox).where(inbox.c.pending_case.in_(sorted(cases)), inbox.c.state.in_(POSTPONED))
    rows = connection.execute(query.order_by(inbox.c.id).with_for_update())
    return tuple(_pending(row) for row in rows)


def _pending(row: Row[Any]) -> PendingReply:
    text = (row.decision or {}).get("text", "")
    return PendingReply(
        mail=row.id,
        sender=row.sender,
        state=PendingState(row.state),
        received_at=row.received_at,
        until=row.lease_until,
        case=row.pending_case,
        text=text,
    )


def are_due(connection: Connection, now: datetime) -> bool:
    """Tell whether a postponed reply waits for a reader by `now`."""
    return connection.execute(_ANY_RESTED, {"now": now}).first() is not None


_HAVE_RESTED = select(inbox.c.id, inbox.c.state).where(
    or_(*(inbox.c.state == state for state in POSTPONED)),
    inbox.c.lease_until <= bindparam("now", type_=Instant()),
)
_ANY_RESTED = _HAVE_RESTED.limit(1)


def readmit_rested(connection: Connection, now: datetime) -> int:
    """Have postponed replies decided again whose time has come: they waited, or nobody wanted them sent (S3.7).

    Mail that was received by then is decided first: a `#stop` that came in time counts, however late it is read (R5.6).

    Returns:
        How many.
    """
    if not are_due(connection, now):
        return 0
    rested, first_unread = _HAVE_RESTED, _oldest_undecided(connection)
    if first_unread is not None:
        rested = rested.where(inbox.c.lease_until < first_unread)
    found = connection.execute(rested.with_for_update(skip_locked=True), {"now": now}).all()
    for state, why in _RESTED:
        ids = [row.id for row in found if row.state == state.value]
        for mail_id in ids:
            readmit(connection, mail_id, Readmitted(why, now))
    return len(found)


def _oldest_undecided(connection: Connection) -> datetime | None:
    """Return when the oldest mail was received that waits for a reader or is in one's hands."""
    column = inbox.c.received_at
    states = ("kept", "reading")
    oldest = (select(func.min(column, type_=column.type)).where(inbox.c.state == s).scalar_subquery() for s in states)
    return min((at for at in connection.execute(select(*oldest)).one() if at is not None), default=None)


def read_readmitted(written: dict[str, str] | None) -> Readmitted | None:
    """Return why a message is decided again, as its row says."""
    if written is None:
        return None
    why, at = Readmission(written["why"]), datetime.fromisoformat(written["at"])
    return Readmitted(why, at, written["by"], written.get("authority", ""), written.get("word", ""))


def _written(readmitted: Readmitted) -> dict[str, str]:
    told = {"why": readmitted.why.value, "at": readmitted.at.isoformat(), "by": readmitted.by}
    return told | {"authority": readmitted.authority, "word": readmitted.word}
