"""Whose eyes an agent's words are for, and so what they must not say (S3.7): one customer's, or everybody's (R7.4)."""

from daemon.model.charter import Charter
from daemon.model.people import Customer
from daemon.model.plan import Plan
from daemon.model.replies import ReplyFacts
from daemon.rules.leak_guard import Secrets


def secrets_of(customer_id: str, facts: ReplyFacts, charter: Charter) -> Secrets:
    """Return what the guard looks for in words that go to the people of a customer.

    Args:
        customer_id: whose people read it.
        facts: what stands on the case that it is about, and whose the cases are that it names.
        charter: whom the desk knows, and what may be said to anybody.
    """
    plan, customer = charter.plan, charter.directory.customer(customer_id)
    own_people = customer.mpocs if customer else ()
    return Secrets(
        customer=customer_id,
        notes=facts.notes,
        said=facts.said,
        tagged=facts.tagged,
        exceptions=plan.guard_exceptions,
        own_names=(plan.provider.name, *(mpoc.name for mpoc in own_people)),
        own_domains=_own_domains(plan, customer),
    )


def secrets_from_everybody(replies: ReplyFacts, told: tuple[str, ...], plan: Plan) -> Secrets:
    """Return what the public must not read: no customer, no case and no note is everybody's (R7.4).

    Args:
        replies: what stands on the master; what its own customer read of it is public to nobody else.
        told: what everybody was told already.
        plan: the desk's own names and domains, and what may be said to anybody.
    """
    return Secrets(
        customer="",
        notes=replies.notes,
        said=told,
        exceptions=plan.guard_exceptions,
        own_names=(plan.provider.name,),
        own_domains=_own_domains(plan, None),
    )


def _own_domains(plan: Plan, customer: Customer | None) -> frozenset[str]:
    """Return the domains of the desk itself, and of the customer's contacts."""
    addresses = {*plan.own_addresses(), plan.provider.support_address, plan.provider.billing_address}
    addresses |= {mpoc.email for mpoc in customer.mpocs} if customer else set()
    return frozenset(address.rpartition("@")[2] for address in addresses if address)
