"""What the status page asks of the database (R8.1): whether anything changed, and how far its history goes back."""

from collections.abc import Hashable
from datetime import datetime

from sqlalchemy import Connection, func, select

from daemon.store.desk_tables import announcements, incident_updates, incidents, window_steps
from daemon.store.instant import Instant
from daemon.store.windows import announced_since

_FIRSTS = (incidents.c.opened_at, announcements.c.announced_at, window_steps.c.at)


def public_mark(connection: Connection, since: datetime) -> Hashable:
    """Return a value that is another one once anything changed that the page shows of incidents and announcements.

    Args:
        connection: any.
        since: announcements that ended earlier cannot change any more.
    """
    counted = (
        connection.execute(select(func.count()).select_from(incidents)).scalar_one(),
        connection.execute(select(func.max(incident_updates.c.id))).scalar_one(),
        connection.execute(
            select(func.count()).select_from(incidents).where(incidents.c.resolved_at.is_(None))
        ).scalar_one(),
    )
    return counted, announced_since(connection, since)


def first_told(connection: Connection) -> datetime | None:
    """Return when the first incident, announcement or step of a window was; None: there was none yet."""
    found = (connection.execute(select(func.min(column, type_=Instant))).scalar_one_or_none() for column in _FIRSTS)
    return min((at for at in found if at), default=None)
