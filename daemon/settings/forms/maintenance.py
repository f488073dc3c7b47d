"""maintenance.yaml: planned windows and who is told when (R11)."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from daemon.model.window import Impact, Repeat
from daemon.settings.forms.base import Form
from daemon.settings.kinds import Identifier, LongText, Text, in_words, one_of
from daemon.settings.nearest import suggestion
from daemon.settings.refusal import Refusal, refuse, refused
from daemon.settings.weekly import DAYS, read_range

_WHICH = ("first", "second", "third", "fourth", "last")
_BEFORE = re.compile(r"[1-9][0-9]{0,2} (?:hour|day|week)s? before")


def _read_range(value: Any) -> tuple[int, int]:
    try:
        return read_range(value if isinstance(value, str) else "")
    except ValueError as error:
        raise refuse(str(error)) from None


def _read_notice(value: Any) -> str:
    if isinstance(value, str) and (value in {"start", "end"} or _BEFORE.fullmatch(value)):
        return value
    raise refuse("a notice goes out at `start`, at `end`, or e.g. `1 week before`, `24 hours before`")


Day = date
ImpactWord = Annotated[Impact, in_words(Impact), one_of(Impact)]
QUIET_HOURS = (23 * 60, 29 * 60)
Range = Annotated[
    tuple[int, int],
    PlainValidator(_read_range),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2} *- *[0-9]{1,2}:[0-9]{2}$"}),
]
NoticeTime = Annotated[
    str,
    PlainValidator(_read_notice),
    WithJsonSchema({"type": "string", "pattern": "^(start|end|[1-9][0-9]{0,2} (hour|day|week)s? before)$"}),
]


class MovedForm(Form):
    """A single window of a series that is moved: who was told already gets a correction (R11.7)."""

    date: Day = Field(description="The date on which it would begin.")
    to: Day | None = Field(default=None, description="The date on which it begins instead; left out: the same.")
    hours: Range | None = Field(default=None, description="Other hours, for this once.")

    @model_validator(mode="after")
    def moves(self) -> "MovedForm":
        """Refuse one that stays where it is."""
        if self.to is None and self.hours is None:
            raise refuse("say where it moves: `to: DATE`, `hours`, or both")
        return self


class WindowForm(Form):
    """One window, or one that comes back."""

    id: Identifier = Field(description="Short name, stays the same for ever.")
    name: Text = Field(description="What customers read.")
    repeat: Annotated[Repeat, in_words(Repeat), one_of(Repeat)] = Field(description="How it comes back.")
    on: Text | None = Field(default=None, description="`third friday` (monthly) or `friday` (weekly).")
    weeks: int = Field(default=1, ge=1, le=52, description="Weekly ones: every so many weeks, counted from `first`.")
    first: date | None = Field(default=None, description="First date; needed by `once` and where `weeks` is above 1.")
    hours: Range = Field(description="Start and end on the plan's wall clock; may cross midnight: `22:00-04:00`.")
    products: tuple[Identifier, ...] = Field(
        default=(), description="Ids of the products affected; none: no customer's."
    )
    impact: ImpactWord = Field(
        default=Impact.NONE, description="What customers feel of it.", json_schema_extra={"default": "none"}
    )
    description: LongText = Field(description="The work, shortly.")
    reason: LongText = Field(description="Why it is done.")
    notices: tuple[NoticeTime, ...] = Field(
        default=(), description="When the maintenance contacts are told; none: never."
    )
    moved: tuple[MovedForm, ...] = Field(default=(), description="Single ones that are moved (R11.7).")
    cancelled: tuple[date, ...] = Field(
        default=(), description="Dates on which it would begin and does not take place (R11.7)."
    )

    @model_validator(mode="after")
    def days_fit(self) -> "WindowForm":
        """Refuse days that do not say when the window is."""
        wrong = _day_refusal(self)
        if wrong:
            raise refused(wrong)
        return self


def _day_refusal(window: WindowForm) -> Refusal | None:
    words = tuple((window.on or "").lower().split())
    if window.repeat is Repeat.ONCE:
        return None if window.first else Refusal("a window that comes once needs `first: DATE`")
    if not words:
        return Refusal(f"a {window.repeat} window needs `on`: a day")
    if words[-1] not in DAYS:
        return Refusal(f"no day of the week; {suggestion(words[-1], DAYS)}", ("on",))
    if window.repeat is Repeat.MONTHLY:
        good = len(words) == 2 and words[0] in _WHICH
        return None if good else Refusal("write the day of a month as `third friday`", ("on",))
    return _weekly_refusal(window, words)


def _weekly_refusal(window: WindowForm, words: tuple[str, ...]) -> Refusal | None:
    if len(words) != 1:
        return Refusal("a weekly window names one day: `friday`", ("on",))
    if window.weeks > 1 and not window.first:
        return Refusal("needs `first: DATE` to count the weeks from (R11.5)", ("weeks",))
    if window.first and window.first.weekday() != DAYS.index(words[0]):
        return Refusal(f"is a {DAYS[window.first.weekday()]}, not a {words[0]}", ("first",))
    return None


class MaintenanceFile(Form):
    """maintenance.yaml."""

    quiet_hours: Range = Field(
        default=QUIET_HOURS,
        description="Unscheduled work outside of these is warned of, and announced only when confirmed (R11.6).",
        json_schema_extra={"default": "23:00-05:00"},
    )
    windows: tuple[WindowForm, ...] = Field(default=(), description="Planned windows.")
