"""Writing outgoing mail: a row, and the thread that it continues.  Only `posting` calls these, for `apply`."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, literal, select, union_all

from daemon.model.case import CaseNumber
from daemon.store.conflict import Insert, insert_into
from daemon.store.tables import messages, outbox

MAX_REFERENCES = 10


def insert_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert rows (columns of `outbox`), but for those of which there is one with their key already."""
    connection.execute(_insert_rows(connection.dialect.name), rows)


@cache
def _insert_rows(dialect: str) -> Insert:
    return insert_into(dialect, outbox).on_conflict_do_nothing(index_elements=["key"])


_SENT_BY = (
    select(messages.c.message_id, messages.c.received_at.label("at"), literal(0).label("ours"), messages.c.id)
    .where(messages.c.case_number == bindparam("case"), messages.c.author == bindparam("address"))
    .where(messages.c.message_id != "")
    .order_by(messages.c.id.desc())
    .limit(MAX_REFERENCES)
    .subquery()
)
_SENT_TO = (
    select(outbox.c.message_id, outbox.c.created_at.label("at"), literal(1).label("ours"), outbox.c.id)
    .where(outbox.c.case_number == bindparam("case"), outbox.c.recipient == bindparam("address"))
    .where(outbox.c.state != "cancelled")
    .order_by(outbox.c.id.desc())
    .limit(MAX_REFERENCES)
    .subquery()
)
_OCTETS = select(outbox.c.octets).where(outbox.c.message_id == bindparam("message_id"))
_THREAD = union_all(select(_SENT_BY), select(_SENT_TO)).order_by("at", "ours", "id")


def sent_octets(connection: Connection, message_id: str) -> bytes | None:
    """Return the octets of the mail of ours that has this Message-ID, or None where there is none."""
    return connection.execute(_OCTETS, {"message_id": message_id}).scalar()


def thread_of(connection: Connection, number: CaseNumber, address: str) -> tuple[str, ...]:
    """Return the last Message-IDs that this person sent or was sent on the case, oldest first."""
    rows = connection.execute(_THREAD, {"case": number, "address": address})
    return tuple(dict.fromkeys(row.message_id for row in rows))[-MAX_REFERENCES:]
