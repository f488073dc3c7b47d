"""Who must agree to a MACD request, and how they are asked (R10.2)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber, Macd, WaitingOn
from daemon.model.case_effect import Record, SetWaiting
from daemon.model.effect import Effect, Queue
from daemon.model.notice import AttachmentRef
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Customer, Mpoc, Role
from daemon.model.plan import Plan
from daemon.rules.notices import YES, notice, to_mpoc

ASKED, DECLINED = "approval_asked", "macd_declined"
"""Events of the history: an approval is asked for (only answers after it count), and refused."""


def may_approve(mpoc: Mpoc) -> bool:
    """Tell whether an MPOC may approve MACD requests of their customer (R2.1)."""
    return Role.MACD in mpoc.roles


def approvers(customer: Customer) -> tuple[Mpoc, ...]:
    """Return who may approve at a customer: perhaps nobody."""
    return customer.with_role(Role.MACD)


def approver_names(customer: Customer) -> str:
    """Return the approvers' names, one a line (S3.1: no addresses)."""
    return "\n".join(mpoc.name for mpoc in approvers(customer))


def surcharge(plan: Plan) -> str:
    """Return what expediting costs, such as "150.00 USD", or "" where none is configured (R10.4)."""
    cents = plan.charges.expedite_cents
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d} {plan.charges.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A MACD request that somebody has to approve."""

    case: CaseNumber
    customer: Customer
    requester: str  # address
    macd: Macd
    is_outside: bool  # it came outside the extended hours: it may be expedited on demand (R10.3)
    at: datetime
    actor: str
    event: str
    text: str  # the request
    attachments: tuple[AttachmentRef, ...] = ()


def await_approval(ask: Ask, plan: Plan) -> tuple[Effect, ...]:
    """Let a case wait for the approval, and ask each approver in a mail of their own (R10.2, S3.6)."""
    waiting = SetWaiting(case=ask.case, waiting_on=WaitingOn.APPROVAL, at=ask.at, actor=ask.actor, why="R10.2")
    names = ", ".join(mpoc.email for mpoc in approvers(ask.customer))
    asked = Record(
        case=ask.case, event=ASKED, detail=names or "nobody at this customer may approve", at=ask.at, actor=ask.actor
    )
    return (waiting, asked, *(_question(ask, mpoc, plan) for mpoc in approvers(ask.customer)))


def _question(ask: Ask, approver: Mpoc, plan: Plan) -> Queue:
    told = {
        "requester": _named(ask),
        "macd": ask.macd.value,
        "outside": YES if ask.is_outside and ask.macd is Macd.STANDARD else "",
        "surcharge": surcharge(plan),
    }
    question = notice(
        NoticeKind.APPROVAL_ASKED,
        to_mpoc(approver),
        case=ask.case,
        event=ask.event,
        facts=told,
        text=ask.text,
        attachments=ask.attachments,
    )
    return Queue(notice=question)


def _named(ask: Ask) -> str:
    name = next((mpoc.name for mpoc in ask.customer.mpocs if mpoc.email == ask.requester), "")
    return f"{name} <{ask.requester}>" if name else ask.requester
