"""agents.yaml: technicians, teams and levels of escalation; customers/*.yaml: customers and their MPOCs (R2, R9)."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from daemon.model.hours import WeeklyHours
from daemon.model.people import Role
from daemon.settings.forms.announcing import InvoicesTo
from daemon.settings.forms.base import Form
from daemon.settings.forms.promises import ContractForm
from daemon.settings.kinds import Address, Domain, Identifier, Language, Text, ZoneName, in_words, one_of
from daemon.settings.refusal import Refusal, refuse, refused
from daemon.settings.weekly import Hours


class AwayForm(Form):
    """Days on which an agent is away."""

    first: date = Field(alias="from", description="First day away.")
    last: date = Field(alias="to", description="Last day away, included.")

    @model_validator(mode="after")
    def in_order(self) -> "AwayForm":
        """Refuse a span that ends before it begins."""
        if self.last < self.first:
            raise refused(Refusal("ends before it begins", ("to",)))
        return self


class AgentForm(Form):
    """A technician or manager who works by mail."""

    id: Identifier = Field(description="Short name, used in commands (`#assign agent1`).")
    name: Text = Field(description="What customers read.")
    email: Address = Field(description="The address the agent writes from; customers never see it.")
    language: Language = Field(default="en", description="Language of the mails to the agent.")
    duty: Hours = Field(
        default_factory=WeeklyHours.always,
        description="When new cases may be assigned: `always`, or days with hours in the plan's time zone.",
        json_schema_extra={"default": "always"},
    )
    away: tuple[AwayForm, ...] = Field(default=(), description="Holidays: no case is assigned on these days.")


class TeamForm(Form):
    """Technicians who share cases."""

    id: Identifier = Field(description="Short name, used in commands (`#assign voice`).")
    name: Text = Field(description="Name of the team.")
    members: tuple[Identifier, ...] = Field(min_length=1, description="Ids of the agents who take its cases.")
    on_call: Identifier = Field(description="Id of the agent who takes a case when no member is on duty (R1.1).")
    products: tuple[Identifier, ...] = Field(
        default=(), description="Ids of the products whose cases come to this team."
    )


class EscalationLevelForm(Form):
    """One of the four levels to which a customer may escalate (R9)."""

    level: int = Field(ge=1, le=4, description="1 support, 2 manager, 3 vice president, 4 chief executive.")
    title: Text = Field(description="What the customer reads of this level.")
    agents: tuple[Identifier, ...] = Field(min_length=1, description="Ids of the agents who are told.")
    on_call: Identifier | None = Field(default=None, description="Id of the agent told instead in off-hours (R9.1).")
    products: dict[Identifier, Identifier] = Field(
        default_factory=dict, description="Product id to the id of the agent responsible for that product line."
    )


def _levels_in_order(levels: tuple[EscalationLevelForm, ...]) -> tuple[EscalationLevelForm, ...]:
    wanted = range(1, len(levels) + 1)
    wrong = [
        Refusal(f"levels stand in order, each once: level {number} is expected here", (index, "level"))
        for index, (number, level) in enumerate(zip(wanted, levels, strict=True))
        if level.level != number
    ]
    if wrong:
        raise refused(wrong[0])
    return levels


class AgentsFile(Form):
    """agents.yaml."""

    agents: tuple[AgentForm, ...] = Field(min_length=1, description="Technicians and managers.")
    teams: tuple[TeamForm, ...] = Field(min_length=1, description="Teams of agents.")
    default_team: Identifier = Field(description="Id of the team that gets what no product or address assigns.")
    escalation: Annotated[tuple[EscalationLevelForm, ...], AfterValidator(_levels_in_order)] = Field(
        default=(), description="Whom an escalation of a customer reaches, level 1 first (R9)."
    )


class MpocForm(Form):
    """A main point of contact: may open cases (R2.1)."""

    name: Text = Field(description="Name.")
    email: Address = Field(description="The exact address the contact writes from; kept in lower case.")
    title: Text | None = Field(default=None, description="Position in the company.")
    phone: Text | None = Field(default=None, description='Telephone number, in quotes: "+1 555 0100".')
    roles: tuple[Annotated[Role, in_words(Role), one_of(Role)], ...] = Field(
        default=(),
        description="What the contact may do or is told. Without any roles in a file its first MPOC is the primary.",
    )
    language: Language | None = Field(
        default=None, description="Language of mails to the contact; else the customer's."
    )
    timezone: ZoneName | None = Field(default=None, description="Time zone of the contact; else the customer's.")


class EscalationContactForm(Form):
    """One of the customer's own escalation contacts, shown to agents (R2.5)."""

    name: Text = Field(description="Name.")
    email: Address | None = Field(default=None, description="Address.")
    phone: Text | None = Field(default=None, description="Telephone number, in quotes.")

    @model_validator(mode="after")
    def reachable(self) -> "EscalationContactForm":
        """Refuse a contact whom nobody can reach."""
        if not self.email and not self.phone:
            raise refuse("an escalation contact needs `email` or `phone`")
        return self


class CustomerFile(Form):
    """customers/*.yaml."""

    id: Identifier = Field(description="Short name of the customer; stays the same for ever.")
    name: Text = Field(description="Name of the company.")
    domains: tuple[Domain, ...] = Field(
        description="Mail domains of the customer: who writes from there is a colleague (R2.3)."
    )
    language: Language = Field(default="en", description="Language of mails to its people.")
    timezone: ZoneName | None = Field(default=None, description="Time zone shown beside the plan's; else the plan's.")
    products: tuple[Identifier, ...] = Field(
        default=(), description="Ids of the products in use; none listed: every product."
    )
    mpocs: tuple[MpocForm, ...] = Field(min_length=1, description="Who may open cases.")
    escalation: tuple[EscalationContactForm, ...] = Field(
        default=(), description="The customer's own escalation list, in order (R2.5)."
    )
    invoices_to: InvoicesTo | None = Field(
        default=None,
        description="Who gets the invoices (R12.1): `finance`, `primary` or `both`; else as `invoices` says.",
    )
    contract: ContractForm = Field(
        default_factory=ContractForm, description="Times that a contract replaces; the rest is the plan's (R3.7)."
    )
