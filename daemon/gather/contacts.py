"""How often the contacts were asked of late who would decide on a held request (R2.3, S3.3)."""

from dataclasses import replace

from daemon.desk import Desk
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.store.answers import asked_of_late
from daemon.store.database import Connection

MOST_CONTACTS = 200


def with_asked_contacts(connection: Connection, desk: Desk, mail: InboundMail, facts: Facts) -> Facts:
    """Add it where the mail may be held: it is of no MPOC and no agent, of a known company or on a case of one."""
    directory, address = desk.config.directory, mail.originator.address
    if not address or directory.mpoc(address) is not None or directory.agent(address) is not None:
        return facts
    own = directory.customer_of_domain(mail.originator.domain)
    owners = {own.id if own else "", *(case.customer for case in facts.cases)}
    customers = [found for owner in sorted(owners) if (found := directory.customer(owner)) is not None]
    contacts = [mpoc.email for customer in customers for mpoc in customer.mpocs[:MOST_CONTACTS]]
    return replace(facts, asked_contacts=asked_of_late(connection, contacts[:MOST_CONTACTS], now=facts.now))
