"""The daily digest to the desk of mail that waits for somebody (R2.3, R2.4, S1.2): when, to whom, and what it says.

It is due at 08:00 of the plan's zone every day, weekends too, where anything new has come since the last one.  However
late it comes it is sent once; of several days that went by, only the last one's still makes sense.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Queue
from daemon.model.notice import Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent
from daemon.model.plan import Plan
from daemon.rules.business_time import at_wall_clock
from daemon.rules.notices import to_agent

OPENS = time(8)
DAY = timedelta(days=1)
MOST_ITEMS, MOST_ASKED = 100, 50
PROGRAMS = (Outcome.AUTO_REPLY, Outcome.BOUNCE, Outcome.LOOP)
"""Outcomes of mail that programs wrote: counted where it belongs to no case (S1.2)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's digest, and when it is due."""

    day: date
    due: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """Mails that wait: the newest of them, as JSON; how many there are, and how many more than are listed."""

    items: str
    many: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What a digest tells: what waits for agents, what contacts were asked about, what programs wrote, as JSON."""

    for_agents: Listed
    asked: Listed
    machine: str

    @property
    def waiting(self) -> int:
        """Return how many mails wait in all."""
        return self.for_agents.many + self.asked.many


def due_digest(now: datetime, plan: Plan) -> Digest:
    """Return the digest that came due last."""
    today = now.astimezone(plan.zone).date()
    digest = _digest(today, plan)
    return digest if digest.due <= now else _digest(today - DAY, plan)


def next_digest_at(now: datetime, plan: Plan) -> datetime:
    """Return when a digest comes due next, after `now`."""
    today = now.astimezone(plan.zone).date()
    return min(at for day in (today, today + DAY) if (at := _digest(day, plan).due) > now)


def readers(charter: Charter) -> tuple[Agent, ...]:
    """Return who gets it: whoever the plan names, else the default team's on-call member."""
    directory = charter.directory
    team = directory.team(directory.default_team)
    named = charter.plan.digest or ((team.on_call,) if team else ())
    found = (directory.agent(key) for key in named)
    return tuple({agent.email: agent for agent in found if agent is not None}.values())


def digest_keys(digest: Digest, charter: Charter) -> tuple[str, ...]:
    """Return the keys of a digest's mails: one that is in the outbox is not written again."""
    return tuple(_key(digest, agent) for agent in readers(charter))


def send_digest(digest: Digest, backlog: Backlog, charter: Charter) -> Decision:
    """Send each reader what waits; the commands of their answer release and discard (R2.4)."""
    told = {
        "day": digest.day.isoformat(),
        "items": backlog.for_agents.items,
        "more": str(backlog.for_agents.more or ""),
        "asked": backlog.asked.items,
        "more_asked": str(backlog.asked.more or ""),
        "many": str(backlog.waiting),
        "machine": backlog.machine,
    }
    agents = readers(charter)
    notices = (
        Notice(
            kind=NoticeKind.QUARANTINE_DIGEST,
            to=to_agent(agent, charter.plan),
            case=None,
            key=_key(digest, agent),
            facts=tuple(told.items()),
            subject=f"Quarantine {digest.day.isoformat()}",
        )
        for agent in agents
    )
    effects = tuple(Queue(notice=notice) for notice in notices)
    reason = (
        f"digest of {digest.day.isoformat()}, {backlog.waiting} waiting, for {', '.join(agent.id for agent in agents)}"
    )
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("R2.4", "S1.2"))


def _digest(day: date, plan: Plan) -> Digest:
    return Digest(day, at_wall_clock(day, OPENS, plan.zone))


def _key(digest: Digest, agent: Agent) -> str:
    return f"digest:{digest.day.isoformat()}:{agent.email}"
