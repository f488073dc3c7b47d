"""Decisions as `why` tells them: the checks in order, the facts, the rule that won; and every clock explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from daemon.model.case import CaseNumber
from daemon.model.plan import Plan
from daemon.rules.clocks.story import ClockStory, story_of
from daemon.rules.subjects import tag
from daemon.store.clocks import clocks_of
from daemon.store.inbox_tables import inbox
from daemon.store.mail_views import mail_line
from daemon.store.tables import history
from daemon.store.views import case_row


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check that was asked, and its answer; the last that held is the one that decided."""

    check: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStory:
    """Why one message ended as it did."""

    id: int
    received_at: datetime
    decided_at: datetime | None
    source: str
    message_id: str
    sender: str
    subject: str
    sha256: str
    authentication: str
    state: str
    outcome: str | None
    case: str | None
    reason: str
    rules: tuple[str, ...]
    checks: tuple[CheckView, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStory:
    """One event of a case, the rules behind it, and the message that caused it (its id in `mail list`)."""

    at: datetime
    actor: str
    event: str
    detail: str
    rules: tuple[str, ...]
    mail: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalView:
    """A stretch in which a clock ran or paused; printed as {from, to, why, counted_minutes, left_minutes}."""

    from_: datetime
    to: datetime | None
    why: str
    counted_minutes: float
    left_minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockExplained:
    """One clock that a case has or had, and each interval that makes its due time (R3.10)."""

    name: str
    state: str
    basis: str
    allowance: str
    calendar: str
    allowed_minutes: float
    start: datetime
    due: datetime | None
    met_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    breach: str | None
    intervals: tuple[IntervalView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStory:
    """Everything that happened to a case, each decision behind it, and each of its clocks."""

    case: str
    subject: str
    status: str
    events: tuple[EventStory, ...]
    decisions: tuple[MailStory, ...]
    clocks: tuple[ClockExplained, ...]


def mail_story(row: Row[Any], *, prefix: str) -> MailStory:
    """Return the story of one row of `inbox`."""
    decision = row.decision or {}
    line = mail_line(row, prefix=prefix)
    shared = ("id", "received_at", "source", "message_id", "sender", "subject", "sha256", "state", "outcome", "case")
    return MailStory(
        **{name: getattr(line, name) for name in shared},
        decided_at=row.decided_at,
        authentication=row.authentication,
        reason=decision.get("reason") or row.reason,
        rules=tuple(decision.get("rules", ())),
        checks=tuple(CheckView(str(name), bool(held)) for name, held in decision.get("checks", ())),
        facts={str(name): str(value) for name, value in decision.get("facts", ())},
    )


def case_story(connection: Connection, number: CaseNumber, *, plan: Plan, now: datetime) -> CaseStory:
    """Return the story of one case: its events in order, the decisions on its mail, its clocks as they stand at `now`.

    Raises:
        Permanent: there is no such case.
    """
    prefix = plan.provider.prefix
    case = case_row(connection, number, prefix=prefix)
    events = connection.execute(select(history).where(history.c.case_number == number).order_by(history.c.id)).all()
    caused = {event.inbox_id for event in events if event.inbox_id}
    on_case = connection.execute(select(inbox.c.id).where(inbox.c.case_number == number)).scalars()
    mail = select(inbox).where(inbox.c.id.in_(sorted(caused.union(on_case)))).order_by(inbox.c.id)
    return CaseStory(
        case=tag(prefix, number),
        subject=case.subject,
        status=case.status,
        events=tuple(_event(row) for row in events),
        decisions=tuple(mail_story(row, prefix=prefix) for row in connection.execute(mail)),
        clocks=tuple(_explained(story_of(clock, plan, now=now)) for clock in clocks_of(connection, number)),
    )


def _explained(story: ClockStory) -> ClockExplained:
    shared = ("basis", "allowance", "calendar", "start", "due", "met_at", "stopped_at", "breached_at")
    return ClockExplained(
        **{name: getattr(story, name) for name in shared},
        name=story.name.value,
        state=story.state.value,
        breach=story.breach.value if story.breach else None,
        allowed_minutes=_minutes(story.allowed),
        intervals=tuple(
            IntervalView(
                from_=interval.start,
                to=interval.end,
                why=interval.why,
                counted_minutes=_minutes(interval.counted),
                left_minutes=_minutes(interval.left),
            )
            for interval in story.intervals
        ),
    )


def _minutes(span: timedelta) -> float:
    """Return minutes; whole ones without a fraction."""
    minutes = round(span / timedelta(minutes=1), 2)
    return int(minutes) if minutes.is_integer() else minutes


def _event(row: Row[Any]) -> EventStory:
    return EventStory(
        at=row.at, actor=row.actor, event=row.event, detail=row.detail, rules=tuple(row.rules), mail=row.inbox_id
    )
