"""Commands about who is on a case: who works on it, who follows it, for whom it is opened."""

from dataclasses import replace

from daemon.model.case import Participant
from daemon.model.case_effect import AddParticipant, Assign
from daemon.model.people import Agent, Team
from daemon.rules.assignment import technician
from daemon.rules.commands.command import Command
from daemon.rules.commands.values import read_address, read_assignee
from daemon.rules.draft import Draft
from daemon.rules.opening import may_take_part
from daemon.rules.sayings.saying import Fault, say


def _assign(draft: Draft, argument: str) -> Draft:
    case, target = draft.on_case(), read_assignee(argument, draft.directory)
    agent, team = target, case.team
    if isinstance(target, Team):
        agent, team = technician(target, draft.facts.loads, draft.charter, at=draft.at), target.id
    assert isinstance(agent, Agent)
    if agent.id == case.assignee:
        raise Fault("is theirs", name=agent.name)
    change = Assign(case=case.number, assignee=agent.id, team=team, at=draft.at, actor=draft.agent.email, why="R1.1")
    return replace(draft.with_effect(change, say("assigned", name=agent.name)), new_assignee=agent)


def _cc(draft: Draft, argument: str) -> Draft:
    case, address = draft.on_case(), read_address(argument)
    customer = draft.directory.customer(case.customer)
    if customer is None or not may_take_part(address, draft.charter, customer=customer):
        raise Fault("cannot follow", address=address)
    if case.requester == address or case.has_participant(address):
        raise Fault("follows already", address=address)
    joined = AddParticipant(case=case.number, participant=Participant(address), at=draft.at, actor=draft.agent.email)
    return draft.with_effect(joined, say("follows", address=address))


def _for(draft: Draft, argument: str) -> Draft:
    address = read_address(argument)
    listed = draft.directory.mpoc(address)
    if listed is None:
        raise Fault("no MPOC", address=address)
    if draft.done:
        raise Fault("for comes first")
    return draft.with_line(say("opened for", address=address), opens_for=listed[1], case=None)


ASSIGN = Command("assign", _assign)
CC = Command("cc", _cc, repeats=True)
FOR = Command("for", _for)
