"""Notices that several rules send: whom they go to and what they carry."""

from datetime import datetime

from daemon.model.case import NEW_CASE, Case, CaseNumber
from daemon.model.effect import Queue
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.notice import AttachmentRef, Notice, Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.people import Agent, Customer, Directory, Mpoc
from daemon.model.plan import Plan
from daemon.rules.governor import withheld

YES = "yes"


def to_mpoc(mpoc: Mpoc) -> Recipient:
    """Return an MPOC as the reader of a notice, in their language and time zone."""
    return Recipient(mpoc.email, mpoc.name, mpoc.language, mpoc.timezone)


def to_agent(agent: Agent, plan: Plan) -> Recipient:
    """Return an agent as the reader of a notice; the desk lives in the plan's zone."""
    return Recipient(agent.email, agent.name, agent.language, plan.zone.key)


def to_outsider(address: str, customer: Customer | None) -> Recipient:
    """Return somebody who is no contact, addressed in the language of their company."""
    return Recipient(address, "", customer.language, customer.timezone) if customer else Recipient(address)


def requester_of(case: Case, directory: Directory) -> Recipient | None:
    """Return who answers for a case: its requester, or a case contact where they are no MPOC any more (S3.1)."""
    customer = directory.customer(case.customer)
    if customer is None:
        return None
    listed = next((mpoc for mpoc in customer.mpocs if mpoc.email == case.requester), None)
    return to_mpoc(listed or customer.case_contacts()[0])


def everybody_on(case: Case, directory: Directory) -> tuple[Recipient, ...]:
    """Return the requester and the participants, each once, each to get a mail of their own (S3.6).

    Left out: participants whose company has become another customer since they joined (S2.6).
    """
    customer = directory.customer(case.customer)
    requester = requester_of(case, directory)
    people = {requester.address: requester} if requester else {}
    for participant in case.participants:
        if not belongs_elsewhere(participant.address, directory, case.customer):
            people.setdefault(participant.address, _participant(participant.address, directory, customer))
    return tuple(people.values())


def belongs_elsewhere(address: str, directory: Directory, customer_id: str) -> bool:
    """Tell whether an address is an MPOC's or a colleague's of another customer than this (S2.6)."""
    listed = directory.mpoc(address)
    owners = (directory.customer_of_domain(address.rpartition("@")[2]), listed[0] if listed else None)
    return any(owner is not None and owner.id != customer_id for owner in owners)


def _participant(address: str, directory: Directory, customer: Customer | None) -> Recipient:
    listed = directory.mpoc(address)
    return to_mpoc(listed[1]) if listed else to_outsider(address, customer)


def chat_open(plan: Plan, now: datetime) -> str:
    """Return "yes" while the chat is open (R1.3), else the empty string."""
    return YES if plan.chat.include(now.astimezone(plan.zone)) else ""


def notice(  # noqa: PLR0913 - a notice has as many sides as this
    kind: NoticeKind,
    to: Recipient,
    *,
    case: CaseNumber | None,
    event: str,
    facts: dict[str, str] | None = None,
    text: str = "",
    author: str = "",
    subject: str = "",
    attachments: tuple[AttachmentRef, ...] = (),
    in_reply_to: str = "",
) -> Notice:
    """Build a notice of a kind; facts that are not given are empty."""
    given = facts or {}
    return Notice(
        kind=kind,
        to=to,
        case=case,
        key=f"{event}:{kind}:{to.address}",
        facts=tuple((name, given.get(name, "")) for name in NOTICES[kind].facts),
        text=text,
        author=author,
        subject=subject,
        attachments=attachments,
        in_reply_to=in_reply_to,
    )


def answer(mail_notice: Notice, facts: Facts, mail: InboundMail, plan: Plan) -> tuple[Queue, ...]:
    """Queue an automatic answer to an incoming mail, unless its marks forbid one (S3.2).

    Past the governor's bounds, or while its address is muted, the row is written as cancelled, with its reason (S3.3).
    """
    if mail.marks.automatic or mail.marks.no_answer:
        return ()
    return (
        Queue(notice=mail_notice, cancelled=withheld(facts, plan, on_case=mail_notice.case not in (None, NEW_CASE))),
    )
