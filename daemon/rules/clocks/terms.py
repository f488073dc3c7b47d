"""What each clock of a case is measured against, and what pauses it (R3, R10)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from daemon.model.allowance import Allowance
from daemon.model.case import SETTLED_STATUSES, Case, Kind, Macd, Priority, Status, WaitingOn
from daemon.model.charter import Charter
from daemon.model.clocks import Clock, ClockName, Pause, Terms
from daemon.model.people import Customer
from daemon.model.plan import Plan
from daemon.model.promises import EXTENDED, Contract, MacdTimes, PriorityTimes
from daemon.rules.clocks.active import Halt
from daemon.rules.clocks.times import ANSWER, CONFIRMATION, due_of, until

PAUSED_BY_STATE = (ClockName.FIRST_RESPONSE, ClockName.UPDATE, ClockName.ON_DEMAND, ClockName.COMPLETION)
"""Clocks that R3.4 pauses; a manager's acknowledgement is due all the same, and of silence only a hold takes away."""

PAUSING_STATUSES = {Status.RESOLVED: "resolved, the confirmation is awaited", Status.DUPLICATE: "duplicate"}
"""Statuses in which no clock of ours runs (R3.11), with what `why` says."""


def terms(name: ClockName, case: Case, charter: Charter, *, start: datetime, pauses: tuple[Pause, ...] = ()) -> Terms:
    """Return what a clock of that name, begun at `start` and paused so far as told, is measured against."""
    plan = charter.plan
    customer = charter.directory.customer(case.customer)
    match name:
        case ClockName.FIRST_RESPONSE:
            return _first_response(case, customer, plan)
        case ClockName.UPDATE:
            return _update(case, customer, plan, start)
        case ClockName.ON_DEMAND:
            allowance = contract_of(customer).on_demand
            return Terms(allowance or plan.on_demand, f"contract of {case.customer}" if allowance else "on demand")
        case ClockName.MANAGER_ACK:
            return Terms(plan.manager_ack, f"level {case.escalation_level}")
        case ClockName.COMPLETION:
            return _completion(case, charter, start, pauses)
        case ClockName.WAITING:
            return Terms(plan.silence.ending, CONFIRMATION if case.status is Status.RESOLVED else ANSWER)


def vendor_response(case: Case, plan: Plan) -> Terms | None:
    """Return what the first update after `#vendor` is measured against (R3.6)."""
    vendor = plan.vendor(case.vendor)
    return Terms(vendor.response, f"vendor {vendor.id}", vendor.calendar) if vendor else None


def contract_of(customer: Customer | None) -> Contract:
    """Return what a customer's contract replaces (R3.7)."""
    return customer.contract if customer else Contract()


def macd_times(macd: Macd, customer: Customer | None, plan: Plan) -> MacdTimes:
    """Return what a MACD request of this kind promises the customer (R10.1)."""
    own = dict(contract_of(customer).macd_times)
    return own.get(macd) or dict(plan.macd_times)[macd]


def priority_times(priority: Priority, customer: Customer | None, plan: Plan) -> PriorityTimes:
    """Return what a priority promises the customer (R3, R3.7)."""
    own = dict(contract_of(customer).priority_times)
    return own.get(priority) or dict(plan.priority_times)[priority]


def _first_response(case: Case, customer: Customer | None, plan: Plan) -> Terms:
    if case.kind is Kind.MACD:
        macd = case.macd or Macd.STANDARD
        return _macd_terms(macd_times(macd, customer, plan).first_response, macd)
    allowance = priority_times(case.priority, customer, plan).first_response
    if allowance.amount == 0:
        allowance = plan.immediate  # R3.11: its first communication is due after 15 minutes
    return _by_priority(allowance, case, customer)


def _update(case: Case, customer: Customer | None, plan: Plan, start: datetime) -> Terms:
    if case.etr is not None and case.etr > start:
        return _until(case.etr, start, "ETR")
    vendor = plan.vendor(case.vendor)
    if vendor is not None:
        return Terms(vendor.update, f"vendor {vendor.id}", vendor.calendar)
    return _by_priority(priority_times(case.priority, customer, plan).update, case, customer)


def _completion(case: Case, charter: Charter, start: datetime, pauses: tuple[Pause, ...]) -> Terms:
    """Return until when a request is done: a carrier that needs longer makes it later, never earlier (R10.1)."""
    macd, plan, carrier = case.macd or Macd.STANDARD, charter.plan, case.carrier_delay
    own = _macd_terms(macd_times(macd, charter.directory.customer(case.customer), plan).completion, macd)
    if carrier is None or carrier <= start:
        return own
    ended = tuple(pause for pause in pauses if pause.end is not None)
    due = due_of(Clock(name=ClockName.COMPLETION, started_at=start, terms=own, pauses=ended), plan)
    return own if due is not None and due >= carrier else _until(carrier, start, "carrier")


def _by_priority(allowance: Allowance, case: Case, customer: Customer | None) -> Terms:
    contract = contract_of(customer)
    is_own = case.priority in dict(contract.priority_times)
    basis = f"{case.priority.value}, contract of {case.customer}" if is_own else case.priority.value
    return Terms(allowance, basis, contract.calendar)


def _macd_terms(allowance: Allowance, macd: Macd) -> Terms:
    return Terms(allowance, f"MACD {macd.value}", EXTENDED)


def _until(named: datetime, start: datetime, basis: str) -> Terms:
    """Return terms whose due time was named at `start` (R3.5, R10.1)."""
    return Terms(until(named, start), basis, fixed=named.astimezone(UTC))


def is_silence(case: Case) -> bool:
    """Tell whether the customer's word is awaited: a confirmation (R4.4), or an answer (R6.1)."""
    if case.status is Status.RESOLVED:
        return True
    return case.waiting_on is WaitingOn.CUSTOMER and case.status not in SETTLED_STATUSES


def pause_of(case: Case, name: ClockName, *, at: datetime) -> Halt | None:
    """Return why the case's state pauses a clock, and until when, where that is known; None: it runs (R3.4, R3.11).

    A hold whose end has passed pauses nothing, though nobody has seen to it yet.
    """
    return next(((why, until) for why, until in _halts(case, name) if until is None or until > at), None)


def _halts(case: Case, name: ClockName) -> Iterator[Halt]:
    if name is ClockName.MANAGER_ACK:
        return
    if case.status is Status.ON_HOLD:
        yield "on hold", case.hold_until
    if name is ClockName.WAITING:
        return
    if case.status in PAUSING_STATUSES:
        yield PAUSING_STATUSES[case.status], None
    if case.waiting_on is WaitingOn.CUSTOMER:
        yield "waits for the customer", None
    if case.status is Status.SHIPPING and case.expected_delivery is not None and name is ClockName.UPDATE:
        yield "shipping", case.expected_delivery  # R4.6
