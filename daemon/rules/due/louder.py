"""Reminders that grow louder: an incident of which nobody has told anything for too long (R7.3).

Once the hourly clock of a P1G ran out, the agent and the level-2 manager were told (R3.3).  From then on, every quarter
of an hour (`clocks.times.LOUDER`) more people hear of it, until somebody tells the public something.
"""

from collections.abc import Iterator

from daemon.model.due import Action, Step
from daemon.model.effect import Effect
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent
from daemon.rules.clocks.times import OVERDUE
from daemon.rules.due.mark import Came
from daemon.rules.escalation import manager_for
from daemon.rules.notices import to_agent
from daemon.rules.opening import responsible

AGENT = "agent"
ON_CALL = "on call"

AUDIENCE: tuple[tuple[int, tuple[str | int, ...]], ...] = (
    (15, (AGENT, 2, ON_CALL)),
    (30, (3,)),
    (45, (4,)),
)
"""After so many minutes these are told too: the case's agent, the team's on-call member, levels of escalation."""


def is_overdue(mark: str) -> bool:
    """Tell whether a mark comes after a clock ran out."""
    return mark.startswith(OVERDUE)


def tell_louder(came: Came) -> Step:
    """Tell whoever has to hear by now that the customers have been told nothing."""
    minutes, clock = _minutes(came), came.clock
    people = tuple(dict.fromkeys(_people(came, minutes)))
    facts = {"clock": clock.name.value, "basis": clock.terms.basis, "due": came.due, "minutes": str(minutes)}
    mails = (came.mail(NoticeKind.CLOCK_OVERDUE, to_agent(agent, came.charter.plan), facts) for agent in people)
    reason = f"{clock.name.value} overdue for {minutes} minutes: {', '.join(agent.id for agent in people)} told"
    effects: tuple[Effect, ...] = (came.told(clock), *mails, came.record("reminded", reason))
    return came.step(Action.REMINDED, reason, effects, "R7.3")


def _minutes(came: Came) -> int:
    return int(came.mark.removeprefix(OVERDUE))


def _people(came: Came, minutes: int) -> Iterator[Agent]:
    for after, audience in AUDIENCE:
        for who in audience if after <= minutes else ():
            found = _one(who, came)
            if found is not None:
                yield found


def _one(who: str | int, came: Came) -> Agent | None:
    case, directory = came.case, came.charter.directory
    if isinstance(who, int):
        return manager_for(who, case, came.charter, at=came.now)
    if who == AGENT:
        return responsible(case, directory)
    team = directory.team(case.team) or directory.team(directory.default_team)
    return directory.agent(team.on_call) if team else None
