"""How a case begins: by a mail, after a call, on an MPOC's word for somebody else (R1, R2)."""

import re
from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import NEW_CASE, Case, Kind, LinkType, Participant, Priority, Status
from daemon.model.case_effect import AddMessage, LinkCases, OpenCase
from daemon.model.charter import Charter
from daemon.model.effect import Effect, Queue
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.notice import AttachmentRef, Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent, Customer, Directory, Mpoc, Team
from daemon.model.plan import MailboxPolicy, Plan
from daemon.model.readmission import Readmission
from daemon.rules.assignment import assignee_or_on_call, is_on_duty, team_for, technician
from daemon.rules.macd.approvers import Ask
from daemon.rules.macd.commission import Commission
from daemon.rules.macd.opening import acknowledgement_facts, agent_facts, begin
from daemon.rules.notices import YES, belongs_elsewhere, chat_open, notice, to_agent, to_mpoc
from daemon.rules.subjects import case_subject

MAX_PARTICIPANTS = 50
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants a case for."""

    customer: Customer
    mpoc: Mpoc
    subject: str
    text: str
    author: str  # address of who wrote the text
    author_name: str
    received_at: datetime
    actor: str
    why: str
    message_id: str = ""
    priority: Priority = Priority.P4  # R1.2: nothing in a mail changes it
    participants: tuple[Participant, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    clock_from: datetime | None = None  # release of a detained mail: its first response starts there (R3.11)
    macd: Commission | None = None  # how it is carried out, where it is a MACD request (R10)


def request_of(mail: InboundMail, facts: Facts, customer: Customer, mpoc: Mpoc) -> Request:
    """Return an MPOC's own mail as a request."""
    return Request(
        customer=customer,
        mpoc=mpoc,
        subject=mail.subject,
        text=mail.text,
        author=mpoc.email,
        author_name=mpoc.name,
        received_at=facts.received_at,
        actor=mpoc.email,
        why="R1.1",
        message_id=mail.message_id,
        attachments=facts.attachments,
        clock_from=_let_through_at(facts),
    )


def _let_through_at(facts: Facts) -> datetime | None:
    """Return when a challenged mail was let through: its first response starts there (R3.11)."""
    readmitted = facts.readmitted
    return readmitted.at if readmitted is not None and readmitted.why is Readmission.CHALLENGE else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new case: its effects, and the technician it went to."""

    effects: tuple[Effect, ...]
    assignee: Agent


def open_case(request: Request, facts: Facts, charter: Charter, *, policy: MailboxPolicy, prefer: str = "") -> Opened:
    """Open a case and assign it at once (R1.1); a MACD request asks for its approval (R10.2).

    Args:
        request: what it is for.
        facts: give the technicians' loads.
        charter: the plan, and who could work on it.
        policy: of the mailbox that the request reached; it may name a team.
        prefer: agent id of whoever had the earlier case (R5.5), taken if on duty.
    """
    plan, directory = charter.plan, charter.directory
    team = directory.team(request.macd.team if request.macd else "") or team_for(request.subject, policy, directory)
    assignee = directory.agent(prefer) if prefer else None
    if assignee is None or not is_on_duty(assignee, plan, facts.now):
        assignee = technician(team, facts.loads, charter, at=facts.now)
    message = AddMessage(
        case=NEW_CASE,
        incoming=True,
        author=request.author,
        public=True,
        text=request.text,
        received_at=request.received_at,
        message_id=request.message_id,
        attachments=request.attachments,
    )
    opening = _opening(request, assignee, team, plan)
    return Opened((opening, message, *_begun(request, facts.event, plan)), assignee)


def _opening(request: Request, assignee: Agent, team: Team, plan: Plan) -> OpenCase:
    macd, language = request.macd, request.mpoc.language
    return OpenCase(
        subject=case_subject(request.subject, prefix=plan.provider.prefix, language=language),
        customer=request.customer.id,
        requester=request.mpoc.email,
        assignee=assignee.id,
        team=team.id,
        language=language,
        opened_at=request.received_at,
        actor=request.actor,
        why=request.why,
        priority=request.priority,
        kind=Kind.MACD if macd else Kind.SUPPORT,
        participants=request.participants,
        clock_from=request.clock_from,
        macd=macd.macd if macd else None,
        approved_at=macd.at if macd and macd.is_approved else None,
    )


def _begun(request: Request, event: str, plan: Plan) -> tuple[Effect, ...]:
    """Return what a MACD request does beside (R10.2); nothing for any other."""
    macd = request.macd
    if macd is None:
        return ()
    ask = Ask(
        case=NEW_CASE,
        customer=request.customer,
        requester=request.author,
        macd=macd.macd,
        is_outside=macd.is_outside,
        at=macd.at,
        actor=request.actor,
        event=event,
        text=request.text,
        attachments=request.attachments,
    )
    return begin(macd, ask, plan)


def tell_technician(
    opened: Opened, request: Request, facts: Facts, plan: Plan, *, earlier: Case | None = None
) -> Queue:
    """Tell the technician of the new case; of a follow-up's origin and old priority too (R5.5)."""
    told = {
        "event": "follow_up" if earlier else "new",
        "writer": request.author,
        "original": str(earlier.number) if earlier else "",
        "original_priority": earlier.priority if earlier else "",
        "received_at": request.received_at.isoformat(),
    }
    if request.macd is not None:
        told |= agent_facts(request.macd, request.customer, plan)
    return Queue(
        notice=notice(
            NoticeKind.CASE_ASSIGNED,
            to_agent(opened.assignee, plan),
            case=NEW_CASE,
            event=facts.event,
            facts=told,
            text=request.text,
            author=request.author_name,
            attachments=request.attachments,
        )
    )


def acknowledge(request: Request, facts: Facts, plan: Plan, *, now: datetime, on_behalf_of: str = "") -> Queue:
    """Acknowledge a case to its MPOC: entered by an agent (R1.4), or approved for an end user (R2.3)."""
    return Queue(notice=acknowledgement(request, facts, plan, now=now, on_behalf_of=on_behalf_of))


def acknowledgement(request: Request, facts: Facts, plan: Plan, *, now: datetime, on_behalf_of: str = "") -> Notice:
    """Return the acknowledgement of a request, that of a MACD request with what it has to say beside (R10.5)."""
    told = {"chat_open": chat_open(plan, now), "on_behalf_of": on_behalf_of}
    kind = NoticeKind.ACKNOWLEDGEMENT
    if request.macd is not None:
        kind = NoticeKind.MACD_ACKNOWLEDGEMENT
        told |= acknowledgement_facts(request.macd, request.customer, request.mpoc, plan)
    return notice(kind, to_mpoc(request.mpoc), case=NEW_CASE, event=facts.event, facts=told)


def link_to(earlier: Case, at: datetime, actor: str) -> LinkCases:
    """Tie the new case to the one it follows up; both say so (R5.2)."""
    return LinkCases(case=NEW_CASE, type=LinkType.FOLLOW_UP_OF, other=earlier.number, at=at, actor=actor)


def kept_people(earlier: Case, requester: str, directory: Directory) -> tuple[Participant, ...]:
    """Return the participants that a case which follows `earlier` up keeps (R5.5), none of another customer (S2.6)."""
    return tuple(
        person
        for person in earlier.participants
        if person.address != requester and not belongs_elsewhere(person.address, directory, earlier.customer)
    )


def follow_up_facts(earlier: Case, plan: Plan, now: datetime) -> dict[str, str]:
    """Return what the acknowledgement of a linked case explains (R5.2, R5.4)."""
    return {
        "chat_open": chat_open(plan, now),
        "original": str(earlier.number),
        "closed_at": earlier.closed_at.isoformat() if earlier.closed_at else "",
        "no_response": YES if earlier.status is Status.CLOSED_NO_RESPONSE else "",
    }


def new_participants(
    mail: InboundMail, case: Case | None, charter: Charter, *, customer: Customer
) -> tuple[Participant, ...]:
    """Return whom an MPOC put in To or Cc and who is not on the case yet (R2.6).

    Left out: our own addresses, agents, the requester, what is no plain address, and people of other customers (S2.6).
    """
    known = charter.plan.own_addresses() | {mail.originator.address} | ({case.requester} if case else set())
    already = {participant.address for participant in case.participants} if case else set()
    found = {
        address.address: Participant(address.address, address.name)
        for address in mail.to + mail.cc
        if may_take_part(address.address, charter, customer=customer) and address.address not in known | already
    }
    return tuple(found.values())[: MAX_PARTICIPANTS - len(already)]


def may_take_part(address: str, charter: Charter, *, customer: Customer) -> bool:
    """Tell whether an address can follow a case of this customer (R2.6, S2.6)."""
    directory = charter.directory
    if not _ADDRESS.fullmatch(address) or directory.agent(address) or is_own(address, charter.plan):
        return False
    return not belongs_elsewhere(address, directory, customer.id)


def is_own(address: str, plan: Plan) -> bool:
    """Tell whether mail to this address, plus-addresses included, reaches this daemon."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in plan.own_addresses()


def responsible(case: Case, directory: Directory) -> Agent:
    """Return the agent who answers for a case."""
    return assignee_or_on_call(case.assignee, case.team, directory)
