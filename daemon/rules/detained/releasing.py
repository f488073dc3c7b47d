"""What becomes of detained mail: released on an MPOC's authority, declined or discarded (R2.3, R2.4, R2.6)."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.case import NEW_CASE, Case, CaseNumber, Participant, Status, WaitingOn
from daemon.model.case_effect import AddMessage, AddParticipant, ChangeStatus, SetWaiting
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue, Settle
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.mail_effect import EndMail, Readmit
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.people import Customer, Mpoc
from daemon.model.plan import Plan
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.customers.mail import ENDED_BY_REPLY
from daemon.rules.detained.deciders import contacts_of
from daemon.rules.macd.commission import Commission, by_address
from daemon.rules.messages import incoming_message, new_text
from daemon.rules.notices import chat_open, notice, to_agent, to_mpoc, to_outsider
from daemon.rules.opening import (
    Request,
    acknowledge,
    follow_up_facts,
    kept_people,
    link_to,
    open_case,
    request_of,
    responsible,
    tell_technician,
)
from daemon.rules.reopening import Reopening, reopening

UNREADABLE = "unreadable"
"""Stands, in notices, for a writer whose address cannot be read (S2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detained:
    """A detained mail, read again for the decision on it."""

    id: int
    mailbox: str
    kind: DetainedKind
    sender: str
    subject: str
    mail: InboundMail
    facts: Facts
    case: Case | None = None  # the case that it is about: it asks to join or to reopen that

    def guests(self, mpoc: Mpoc) -> tuple[Participant, ...]:
        """Return the writer as participant of the case, where they are held and not the MPOC themselves (R2.3)."""
        is_known = self.mail.originator.address == self.sender != mpoc.email
        guest = Participant(self.sender, self.mail.originator.name)
        return (guest,) if is_known and self.kind is DetainedKind.HELD else ()


@dataclass(frozen=True, slots=True)
class Release:
    """On whose authority a detained mail is let through, by whom, and when."""

    customer: Customer
    mpoc: Mpoc
    actor: str
    now: datetime
    adds_writer: bool = False  # to the case that the mail joins; a new case its writer follows in any event (R2.3)
    word: str = ""  # what the MPOC said beside it


def release(detained: Detained, release: Release, charter: Charter) -> Decision:
    """Open a case from a detained mail on an MPOC's authority, its held writer a participant (R2.3, R2.4).

    A reply to a case of that MPOC's company joins that case while it is open; a closed one is taken up as the receipt
    time says (R5.1).  Its writer follows that case only where the MPOC says so (R2.6).
    """
    if detained.case is not None and detained.case.customer == release.customer.id:
        return _take_up(detained, detained.case, release, charter)
    return _open(detained, release, charter, earlier=None)


def _open(detained: Detained, release: Release, charter: Charter, *, earlier: Case | None) -> Decision:
    """Open a case; one that follows an earlier up keeps its participants and prefers its technician (R5.5)."""
    guests = detained.guests(release.mpoc)
    kept = kept_people(earlier, release.mpoc.email, charter.directory) if earlier else ()
    request = replace(
        request_of(detained.mail, detained.facts, release.customer, release.mpoc),
        author=detained.sender,
        author_name=detained.mail.originator.name or detained.sender,
        actor=release.actor,
        why="R2.3" if detained.kind is DetainedKind.HELD else "R2.4",
        participants=tuple({person.address: person for person in kept + guests}.values()),
        clock_from=release.now,  # R3.11
        macd=None if earlier else _commission(detained, release, charter),
    )
    policy = charter.plan.mailbox(detained.mailbox)
    opened = open_case(request, detained.facts, charter, policy=policy, prefer=earlier.assignee if earlier else "")
    effects: tuple[Effect, ...] = (
        *opened.effects,
        *_said(release, NEW_CASE),
        *_settled(detained, release, NEW_CASE),
        _acknowledged(detained, release, request, charter.plan, earlier=earlier),
        *_tell_writer(detained, NEW_CASE, release, guests),
        tell_technician(opened, _with_word(request, release), detained.facts, charter.plan, earlier=earlier),
    )
    outcome = _outcome(detained, Outcome.FOLLOW_UP_OPENED if earlier else Outcome.CASE_OPENED)
    return Decision(outcome=outcome, effects=effects, reason=_reason(release), rules=(request.why,))


def _outcome(detained: Detained, otherwise: Outcome) -> Outcome:
    """Return how a mail that was let through ends: as what it does, unless a contact was asked about it (R2.3)."""
    return Outcome.APPROVED if detained.kind is DetainedKind.HELD else otherwise


def _reason(release: Release) -> str:
    by = "" if release.actor == release.mpoc.email else f" on the authority of {release.mpoc.email}"
    return f"let through by {release.actor}{by}"


def _said(release: Release, case: CaseNumber) -> tuple[AddMessage, ...]:
    """Put what the MPOC said beside their approval on the case."""
    said = AddMessage(
        case=case, incoming=True, author=release.mpoc.email, public=True, text=release.word, received_at=release.now
    )
    return (said,) if release.word else ()


def _with_word(request: Request, release: Release) -> Request:
    return replace(request, text=request.text.rstrip() + _worded(release))


def _tell_mpoc(
    detained: Detained, case: Case, way: Reopening | None, release: Release, plan: Plan
) -> tuple[Queue, ...]:
    """Tell the MPOC of a closed case that is taken up on their word (R4.1, R5.1, R5.6)."""
    if way is None:
        return ()
    kind, told = NoticeKind.STATUS_CHANGED, {"status": Status.IN_PROGRESS.value}
    if way is Reopening.SAME_CASE:
        closed_at = case.closed_at.isoformat() if case.closed_at else ""
        kind, told = NoticeKind.REOPENED, {"chat_open": chat_open(plan, release.now), "closed_at": closed_at}
    to = to_mpoc(release.mpoc)
    return (Queue(notice=notice(kind, to, case=case.number, event=detained.facts.event, facts=told)),)


def _worded(release: Release) -> str:
    return f"\n\n{release.mpoc.name}:\n{release.word}" if release.word else ""


def _commission(detained: Detained, release: Release, charter: Charter) -> Commission | None:
    """Return how a MACD request is carried out that counts from its release (R10.2)."""
    words = detained.facts.plus_words
    return by_address(words, detained.sender, release.mpoc, charter, at=release.now)


def _acknowledged(detained: Detained, release: Release, request: Request, plan: Plan, *, earlier: Case | None) -> Queue:
    """Tell the MPOC of the new case and, where they did not write, who did; where it follows one up, why (R5.2)."""
    writer = detained.mail.originator.address
    on_behalf_of = "" if writer == release.mpoc.email else writer or UNREADABLE
    if earlier is None:
        return acknowledge(request, detained.facts, plan, now=release.now, on_behalf_of=on_behalf_of)
    told = follow_up_facts(earlier, plan, release.now) | {"on_behalf_of": on_behalf_of}
    to = to_mpoc(release.mpoc)
    return Queue(notice=notice(NoticeKind.FOLLOW_UP_OPENED, to, case=NEW_CASE, event=detained.facts.event, facts=told))


def _take_up(detained: Detained, case: Case, release: Release, charter: Charter) -> Decision:
    """Let a held reply do what the MPOC's own would have done at its receipt (R2.6)."""
    at = detained.facts.received_at
    way = reopening(case, at, charter.plan) if case.is_closed() else None
    if way in (Reopening.LINKED_CASE, Reopening.RESUMED_CASE):
        decision = _open(detained, release, charter, earlier=case)
        return replace(decision, effects=(*decision.effects, link_to(case, at, release.actor)), rules=("R2.6", way))
    guests = detained.guests(release.mpoc)
    joins = guests if release.adds_writer else ()
    follow = guests if release.adds_writer or (way and case.has_participant(detained.sender)) else ()
    effects: tuple[Effect, ...] = (
        *_moved(case, way, release),
        replace(incoming_message(detained.mail, detained.facts, case.number), author=detained.sender),
        *_said(release, case.number),
        *(AddParticipant(case=case.number, participant=guest, at=release.now, actor=release.actor) for guest in joins),
        *_settled(detained, release, case.number),
        *_tell_mpoc(detained, case, way, release, charter.plan),
        *_tell_writer(detained, case.number, release, follow),
        _wrote(detained, case, charter, word=_worded(release)),
    )
    rules = ("R2.6", way.value) if way else ("R2.6",)
    outcome = _outcome(detained, Outcome.CASE_REOPENED if way is Reopening.SAME_CASE else Outcome.CASE_UPDATED)
    return Decision(outcome=outcome, effects=effects, reason=_reason(release), rules=rules, case=case.number)


def _tell_writer(
    detained: Detained, case: CaseNumber, release: Release, guests: tuple[Participant, ...]
) -> tuple[Queue, ...]:
    """Tell a colleague who follows the case that their request was approved (R2.3, S3.1)."""
    told = {"by": release.mpoc.name}
    return tuple(
        Queue(
            notice=notice(
                NoticeKind.REQUEST_APPROVED,
                to_outsider(guest.address, release.customer),
                case=case,
                event=detained.facts.event,
                facts=told,
                in_reply_to=detained.mail.message_id,
            )
        )
        for guest in guests
    )


def _moved(case: Case, way: Reopening | None, release: Release) -> tuple[ChangeStatus | SetWaiting, ...]:
    """Return what the reply does to the case's status: a reopening, or the end of a hold or a wait (R4.3, R6.2).

    It happens at the release, and clocks start there (R3.11), however the receipt time decided (R5.1).
    """
    at = release.now
    effects: list[ChangeStatus | SetWaiting] = []
    why = way.value if way else ENDED_BY_REPLY.get(case.status, "")
    if why:
        status = Status.REOPENED if way is Reopening.SAME_CASE else Status.IN_PROGRESS
        effects.append(ChangeStatus(case=case.number, status=status, at=at, actor=release.actor, why=why))
    if case.waiting_on is WaitingOn.CUSTOMER:
        effects.append(SetWaiting(case=case.number, waiting_on=None, at=at, actor=release.actor, why="R6.2"))
    return tuple(effects)


def _wrote(detained: Detained, case: Case, charter: Charter, *, word: str) -> Queue:
    facts, mail = detained.facts, detained.mail
    wrote = notice(
        NoticeKind.CUSTOMER_WROTE,
        to_agent(responsible(case, charter.directory), charter.plan),
        case=case.number,
        event=facts.event,
        facts={"writer": detained.sender, "received_at": facts.received_at.isoformat()},
        text=new_text(mail).rstrip() + word,
        author=mail.originator.name,
        attachments=facts.attachments,
    )
    return Queue(notice=wrote)


def _settled(detained: Detained, release: Release, case: CaseNumber) -> tuple[Effect, ...]:
    """End the detention with the case that the mail is on; what waited with it comes onto that next (R2.3)."""
    again = Readmitted(Readmission.APPROVED, release.now, release.actor, authority=release.mpoc.email)
    at, actor, released = release.now, release.actor, DetainedState.RELEASED
    every = (detained.id, *(request.id for request in detained.facts.waiting_with))
    return (
        *(Settle(detained=number, state=released, at=at, actor=actor, case=case) for number in every),
        *(Readmit(mail=request.mail, readmitted=again) for request in detained.facts.waiting_with),
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who declines a held request, when, and with what word for its sender."""

    actor: str
    word: str
    now: datetime


def decline(request: DetainedRequest, customer: Customer, refusal: Refusal, plan: Plan) -> Decision:
    """Decline a held request; its sender is told, with the decliner's word if there is one (R2.3)."""
    contacts = contacts_of(customer, plan, is_macd=request.is_macd)
    told = {"contacts": contacts, "customer": customer.name, "word": refusal.word, "subject": request.subject}
    declined = notice(
        NoticeKind.DECLINED,
        to_outsider(request.sender, customer),
        case=None,
        event=f"declined {request.id}",
        facts=told,
        subject=request.subject,
        in_reply_to=request.message_id,
    )
    reason = f"declined by {refusal.actor}"
    settle = Settle(detained=request.id, state=DetainedState.DECLINED, at=refusal.now, actor=refusal.actor)
    ended = EndMail(mail=request.mail, outcome=Outcome.DECLINED, reason=reason, at=refusal.now)
    effects: tuple[Effect, ...] = (settle, ended, Queue(notice=declined))
    return Decision(outcome=Outcome.DECLINED, effects=effects, reason=reason, rules=("R2.3",))


def discard(request: DetainedRequest, *, actor: str, now: datetime) -> Decision:
    """Put a quarantined mail aside; it stays stored and nobody is told (R2.4)."""
    reason = f"discarded by {actor}"
    settle = Settle(detained=request.id, state=DetainedState.DISCARDED, at=now, actor=actor)
    ended = EndMail(mail=request.mail, outcome=Outcome.QUARANTINED, reason=reason, at=now)
    return Decision(outcome=Outcome.QUARANTINED, effects=(settle, ended), reason=reason, rules=("R2.4",))


def readmit(request: DetainedRequest, readmitted: Readmitted) -> tuple[Effect, ...]:
    """End a detention by having the mail decided again, at once and for good: nobody else can settle it (R2.3)."""
    released = DetainedState.RELEASED
    settle = Settle(detained=request.id, state=released, at=readmitted.at, actor=readmitted.by)
    return (settle, Readmit(mail=request.mail, readmitted=readmitted))
