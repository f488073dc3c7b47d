"""Moves, adds, changes, deletes: how such a request begins, what haste costs, and who does it (R10).

Approvers are the MPOCs with that role.  What an approver asks for counts as approved at its receipt; what anybody else
asks for waits for one of them (`macd.approvers`).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.case import Case, CaseNumber, Kind, Macd, WaitingOn
from daemon.model.case_effect import Assign, Record
from daemon.model.charter import Charter
from daemon.model.clocks import ClockName
from daemon.model.effect import Effect, Queue
from daemon.model.facts import LastMail, Load
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent, Mpoc
from daemon.model.plan import Plan
from daemon.model.promise_effect import Approve, SetMacd
from daemon.model.promises import EXTENDED
from daemon.rules.assignment import technician
from daemon.rules.business_time import is_open
from daemon.rules.macd.approvers import Ask, approver_names, await_approval, may_approve, surcharge
from daemon.rules.notices import YES, notice, to_agent
from daemon.rules.plus_words import EXPEDITE, MACD

ADDRESS_WORDS = frozenset({MACD, EXPEDITE})
"""Words behind our own address that make a new mail a MACD request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """How a new MACD request is to be carried out."""

    macd: Macd
    at: datetime  # from when it counts: its receipt, or its release
    team: str  # team id; empty: as for any other request
    is_outside: bool  # of the extended hours (R10.3)
    is_approved: bool  # its MPOC may approve (R10.2)
    wishes_haste: bool = False  # asked by somebody who may not order it: shown, never followed


def commission(macd: Macd, mpoc: Mpoc, charter: Charter, *, at: datetime) -> Commission:
    """Return how a MACD request of an MPOC is carried out that counts from `at` (R10.2, R10.3)."""
    return Commission(
        macd=macd,
        at=at,
        team=_team_for(macd, charter, at),
        is_outside=is_outside(charter.plan, at),
        is_approved=may_approve(mpoc),
    )


def by_address(
    words: AbstractSet[str], writer: str, mpoc: Mpoc, charter: Charter, *, at: datetime
) -> Commission | None:
    """Return what a new mail to `+macd` or `+expedite` asks for; None: it is no MACD request.

    Haste is ordered only by an approver's own mail (R10.3): it costs extra.

    Args:
        words: behind our own addresses that the mail was sent to.
        writer: address of whoever wrote the mail.
        mpoc: on whose authority the case is opened.
        charter: the plan, and the teams.
        at: from when the request counts.
    """
    if not words & ADDRESS_WORDS:
        return None
    is_ordered = may_approve(mpoc) and writer == mpoc.email
    macd = Macd.EXPEDITED if EXPEDITE in words and is_ordered else Macd.STANDARD
    wished = EXPEDITE in words and not is_ordered
    return replace(commission(macd, mpoc, charter, at=at), wishes_haste=wished)


def wish(words: AbstractSet[str], case: Case) -> str:
    """Return what the address of a reply asks for that only an agent can do on this case: shown, never followed."""
    if EXPEDITE in words and case.macd is not Macd.EXPEDITED:
        return EXPEDITE
    return MACD if MACD in words and case.kind is not Kind.MACD else ""


def is_outside(plan: Plan, at: datetime) -> bool:
    """Tell whether an instant lies outside the extended business hours (R10.3)."""
    return not is_open(plan.calendar(EXTENDED), at, plan.zone)


def _team_for(macd: Macd, charter: Charter, at: datetime) -> str:
    """Return who does it: what is urgent outside the extended hours goes to the 24x7 team at once (R10.3)."""
    if macd is Macd.EXPEDITED and is_outside(charter.plan, at):
        return charter.plan.urgent_team or charter.directory.default_team
    return charter.plan.macd_team


def hints(plan: Plan, language: str) -> str:
    """Return what customers can do at once by themselves, "title: summary", one a line (R10.5).

    In the reader's language, or, where nothing is written in it, in the plan's first one.
    """
    own = [article for article in plan.articles if article.language == language]
    told = own or [article for article in plan.articles if article.language == plan.languages[0]]
    return "\n".join(f"{article.title}: {article.summary}" if article.summary else article.title for article in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Somebody's word on a case that makes it a MACD request or hurries it: an agent's `#macd`, "expedite yes"."""

    at: datetime  # receipt of the mail
    actor: str
    event: str  # names the decision: the keys of its notices begin with it
    request: LastMail | None = None  # what the customer wrote last: shown to approvers and to the next technician
    loads: tuple[Load, ...] = ()  # of the technicians, where the case may go to the 24x7 team


def requested(case: Case, macd: Macd, order: Order, charter: Charter) -> tuple[Effect, ...]:
    """Make a case a MACD request of this kind (R10.1); the customer is told by whoever orders it.

    A request of an approver counts as approved at its receipt; any other waits for the approvers, who are asked at
    once, and anew where they were asked before (R10.2).  What is approved already stays so.
    """
    customer = charter.directory.customer(case.customer)
    made = SetMacd(case=case.number, macd=macd, at=order.at, actor=order.actor, why="R10.1")
    effects: tuple[Effect, ...] = (made, *charged(case.number, macd, order, charter.plan))
    if customer is None or case.approved_at is not None:
        return effects
    listed = charter.directory.mpoc(case.requester)
    if listed is not None and listed[0].id == customer.id and may_approve(listed[1]):
        return (*effects, Approve(case=case.number, at=_received(case, order), actor=case.requester))
    ask = Ask(
        case=case.number,
        customer=customer,
        requester=case.requester,
        macd=macd,
        is_outside=is_outside(charter.plan, order.at),
        at=order.at,
        actor=order.actor,
        event=order.event,
        text=order.request.text if order.request else "",
        attachments=order.request.attachments if order.request else (),
    )
    return (*effects, *await_approval(ask, charter.plan))


def _received(case: Case, order: Order) -> datetime:
    """Return when an approver's case counts as received as a MACD request (R10.2).

    While nobody has answered it, that is when its first response began: the opening, the release or the reopening, and
    that clock has every pause since.  Later the agent has found in the talk what the case is: it becomes a request, and
    is approved, by that word; what it waited before is on clocks that ended, and the completion owes nothing for it.
    """
    first = case.clock(ClockName.FIRST_RESPONSE)
    return first.started_at if first else order.at


def charged(case: CaseNumber, macd: Macd, order: Order, plan: Plan) -> tuple[Record, ...]:
    """Flag an expedited case for a manual line where no surcharge is configured: no figure is invented (R10.4)."""
    if macd is not Macd.EXPEDITED or plan.charges.expedite_cents is not None:
        return ()
    detail = "expedited, and no surcharge is configured: a manual line is needed (R10.4)"
    return (Record(case=case, event="charge_open", detail=detail, at=order.at, actor=order.actor),)


def to_urgent_team(case: Case, order: Order, charter: Charter) -> tuple[Effect, ...]:
    """Give a case that was expedited outside the extended hours to the 24x7 team at once (R10.3); else do nothing."""
    team = charter.directory.team(_team_for(Macd.EXPEDITED, charter, order.at))
    if team is None or team.id == case.team or not is_outside(charter.plan, order.at):
        return ()
    agent = technician(team, order.loads, charter, at=order.at)
    given = Assign(case=case.number, assignee=agent.id, team=team.id, at=order.at, actor=order.actor, why="R10.3")
    return (given,) if agent.id == case.assignee else (given, _tell_new(agent, case, order, charter.plan))


def _tell_new(agent: Agent, case: Case, order: Order, plan: Plan) -> Queue:
    request = order.request or LastMail(order.actor, "", order.at)
    told = {
        "event": "reassigned",
        "writer": request.author,
        "received_at": request.received_at.isoformat(),
        "macd": Macd.EXPEDITED.value,
        "surcharge": surcharge(plan),
    }
    assigned = notice(
        NoticeKind.CASE_ASSIGNED,
        to_agent(agent, plan),
        case=case.number,
        event=order.event,
        facts=told,
        text=request.text,
        attachments=request.attachments,
    )
    return Queue(notice=assigned)


def tell_changed(case: Case, to: Recipient, event: str, charter: Charter) -> Queue:
    """Tell a customer that their case, as it now stands, is a MACD request or is expedited, and what that costs."""
    customer = charter.directory.customer(case.customer)
    told = {
        "macd": (case.macd or Macd.STANDARD).value,
        "approval": YES if case.waiting_on is WaitingOn.APPROVAL else "",
        "approvers": approver_names(customer) if customer else "",
        "surcharge": surcharge(charter.plan),
    }
    return Queue(notice=notice(NoticeKind.MACD_CHANGED, to, case=case.number, event=event, facts=told))
