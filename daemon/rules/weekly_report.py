"""The weekly report to managers: which week, when, and to whom.

It is due at the opening of business of the first business day of a week, and tells of the week before, from Monday to
Sunday.  However late it comes it is sent once; after a long outage only the last week's still makes sense.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Queue
from daemon.model.notice import Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, Directory
from daemon.model.plan import Plan
from daemon.model.report import Period
from daemon.rules.business_time import opening_of
from daemon.rules.escalation import MANAGERS
from daemon.rules.notices import to_agent

WEEK = timedelta(days=7)
SUNDAY = timedelta(days=6)
PATIENCE = timedelta(days=1)
"""How long the report waits for mail that is not read yet: an answer in it may have come in time (R5.6)."""


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """A week, and when its report is due."""

    week: Period
    due: datetime


def due_report(now: datetime, plan: Plan) -> WeeklyReport:
    """Return the report that came due last: of several weeks that went by, the last one's."""
    monday = _monday(now, plan.zone)
    this_week = _told_in_week_of(monday, plan)
    return this_week if this_week.due <= now else _told_in_week_of(monday - WEEK, plan)


def next_report_at(now: datetime, plan: Plan) -> datetime:
    """Return when a report comes due next, after `now`."""
    monday = _monday(now, plan.zone)
    return min(at for week in (monday, monday + WEEK) if (at := opening_of(plan, week)) > now)


def tells_of_something(report: WeeklyReport, first_event: datetime | None, zone: ZoneInfo) -> bool:
    """Tell whether the desk was there in the report's week: nobody is told of weeks before its first event."""
    return first_event is not None and first_event.astimezone(zone).date() <= report.week.last


def readers(directory: Directory) -> tuple[Agent, ...]:
    """Return the managers: everybody on an escalation level from the second on, each once (R9.1)."""
    levels = (level for level in directory.escalation if level.level >= MANAGERS)
    named = (key for level in levels for key in (*level.agents, level.on_call, *dict(level.products).values()) if key)
    found = (directory.agent(key) for key in dict.fromkeys(named))
    return tuple({agent.email: agent for agent in found if agent is not None}.values())


def report_keys(report: WeeklyReport, directory: Directory) -> tuple[str, ...]:
    """Return the keys of a report's mails: one that is in the outbox is not written again."""
    return tuple(_key(report, agent) for agent in readers(directory))


def send_report(report: WeeklyReport, figures: str, charter: Charter) -> Decision:
    """Send each manager the figures of a week, as JSON."""
    first, last = report.week.first.isoformat(), report.week.last.isoformat()
    managers = readers(charter.directory)
    notices = (
        Notice(
            kind=NoticeKind.WEEKLY_REPORT,
            to=to_agent(agent, charter.plan),
            case=None,
            key=_key(report, agent),
            facts=(("first", first), ("last", last), ("figures", figures)),
            subject=f"Weekly report {first} to {last}",
        )
        for agent in managers
    )
    effects = tuple(Queue(notice=notice) for notice in notices)
    reason = f"weekly report {first} to {last} for {', '.join(agent.id for agent in managers)}"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason=reason, rules=("R3.3",))


def _key(report: WeeklyReport, agent: Agent) -> str:
    return f"report:{report.week.first.isoformat()}:{agent.email}"


def _monday(now: datetime, zone: ZoneInfo) -> date:
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def _told_in_week_of(monday: date, plan: Plan) -> WeeklyReport:
    """Return the report on the week before `monday`."""
    first = monday - WEEK
    return WeeklyReport(Period(first, first + SUNDAY), opening_of(plan, monday))
