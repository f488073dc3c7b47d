"""What the status page asks of the database (R8.1): whether anything changed, and how far its history goes back."""

from collections.abc import Hashable
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from daemon.store.desk_tables import announcements, incident_updates, incidents, window_steps
from daemon.store.instant import Instant
from daemon.store.windows import announced_since

_FIRSTS = (incidents.c.opened_at, announcements.c.announced_at, window_steps.c.at)


def public_mark(connection: Connection, since: datetime) -> Hashable:
    """Return a value that is another one once anything changed that the page shows of incidents and announcements.

    Args:
        connection: reads only.
        since: incidents and announcements that were over earlier change no more.
    """
    newest = connection.execute(select(func.max(incident_updates.c.id))).scalar_one()
    alive = or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= since)
    columns = (incidents.c.case_number, incidents.c.title, incidents.c.products, incidents.c.resolved_at)
    faces = connection.execute(select(*columns).where(alive).order_by(incidents.c.case_number))
    return (
        newest,
        tuple((row.case_number, row.title, tuple(row.products), row.resolved_at) for row in faces),
        (announced_since(connection, since)),
    )


def first_told(connection: Connection) -> datetime | None:
    """Return when the first incident, announcement or step of a window was; None: there was none yet."""
    found = (connection.execute(select(func.min(column, type_=Instant))).scalar_one_or_none() for column in _FIRSTS)
    return min((at for at in found if at), default=None)
