"""What stands on a case that an agent's reply is held against before it leaves (S3.7)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from daemon.model.case import CaseNumber
from daemon.model.replies import OtherReply, TaggedCase
from daemon.store.tables import cases, messages

MAX_NOTES = 50
MAX_LETTERS = 10_000
"""Of one message: the work on one mail stays bounded."""


def notes_on(connection: Connection, case: CaseNumber) -> tuple[str, ...]:
    """Return the last internal notes of a case, the newest first."""
    return _texts(connection, case, messages.c.public.is_(False), messages.c.incoming.is_(False))


def said_on(connection: Connection, case: CaseNumber) -> tuple[str, ...]:
    """Return what was said last on a case publicly, by its customer or to them, the newest first."""
    return _texts(connection, case, messages.c.public.is_(True))


def _texts(connection: Connection, case: CaseNumber, *which: Any) -> tuple[str, ...]:
    query = _on(case, func.substr(messages.c.text, 1, MAX_LETTERS)).where(*which)
    newest = query.order_by(messages.c.id.desc()).limit(MAX_NOTES)
    return tuple(connection.execute(newest).scalars())


def replies_since(connection: Connection, case: CaseNumber, since: datetime) -> tuple[OtherReply, ...]:
    """Return the public replies of ours on a case that were received since an instant, the oldest first."""
    query = _on(case, messages).where(messages.c.incoming.is_(False), messages.c.public.is_(True))
    rows = connection.execute(query.where(messages.c.received_at >= since).order_by(messages.c.id))
    return tuple(OtherReply(agent=row.author, received_at=row.received_at, text=row.text) for row in rows)


def customer_wrote_at(connection: Connection, case: CaseNumber) -> datetime | None:
    """Return when a person outside wrote last on a case."""
    column = messages.c.received_at
    query = _on(case, func.max(column, type_=column.type)).where(messages.c.incoming.is_(True))
    at: datetime | None = connection.execute(query).scalar()
    return at


def tagged_cases(connection: Connection, numbers: Collection[CaseNumber]) -> tuple[TaggedCase, ...]:
    """Return whose these cases are; those that do not exist are left out."""
    if not numbers:
        return ()
    query = select(cases.c.number, cases.c.customer).where(cases.c.number.in_(sorted(numbers)))
    return tuple(TaggedCase(row.number, row.customer) for row in connection.execute(query))


def _on(case: CaseNumber, *columns: Any) -> Select[Any]:
    return select(*columns).where(messages.c.case_number == case, messages.c.automatic.is_(False))
