"""Who hears of a global incident (R7.4): the people of its children, each in their own thread; subscribers (R8.2)."""

from daemon.model.case import Case, LinkType
from daemon.model.charter import Charter
from daemon.model.effect import Queue
from daemon.model.facts import Facts
from daemon.model.incident import Incident, IncidentUpdate
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Customer, Directory, Mpoc, Role
from daemon.model.subscriber import Scope, ScopeKind, Subscriber
from daemon.rules.notices import everybody_on, notice, to_mpoc
from daemon.rules.status_links import incident_link, links_of


def children_of(facts: Facts, master: Case) -> tuple[Case, ...]:
    """Return the cases that belong to a master, as they were read under lock."""
    return tuple(
        case
        for case in facts.cases
        if any(link.type is LinkType.CHILD_OF and link.case == master.number for link in case.links)
    )


def reachable_on(case: Case, marked: frozenset[str], directory: Directory) -> tuple[Recipient, ...]:
    """Return everybody on a case; for those whose mail bounces, another contact of the customer (S3.4).

    Where nobody else can be told, they are tried all the same.
    """
    people = everybody_on(case, directory)
    customer = directory.customer(case.customer)
    reached = tuple(one for one in people if one.address not in marked)
    if len(reached) == len(people) or customer is None:
        return people
    known = {one.address for one in reached}
    others = tuple(to_mpoc(mpoc) for mpoc in _others(customer, marked) if mpoc.email not in known)
    if people[0].address in marked:  # the requester: somebody has to answer for the case
        reached = (*others, *reached)
    return reached or people


def _others(customer: Customer, marked: frozenset[str]) -> tuple[Mpoc, ...]:
    """Return the first of the customer's contacts who can be reached: those for cases, the primary, or anybody."""
    for group in (customer.with_role(Role.CASE), customer.with_role(Role.PRIMARY), customer.mpocs):
        found = tuple(mpoc for mpoc in group if mpoc.email not in marked)
        if found:
            return found
    return ()


def scopes_of(incident: Incident, directory: Directory) -> tuple[Scope, ...]:
    """Return what one can be subscribed to so as to hear of an incident; an incident of no product is of each."""
    products = incident.products or tuple(product.id for product in directory.products)
    return (
        Scope(ScopeKind.INCIDENT, str(incident.case)),
        *(Scope(ScopeKind.PLATFORM, product) for product in products),
    )


def tell_subscribers(
    incident: Incident, told: IncidentUpdate, subscribers: tuple[Subscriber, ...], charter: Charter, *, event: str
) -> tuple[Queue, ...]:
    """Tell the status page's subscribers of an incident, each once, with the way to hear no more of it (R8.2).

    Without a status page nobody could end it: then nobody is told.
    """
    if not charter.plan.status_url:
        return ()
    scopes = scopes_of(incident, charter.directory)
    facts, zone = _public_facts(incident, told, charter.directory), charter.plan.zone.key
    wanted = ((one, tuple(scope for scope in scopes if scope in one.scopes)) for one in subscribers)
    return tuple(
        Queue(
            notice=notice(
                NoticeKind.STATUS_INCIDENT,
                Recipient(one.address, "", one.language, zone),
                case=None,
                event=event,
                facts=facts
                | links_of(one, theirs, charter.plan)
                | {"link": incident_link(incident.case, one.language, charter.plan)},
                text=told.text,
                subject=incident.title,
            )
        )
        for one, theirs in wanted
        if theirs
    )


def _public_facts(incident: Incident, told: IncidentUpdate, directory: Directory) -> dict[str, str]:
    names = {product.id: product.name for product in directory.products}
    return {
        "title": incident.title,
        "products": "\n".join(names.get(product, product) for product in incident.products),
        "state": told.kind.value,
        "since": incident.opened_at.isoformat(),
    }
