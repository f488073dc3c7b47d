"""Who the desk knows: customers and their MPOCs (R2), technicians, teams, products.

Addresses are kept lower-cased in ASCII and are compared whole (S2.4).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from daemon.model.hours import WeeklyHours
from daemon.model.promises import Contract

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a folded text, without what stands around them."""
    return tuple(_WORD.findall(text))


class Role(StrEnum):
    """What an MPOC may do or is told (R2.1)."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    CASE = "case"
    MAINTENANCE = "maintenance"
    FINANCE = "finance"
    TECHNICAL = "technical"
    MACD = "macd"


@dataclass(frozen=True, slots=True)
class Mpoc:
    """A main point of contact: somebody who may open cases for a customer (R2.2)."""

    name: str
    email: str
    roles: frozenset[Role]
    title: str = ""
    phone: str = ""
    language: str = "en"
    timezone: str = "America/Denver"


@dataclass(frozen=True, slots=True)
class EscalationContact:
    """One of a customer's own ordered escalation contacts (R2.5): shown to agents, never mailed."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A company that the desk serves."""

    id: str
    name: str
    domains: tuple[str, ...]
    mpocs: tuple[Mpoc, ...]
    language: str = "en"
    timezone: str = "America/Denver"
    products: tuple[str, ...] = ()  # empty: every product
    escalation: tuple[EscalationContact, ...] = ()
    contract: Contract = field(default_factory=Contract)  # R3.7
    invoices_to: tuple[Role, ...] = ()  # R12.1; empty: as the plan says

    def with_role(self, role: Role) -> tuple[Mpoc, ...]:
        """Return the MPOCs that hold `role`, in the order of the file."""
        return tuple(mpoc for mpoc in self.mpocs if role in mpoc.roles)

    def case_contacts(self) -> tuple[Mpoc, ...]:
        """Return who decides on held requests: the case contacts, else the primary, else everybody (R2.3)."""
        return self.with_role(Role.CASE) or self.with_role(Role.PRIMARY) or self.mpocs


@dataclass(frozen=True, slots=True)
class Agent:
    """A technician or manager who works by mail."""

    id: str
    name: str
    email: str
    language: str = "en"
    duty: WeeklyHours = field(default_factory=WeeklyHours.always)
    away: tuple[tuple[date, date], ...] = ()  # first and last day, both included


@dataclass(frozen=True, slots=True)
class Team:
    """Technicians who share cases; `on_call` takes one when nobody is on duty (R1.1)."""

    id: str
    name: str
    members: tuple[str, ...]  # agent ids
    on_call: str  # agent id
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EscalationLevel:
    """One of the levels to which a customer may escalate a case (R9)."""

    level: int  # 1 to 4
    title: str
    agents: tuple[str, ...]  # agent ids
    on_call: str | None = None  # agent id, told instead in off-hours
    products: tuple[tuple[str, str], ...] = ()  # product id, id of the agent responsible for that line


@dataclass(frozen=True, slots=True)
class Product:
    """Something the provider supports; `keywords` in a subject point to it."""

    id: str
    name: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody and everything that the configuration names."""

    customers: tuple[Customer, ...]
    agents: tuple[Agent, ...]
    teams: tuple[Team, ...]
    products: tuple[Product, ...]
    default_team: str
    escalation: tuple[EscalationLevel, ...] = ()
    _mpocs: dict[str, tuple[Customer, Mpoc]] = field(init=False, repr=False, compare=False)
    _domains: dict[str, Customer] = field(init=False, repr=False, compare=False)
    _agents: dict[str, Agent] = field(init=False, repr=False, compare=False)
    _customers: dict[str, Customer] = field(init=False, repr=False, compare=False)
    _names: dict[tuple[str, ...], tuple[Customer, ...]] = field(init=False, repr=False, compare=False)
    _name_lengths: dict[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by address, domain and id: a lookup per mail must not walk 10,000 contacts."""
        mpocs = {m.email: (c, m) for c in self.customers for m in c.mpocs}
        domains = {d: c for c in self.customers for d in c.domains}
        agents = {key: a for a in self.agents for key in (a.id, a.email)}
        object.__setattr__(self, "_mpocs", mpocs)
        object.__setattr__(self, "_domains", domains)
        object.__setattr__(self, "_agents", agents)
        names: dict[tuple[str, ...], tuple[Customer, ...]] = {}
        for customer in self.customers:
            name = words_of(unicodedata.normalize("NFKC", customer.name).casefold())
            names[name] = (*names.get(name, ()), customer)
        object.__setattr__(self, "_names", names)
        lengths: dict[str, set[int]] = {}
        for name in filter(None, names):
            lengths.setdefault(name[0], set()).add(len(name))
        object.__setattr__(self, "_name_lengths", {first: tuple(sorted(known)) for first, known in lengths.items()})
        object.__setattr__(self, "_customers", {c.id: c for c in self.customers})

    def named(self, words: tuple[str, ...]) -> tuple[Customer, ...]:
        """Return the customers whose names have just these words, which are given casefolded."""
        return self._names.get(words, ())

    def name_lengths(self, first: str) -> tuple[int, ...]:
        """Return how many words the customers' names have that begin with this one."""
        return self._name_lengths.get(first, ())

    def mpoc(self, address: str) -> tuple[Customer, Mpoc] | None:
        """Return the customer and MPOC listed under exactly this address (S2.4)."""
        return self._mpocs.get(address)

    def customer_of_domain(self, domain: str) -> Customer | None:
        """Return the customer that lists exactly this domain."""
        return self._domains.get(domain)

    def agent(self, key: str) -> Agent | None:
        """Return the agent with this id or address."""
        return self._agents.get(key)

    def customer(self, customer_id: str) -> Customer | None:
        """Return the customer with this id."""
        return self._customers.get(customer_id)

    def level(self, number: int) -> EscalationLevel | None:
        """Return an escalation level (R9.1)."""
        return next((level for level in self.escalation if level.level == number), None)

    def team(self, team_id: str) -> Team | None:
        """Return the team with this id."""
        return next((t for t in self.teams if t.id == team_id), None)
