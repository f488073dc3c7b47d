"""What a rehearsal tells: what happened, what changed, and what would be sent, in order of time."""

from collections.abc import Iterator
from heapq import merge

from daemon.model.window import Window
from daemon.rules.maintenance.steps import steps_of
from daemon.rules.subjects import tag
from daemon.simulate.load_events import Line
from daemon.simulate.rehearsal import Rehearsal
from daemon.simulate.windows import windows_within
from daemon.store.database import Connection
from daemon.store.rehearsal import events_after, mails_after

CHANGES = ("status_changed", "priority_changed", "assigned", "escalated", "macd_approved")
"""Lines of history that the story tells; what else happens shows in the mails."""


def story(rehearsal: Rehearsal, connection: Connection) -> Iterator[Line]:
    """Yield every line; at one instant first what happened, then what it changed, then what is sent."""
    happened = (_windows(rehearsal, connection), iter(rehearsal.happenings))
    return merge(*happened, _changes(rehearsal, connection), _mails(rehearsal, connection), key=lambda line: line.at)


def _windows(rehearsal: Rehearsal, connection: Connection) -> Iterator[Line]:
    """Yield the maintenance windows by their start, also those that nobody is told of (R11.4)."""
    desk = rehearsal.stage.desk
    for window in windows_within(connection, desk, rehearsal.began, rehearsal.now):
        yield Line(window.start, "cancelled" if window.is_cancelled else "maintenance", "", _told_of(rehearsal, window))


def _told_of(rehearsal: Rehearsal, window: Window) -> str:
    steps = ", ".join(step.name for step in steps_of(window, rehearsal.stage.desk.config.plan.zone))
    products = ", ".join(window.work.products) or "no product"
    until = f"until {window.end.isoformat()}" if not window.is_cancelled else "does not take place"
    return f"{window.work.name} ({window.key}) {until}: {products}; told: {steps or 'nobody'}"


def _changes(rehearsal: Rehearsal, connection: Connection) -> Iterator[Line]:
    stage = rehearsal.stage
    for row in events_after(connection, stage.last_event, CHANGES):
        yield Line(row.at, row.event, _tag(rehearsal, row.case_number), f"{row.actor}: {row.detail}")


def _mails(rehearsal: Rehearsal, connection: Connection) -> Iterator[Line]:
    """Yield the mails: `mail` would be sent, `not_sent` says why not."""
    for row in mails_after(connection, rehearsal.stage.last_mail):
        is_sent = row.state == "queued"
        yield Line(
            row.created_at,
            "mail" if is_sent else "not_sent",
            _tag(rehearsal, row.case_number),
            row.subject if is_sent else row.last_error,
            row.recipient,
            row.kind,
        )


def _tag(rehearsal: Rehearsal, case: int | None) -> str:
    return tag(rehearsal.stage.desk.config.plan.provider.prefix, case) if case else ""
