"""Commands that call for more than a technician: global incidents and escalations (R7, R9)."""

import re

from daemon.model.case import Case, LinkType, Priority
from daemon.model.case_effect import LinkCases, SetPriority
from daemon.model.effect import Queue
from daemon.rules.command_values import read_case
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.draft import WORKED_ON, Draft
from daemon.rules.escalation import Call, escalate, next_level
from daemon.rules.sayings import Fault, say
from daemon.rules.subjects import tag

_LEVEL = re.compile(r"(?:(?:to )?level |(?:au )?niveau |l)?([1-9])")


def _p1g(draft: Draft, argument: str) -> Draft:
    """Make a case the master of a global incident (R7.1); only an agent can (R7.2)."""
    nothing_behind("#p1g", argument)
    done = say("priority", priority=Priority.P1G.value)
    if draft.opens_for is not None:
        return draft.with_line(done, priority=Priority.P1G)
    case = draft.on_worked_case("#p1g")
    if case.priority is Priority.P1G:
        raise Fault("has priority", priority=Priority.P1G.value)
    _refuse_child(draft, case)
    change = SetPriority(case=case.number, priority=Priority.P1G, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, done, priority=Priority.P1G.value)


def _master(draft: Draft, argument: str) -> Draft:
    """Join a master case, of whatever customer; the customer reads nothing of it (R7.1, S2.6)."""
    case, prefix = draft.on_worked_case("#master"), draft.plan.provider.prefix
    number = read_case(argument, prefix)
    master = draft.facts.case(number)
    if case.number == number or case.priority is Priority.P1G:
        raise Fault("is master")
    if master is None or master.priority is not Priority.P1G or master.status not in WORKED_ON:
        raise Fault("no master", tag=tag(prefix, number))
    _refuse_child(draft, case)
    link = LinkCases(case=case.number, type=LinkType.CHILD_OF, other=number, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(link, say("child", tag=tag(prefix, number)))


def _refuse_child(draft: Draft, case: Case) -> None:
    master = next((link.case for link in case.links if link.type is LinkType.CHILD_OF), None)
    if master is not None:
        raise Fault("is child", tag=tag(draft.plan.provider.prefix, master))


def _escalate(draft: Draft, argument: str) -> Draft:
    """Bring a case to the next level, for a customer who asked by telephone or for the agent's own reasons (R9.2)."""
    case, level = draft.on_case(), _read_level(argument)
    if case.is_closed():
        raise Fault("closed escalates")
    above = next_level(case, draft.directory)
    if level is not None and level != (above.level if above else case.escalation_level):
        raise Fault(
            "wrong level", level=str(level), now=str(case.escalation_level), right=_right(above.level if above else 0)
        )
    facts = draft.facts
    call = Call(by=draft.agent.email, at=draft.at, event=facts.event, history=facts.history)
    escalated = escalate(case, draft.charter, call)
    if escalated is None:
        raise Fault("nobody above")
    answer = (Queue(notice=escalated.answer),) if escalated.answer else ()
    reach = escalated.reach
    done = say("escalated", level=str(reach.level.level), title=reach.level.title, name=reach.manager.name)
    return draft.with_effects((*escalated.effects, *answer), done)


def _right(level: int) -> str:
    return f"#escalate {level}" if level else "#escalate"


def _read_level(argument: str) -> int | None:
    if not argument:
        return None
    found = _LEVEL.fullmatch(" ".join(argument.casefold().split()))
    if found is None:
        raise Fault("no level", word=repr(argument))
    return int(found.group(1))


P1G = Command("p1g", _p1g)
MASTER = Command("master", _master)
ESCALATE = Command("escalate", _escalate)
