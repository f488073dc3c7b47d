"""What acts from the shell start from: the facts of the moment, and people by their names."""

from datetime import datetime

from daemon.desk import Desk
from daemon.errors import Permanent
from daemon.gather import locked_loads
from daemon.model.case import CaseNumber
from daemon.model.facts import Facts
from daemon.model.people import Agent, Customer, Mpoc
from daemon.store.database import Connection


def facts_now(connection: Connection, desk: Desk, now: datetime) -> Facts:
    """Return what every act from the shell starts with; nobody else assigns until its transaction ends."""
    return Facts(event=f"act {desk.new_token()}", received_at=now, now=now, loads=locked_loads(connection))


def mpoc_at(desk: Desk, address: str) -> tuple[Customer, Mpoc]:
    """Return the customer and MPOC listed under an address.

    Raises:
        Permanent: nobody is.
    """
    listed = desk.config.directory.mpoc(address.strip().lower())
    if listed is None:
        raise Permanent(f"{address} is no MPOC of any customer: see the files in customers/")
    return listed


def customer_of(desk: Desk, customer_id: str) -> Customer:
    """Return a customer by id.

    Raises:
        Permanent: it is not configured any more.
    """
    customer = desk.config.directory.customer(customer_id)
    if customer is None:
        raise Permanent(f"customer {customer_id} is not configured any more")
    return customer


def agent_named(desk: Desk, key: str) -> Agent:
    """Return an agent by id or address.

    Raises:
        Permanent: there is none; some that there are are named.
    """
    agent = desk.config.directory.agent(key.strip().lower()) or desk.config.directory.agent(key.strip())
    if agent is None:
        known = ", ".join(agent.id for agent in desk.config.directory.agents[:10])
        raise Permanent(f"{key} is no agent; there are: {known}")
    return agent


def opened_number(case: CaseNumber | None) -> CaseNumber:
    """Return the number of the case that a decision opened or named."""
    assert case is not None, "the decision opened or named a case"
    return case
