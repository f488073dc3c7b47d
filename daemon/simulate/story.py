"""What a rehearsal tells: what happened, what changed, and what would be sent, in order of time."""

from collections.abc import Iterator
from heapq import merge

from daemon.rules.subjects import tag
from daemon.simulate.load_events import Line
from daemon.simulate.rehearsal import Rehearsal
from daemon.store.database import Connection
from daemon.store.rehearsal import events_after, mails_after

CHANGES = ("status_changed", "priority_changed", "assigned", "escalated", "macd_approved")
"""Lines of history that the story tells; what else happens shows in the mails."""


def story(rehearsal: Rehearsal, connection: Connection) -> Iterator[Line]:
    """Yield every line; at one instant first what happened, then what it changed, then what is sent."""
    parts = (iter(rehearsal.happenings), _changes(rehearsal, connection), _mails(rehearsal, connection))
    return merge(*parts, key=lambda line: line.at)


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
