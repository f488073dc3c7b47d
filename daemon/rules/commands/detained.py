"""Commands on mail that waits for a person: held requests and quarantined mail (R2.3, R2.4)."""

from dataclasses import replace

from daemon.model.effect import Effect
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.people import Mpoc
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.commands.command import Command, nothing_behind
from daemon.rules.commands.text import CommandLine
from daemon.rules.commands.values import read_address
from daemon.rules.detained.deciders import deciders
from daemon.rules.detained.releasing import Refusal, decline, discard, readmit
from daemon.rules.draft import Draft
from daemon.rules.leak_guard import SEND_ANYWAY, leaks
from daemon.rules.notices import belongs_elsewhere
from daemon.rules.sayings.saying import Fault, Saying, say
from daemon.rules.secrets import secrets_of

NAMES = frozenset({"approve", "decline", "release", "discard"})
MAX_DIGITS = 12


def named_by(line: CommandLine) -> int | None:
    """Return the number of the detained mail that a command names; None: it names none."""
    return _number(line.argument) if line.name in NAMES else None


def _number(argument: str) -> int | None:
    word = argument.partition(" ")[0].strip("#:,.")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS else None


def _approve(draft: Draft, argument: str) -> Draft:
    """Let a held request through on the authority of the contact who is named, else of the first who decides."""
    request, rest = _waiting(draft, "#approve", argument, DetainedKind.HELD)
    customer = draft.directory.customer(request.customer)
    if customer is None:
        raise Fault("request's customer gone")
    listed = draft.directory.mpoc(read_address(rest)) if rest else None
    if rest and (listed is None or listed[0].id != customer.id):
        raise Fault("no MPOC of theirs", address=rest, name=customer.name)
    mpoc = listed[1] if listed else deciders(customer, is_macd=request.is_macd)[0]
    return _let_through(draft, request, Readmission.APPROVED, mpoc)


def _release(draft: Draft, argument: str) -> Draft:
    request, rest = _waiting(draft, "#release", argument, DetainedKind.QUARANTINED)
    if not rest:
        raise Fault("release needs MPOC")
    if draft.directory.agent(request.sender) is not None:
        raise Fault("release of an agent's", sender=request.sender)
    address = read_address(rest)
    listed = draft.directory.mpoc(address)
    if listed is None:
        raise Fault("no MPOC", address=address)
    if belongs_elsewhere(request.sender, draft.directory, listed[0].id):
        raise Fault("release elsewhere", sender=request.sender, address=address)
    return _let_through(draft, request, Readmission.RELEASED, listed[1])


def _let_through(draft: Draft, request: DetainedRequest, why: Readmission, mpoc: Mpoc) -> Draft:
    again = Readmitted(why, draft.at, draft.agent.email, authority=mpoc.email)
    done = say("let through", number=str(request.id), sender=request.sender, address=mpoc.email)
    return _settled(draft, request, readmit(request, again), done)


def _decline(draft: Draft, argument: str) -> Draft:
    request, word = _waiting(draft, "#decline", argument, DetainedKind.HELD)
    customer = draft.directory.customer(request.customer)
    if customer is None:
        raise Fault("request's customer gone")
    secrets = secrets_of(request.customer, draft.facts.replies, draft.charter)
    found = leaks(word, secrets, draft.directory, prefix=draft.plan.provider.prefix)
    if found and SEND_ANYWAY not in draft.carried:
        raise Fault("may leak", found="; ".join(map(str, found)))
    refusal = Refusal(draft.agent.email, word, draft.at)
    done = say("declined", number=str(request.id), sender=request.sender)
    return _settled(draft, request, decline(request, customer, refusal, draft.plan).effects, done)


def _discard(draft: Draft, argument: str) -> Draft:
    request, rest = _waiting(draft, "#discard", argument, DetainedKind.QUARANTINED)
    nothing_behind("#discard", rest)
    decision = discard(request, actor=draft.agent.email, now=draft.at)
    return _settled(draft, request, decision.effects, say("discarded", number=str(request.id), sender=request.sender))


def _waiting(draft: Draft, command: str, argument: str, kind: DetainedKind) -> tuple[DetainedRequest, str]:
    """Return the open mail of this kind that a command names, and what stands behind its number.

    Raises:
        Fault: what is written in the mail in hand goes to a customer, or there is no such mail that still waits.
    """
    if draft.opens_for is not None or (draft.case is not None and not draft.is_note):
        raise Fault("detained on a case", command=command)
    number = _number(argument)
    if number is None:
        raise Fault("needs number", command=command)
    request = next((found for found in draft.facts.detained_named if found.id == number), None)
    if request is None or request.kind.for_agents is not kind:
        raise Fault(f"nothing {kind.value}", number=str(number))
    if request.state is not DetainedState.OPEN:
        raise Fault("settled already", number=str(number), state=say(f"is {request.state.value}"))
    if number in draft.settled:
        raise Fault("named twice", number=str(number))
    return request, argument.partition(" ")[2].strip()


def _settled(draft: Draft, request: DetainedRequest, effects: tuple[Effect, ...], done: Saying) -> Draft:
    settled = (*draft.settled, request.id)
    return replace(draft, effects=(*draft.effects, *effects), done=(*draft.done, done), settled=settled)


APPROVE = Command("approve", _approve, repeats=True)
DECLINE = Command("decline", _decline, repeats=True)
RELEASE = Command("release", _release, repeats=True)
DISCARD = Command("discard", _discard, repeats=True)
