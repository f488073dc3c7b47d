"""How an effect changes a case as the rules see it: what `apply` writes, without a database."""

from dataclasses import replace

from daemon.model.case import CLOSED_STATUSES, Case, CaseNumber, Kind, Link, Status, WaitingOn
from daemon.model.case_effect import (
    AddParticipant,
    Assign,
    ChangeStatus,
    LinkCases,
    OpenCase,
    SetPriority,
    SetWaiting,
    UnlinkCases,
)
from daemon.model.effect import Effect
from daemon.model.promise_effect import Acknowledge, Approve, Escalate, SetCarrierDelay, SetEtr, SetMacd, SetVendor


def opened(effect: OpenCase, number: CaseNumber) -> Case:
    """Return the case that an effect opens."""
    return Case(
        number=number,
        subject=effect.subject,
        kind=effect.kind,
        status=Status.NEW,
        priority=effect.priority,
        customer=effect.customer,
        requester=effect.requester,
        assignee=effect.assignee,
        team=effect.team,
        language=effect.language,
        opened_at=effect.opened_at,
        participants=effect.participants,
        macd=effect.macd,
        approved_at=effect.approved_at,
    )


def case_after(case: Case, effect: Effect) -> Case:  # noqa: C901, PLR0911, PLR0912 - one answer an effect
    """Return the case as it stands once an effect on it was written; its clocks aside."""
    match effect:
        case ChangeStatus():
            return _moved(case, effect)
        case SetPriority():
            return replace(case, priority=effect.priority)
        case Assign():
            return replace(case, assignee=effect.assignee, team=effect.team)
        case SetWaiting():
            return replace(case, waiting_on=effect.waiting_on)
        case SetEtr():
            return replace(case, etr=effect.etr)
        case SetVendor():
            return replace(case, vendor=effect.vendor, waiting_on=waiting_with(case.waiting_on, effect.vendor))
        case SetMacd():
            return replace(case, kind=Kind.MACD, macd=effect.macd)
        case Approve():
            return replace(case, approved_at=effect.at, waiting_on=None)
        case SetCarrierDelay():
            return replace(case, carrier_delay=effect.until)
        case Escalate():
            return replace(case, escalation_level=effect.level, escalated_to=effect.to)
        case Acknowledge():
            return replace(case, escalated_to="")
        case AddParticipant():
            return replace(case, participants=(*case.participants, effect.participant))
        case LinkCases():
            return replace(case, links=(*case.links, Link(effect.type, effect.other)))
        case UnlinkCases():
            cut = Link(effect.type, effect.other)
            return replace(case, links=tuple(link for link in case.links if link != cut))
        case _:
            return case


def _moved(case: Case, effect: ChangeStatus) -> Case:
    is_closing = effect.status in CLOSED_STATUSES
    return replace(
        case,
        status=effect.status,
        closed_at=effect.at if is_closing else None,
        etr=None if is_closing else case.etr,  # after a reopening everything starts anew (R3.11)
        carrier_delay=None if is_closing else case.carrier_delay,
        hold_until=effect.until if effect.status is Status.ON_HOLD else None,
        expected_delivery=effect.until if effect.status is Status.SHIPPING else None,
        waiting_on=waiting_after(case.waiting_on, case.status, effect.status),
        vendor=case.vendor if is_taken_up(case.status, effect.status) else "",
    )


def is_taken_up(before: Status, status: Status) -> bool:
    """Tell whether a case is merely worked on (again): by a first reply (R4.2) or once a hold is over (R4.3).

    Whom it waits for is the same before and after; a customer's answer ends that by an effect of its own.
    """
    return status is Status.IN_PROGRESS and before in TAKEN_UP_FROM


TAKEN_UP_FROM = frozenset({Status.NEW, Status.REOPENED, Status.ON_HOLD})


def waiting_after(waiting_on: WaitingOn | None, before: Status, status: Status) -> WaitingOn | None:
    """Return whom a case waits for after a change of status: an approval is awaited all the same while it is open."""
    if is_taken_up(before, status):
        return waiting_on
    is_awaited = waiting_on is WaitingOn.APPROVAL and status not in CLOSED_STATUSES
    return waiting_on if is_awaited else None


def waiting_with(waiting_on: WaitingOn | None, vendor: str) -> WaitingOn | None:
    """Return whom a case waits for once a vendor is named, or none any more: an approval is awaited all the same."""
    if vendor:
        return waiting_on if waiting_on is WaitingOn.APPROVAL else WaitingOn.VENDOR
    return None if waiting_on is WaitingOn.VENDOR else waiting_on
