"""What the page shows is read: incidents, announced windows and planned ones, in one short look (R8.1)."""

from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta

from daemon.model.plan import Plan
from daemon.model.setup import Config
from daemon.model.window import Series, Window
from daemon.rules.maintenance.recurrence import windows_between
from daemon.rules.maintenance.steps import window_of
from daemon.store.database import Connection
from daemon.store.incidents import incidents_since
from daemon.store.public_views import first_told, public_mark
from daemon.store.windows import announced_since
from daemon.web.picture import HORIZON, MONTHS, Picture, Sources, picture_of

LONGEST_WINDOW = timedelta(days=3)
SETTLED = timedelta(days=40)
"""An announcement that ended so long ago is changed no more."""
OLDEST = timedelta(days=31 * MONTHS)


def mark_of(connection: Connection, *, now: datetime) -> Hashable:
    """Return a value that is another one once rows changed; cheap, to be asked again and again."""
    return public_mark(connection, now - SETTLED)


def look(connection: Connection, config: Config, *, now: datetime) -> Picture:
    """Return the present picture.

    Args:
        connection: reads only.
        config: in force.
        now: time-zone aware.
    """
    since = max(first_told(connection) or now, now - OLDEST)
    announced = (window_of(one) for one in announced_since(connection, since))
    sources = Sources(
        products=config.directory.products,
        incidents=tuple(one for one in incidents_since(connection, now - OLDEST) if one.opened_at <= now),
        windows=(*_planned(config.plan, since, now), *announced),
        since=since,
        zone=config.plan.zone,
    )
    return picture_of(sources, now=now)


def _planned(plan: Plan, since: datetime, now: datetime) -> Iterator[Window]:
    def known(series: Series) -> tuple[Window, ...]:
        return windows_between(series, since - LONGEST_WINDOW, now + HORIZON, plan.zone)

    return (window for series in plan.windows for window in known(series) if window.end >= since)
