"""Putting a kept message back in the queue, to be read and decided again (S1.2).

Only what has done nothing yet can be decided again: a message that failed or rests, and one that still waits for a
person.  What opened or changed a case has had its effect.
"""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from daemon.errors import Permanent
from daemon.model.outcome import DetainedState, Outcome
from daemon.store.inbox_tables import detained, inbox

_DETAINED = (Outcome.HELD.value, Outcome.QUARANTINED.value)


def retry_mail(connection: Connection, mail_id: int) -> None:
    """Put a message back; a detention that is still open is ended by it.

    Raises:
        Permanent: there is no such message, or it has had its effect, or it is being read.
    """
    query = select(inbox.c.state, inbox.c.outcome).where(inbox.c.id == mail_id).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise Permanent(f"there is no message {mail_id}")
    refusal = _refusal(connection, mail_id, row)
    if refusal:
        raise Permanent(f"message {mail_id} {refusal}")
    connection.execute(delete(detained).where(detained.c.inbox_id == mail_id))
    fresh = {"state": "kept", "outcome": None, "decision": None, "decided_at": None, "reason": "", "content_key": None}
    counts = {"attempts": 0, "releases": 0, "claimed_by": None, "lease_until": None}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(fresh | counts))


def _refusal(connection: Connection, mail_id: int, row: Any) -> str:
    """Return why a message cannot be decided again, or the empty string."""
    if row.state == "reading":
        return "is being read right now"
    if row.state != "done" or row.outcome == Outcome.FAILED:
        return ""
    if row.outcome == Outcome.REJECTED:
        return "was refused before it was kept: there is nothing to read"
    if row.outcome not in _DETAINED:
        return f"was decided ({row.outcome}): deciding again would do everything twice"
    query = select(detained.c.state).where(detained.c.inbox_id == mail_id)
    state = connection.execute(query.with_for_update()).scalar()
    return "" if state in (None, DetainedState.OPEN) else f"waited for a person and was settled ({state})"
