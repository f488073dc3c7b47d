"""Writing outgoing mail: a row, and the thread that it continues.  Only `posting` calls these, for `apply`."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, literal, select, union_all

from daemon.model.case import CaseNumber
from daemon.store.conflict import insert_into
from daemon.store.prepared import Prepared
from daemon.store.tables import messages, outbox

MAX_REFERENCES = 10
THREADS_AT_ONCE = 8


def insert_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert rows (columns of `outbox`), but for those of which there is one with their key already."""
    _insert_row(connection.dialect.name).each(connection, rows)


@cache
def _insert_row(dialect: str) -> Prepared:
    return Prepared(insert_into(dialect, outbox).on_conflict_do_nothing(index_elements=["key"]))


def _newest(nth: int, people: Column[str], at: Column[datetime], *, ours: int) -> Select[Any]:
    """Ask for the last Message-IDs of the n-th person on the n-th case, in the table of mails or of messages."""
    table = people.table
    is_shown = outbox.c.state != "cancelled" if ours else messages.c.message_id != ""
    found = (
        select(literal(nth).label("nth"), table.c.message_id, at.label("at"), literal(ours).label("ours"), table.c.id)
        .where(table.c.case_number == bindparam(f"case{nth}"), people == bindparam(f"address{nth}"), is_shown)
        .order_by(table.c.id.desc())
        .limit(MAX_REFERENCES)
    )
    return select(found.subquery())


@cache
def _threads(count: int) -> Prepared:
    sent_by = (_newest(nth, messages.c.author, messages.c.received_at, ours=0) for nth in range(count))
    sent_to = (_newest(nth, outbox.c.recipient, outbox.c.created_at, ours=1) for nth in range(count))
    return Prepared(union_all(*sent_by, *sent_to).order_by("at", "ours", "id"))


_OCTETS = Prepared(select(outbox.c.octets).where(outbox.c.message_id == bindparam("message_id")))


def sent_octets(connection: Connection, message_id: str) -> bytes | None:
    """Return the octets of the mail of ours that has this Message-ID, or None where there is none."""
    found = _OCTETS.row(connection, {"message_id": message_id})
    return found.octets if found else None


def threads_of(
    connection: Connection, asked: Collection[tuple[CaseNumber, str]]
) -> dict[tuple[CaseNumber, str], tuple[str, ...]]:
    """Return the last Message-IDs that each person sent or was sent on a case, oldest first."""
    threads: dict[tuple[CaseNumber, str], dict[str, None]] = {}
    threads_asked = list(asked)
    for start in range(0, len(threads_asked), THREADS_AT_ONCE):
        some = threads_asked[start : start + THREADS_AT_ONCE]
        given: dict[str, Any] = {f"case{nth}": case for nth, (case, _) in enumerate(some)}
        given |= {f"address{nth}": address for nth, (_, address) in enumerate(some)}
        for row in _threads(len(some)).rows(connection, given):
            threads.setdefault(some[row.nth], {})[row.message_id] = None
    return {thread: tuple(ids)[-MAX_REFERENCES:] for thread, ids in threads.items()}
