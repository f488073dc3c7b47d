"""Hours of the week as they are written: `monday-friday: "08:00-17:00"`.

A range may cross midnight (`22:00-04:00`); `24:00` is allowed as an end.  Days overlap freely: the spans are merged.
"""

import re
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from daemon.model.hours import MINUTES_A_DAY, Span, WeeklyHours
from daemon.settings.nearest import shown, suggestion
from daemon.settings.refusal import Refusal, refuse, refused

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RANGE = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_WHAT = 'must be `always`, or days with hours such as `monday-friday: "08:00-17:00"`'


def read_hours(value: Any) -> WeeklyHours:
    """Return the hours that a value of the configuration means."""
    if value == "always":
        return WeeklyHours.always()
    if not isinstance(value, dict) or not value:
        raise refuse(_WHAT)
    spans: list[Span] = []
    refusals: list[Refusal] = []
    for key, ranges in value.items():
        _read_entry(key, ranges, spans=spans, refusals=refusals)
    if refusals:
        raise refused(*refusals)
    return WeeklyHours(merged(spans))


def read_range(text: str) -> tuple[int, int]:
    """Return start and end in minutes; the end is past 1440 where the range crosses midnight.

    Raises:
        ValueError: no such range; its text says what is wrong.
    """
    found = _RANGE.fullmatch(text.strip())
    if not found:
        raise ValueError("write hours as `08:00-17:00`, in quotes")
    hours = tuple(int(group) for group in found.groups())
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise ValueError("no such time of day: hours run from 00:00 to 24:00")
    if start == end:
        raise ValueError("begins and ends at the same time; the whole day is `00:00-24:00`")
    return start, end if end > start else end + MINUTES_A_DAY


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """Return the spans sorted, those that touch or overlap on a day made one."""
    result: list[Span] = []
    for span in sorted(spans):
        last = result[-1] if result else None
        if last and last.weekday == span.weekday and span.start <= last.end:
            result[-1] = Span(last.weekday, last.start, max(last.end, span.end))
        else:
            result.append(span)
    return tuple(result)


def _read_entry(key: str, ranges: Any, *, spans: list[Span], refusals: list[Refusal]) -> None:
    days = _days(key)
    if isinstance(days, Refusal):
        refusals.append(days)
        return
    listed = ranges if isinstance(ranges, list) else [ranges]
    for index, text in enumerate(listed):
        path = (key, index) if isinstance(ranges, list) else (key,)
        try:
            start, end = read_range(text if isinstance(text, str) else "")
        except ValueError as error:
            refusals.append(Refusal(str(error), path))
            continue
        for day in days:
            spans.extend(_on(day, start, end))


def _on(day: int, start: int, end: int) -> list[Span]:
    if end <= MINUTES_A_DAY:
        return [Span(day, start, end)]
    return [Span(day, start, MINUTES_A_DAY), Span((day + 1) % 7, 0, end - MINUTES_A_DAY)]


def _days(key: str) -> list[int] | Refusal:
    """Return the weekdays of `monday`, `monday-friday`, `saturday, sunday` or `daily`."""
    if key == "daily":
        return list(range(7))
    days: list[int] = []
    for part in key.lower().split(","):
        names = [name.strip() for name in part.split("-")]
        unknown = next((name for name in names if name not in DAYS), None)
        if unknown is not None or len(names) > 2:
            near = suggestion(unknown or key, (*DAYS, "daily"))
            return Refusal(f"no day or range of days: `{shown(key)}`; {near}", (key,), at_key=True)
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        days.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
    return days


_RANGE_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2} *- *[0-9]{1,2}:[0-9]{2}$"}
HOURS_SCHEMA = {
    "oneOf": [
        {"const": "always"},
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"oneOf": [_RANGE_SCHEMA, {"type": "array", "items": _RANGE_SCHEMA}]},
        },
    ]
}
Hours = Annotated[WeeklyHours, PlainValidator(read_hours), WithJsonSchema(HOURS_SCHEMA)]
