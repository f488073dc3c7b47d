"""Maintenance windows of a rehearsal: when their next step comes, and which there are in its time (R11)."""

from datetime import datetime

from daemon.desk import Desk
from daemon.model.window import Window
from daemon.rules.maintenance.calendar import in_order, planned_windows
from daemon.rules.maintenance.steps import BEHIND, next_step_at, window_of, windows_near
from daemon.store.database import Connection
from daemon.store.windows import announced_since


def next_window_at(connection: Connection, desk: Desk, now: datetime) -> datetime | None:
    """Return when the next step of a window comes after `now`, as far as it is near."""
    plan = desk.config.plan
    announced = (window_of(one) for one in announced_since(connection, now - BEHIND))
    return next_step_at((*windows_near(plan, now), *announced), now, plan.zone)


def windows_within(connection: Connection, desk: Desk, first: datetime, last: datetime) -> tuple[Window, ...]:
    """Return every window that starts in a time, planned or announced, cancelled ones too, in order."""
    announced = (window_of(one) for one in announced_since(connection, first))
    every = (*planned_windows(desk.config.plan, first, last), *announced)
    return in_order(window for window in every if first <= window.start <= last)
