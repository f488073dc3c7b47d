"""What the page shows is read: incidents, announced windows and planned ones, in one short look (R8.1)."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta

from daemon.model.plan import Plan
from daemon.model.setup import Config
from daemon.model.window import Series, Told, Window
from daemon.rules.maintenance.known import CANCELLED
from daemon.rules.maintenance.recurrence import windows_between
from daemon.rules.maintenance.steps import ANNOUNCED_KEY, window_of
from daemon.store.database import Connection
from daemon.store.incidents import incidents_since
from daemon.store.public_views import first_told, public_mark
from daemon.store.windows import announced_since, last_told_between
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
    told = last_told_between(connection, since, now)
    planned = _as_told(_planned(config.plan, since, now), told, now=now)
    sources = Sources(
        products=config.directory.products,
        incidents=tuple(one for one in incidents_since(connection, now - OLDEST) if one.opened_at <= now),
        windows=(*planned, *announced),
        since=since,
        zone=config.plan.zone,
    )
    return picture_of(sources, now=now)


def _planned(plan: Plan, since: datetime, now: datetime) -> Iterator[Window]:
    def known(series: Series) -> tuple[Window, ...]:
        return windows_between(series, since - LONGEST_WINDOW, now + HORIZON, plan.zone)

    return (window for series in plan.windows for window in known(series) if window.end >= since)


def _as_told(planned: Iterable[Window], told: tuple[Told, ...], *, now: datetime) -> Iterator[Window]:
    """Give the planned windows; those that are over as people were told of them, whatever the files say since."""
    past = {one.window: one for one in told if not one.window.startswith(ANNOUNCED_KEY)}
    for window in planned:
        one = past.pop(window.key, None)
        yield _past(one) if one and window.end <= now else window
    yield from map(_past, past.values())


def _past(told: Told) -> Window:
    is_cancelled = told.step == CANCELLED
    return Window(
        key=told.window, work=told.work, start=told.start, end=told.end, tells_end=True, is_cancelled=is_cancelled
    )
