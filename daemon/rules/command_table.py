"""The commands of an agent's mail: each with its form, its help, and what it wants done (interface.md).

A command changes a `Draft`: the case as it would stand, the effects so far, and what the customer will be told.  All
of a mail's commands hold or none does, so a `Fault` anywhere throws the whole draft away.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace

from daemon.model.case import LinkType, Participant, Status, WaitingOn
from daemon.model.effect import (
    AddParticipant,
    Assign,
    LinkCases,
    SetPriority,
    SetWaiting,
)
from daemon.model.people import Agent, Team
from daemon.rules.assignment import technician
from daemon.rules.business_time import opening_of
from daemon.rules.command_text import CommandLine
from daemon.rules.command_values import read_address, read_assignee, read_case, read_date, read_priority
from daemon.rules.draft import STATUS_WORDS, Draft, change_status
from daemon.rules.matching import root_of
from daemon.rules.opening import may_take_part
from daemon.rules.reopening import Reopening, reopening
from daemon.rules.sayings import Fault, say
from daemon.rules.subjects import tag

Carry = Callable[[Draft, str], Draft]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its form and help for people, and what carries it out."""

    name: str
    form: str
    help: str
    carry: Carry


def _status(draft: Draft, argument: str) -> Draft:
    word, _, rest = argument.partition(" ")
    status = STATUS_WORDS.get(word.casefold().replace("_", "-"))
    if status is None:
        near = difflib.get_close_matches(word.casefold(), STATUS_WORDS, n=1, cutoff=0.5)
        hint = say("did you mean", word=near[0]) if near else say("there are", words=", ".join(STATUS_WORDS))
        raise Fault("no status", word=repr(word), hint=hint)
    if rest and status is not Status.SHIPPING:
        raise Fault("too much", command=f"#status {word}", rest=repr(rest))
    until = opening_of(draft.plan, read_date(rest, today=draft.today)) if rest else None
    return change_status(draft, status, until=until)


def _hold(draft: Draft, argument: str) -> Draft:
    if not argument:
        raise Fault("hold needs date")
    return change_status(draft, Status.ON_HOLD, until=opening_of(draft.plan, read_date(argument, today=draft.today)))


def _priority(draft: Draft, argument: str) -> Draft:
    priority = read_priority(argument)
    if draft.opens_for is not None:
        return replace(draft, priority=priority, done=(*draft.done, say("priority", priority=priority.value)))
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed priority")
    if case.priority is priority:
        raise Fault("has priority", priority=priority.value)
    change = SetPriority(case=case.number, priority=priority, at=draft.at, actor=draft.agent.email)
    done = say("priority", priority=priority.value)
    return draft.with_effect(change, replace(case, priority=priority), done, priority=priority.value)


def _assign(draft: Draft, argument: str) -> Draft:
    case, target = draft.on_case(), read_assignee(argument, draft.directory)
    agent, team = target, case.team
    if isinstance(target, Team):
        agent, team = technician(target, draft.facts.loads, draft.charter, at=draft.at), target.id
    assert isinstance(agent, Agent)
    if agent.id == case.assignee:
        raise Fault("is theirs", name=agent.name)
    change = Assign(case=case.number, assignee=agent.id, team=team, at=draft.at, actor=draft.agent.email, why="R1.1")
    draft = draft.with_effect(change, replace(case, assignee=agent.id, team=team), say("assigned", name=agent.name))
    return replace(draft, new_assignee=agent)


def _waiting(draft: Draft, argument: str) -> Draft:
    _nothing_behind("#waiting", argument)
    case = draft.on_case()
    if case.is_closed():
        raise Fault("closed waits")
    actor = draft.agent.email
    change = SetWaiting(case=case.number, waiting_on=WaitingOn.CUSTOMER, at=draft.at, actor=actor, why="R6.1")
    return draft.with_effect(change, replace(case, waiting_on=WaitingOn.CUSTOMER), say("waiting"))


def _note(draft: Draft, argument: str) -> Draft:
    _nothing_behind("#note", argument)
    draft.on_case()
    return replace(draft, is_note=True, done=(*draft.done, say("note")))


def _duplicate(draft: Draft, argument: str) -> Draft:
    case, number = draft.on_case(), read_case(argument, draft.plan.provider.prefix)
    named = draft.facts.case(number)
    if named is None or named.customer != case.customer:
        raise Fault("not this customer's", tag=tag(draft.plan.provider.prefix, number))
    primary = root_of(draft.facts, named)
    if primary.number == case.number:
        raise Fault("circle")
    draft = change_status(draft, Status.DUPLICATE)
    actor = draft.agent.email
    link = LinkCases(case=case.number, type=LinkType.DUPLICATE_OF, other=primary.number, at=draft.at, actor=actor)
    done = say("duplicate", tag=tag(draft.plan.provider.prefix, primary.number))
    return draft.with_effect(link, draft.on_case(), done, primary=str(primary.number))


def _cc(draft: Draft, argument: str) -> Draft:
    case, address = draft.on_case(), read_address(argument)
    customer = draft.directory.customer(case.customer)
    if customer is None or not may_take_part(address, draft.charter, customer=customer):
        raise Fault("cannot follow", address=address)
    if case.requester == address or case.has_participant(address):
        raise Fault("follows already", address=address)
    guest = Participant(address)
    change = AddParticipant(case=case.number, participant=guest, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(
        change, replace(case, participants=(*case.participants, guest)), say("follows", address=address)
    )


def _for(draft: Draft, argument: str) -> Draft:
    address = read_address(argument)
    listed = draft.directory.mpoc(address)
    if listed is None:
        raise Fault("no MPOC", address=address)
    if draft.done:
        raise Fault("for comes first")
    return replace(draft, opens_for=listed[1], case=None, done=(*draft.done, say("opened for", address=address)))


def _reopen(draft: Draft, argument: str) -> Draft:
    _nothing_behind("#reopen", argument)
    case = draft.on_case()
    if case.status is Status.DUPLICATE:
        return change_status(draft, Status.IN_PROGRESS)
    if not case.is_closed():
        raise Fault("is open")
    way = reopening(case, draft.at, draft.plan)
    if way is Reopening.SAME_CASE:
        return change_status(draft, Status.REOPENED)
    if draft.done:
        raise Fault("reopen alone")
    if draft.directory.customer(case.customer) is None:
        raise Fault("customer gone")
    return replace(draft, resumes=case, done=(*draft.done, say("resumed")))


def _help(draft: Draft, argument: str) -> Draft:
    _nothing_behind("#help", argument)
    return replace(draft, wants_help=True)


def _nothing_behind(name: str, argument: str) -> None:
    if argument:
        raise Fault("too much above", command=name, rest=repr(argument))


COMMANDS: tuple[Command, ...] = (
    Command(
        "status",
        "#status in-progress|shipping [DATE]|resolved|closed|closed-no-response",
        "moves the case; the customer is told",
        _status,
    ),
    Command("hold", "#hold DATE", "on hold until 08:00 of that day: 2026-12-01, monday, tomorrow", _hold),
    Command("priority", "#priority 1-4", "changes the priority; the customer is told", _priority),
    Command("assign", "#assign AGENT|TEAM", "gives the case to somebody else", _assign),
    Command("waiting", "#waiting", "the case waits for the customer's answer", _waiting),
    Command("note", "#note", "makes the mail an internal note: nothing of it goes to the customer", _note),
    Command("duplicate", "#duplicate ID", "closes this case as a duplicate of another of the customer's", _duplicate),
    Command("cc", "#cc ADDRESS", "lets somebody follow the case", _cc),
    Command("for", "#for ADDRESS", "opens a case for that MPOC, from this mail or the one that it forwards", _for),
    Command("reopen", "#reopen", "reopens a closed case within seven days, else opens a linked one", _reopen),
    Command("help", "#help", "sends this list", _help),
)
BY_NAME = {command.name: command for command in COMMANDS}


def carry(draft: Draft, line: CommandLine) -> Draft:
    """Carry out one command on a draft.

    Raises:
        Fault: there is no such command, or it cannot be carried out; the text names the nearest right one.
    """
    command = BY_NAME.get(line.name)
    if command is None:
        near = difflib.get_close_matches(line.name, BY_NAME, n=1, cutoff=0.4)
        hint = say("nearest", form=BY_NAME[near[0]].form) if near else say("help lists")
        raise Fault("no command", word=line.name, hint=hint)
    if draft.resumes is not None:
        raise Fault("reopen alone")
    return command.carry(draft, line.argument)


def help_text() -> str:
    """Return every command with its help, one a line."""
    return "\n".join(f"{command.form}: {command.help}" for command in COMMANDS)
