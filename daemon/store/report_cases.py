"""Cases by status and by age, counted where they are stored."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from daemon.model.case import SETTLED_STATUSES, Status
from daemon.model.report import CaseCount, CaseFlow, Span
from daemon.rules.report_period import AGE_NAMES, OLDEST, age_limits
from daemon.store.tables import cases, history

_OPEN = tuple(status.value for status in Status if status not in SETTLED_STATUSES)


def by_status(connection: Connection, span: Span, *, customer: str | None) -> tuple[CaseCount, ...]:
    """Return the cases opened in a span by the status that they have now; in the order of R4's table."""
    query = _counted(cases.c.status, customer).where(cases.c.opened_at >= span.start, cases.c.opened_at < span.end)
    return _read(connection, query, tuple(status.value for status in Status))


def by_age(connection: Connection, *, now: datetime, zone: ZoneInfo, customer: str | None) -> tuple[CaseCount, ...]:
    """Return all cases that are open now by their age in days, whenever they were opened; the youngest first."""
    limits = ((cases.c.opened_at >= instant, name) for name, instant in age_limits(now, zone))
    age = case(*limits, else_=OLDEST)
    return _read(connection, _counted(age, customer).where(cases.c.status.in_(_OPEN)), AGE_NAMES)


def flow(connection: Connection, span: Span, *, customer: str | None) -> tuple[CaseFlow, ...]:
    """Return how many cases were opened in a span, and how many were closed in it and are closed still."""

    def within(instant: ColumnElement[datetime]) -> ColumnElement[bool]:
        return (instant >= span.start) & (instant < span.end)

    opened, closed = within(cases.c.opened_at), within(cases.c.closed_at)
    counts = func.count(case((opened, 1))).label("opened"), func.count(case((closed, 1))).label("closed")
    query = select(cases.c.customer, *counts).where(or_(opened, closed)).group_by(cases.c.customer)
    rows = connection.execute(_only(query, customer).order_by(cases.c.customer))
    return tuple(CaseFlow(customer=row.customer, opened=row.opened, closed=row.closed) for row in rows)


def knows_customer(connection: Connection, customer: str) -> bool:
    """Tell whether any case is a customer's, who may have left the configuration since."""
    return connection.execute(select(cases.c.number).where(cases.c.customer == customer).limit(1)).first() is not None


def first_event_at(connection: Connection) -> datetime | None:
    """Return when the desk's first event was recorded; None: nothing has happened here yet."""
    return connection.execute(select(history.c.at).order_by(history.c.id).limit(1)).scalar()


def _counted(value: ColumnElement[str], customer: str | None) -> Select[Any]:
    named = value.label("value")
    return _only(select(cases.c.customer, named, func.count().label("cases")), customer).group_by(
        cases.c.customer, named
    )


def _only(query: Select[Any], customer: str | None) -> Select[Any]:
    return query if customer is None else query.where(cases.c.customer == customer)


def _read(connection: Connection, query: Select[Any], order: tuple[str, ...]) -> tuple[CaseCount, ...]:
    rows = connection.execute(query)
    counts = (CaseCount(customer=row.customer, value=row.value, cases=row.cases) for row in rows)
    return tuple(sorted(counts, key=lambda count: (count.customer, order.index(count.value))))
