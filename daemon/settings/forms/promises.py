"""Times that are promised: by priority (R3), for MACD (R10.1), by a contract (R3.7), by a vendor (R3.6)."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from daemon.model.allowance import Allowance, TimeUnit
from daemon.settings.allowance import Minutes, Span, Time, read_minutes, span_field
from daemon.settings.forms.base import Form
from daemon.settings.kinds import Identifier, Text
from daemon.settings.refusal import Refusal, refused

_CALENDAR = "Calendar that counts its business days: `business`, `extended`, or one of `calendars` in calendar.yaml."


class PriorityForm(Form):
    """Times of one priority (R3)."""

    first_response: Time | None = Field(default=None, description="Until an agent's first public reply.")
    update: Span | None = Field(default=None, description="Between public replies after that.")


class PrioritiesForm(Form):
    """Times by priority; what is left out stays as it is."""

    P1: PriorityForm | None = Field(
        default=None, description="Critical service totally impaired. The plan's: 15 minutes, 1 hour."
    )
    P2: PriorityForm | None = Field(
        default=None, description="Critical service partly impaired. The plan's: 30 minutes, 2 hours."
    )
    P3: PriorityForm | None = Field(
        default=None, description="Non-critical service, several users. The plan's: 4 hours, 1 business day."
    )
    P4: PriorityForm | None = Field(
        default=None, description="Non-critical service, one user. The plan's: 1 business day, 2 business days."
    )
    P1G: PriorityForm | None = Field(
        default=None, description="One problem of several customers. The plan's: immediate, 1 hour."
    )


class MacdTimesForm(Form):
    """Times of one kind of MACD request (R10.1)."""

    first_response: Span | None = Field(default=None, description="Until an agent's first public reply.")
    completion: Span | None = Field(default=None, description="From the approval until the work is done.")


class MacdKindsForm(Form):
    """Times of MACD requests; what is left out stays as it is."""

    standard: MacdTimesForm | None = Field(
        default=None, description="As usual. The plan's: 1 business day, 2 business days."
    )
    expedited: MacdTimesForm | None = Field(
        default=None, description="Urgent, at extra cost. The plan's: 4 hours, 1 business day at any hour."
    )


def _written_in_order(shares: tuple[int, ...]) -> tuple[int, ...]:
    for index in range(1, len(shares)):
        if shares[index] <= shares[index - 1]:
            raise refused(Refusal(f"must be more than the one before it, {shares[index - 1]}", (index,)))
    return shares


Shares = Annotated[tuple[Annotated[int, Field(ge=1, le=99)], ...], AfterValidator(_written_in_order)]


class SilenceForm(Form):
    """How long a customer may be silent (R4.4, R6.2)."""

    reminder: Span = span_field("1 business day", "After this the customer is reminded.")
    ending: Span = span_field("2 business days", "After this the case is closed.")
    warning: Minutes = Field(
        default_factory=lambda: read_minutes("270 minutes"),
        description="So many business minutes before a Closed - No Response the technician is told.",
        json_schema_extra={"default": "270 minutes"},
    )

    @model_validator(mode="after")
    def reminder_comes_first(self) -> "SilenceForm":
        """Refuse a reminder that would come when the case is closed already, or that cannot be compared."""
        if self.reminder.unit is not self.ending.unit:
            raise refused(Refusal(f"must be counted as `ending` is, in {_counted(self.ending)}", ("reminder",)))
        if self.reminder.amount >= self.ending.amount:
            raise refused(Refusal("must be shorter than `ending`: the customer is reminded first", ("reminder",)))
        return self


def _counted(allowance: Allowance) -> str:
    return "minutes or hours" if allowance.unit is TimeUnit.MINUTES else "business days"


class ContractForm(Form):
    """What a customer's contract replaces (R3.7); what it leaves out is the plan's."""

    calendar: Identifier = Field(default="business", description=_CALENDAR)
    priorities: PrioritiesForm = Field(default_factory=PrioritiesForm, description="First response and updates.")
    macd: MacdKindsForm = Field(default_factory=MacdKindsForm, description="First response and completion (R10.1).")
    on_demand: Span | None = Field(
        default=None, description="Until a contact who writes on an open P1 is answered (R3.9)."
    )


class VendorForm(Form):
    """Somebody whom a case may wait for (R3.6)."""

    id: Identifier = Field(description="Short name, used in commands (`#vendor carrier-one`).")
    name: Text = Field(description="What customers read.")
    response: Span = Field(description="From `#vendor` to the next update to the customer.")
    update: Span = Field(description="Between updates after that.")
    calendar: Identifier = Field(default="business", description=_CALENDAR)


class VendorsFile(Form):
    """vendors.yaml."""

    vendors: tuple[VendorForm, ...] = Field(default=(), description="Carriers and others with times of their own.")
