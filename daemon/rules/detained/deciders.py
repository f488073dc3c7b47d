"""Who decides on a held request at a customer: its case contacts, of a MACD request its approvers (R2.3, R10.2)."""

from daemon.model.people import Customer, Directory, Mpoc
from daemon.model.plan import Plan
from daemon.rules.macd.approvers import approvers, may_approve


def deciders(customer: Customer, *, is_macd: bool) -> tuple[Mpoc, ...]:
    """Return who is asked: of a MACD request the approvers, where there are any."""
    return (approvers(customer) if is_macd else ()) or customer.case_contacts()


def may_decide(mpoc: Mpoc, customer: Customer, *, is_macd: bool) -> bool:
    """Tell whether an MPOC's answer counts: whoever was asked, roles having changed since or not (R2.2, R10.2)."""
    return may_approve(mpoc) if is_macd and approvers(customer) else True


def contacts_of(customer: Customer, plan: Plan, *, is_macd: bool) -> str:
    """Return who decides at a customer, one a line: names, and addresses only where configured (S3.1)."""
    shown = ("{0.name} <{0.email}>" if plan.held_shows_contacts else "{0.name}").format
    return "\n".join(shown(mpoc) for mpoc in deciders(customer, is_macd=is_macd))


def person_named(key: str, directory: Directory, plan: Plan) -> str:
    """Return who settled a request, as a customer may read it: an MPOC or an agent by name, else the desk."""
    listed = directory.mpoc(key)
    if listed is not None:
        return listed[1].name
    agent = directory.agent(key)
    return agent.name if agent else plan.provider.name
