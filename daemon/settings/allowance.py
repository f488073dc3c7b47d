"""Times of the plan as they are written: `15 minutes`, `4 hours`, `1 business day`, `immediate` (R3).

`1 business day at any hour` is the same wall-clock time of the next business day, whether the desk is open then or not:
what R10.3 says of an urgent request outside the hours.
"""

import re
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from daemon.model.allowance import Allowance, TimeUnit
from daemon.settings.refusal import refuse

_SPAN = "[0-9]{1,4} (minutes?|hours?|business days?( at any hour)?)"
_WRITTEN = re.compile(r"([0-9]{1,4}) (minute|hour|business day)s?( at any hour)?")
_UNITS = {
    ("minute", False): (1, TimeUnit.MINUTES),
    ("hour", False): (60, TimeUnit.MINUTES),
    ("business day", False): (1, TimeUnit.BUSINESS_DAYS),
    ("business day", True): (1, TimeUnit.NEXT_BUSINESS_DAYS),
}
_ELAPSED = re.compile(r"([0-9]{1,4}) (minute|hour)s?")


def read_time(value: Any) -> Allowance:
    """Return the time that a value of the configuration means; it may be `immediate`."""
    if value == "immediate":
        return Allowance(0, TimeUnit.MINUTES)
    found = _span(value)
    if not found:
        raise refuse("write a time as `15 minutes`, `4 hours`, `1 business day` or `immediate`")
    return found


def read_span(value: Any) -> Allowance:
    """Return the time that a value of the configuration means, where something has to pass in it."""
    found = _span(value)
    if not found:
        raise refuse("write a time as `15 minutes`, `4 hours`, `1 business day` or `1 business day at any hour`")
    return found


def read_minutes(value: Any) -> int:
    """Return the minutes that a value such as `270 minutes` means."""
    found = _ELAPSED.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found.group(1)) == 0:
        raise refuse("write it in minutes or hours: `270 minutes`, `4 hours`")
    return int(found.group(1)) * (60 if found.group(2) == "hour" else 1)


def _span(value: Any) -> Allowance | None:
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found.group(1)) == 0:
        return None
    factor, unit = _UNITS.get((found.group(2), bool(found.group(3))), (0, TimeUnit.MINUTES))
    return Allowance(int(found.group(1)) * factor, unit) if factor else None


Time = Annotated[
    Allowance, PlainValidator(read_time), WithJsonSchema({"type": "string", "pattern": f"^(immediate|{_SPAN})$"})
]
Span = Annotated[Allowance, PlainValidator(read_span), WithJsonSchema({"type": "string", "pattern": f"^{_SPAN}$"})]
Minutes = Annotated[
    int, PlainValidator(read_minutes), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,4} (minute|hour)s?$"})
]


def span_field(default: str, description: str) -> Any:
    """Return the field of a span that has a default, shown as it is written."""
    return Field(
        default_factory=lambda: read_span(default), description=description, json_schema_extra={"default": default}
    )
