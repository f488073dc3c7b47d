"""Escalation of a case, level by level, to the manager responsible (R9)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.clocks import Clock, ClockName
from daemon.model.effect import Effect, Queue
from daemon.model.notice import Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent, Directory, EscalationLevel
from daemon.model.promise_effect import Escalate
from daemon.rules.assignment import is_on_duty, product_named
from daemon.rules.business_time import is_open
from daemon.rules.case_after import case_after
from daemon.rules.clocks.terms import terms
from daemon.rules.clocks.times import due_of
from daemon.rules.notices import YES, notice, requester_of, to_agent
from daemon.rules.opening import responsible

MANAGERS = 2
"""The level to which breaches are told (R3.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who wants a case escalated, and when."""

    by: str  # for people: an address, an agent's id, or "daemon"
    at: datetime
    event: str  # names what happened: the keys of its notices begin with it
    why: str = "R9.2"
    history: str = ""  # the case so far, for the manager
    answer_to: Recipient | None = None  # None: the requester
    unanswered: str = ""  # name of the manager below who did not answer (R9.3)


@dataclass(frozen=True, slots=True)
class Reach:
    """The level and the manager that an escalation reaches."""

    level: EscalationLevel
    manager: Agent


@dataclass(frozen=True, slots=True)
class Escalated:
    """What an escalation does, and what the customer is told of it: an answer, where a mail of theirs asked for it."""

    reach: Reach
    effects: tuple[Effect, ...]
    answer: Notice | None


def next_level(case: Case, directory: Directory) -> EscalationLevel | None:
    """Return the level after the one that a case is on; None: it is on the last, or there are none (R9.2)."""
    above = (level for level in directory.escalation if level.level > case.escalation_level)
    return min(above, key=lambda level: level.level, default=None)


def manager_for(level: int, case: Case, charter: Charter, *, at: datetime) -> Agent | None:
    """Return whom a level reaches: in off-hours the manager on call, else who has the product line (R9.1).

    Of several without a product, the first on duty, else the first.  None: the level is not configured.
    """
    directory, plan = charter.directory, charter.plan
    found = directory.level(level)
    if found is None:
        return None
    on_call = directory.agent(found.on_call) if found.on_call else None
    if on_call is not None and not is_open(plan.business, at, plan.zone):
        return on_call
    product = product_named(case.subject, directory)
    line = directory.agent(dict(found.products).get(product.id, "")) if product else None
    listed = [agent for key in found.agents if (agent := directory.agent(key)) is not None]
    on_duty = (agent for agent in listed if is_on_duty(agent, plan, at))
    return line or next(on_duty, listed[0] if listed else on_call)


def escalate(case: Case, charter: Charter, call: Call) -> Escalated | None:
    """Bring a case one level up (R9.2): manager, agent, customer and record are told.

    On the last level, that level is told again.  None: nobody is configured to escalate to.
    """
    directory = charter.directory
    level = next_level(case, directory) or directory.level(case.escalation_level)
    manager = manager_for(level.level, case, charter, at=call.at) if level else None
    if level is None or manager is None:
        return None
    reach = Reach(level, manager)
    raised = Escalate(case=case.number, level=level.level, to=manager.id, at=call.at, actor=call.by, why=call.why)
    after = case_after(case, raised)
    effects: tuple[Effect, ...] = (raised, _to_manager(after, charter, call, reach))
    agent = responsible(case, directory)
    if agent.id != manager.id:
        effects += (_to_agent(after, call, reach, to_agent(agent, charter.plan)),)
    return Escalated(reach, effects, _to_customer(after, directory, call, reach))


def escalate_further(
    case: Case, charter: Charter, *, at: datetime, event: str, history: str = ""
) -> tuple[Effect, ...]:
    """Tell the next level that a manager did not answer in time (R9.3); nothing on the last level."""
    silent = charter.directory.agent(case.escalated_to)
    call = Call(
        by="daemon", at=at, event=event, why="R9.3", history=history, unanswered=silent.name if silent else "nobody"
    )
    escalated = escalate(case, charter, call) if next_level(case, charter.directory) else None
    if escalated is None:
        return ()
    told = (Queue(notice=escalated.answer),) if escalated.answer else ()
    return (*escalated.effects, *told)


def _to_manager(case: Case, charter: Charter, call: Call, reach: Reach) -> Queue:
    measured = terms(ClockName.MANAGER_ACK, case, charter, start=call.at)
    due = due_of(Clock(name=ClockName.MANAGER_ACK, started_at=call.at, terms=measured), charter.plan)
    told = {
        "level": str(reach.level.level),
        "title": reach.level.title,
        "by": call.by,
        "due": due.isoformat() if due else "",
        "unanswered": call.unanswered,
    }
    to = to_agent(reach.manager, charter.plan)
    return Queue(
        notice=notice(
            NoticeKind.ESCALATED, to, case=case.number, event=call.event, facts=told, text=call.history, author=call.by
        )
    )


def _to_agent(case: Case, call: Call, reach: Reach, to: Recipient) -> Queue:
    told = {
        "level": str(reach.level.level),
        "title": reach.level.title,
        "by": call.by,
        "reached": reach.manager.name,
        "unanswered": call.unanswered,
    }
    return Queue(notice=notice(NoticeKind.ESCALATION_REPORT, to, case=case.number, event=call.event, facts=told))


def _to_customer(case: Case, directory: Directory, call: Call, reach: Reach) -> Notice | None:
    to = call.answer_to or requester_of(case, directory)
    if to is None:
        return None
    above = next_level(case, directory)
    told = {
        "level": str(reach.level.level),
        "title": reach.level.title,
        "reached": reach.manager.name,
        "next_title": above.title if above else "",
        "unanswered": YES if call.unanswered else "",
    }
    return notice(NoticeKind.ESCALATION_ANSWER, to, case=case.number, event=call.event, facts=told)
