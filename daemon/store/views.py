"""Cases as lists and `case show` print them: read-only queries, values with the field names of interface.md.

Every case stands under its name as in the subject tag, such as SUP-1042.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from daemon.errors import Permanent
from daemon.model.case import SETTLED_STATUSES, CaseNumber, Status
from daemon.rules.subjects import tag
from daemon.store.clock_views import ClockView, newest_clocks
from daemon.store.message_views import MessageView, messages_of
from daemon.store.tables import cases, history, links, participants, time_entries

OPEN_STATUSES = tuple(status.value for status in Status if status not in SETTLED_STATUSES)
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases to list; None asks for nothing."""

    status: str | None = None
    customer: str | None = None
    assignee: str | None = None
    open: bool = False
    limit: int | None = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    id: str
    subject: str
    kind: str
    status: str
    priority: str
    customer: str
    requester: str
    assignee: str
    opened_at: datetime
    closed_at: datetime | None
    hold_until: datetime | None
    waiting_on: str | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """A tie to another case."""

    type: str
    case: str


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of a case's history."""

    at: datetime
    actor: str
    event: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case, whole; the fields and their order are the contract of `case show --json`."""

    id: str
    subject: str
    kind: str
    status: str
    priority: str
    customer: str
    requester: str
    assignee: str
    participants: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None
    hold_until: datetime | None
    etr: datetime | None
    waiting_on: str | None
    escalation_level: int
    links: tuple[LinkView, ...]
    messages: tuple[MessageView, ...]
    history: tuple[EventView, ...]
    clocks: Mapping[str, ClockView]
    macd: str | None
    expected_delivery: datetime | None
    vendor: str | None
    minutes_worked: int


def list_cases(connection: Connection, wanted: CaseFilter, *, prefix: str) -> Iterator[CaseLine]:
    """Yield the cases that `wanted` asks for, the newest first."""
    query = _filtered(select(cases), wanted).order_by(cases.c.number.desc()).limit(wanted.limit)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield _line(row, prefix)


def count_cases(connection: Connection, wanted: CaseFilter) -> int:
    """Return how many cases `wanted` asks for, whatever its limit."""
    return int(connection.execute(_filtered(select(func.count()).select_from(cases), wanted)).scalar_one())


def has_cases(connection: Connection, customer: str) -> bool:
    """Tell whether there is a case of a customer, configured or not."""
    query = select(cases.c.number).where(cases.c.customer == customer).limit(1)
    return connection.execute(query).first() is not None


def _filtered(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    if wanted.open:
        query = query.where(cases.c.status.in_(OPEN_STATUSES))
    for name in ("status", "customer", "assignee"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(cases.c[name] == value)
    return query


def _line(row: Row[Any], prefix: str) -> CaseLine:
    return CaseLine(
        id=tag(prefix, row.number),
        subject=row.subject,
        kind=row.kind,
        status=row.status,
        priority=row.priority,
        customer=row.customer,
        requester=row.requester,
        assignee=row.assignee,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        hold_until=row.hold_until,
        waiting_on=row.waiting_on,
    )


def show_case(connection: Connection, number: CaseNumber, *, prefix: str, now: datetime) -> CaseView:
    """Return one case, whole, its clocks as they stand at an instant.

    Raises:
        Permanent: there is no such case.
    """
    row = case_row(connection, number, prefix=prefix)
    line = _line(row, prefix)
    return CaseView(
        **{name: getattr(line, name) for name in CaseLine.__slots__},
        participants=_participants(connection, number),
        links=_links(connection, number, prefix),
        messages=messages_of(connection, number),
        history=_history(connection, number),
        etr=row.etr,
        escalation_level=row.escalation_level,
        clocks=newest_clocks(connection, number, now=now),
        macd=row.macd,
        expected_delivery=row.expected_delivery,
        vendor=row.vendor or None,
        minutes_worked=_minutes_worked(connection, number),
    )


def case_row(connection: Connection, number: CaseNumber, *, prefix: str) -> Row[Any]:
    """Return the row of a case.

    Raises:
        Permanent: there is no such case.
    """
    known = number <= LARGEST_NUMBER
    row = connection.execute(select(cases).where(cases.c.number == number)).first() if known else None
    if row is None:
        raise Permanent(f"there is no case {tag(prefix, number)}")
    return row


def case_exists(connection: Connection, number: CaseNumber) -> bool:
    """Tell whether there is a case with this number."""
    if number > LARGEST_NUMBER:
        return False
    return connection.execute(select(cases.c.number).where(cases.c.number == number)).first() is not None


def last_event_at(connection: Connection) -> datetime | None:
    """Return when the event that was recorded last happened, or None where nothing is recorded."""
    return connection.execute(select(history.c.at).order_by(history.c.id.desc()).limit(1)).scalar()


def _participants(connection: Connection, number: CaseNumber) -> tuple[str, ...]:
    query = select(participants.c.address).where(participants.c.case_number == number)
    return tuple(connection.execute(query.order_by(participants.c.added_at, participants.c.address)).scalars())


def _links(connection: Connection, number: CaseNumber, prefix: str) -> tuple[LinkView, ...]:
    query = select(links).where(links.c.case_number == number).order_by(links.c.type, links.c.other)
    return tuple(LinkView(row.type, tag(prefix, row.other)) for row in connection.execute(query))


def _minutes_worked(connection: Connection, number: CaseNumber) -> int:
    recorded = select(func.sum(time_entries.c.minutes)).where(time_entries.c.case_number == number)
    return int(connection.execute(recorded).scalar() or 0)


def _history(connection: Connection, number: CaseNumber) -> tuple[EventView, ...]:
    query = select(history).where(history.c.case_number == number).order_by(history.c.id)
    return tuple(EventView(row.at, row.actor, row.event, row.detail) for row in connection.execute(query))
