"""Mail that opens nothing by itself: held for an MPOC (R2.3), quarantined for agents (R2.4), and what becomes of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.model.case import Case, CaseNumber, Participant
from daemon.model.effect import (
    AddMessage,
    AddParticipant,
    Decision,
    Detain,
    DetainedKind,
    DetainedState,
    Effect,
    Outcome,
    Queue,
    Settle,
)
from daemon.model.facts import Facts
from daemon.model.mail import Authentication, InboundMail
from daemon.model.notice import NoticeKind
from daemon.model.people import Customer, Directory, Mpoc
from daemon.model.plan import MailboxPolicy, Plan
from daemon.rules.matching import signed_proposal
from daemon.rules.notices import answer, notice, to_agent, to_outsider
from daemon.rules.opening import acknowledge, open_case, request_of, responsible, tell_technician
from daemon.rules.sighting import Sighting, decided


def hold(sighting: Sighting) -> Decision:
    """Hold a colleague's mail for their MPOC, and tell them who that is (R2.3, R2.6)."""
    customer = _customer(sighting)
    case = _asked_for(sighting, customer)
    lapses = sighting.facts.received_at + timedelta(days=sighting.plan.held_days)
    detain = Detain(
        kind=DetainedKind.HELD,
        reason=f"{sighting.mail.originator.address} is no MPOC of {customer.name}",
        customer=customer.id,
        case=case.number if case else None,
        lapses_at=lapses,
    )
    effects: tuple[Effect, ...] = (detain, *_tell_sender(sighting, customer), *_tell_agent(sighting, "held"))
    rules = ("R2.3", "R2.6") if case else ("R2.3",)
    return decided(sighting, Outcome.HELD, effects, rules=rules, reason=detain.reason)


def _customer(sighting: Sighting) -> Customer:
    """Return the customer whose MPOC decides: of the case that a participant answers, else of the sender's domain."""
    listed = sighting.who.customer if sighting.who else None
    customer = sighting.directory.customer(sighting.match.case.customer) if sighting.match else None
    assert (customer or listed) is not None, "triage sent the mail of a colleague or participant here"
    return customer or listed  # type: ignore[return-value]


def _asked_for(sighting: Sighting, customer: Customer) -> Case | None:
    """Return the customer's own case that the held mail wants to join or reopen."""
    case = sighting.match.case if sighting.match else signed_proposal(sighting.facts)
    return case if case is not None and case.customer == customer.id else None


def _tell_sender(sighting: Sighting, customer: Customer) -> tuple[Queue, ...]:
    contacts = "\n".join(mpoc.name for mpoc in customer.case_contacts())
    told = {
        "contacts": contacts,
        "customer": customer.name,
        "subject": sighting.mail.subject,
        "days": str(sighting.plan.held_days),
    }
    held = notice(
        NoticeKind.HELD,
        to_outsider(sighting.mail.originator.address, customer),
        case=None,
        event=sighting.facts.event,
        facts=told,
        subject=sighting.mail.subject,
        in_reply_to=sighting.mail.message_id,
    )
    return answer(held, sighting.facts, sighting.mail, sighting.plan)


def _tell_agent(sighting: Sighting, fate: str) -> tuple[Queue, ...]:
    """Tell the case's agent that an outsider answered it, once a day a sender (S2.5)."""
    case = signed_proposal(sighting.facts)
    if case is None or sighting.facts.told_of_sender or sighting.match is not None:
        return ()
    writer = sighting.mail.originator.address or "somebody whose address cannot be read"
    outsider = notice(
        NoticeKind.OUTSIDER_WROTE,
        to_agent(responsible(case, sighting.directory), sighting.plan),
        case=case.number,
        event=sighting.facts.event,
        facts={"writer": writer, "fate": fate},
    )
    return (Queue(notice=outsider),)


def quarantine_ambiguous(sighting: Sighting) -> Decision:
    """Quarantine a mail whose From names no single address (S2.1)."""
    return _quarantine(sighting, sighting.mail.originator.ambiguous, ("S2.1",))


def quarantine_unproven_agent(sighting: Sighting) -> Decision:
    """Quarantine what claims to come from an agent and proves nothing (S2.3, S2.7)."""
    return _quarantine(sighting, "an agent's address without proof", ("S2.3", "S2.7"))


def quarantine_unauthenticated(sighting: Sighting) -> Decision:
    """Quarantine a contact's mail that nothing authenticates, as the mailbox's policy says (S2.3)."""
    return _quarantine(
        sighting, "the sender is not authenticated, and this mailbox quarantines such mail", ("S2.2", "S2.3")
    )


def quarantine_list_mail(sighting: Sighting) -> Decision:
    """Quarantine list mail of somebody who is no contact (S3.2)."""
    return _quarantine(
        sighting, f"list mail ({sighting.mail.marks.no_answer}) of somebody who is no contact", ("S3.2",)
    )


def quarantine_stranger(sighting: Sighting) -> Decision:
    """Quarantine a stranger's mail; answer it once a day, and only where the domain is authenticated (R2.4)."""
    decision = _quarantine(sighting, "the sender belongs to no customer", ("R2.4",))
    if sighting.mail.authentication is not Authentication.PASS or sighting.facts.answered_stranger:
        return decision
    reply = notice(
        NoticeKind.QUARANTINE_ANSWER,
        to_outsider(sighting.mail.originator.address, None),
        case=None,
        event=sighting.facts.event,
        subject=sighting.mail.subject,
        facts={"subject": sighting.mail.subject},
        in_reply_to=sighting.mail.message_id,
    )
    return replace(decision, effects=decision.effects + answer(reply, sighting.facts, sighting.mail, sighting.plan))


def _quarantine(sighting: Sighting, reason: str, rules: tuple[str, ...]) -> Decision:
    effects: tuple[Effect, ...] = (Detain(kind=DetainedKind.QUARANTINED, reason=reason), *_tell_agent(sighting, "quarantined"))
    return decided(sighting, Outcome.QUARANTINED, effects, rules=rules, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detained:
    """A detained mail, read again for the decision on it."""

    id: int
    kind: DetainedKind
    state: DetainedState
    sender: str
    subject: str
    customer: str
    mail: InboundMail
    facts: Facts
    case: Case | None = None


def release(
    detained: Detained, customer: Customer, mpoc: Mpoc, plan: Plan, *, directory: Directory, policy: MailboxPolicy,
    actor: str, now: datetime,
) -> Decision:  # fmt: skip
    """Open a case from a detained mail on an MPOC's authority, its writer a participant (R2.3, R2.4).

    A held mail that answers an open case joins that case instead.
    """
    guest = Participant(detained.sender, detained.mail.originator.name)
    outsider = detained.sender != mpoc.email and detained.mail.originator.address == detained.sender
    guests = (guest,) if outsider and detained.kind is DetainedKind.HELD else ()
    if detained.case is not None and not detained.case.is_closed():
        return _join(detained, detained.case, guests, plan, directory=directory, actor=actor, now=now)
    request = replace(
        request_of(detained.mail, detained.facts, customer, mpoc),
        author=detained.sender or mpoc.email,
        author_name=detained.mail.originator.name or detained.sender,
        actor=actor,
        why="R2.3" if detained.kind is DetainedKind.HELD else "R2.4",
        participants=guests,
    )
    opened = open_case(request, detained.facts, plan, directory, policy=policy)
    settle = Settle(detained=detained.id, state=DetainedState.RELEASED, at=now, actor=actor, case=0)
    effects: tuple[Effect, ...] = (
        *opened.effects,
        settle,
        acknowledge(request, detained.facts, plan, now=now, on_behalf_of=detained.sender if guests else ""),
        tell_technician(opened, request, detained.facts, plan),
    )
    reason = f"released by {actor} on the authority of {mpoc.email}"
    return Decision(outcome=_released(detained), effects=effects, reason=reason, rules=(request.why,))


def _released(detained: Detained) -> Outcome:
    return Outcome.APPROVED if detained.kind is DetainedKind.HELD else Outcome.CASE_OPENED


def _join(
    detained: Detained, case: Case, guests: tuple[Participant, ...], plan: Plan, *, directory: Directory, actor: str,
    now: datetime,
) -> Decision:  # fmt: skip
    mail, facts = detained.mail, detained.facts
    message = AddMessage(
        case=case.number,
        incoming=True,
        author=detained.sender,
        public=True,
        text=mail.reply_text or mail.text,
        received_at=facts.received_at,
        message_id=mail.message_id,
        attachments=facts.attachments,
    )
    wrote = notice(
        NoticeKind.CUSTOMER_WROTE,
        to_agent(responsible(case, directory), plan),
        case=case.number,
        event=facts.event,
        facts={"writer": detained.sender, "received_at": facts.received_at.isoformat()},
        text=message.text,
        author=mail.originator.name,
        attachments=facts.attachments,
    )
    joined = tuple(AddParticipant(case=case.number, participant=guest, at=now, actor=actor) for guest in guests)
    settle = Settle(detained=detained.id, state=DetainedState.RELEASED, at=now, actor=actor, case=case.number)
    effects: tuple[Effect, ...] = (message, *joined, settle, Queue(notice=wrote))
    return Decision(
        outcome=Outcome.APPROVED, effects=effects, reason=f"approved by {actor}", rules=("R2.6",), case=case.number
    )


def decline(detained: Detained, customer: Customer | None, *, actor: str, word: str, now: datetime) -> Decision:
    """Decline a held request; its sender is told, with the decliner's word if there is one (R2.3)."""
    told = {"contacts": _contacts(customer), "customer": customer.name if customer else "", "word": word}
    declined = notice(
        NoticeKind.DECLINED,
        to_outsider(detained.sender, customer),
        case=None,
        event=f"declined {detained.id}",
        facts=told | {"subject": detained.subject},
        subject=detained.subject,
        in_reply_to=detained.mail.message_id,
    )
    settle = Settle(detained=detained.id, state=DetainedState.DECLINED, at=now, actor=actor)
    return Decision(
        outcome=Outcome.DECLINED,
        effects=(settle, Queue(notice=declined)),
        reason=f"declined by {actor}",
        rules=("R2.3",),
    )


def discard(detained: Detained, *, actor: str, now: datetime) -> Decision:
    """Put a quarantined mail aside; it stays stored and nobody is told (R2.4)."""
    settle = Settle(detained=detained.id, state=DetainedState.DISCARDED, at=now, actor=actor)
    return Decision(outcome=Outcome.QUARANTINED, effects=(settle,), reason=f"discarded by {actor}", rules=("R2.4",))


def _contacts(customer: Customer | None) -> str:
    return "\n".join(mpoc.name for mpoc in customer.case_contacts()) if customer else ""
