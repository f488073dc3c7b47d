"""The weekly report, when a week has begun: once, however many daemons and however late."""

from collections.abc import Collection
from datetime import datetime
from weakref import WeakKeyDictionary

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.posting import Posting
from daemon.reporting import weekly_figures
from daemon.rules.weekly_report import (
    PATIENCE,
    WeeklyReport,
    due_report,
    report_keys,
    send_report,
    tells_of_something,
)
from daemon.store.answers import any_queued
from daemon.store.database import Connection, Engine, lock
from daemon.store.due import Due
from daemon.store.report_cases import first_event_at
from daemon.tick.clocks import unread_mail
from daemon.tick.source import Source

_QUEUED: WeakKeyDictionary[Engine, tuple[str, ...]] = WeakKeyDictionary()
"""The report that each database is known to hold: what is queued stays so, and this is asked at every due thing."""


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    report = _unsent(connection, desk, now)
    if report is None or report.week.first.toordinal() in aside or _may_be_unread(connection, desk, report, now):
        return None
    return Due(report.week.first.toordinal(), None, report.due)


def _unsent(connection: Connection, desk: Desk, now: datetime) -> WeeklyReport | None:
    """Return the report that is due, where nobody has it yet and there is somebody to have it."""
    plan, directory = desk.config.plan, desk.config.directory
    report = due_report(now, plan)
    keys = report_keys(report, directory) if plan.weekly_report else ()
    if not keys or _is_queued(connection, desk, keys):
        return None
    return report if tells_of_something(report, first_event_at(connection), plan.zone) else None


def _is_queued(connection: Connection, desk: Desk, keys: tuple[str, ...]) -> bool:
    if _QUEUED.get(desk.engine) == keys:
        return True
    if not any_queued(connection, keys):
        return False
    _QUEUED[desk.engine] = keys
    return True


def _may_be_unread(connection: Connection, desk: Desk, report: WeeklyReport, now: datetime) -> bool:
    """Tell whether to wait for mail that came in time and is not read yet (R5.6); a day is long enough."""
    behind = unread_mail(connection, desk)
    return behind is not None and behind.until < report.due and now < report.due + PATIENCE


def _send(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    lock(connection, "weekly report")
    report = _unsent(connection, desk, now)
    if report is None or report.due != due.at:
        return None
    decision = send_report(report, weekly_figures(connection, desk, report.week, now=now), desk.config.charter)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.NOTICE_QUEUED, None, report.due, decision.reason)


REPORTS = Source("weekly report", _first, _send)
