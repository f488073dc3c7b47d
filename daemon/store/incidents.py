"""Global incidents and storms: what was told to everybody (R7, R8.1)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from daemon.model.case import CaseNumber, LinkType
from daemon.model.desk_effect import OpenIncident
from daemon.model.incident import Incident, IncidentUpdate, Storm, UpdateKind
from daemon.store.conflict import insert_into
from daemon.store.desk_tables import incident_updates, incidents, storms
from daemon.store.tables import links


def open_incident(connection: Connection, effect: OpenIncident) -> None:
    """Write a master's public face; one that has it gets the title and the products, and keeps its beginning."""
    row = {
        "case_number": effect.case,
        "title": effect.title,
        "products": list(effect.products),
        "opened_at": effect.at,
    }
    again = {"title": row["title"], "products": row["products"]}
    statement = insert_into(connection.dialect.name, incidents)
    connection.execute(statement.on_conflict_do_update(index_elements=["case_number"], set_=again), row)


def retitle_incident(connection: Connection, case: CaseNumber, title: str) -> None:
    """Give an incident another title."""
    connection.execute(update(incidents).where(incidents.c.case_number == case).values(title=title))


def tell_incident(connection: Connection, case: CaseNumber, told: IncidentUpdate) -> None:
    """Put an update on an incident, or end it; one that goes on after its end is open again.

    What is told of one that is over, and says so too, leaves its end where it was.
    """
    row = {"case_number": case, "at": told.at, "kind": told.kind.value, "text": told.text, "author": told.author}
    connection.execute(insert(incident_updates).values(row))
    is_over = told.kind is UpdateKind.RESOLVED
    ended = func.coalesce(incidents.c.resolved_at, bindparam("at", type_=incidents.c.resolved_at.type))
    over = ended if is_over else None
    changed = update(incidents).where(incidents.c.case_number == case).values(resolved_at=over)
    connection.execute(changed, {"at": told.at} if is_over else {})


def incidents_of(connection: Connection, cases: Collection[CaseNumber]) -> tuple[Incident, ...]:
    """Return the incidents of these masters, in order of their numbers."""
    if not cases:
        return ()
    query = select(incidents).where(incidents.c.case_number.in_(list(cases))).order_by(incidents.c.case_number)
    return _with_updates(connection, connection.execute(query).all())


def incidents_since(connection: Connection, since: datetime) -> tuple[Incident, ...]:
    """Return the incidents that are not over, or were over at an instant or later, the newest first."""
    open_then = or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= since)
    query = select(incidents).where(open_then).order_by(incidents.c.opened_at.desc(), incidents.c.case_number.desc())
    return _with_updates(connection, connection.execute(query).all())


def children_of(connection: Connection, masters: Collection[CaseNumber]) -> tuple[CaseNumber, ...]:
    """Return the numbers of all children of these cases, in order."""
    if not masters:
        return ()
    is_child = links.c.case_number.in_(list(masters)) & (links.c.type == LinkType.MASTER_OF.value)
    return tuple(connection.execute(select(links.c.other).where(is_child).order_by(links.c.other)).scalars())


def _with_updates(connection: Connection, rows: Collection[Row[Any]]) -> tuple[Incident, ...]:
    told: dict[CaseNumber, list[IncidentUpdate]] = defaultdict(list)
    numbers = [row.case_number for row in rows]
    query = select(incident_updates).where(incident_updates.c.case_number.in_(numbers)).order_by(incident_updates.c.id)
    for row in connection.execute(query) if numbers else ():
        told[row.case_number].append(IncidentUpdate(row.at, UpdateKind(row.kind), row.text, row.author))
    return tuple(
        Incident(
            case=row.case_number,
            title=row.title,
            products=tuple(row.products),
            opened_at=row.opened_at,
            resolved_at=row.resolved_at,
            updates=tuple(told[row.case_number]),
        )
        for row in rows
    )


def keep_storm(connection: Connection, storm: Storm) -> int:
    """Write a storm as it now stands, and return its number."""
    row = {
        "at": storm.at,
        "cases": list(storm.cases),
        "words": list(storm.words),
        "products": list(storm.products),
        "incident": storm.incident,
    }
    if storm.id:
        connection.execute(update(storms).where(storms.c.id == storm.id).values(row))
        return storm.id
    number: int = connection.execute(insert(storms).values(row).returning(storms.c.id)).scalar_one()
    return number


def lock_storm(connection: Connection, number: int) -> Storm | None:
    """Return a storm, locking its row."""
    row = connection.execute(select(storms).where(storms.c.id == number).with_for_update()).first()
    return _storm(row) if row else None


def storms_since(connection: Connection, since: datetime) -> tuple[Storm, ...]:
    """Return the storms of which agents were told at an instant or later."""
    rows = connection.execute(select(storms).where(storms.c.at >= since).order_by(storms.c.id))
    return tuple(_storm(row) for row in rows)


def _storm(row: Row[Any]) -> Storm:
    return Storm(
        id=row.id,
        at=row.at,
        cases=tuple(row.cases),
        words=tuple(row.words),
        products=tuple(row.products),
        incident=row.incident,
    )
