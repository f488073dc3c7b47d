"""Global incidents as the command line prints them: read-only queries; every case under its name, such as SUP-1042."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from daemon.errors import Permanent
from daemon.model.case import CaseNumber, LinkType
from daemon.rules.subjects import tag
from daemon.store.desk_tables import incident_updates, incidents
from daemon.store.tables import cases, links


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident in a list."""

    id: str
    title: str
    products: tuple[str, ...]  # product ids; empty: all
    status: str  # of the master case
    assignee: str
    opened_at: datetime
    resolved_at: datetime | None
    children: int
    updates: int


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One thing that was told of it."""

    at: datetime
    kind: str
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class ChildView:
    """A case that belongs to it."""

    case: str
    customer: str
    status: str
    assignee: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident, whole."""

    id: str
    title: str
    products: tuple[str, ...]
    status: str
    assignee: str
    opened_at: datetime
    resolved_at: datetime | None
    updates: tuple[UpdateView, ...]
    children: tuple[ChildView, ...]


def _lines() -> Select[Any]:
    is_child = (links.c.case_number == incidents.c.case_number) & (links.c.type == LinkType.MASTER_OF.value)
    children = select(func.count()).select_from(links).where(is_child).scalar_subquery()
    told = select(func.count()).where(incident_updates.c.case_number == incidents.c.case_number).scalar_subquery()
    columns = (incidents, cases.c.status, cases.c.assignee, children.label("children"), told.label("updates"))
    return select(*columns).join(cases, cases.c.number == incidents.c.case_number)


def list_incidents(connection: Connection, *, prefix: str, limit: int | None, running: bool) -> Iterator[IncidentLine]:
    """Yield incidents, the newest first; `running`: only those that are not over."""
    query = _lines().order_by(incidents.c.opened_at.desc(), incidents.c.case_number.desc()).limit(limit)
    if running:
        query = query.where(incidents.c.resolved_at.is_(None))
    for row in connection.execute(query):
        yield IncidentLine(**_common(row, prefix), children=row.children, updates=row.updates)


def show_incident(connection: Connection, number: CaseNumber, *, prefix: str) -> IncidentView:
    """Return one incident, whole.

    Raises:
        Permanent: there is none of this number.
    """
    row = connection.execute(_lines().where(incidents.c.case_number == number)).first()
    if row is None:
        raise Permanent(f"{tag(prefix, number)} is no global incident")
    return IncidentView(
        **_common(row, prefix), updates=_updates(connection, number), children=_children(connection, number, prefix)
    )


def _common(row: Row[Any], prefix: str) -> dict[str, Any]:
    return {
        "id": tag(prefix, row.case_number),
        "title": row.title,
        "products": tuple(row.products),
        "status": row.status,
        "assignee": row.assignee,
        "opened_at": row.opened_at,
        "resolved_at": row.resolved_at,
    }


def _updates(connection: Connection, number: CaseNumber) -> tuple[UpdateView, ...]:
    query = select(incident_updates).where(incident_updates.c.case_number == number).order_by(incident_updates.c.id)
    return tuple(UpdateView(row.at, row.kind, row.text, row.author) for row in connection.execute(query))


def _children(connection: Connection, number: CaseNumber, prefix: str) -> tuple[ChildView, ...]:
    is_child = (links.c.case_number == number) & (links.c.type == LinkType.MASTER_OF.value)
    query = select(cases).join(links, links.c.other == cases.c.number).where(is_child).order_by(cases.c.number)
    return tuple(
        ChildView(tag(prefix, row.number), row.customer, row.status, row.assignee, row.subject)
        for row in connection.execute(query)
    )
