"""Commands about what a customer is promised and whom a case waits for: priority, waiting (R3, R6)."""

from dataclasses import replace

from daemon.model.case import WaitingOn
from daemon.model.effect import SetPriority, SetWaiting
from daemon.rules.command_values import read_priority
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.draft import Draft
from daemon.rules.sayings import Fault, say


def _priority(draft: Draft, argument: str) -> Draft:
    priority = read_priority(argument)
    done = say("priority", priority=priority.value)
    if draft.opens_for is not None:
        return replace(draft, priority=priority, done=(*draft.done, done))
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed priority")
    if case.priority is priority:
        raise Fault("has priority", priority=priority.value)
    change = SetPriority(case=case.number, priority=priority, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(change, done, priority=priority.value)


def _waiting(draft: Draft, argument: str) -> Draft:
    nothing_behind("#waiting", argument)
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed waits")
    actor = draft.agent.email
    change = SetWaiting(case=case.number, waiting_on=WaitingOn.CUSTOMER, at=draft.at, actor=actor, why="R6.1")
    return draft.with_effect(change, say("waiting"))


PRIORITY = Command("priority", _priority)
WAITING = Command("waiting", _waiting)
