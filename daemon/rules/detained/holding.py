"""Mail that opens nothing by itself: held for an MPOC (R2.3), or quarantined for agents (R2.4)."""

from dataclasses import replace

from daemon.model.case import Case
from daemon.model.effect import Decision, Detain, Effect, Queue
from daemon.model.mail import Authentication
from daemon.model.notice import NEW
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, Outcome
from daemon.model.people import Customer
from daemon.model.plan import Unauthenticated
from daemon.rules.business_time import days_later
from daemon.rules.detained.deciders import contacts_of
from daemon.rules.detained.insiders import Fate, case_meant, fate_in_quarantine, tell_case_agent, tell_named_agent
from daemon.rules.detained.request import Deciders, ask, deciders_on
from daemon.rules.macd.commission import ADDRESS_WORDS
from daemon.rules.notices import answer, notice, to_outsider
from daemon.rules.sighting import Sighting
from daemon.rules.standing import Proof


def hold(sighting: Sighting) -> Decision:
    """Hold a colleague's mail for their MPOC, who is asked, and tell them who that is (R2.3, R2.6).

    It lapses so many days after the MPOC was asked, which after an outage is later than its receipt.  Where nobody is
    asked because there are too many of these mails, it waits for an agent, and does not lapse (S3.3).
    """
    customer = _customer(sighting)
    if customer is None:
        return _quarantine(sighting, "the case's customer is not configured any more", ("R2.6",))
    case = _asked_for(sighting, customer)
    found = deciders_on(sighting, customer, is_macd=_is_macd(sighting))
    detain = _held(sighting, customer, case, found)
    effects: tuple[Effect, ...] = (
        detain,
        *(() if found.all_spared and _may_be_invented(sighting) else _tell_sender(sighting, customer, found)),
        *ask(sighting, found, case, detain, customer=customer),
        *(() if sighting.match else tell_case_agent(sighting, Fate.HELD)),
    )
    rules = ("R2.3", *(("R2.6",) if case else ()), *(("S3.3",) if found.all_spared else ()))
    return Decision(outcome=Outcome.HELD, effects=effects, rules=rules, reason=detain.reason)


def _held(sighting: Sighting, customer: Customer, case: Case | None, found: Deciders) -> Detain:
    reason = f"{sighting.mail.originator.address} is no MPOC of {customer.name}"
    return Detain(
        kind=DetainedKind.HELD,
        reason=f"{reason}, who are asked about too many such mails already" if found.all_spared else reason,
        customer=customer.id,
        case=case.number if case else None,
        lapses_at=None if found.all_spared else days_later(sighting.now, sighting.plan.held_days, sighting.plan.zone),
        is_macd=_is_macd(sighting),
    )


def _may_be_invented(sighting: Sighting) -> bool:
    """Tell whether nothing but the mailbox's policy speaks for the sender's address."""
    return sighting.who is None or sighting.who.proof is Proof.ACCEPTED


def _is_macd(sighting: Sighting) -> bool:
    return bool(sighting.facts.plus_words & ADDRESS_WORDS)


def _customer(sighting: Sighting) -> Customer | None:
    """Return the customer whose MPOC decides: of the case that a participant answers, else of the sender's domain."""
    if sighting.match is not None:
        return sighting.directory.customer(sighting.match.case.customer)
    return sighting.who.customer if sighting.who else None


def _asked_for(sighting: Sighting, customer: Customer) -> Case | None:
    """Return the customer's own case that the held mail wants to join or reopen."""
    case = case_meant(sighting)
    return case if case is not None and case.customer == customer.id else None


def _tell_sender(sighting: Sighting, customer: Customer, found: Deciders) -> tuple[Queue, ...]:
    """Tell the writer who decides, and until when they do; where nobody is asked, that our agents see to it."""
    contacts = contacts_of(customer, sighting.plan, is_macd=_is_macd(sighting))
    told = {
        "contacts": contacts,
        "customer": customer.name,
        "subject": sighting.mail.subject,
        "days": str(sighting.plan.held_days) if found.asked else "",
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
    return answer(replace(held, about=NEW), sighting.facts, sighting.mail, sighting.plan)


def quarantine_unowned(sighting: Sighting) -> Decision:
    """Quarantine a mail that was let through for somebody whom the configuration knows no more (R2.3, R2.4)."""
    return _quarantine(sighting, "it was let through for somebody who is not configured any more", ("R2.3", "R2.4"))


def quarantine_ambiguous(sighting: Sighting) -> Decision:
    """Quarantine a mail whose From names no single address (S2.1)."""
    return _quarantine(sighting, sighting.mail.originator.ambiguous, ("S2.1",))


def quarantine_over_limit(sighting: Sighting) -> Decision:
    """Quarantine a mail of which only the header could be kept (S1.2)."""
    return _quarantine(sighting, sighting.facts.over_limit, ("S1.2",))


def quarantine_unproven_agent(sighting: Sighting) -> Decision:
    """Quarantine what claims to come from an agent and proves nothing; they must know (S2.3, S2.7)."""
    decision = _quarantine(sighting, "an agent's address without proof", ("S2.3", "S2.7"))
    return replace(decision, effects=(*decision.effects, *tell_named_agent(sighting)))


def quarantine_of_former_agent(sighting: Sighting) -> Decision:
    """Quarantine a reply whose agent left before it had any effect: whoever has the case now decides (S3.7)."""
    return _quarantine(sighting, "its writer is no agent any more: nothing of it was sent", ("S3.7", "S1.2"))


def quarantine_written_as_us(sighting: Sighting) -> Decision:
    """Quarantine an agent's answer that was sent as the desk itself: it shows no agent's address (S2.7)."""
    return _quarantine(sighting, "it was sent under the desk's own address, and so proves no agent", ("S2.7",))


def quarantine_unauthenticated(sighting: Sighting) -> Decision:
    """Quarantine the mail of somebody known that nothing authenticates, as the mailbox's policy says (S2.3)."""
    return _quarantine(sighting, _why_unbelieved(sighting), ("S2.2", "S2.3"))


def _why_unbelieved(sighting: Sighting) -> str:
    if sighting.mail.authentication is Authentication.FAIL:
        return "the sender's domain disowns this mail: its authentication failed"
    if sighting.policy.unauthenticated is Unauthenticated.CHALLENGE:
        return "the sender is not authenticated, and may not be asked whether they wrote this"
    return "the sender is not authenticated, and this mailbox quarantines such mail"


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
    case = case_meant(sighting)
    effects: tuple[Effect, ...] = (
        Detain(kind=DetainedKind.QUARANTINED, reason=reason, case=case.number if case else None),
        *tell_case_agent(sighting, fate_in_quarantine(sighting)),
    )
    return Decision(outcome=Outcome.QUARANTINED, effects=effects, rules=rules, reason=reason)
