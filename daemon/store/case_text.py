"""A case's history as text, for the manager whom an escalation reaches (R9.2)."""

from sqlalchemy import Connection, bindparam, select

from daemon.model.case import CaseNumber
from daemon.store.tables import messages

MAX_MESSAGES = 30
MAX_LETTERS = 4_000

_LAST = (
    select(messages)
    .where(messages.c.case_number == bindparam("case"), messages.c.automatic.is_(False))
    .order_by(messages.c.id.desc())
    .limit(MAX_MESSAGES)
)


def case_text(connection: Connection, number: CaseNumber) -> str:
    """Return the last messages of a case, the oldest of them first: when, who, whether it is a note, and the text."""
    rows = connection.execute(_LAST, {"case": number}).all()
    told = []
    for row in reversed(rows):
        note = "" if row.public else " (internal note)"
        text = row.text if len(row.text) <= MAX_LETTERS else f"{row.text[:MAX_LETTERS]} [...]"
        told.append(f"{row.received_at:%Y-%m-%d %H:%M} UTC, {row.author}{note}:\n{text}")
    return "\n\n".join(told)
