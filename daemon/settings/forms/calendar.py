"""calendar.yaml: the plan's time zone, business and chat hours, holidays, priority times (R1.3, R3)."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from daemon.model.hours import WeeklyHours
from daemon.settings.allowance import Time
from daemon.settings.forms.base import Form
from daemon.settings.kinds import ZoneName
from daemon.settings.refusal import refuse
from daemon.settings.weekly import Hours, read_hours

BUSINESS_HOURS: JsonDict = {"monday-friday": "08:00-17:00"}
CHAT_HOURS: JsonDict = {"monday-friday": "05:00-24:00", "saturday-sunday": "08:00-17:00"}


def _closes_sometime(hours: WeeklyHours) -> WeeklyHours:
    if hours == WeeklyHours.always():
        raise refuse("business hours must end: business days are counted from opening to opening (R3.1)")
    return hours


class HolidaysForm(Form):
    """Days on which the business calendar is closed."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        default="US", description="Country (ISO 3166, two capitals) whose public holidays are left out; null: none."
    )
    subdivision: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,10}$")] | None = Field(
        default=None, description="State or province, for its own holidays (`CO`); null: the federal ones only."
    )
    add: tuple[date, ...] = Field(default=(), description="Further days on which nobody works.")
    remove: tuple[date, ...] = Field(default=(), description="Public holidays on which you do work.")


class PriorityForm(Form):
    """Times of one priority (R3)."""

    first_response: Time = Field(description="Until an agent's first public reply.")
    update: Time = Field(description="Between public replies after that.")


class PrioritiesForm(Form):
    """Times by priority; what is left out is the plan's."""

    P1: PriorityForm | None = Field(
        default=None, description="Critical service totally impaired. Default: 15 minutes, 1 hour."
    )
    P2: PriorityForm | None = Field(
        default=None, description="Critical service partly impaired. Default: 30 minutes, 2 hours."
    )
    P3: PriorityForm | None = Field(
        default=None, description="Non-critical service, several users. Default: 4 hours, 1 business day."
    )
    P4: PriorityForm | None = Field(
        default=None, description="Non-critical service, one user. Default: 1 business day, 2 business days."
    )
    P1G: PriorityForm | None = Field(
        default=None, description="One problem of several customers. Default: immediate, 1 hour."
    )


class CalendarFile(Form):
    """calendar.yaml."""

    timezone: ZoneName = Field(
        default="America/Denver", description="The plan's time zone: all hours are on its wall clock."
    )
    business_hours: Annotated[Hours, AfterValidator(_closes_sometime)] = Field(
        default_factory=lambda: read_hours(BUSINESS_HOURS),
        description="Hours in which business days run (R3.1).",
        json_schema_extra={"default": BUSINESS_HOURS},
    )
    chat_hours: Hours = Field(
        default_factory=lambda: read_hours(CHAT_HOURS),
        description="Hours in which the chat is staffed; every acknowledgement says whether it is (R1.3).",
        json_schema_extra={"default": CHAT_HOURS},
    )
    holidays: HolidaysForm = Field(default_factory=HolidaysForm, description="Days that are no business days.")
    priorities: PrioritiesForm = Field(default_factory=PrioritiesForm, description="First response and updates (R3).")
