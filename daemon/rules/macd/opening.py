"""What the opening of a MACD request says and does beside that of any case (R10.2-R10.5)."""

from daemon.model.case import Macd
from daemon.model.effect import Effect
from daemon.model.people import Customer, Mpoc
from daemon.model.plan import Plan
from daemon.rules.macd.approvers import Ask, approver_names, await_approval, surcharge
from daemon.rules.macd.commission import Commission, Order, charged, hints
from daemon.rules.notices import YES
from daemon.rules.plus_words import EXPEDITE


def begin(commission: Commission, ask: Ask, plan: Plan) -> tuple[Effect, ...]:
    """Return what a new MACD request does at once: a flag for its charge (R10.4), the approvers' question (R10.2)."""
    order = Order(at=ask.at, actor=ask.actor, event=ask.event)
    flagged = charged(ask.case, commission.macd, order, plan)
    return flagged if commission.is_approved else (*flagged, *await_approval(ask, plan))


def acknowledgement_facts(commission: Commission, customer: Customer, reader: Mpoc, plan: Plan) -> dict[str, str]:
    """Return what the acknowledgement of a MACD request says beside that of any case.

    It names who must approve, where somebody must; what the customer can do without us (R10.5); and, to an approver
    whose standard request came outside the extended hours, asks whether to expedite it at a charge (R10.3).
    """
    asks = commission.is_outside and commission.is_approved and commission.macd is Macd.STANDARD
    return {
        "macd": commission.macd.value,
        "approval": "" if commission.is_approved else YES,
        "approvers": "" if commission.is_approved else approver_names(customer),
        "hints": hints(plan, reader.language),
        "outside": YES if asks else "",
        "surcharge": surcharge(plan),
    }


def agent_facts(commission: Commission, customer: Customer, plan: Plan) -> dict[str, str]:
    """Return what the technician is told of a new MACD request: also a haste that its writer may not order (R10.3)."""
    return {
        "macd": commission.macd.value,
        "approval": "" if commission.is_approved else YES,
        "approvers": "" if commission.is_approved else approver_names(customer),
        "surcharge": surcharge(plan),
        "wish": EXPEDITE if commission.wishes_haste else "",
    }
