"""What an agent's word on a global incident reaches, read under the decision's lock: children, readers (R7.4).

A master's children are locked with it, so that a case which joins at the same time gets each update once: with the
others, or as the last one when it has joined.
"""

from collections.abc import Collection
from dataclasses import replace

from daemon.desk import Desk
from daemon.model.case import Case, CaseNumber, LinkType, Priority
from daemon.model.facts import Facts
from daemon.model.incident import Incident
from daemon.model.subscriber import Scope, ScopeKind
from daemon.store.addresses import bounced_among
from daemon.store.cases import lock_cases
from daemon.store.database import Connection
from daemon.store.incidents import children_of, incidents_of
from daemon.store.subscribers import subscribed_to

P1G = "p1g"
"""The command that opens an incident."""


def lock_with_children(
    connection: Connection, numbers: Collection[CaseNumber], masters: Collection[CaseNumber]
) -> tuple[Case, ...]:
    """Read these cases, and whatever belongs to the masters among them, locking their rows.

    The children are looked up first, so that all are locked in one order; one that joined meanwhile is locked after.

    Args:
        connection: inside the decision's transaction.
        numbers: the cases that the decision is about.
        masters: of these, the ones that something may be told on.
    """
    children = children_of(connection, masters)
    found = {case.number: case for case in lock_cases(connection, {*numbers, *children})}
    late = {
        link.case
        for number in masters
        if number in found
        for link in found[number].links
        if link.type is LinkType.MASTER_OF and link.case not in found
    }
    return (*found.values(), *(case for case in lock_cases(connection, late) if case.number not in found))


def with_incidents(
    connection: Connection, desk: Desk, facts: Facts, *, masters: Collection[CaseNumber], opens: bool
) -> Facts:
    """Add what the public was told of the masters among the cases, who hears of it now, and whose mail bounces.

    Args:
        connection: inside the decision's transaction, which has locked the cases.
        desk: whom it knows.
        facts: with those cases.
        masters: the ones that something may be told on.
        opens: an incident may be opened.
    """
    known = incidents_of(connection, [case.number for case in facts.cases if case.priority is Priority.P1G])
    if not (known or opens):
        return facts
    told = [incident for incident in known if incident.case in masters]
    scopes = _scopes(told, desk) if desk.config.plan.status_url and (told or opens) else ()
    marked = bounced_among(connection, _people(facts.cases, desk))
    return replace(
        facts,
        incidents=known,
        subscribers=subscribed_to(connection, scopes) if scopes else (),
        marked=facts.marked | {one.address for one in marked},
    )


def _scopes(told: Collection[Incident], desk: Desk) -> tuple[Scope, ...]:
    """Return what their readers may be subscribed to: the rules choose among them."""
    products = (Scope(ScopeKind.PLATFORM, product.id) for product in desk.config.directory.products)
    return (*(Scope(ScopeKind.INCIDENT, str(incident.case)) for incident in told), *products)


def _people(cases: Collection[Case], desk: Desk) -> set[str]:
    """Return whom these cases' mails may go to: their participants, and every contact of their customers."""
    customers = (desk.config.directory.customer(customer) for customer in {case.customer for case in cases})
    contacts = {mpoc.email for customer in customers if customer for mpoc in customer.mpocs}
    return contacts | {participant.address for case in cases for participant in case.participants}
