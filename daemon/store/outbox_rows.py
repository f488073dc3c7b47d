"""Writing outgoing mail: a row, and the thread that it continues.  Only `posting` calls these, for `apply`."""

from typing import Any

from sqlalchemy import Connection, select

from daemon.model.case import CaseNumber
from daemon.store.conflict import insert_into
from daemon.store.tables import messages, outbox

MAX_REFERENCES = 10


def insert_row(connection: Connection, row: dict[str, Any]) -> bool:
    """Insert a row (columns of `outbox`); False: there is one with this key already."""
    inserted = insert_into(connection, outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
    return connection.execute(inserted, row).first() is not None


def thread_of(connection: Connection, number: CaseNumber, address: str) -> tuple[str, ...]:
    """Return the last Message-IDs that this person sent or was sent on the case, oldest first."""
    sent_by = (
        select(messages.c.message_id, messages.c.received_at.label("at"))
        .where(messages.c.case_number == number, messages.c.author == address, messages.c.message_id != "")
        .order_by(messages.c.id.desc())
        .limit(MAX_REFERENCES)
    )
    sent_to = (
        select(outbox.c.message_id, outbox.c.created_at.label("at"))
        .where(outbox.c.case_number == number, outbox.c.recipient == address, outbox.c.state != "cancelled")
        .order_by(outbox.c.id.desc())
        .limit(MAX_REFERENCES)
    )
    rows = [*reversed(connection.execute(sent_by).all()), *reversed(connection.execute(sent_to).all())]
    ordered = [row.message_id for row in sorted(rows, key=lambda row: row.at)]
    return tuple(dict.fromkeys(ordered))[-MAX_REFERENCES:]
