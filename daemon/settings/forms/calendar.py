"""calendar.yaml: the plan's time zone, hours, holidays, calendars, and the times that it promises (R1.3, R3, R10)."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.config import JsonDict

from daemon.model.hours import WeeklyHours
from daemon.model.promises import BUSINESS, EXTENDED
from daemon.settings.allowance import Span, span_field
from daemon.settings.forms.base import Form
from daemon.settings.forms.promises import MacdKindsForm, PrioritiesForm, Shares, SilenceForm
from daemon.settings.kinds import Identifier, ZoneName
from daemon.settings.refusal import Refusal, refuse, refused
from daemon.settings.weekly import Hours, read_hours

BUSINESS_HOURS: JsonDict = {"monday-friday": "08:00-17:00"}
EXTENDED_HOURS: JsonDict = {"monday-friday": "07:00-19:00"}
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


def _read_holidays(value: Any) -> Any:
    if value is None:
        raise refused(Refusal("write `inherit`, or `{country: null}` where no day is left out", at_key=True))
    return None if value == "inherit" else value


def _show_inherit(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [kind for kind in schema["anyOf"] if kind.get("type") != "null"] + [{"const": "inherit"}]
    schema["default"] = "inherit"


class FurtherCalendarForm(Form):
    """A calendar that contracts and vendors may name (R3.6, R3.7)."""

    hours: Annotated[Hours, AfterValidator(_closes_sometime)] = Field(
        description="Hours in which its business days run, on the plan's wall clock."
    )
    holidays: Annotated[HolidaysForm | None, BeforeValidator(_read_holidays)] = Field(
        default=None,
        description="Days that are none of its business days; `inherit`: those of the desk.",
        json_schema_extra=_show_inherit,
    )


def _names_are_free(calendars: dict[str, FurtherCalendarForm]) -> dict[str, FurtherCalendarForm]:
    wrong = [
        Refusal(f"`{name}` is the name of a calendar that every desk has: write `{key}` instead", (name,), at_key=True)
        for name, key in ((BUSINESS, "business_hours"), (EXTENDED, "extended_hours"))
        if name in calendars
    ]
    if wrong:
        raise refused(*wrong)
    return calendars


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
    extended_hours: Annotated[Hours, AfterValidator(_closes_sometime)] = Field(
        default_factory=lambda: read_hours(EXTENDED_HOURS),
        description="Extended business hours, in which MACD business days run (R10.3).",
        json_schema_extra={"default": EXTENDED_HOURS},
    )
    holidays: HolidaysForm = Field(default_factory=HolidaysForm, description="Days that are no business days.")
    calendars: Annotated[dict[Identifier, FurtherCalendarForm], AfterValidator(_names_are_free)] = Field(
        default_factory=dict, description="Further calendars by name, for contracts and vendors (R3.6, R3.7)."
    )
    priorities: PrioritiesForm = Field(default_factory=PrioritiesForm, description="First response and updates (R3).")
    macd: MacdKindsForm = Field(
        default_factory=MacdKindsForm, description="First response and completion of MACD requests (R10.1)."
    )
    on_demand: Span = span_field("15 minutes", "Until a contact who writes on an open P1 is answered (R3.9).")
    manager_ack: Span = span_field("1 hour", "Until a manager acknowledges an escalation (R9.3).")
    immediate: Span = span_field("15 minutes", "What `immediate` is measured by (R3.11).")
    reminders: Shares = Field(
        default=(50, 80), description="Percent of a clock after which the agent is reminded, ascending (R3.3)."
    )
    silence: SilenceForm = Field(
        default_factory=SilenceForm, description="When a customer who owes an answer hears of it (R4.4, R6.2)."
    )
