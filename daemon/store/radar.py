"""Customers' mails of late, as the radar looks at them (R7)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from daemon.model.case import CaseNumber, LinkType, Status
from daemon.model.radar import Heard, Whose
from daemon.store.tables import cases, links, messages

PAGE = 500
MOST_LETTERS = 2_000
"""Of one mail: what a customer wants is said early."""

_NEWEST = select(func.coalesce(func.max(messages.c.id), 0))
_IS_CHILD = (
    exists().where(links.c.case_number == cases.c.number, links.c.type == LinkType.CHILD_OF.value).correlate(cases)
)
_EARLIER = messages.alias("earlier")
_FIRST = (
    select(func.min(_EARLIER.c.id)).where(_EARLIER.c.case_number == cases.c.number).correlate(cases).scalar_subquery()
)
_HEARD = (
    select(
        messages.c.id,
        messages.c.case_number,
        messages.c.incoming,
        messages.c.automatic,
        messages.c.received_at,
        func.substr(messages.c.text, 1, MOST_LETTERS).label("text"),
        cases.c.customer,
        cases.c.subject,
        cases.c.status,
        (messages.c.id == _FIRST).label("is_first"),
        _IS_CHILD.label("is_child"),
    )
    .join(cases, cases.c.number == messages.c.case_number)
    .order_by(messages.c.id.desc())
    .limit(PAGE)
)


def newest_message(connection: Connection) -> int:
    """Return the number of the newest message on any case; 0: there is none."""
    newest: int = connection.execute(_NEWEST).scalar_one()
    return newest


def heard_since(connection: Connection, since: datetime, *, after: int, most: int) -> tuple[Heard, ...]:
    """Return what customers wrote since an instant, the oldest first.

    Left out: what programs wrote, duplicates, and what is on cases that belong to a master already.

    Args:
        connection: reads page by page from the newest backwards, until a page holds nothing so late.
        since: the earliest receipt.
        after: the number of a message; only newer ones are read.
        most: so many at most, the newest.
    """
    found: list[Heard] = []
    for rows in _pages(connection, after):
        found += [_heard(row) for row in rows if row.received_at >= since and _counts(row)]
        if len(found) >= most or all(row.received_at < since for row in rows):
            break
    return tuple(reversed(found[:most]))


def _pages(connection: Connection, after: int) -> Iterator[list[Row[Any]]]:
    query = _HEARD.where(messages.c.id > after)
    rows = list(connection.execute(query))
    while rows:
        yield rows
        rows = list(connection.execute(query.where(messages.c.id < rows[-1].id))) if len(rows) == PAGE else []


def _counts(row: Row[Any]) -> bool:
    is_customers = row.incoming and not row.automatic and bool(row.customer)
    return is_customers and row.status != Status.DUPLICATE.value and not row.is_child


def _heard(row: Row[Any]) -> Heard:
    return Heard(
        message=row.id,
        case=row.case_number,
        customer=row.customer,
        subject=row.subject if row.is_first else "",
        text=row.text,
        at=row.received_at,
    )


def uncounted_among(connection: Connection, numbers: Collection[CaseNumber]) -> frozenset[CaseNumber]:
    """Return which of these cases belong to a master, or are duplicates, by now."""
    if not numbers:
        return frozenset()
    children = select(links.c.case_number).where(links.c.type == LinkType.CHILD_OF.value)
    doubles = select(cases.c.number).where(cases.c.status == Status.DUPLICATE.value)
    wanted = sorted(numbers)
    joined = connection.execute(children.where(links.c.case_number.in_(wanted))).scalars()
    return frozenset(joined) | frozenset(connection.execute(doubles.where(cases.c.number.in_(wanted))).scalars())


def whose(connection: Connection, numbers: Collection[CaseNumber]) -> dict[CaseNumber, Whose]:
    """Return whose these cases are, and what they are called."""
    if not numbers:
        return {}
    query = select(cases.c.number, cases.c.customer, cases.c.subject).where(cases.c.number.in_(sorted(numbers)))
    return {row.number: Whose(row.customer, row.subject) for row in connection.execute(query)}
