"""Times of the plan as they are written: `15 minutes`, `4 hours`, `1 business day`, `immediate` (R3)."""

import re
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from daemon.model.allowance import Allowance, TimeUnit
from daemon.settings.refusal import refuse

_WRITTEN = re.compile(r"([0-9]{1,4}) (minute|hour|business day)s?")
_UNITS = {"minute": (1, TimeUnit.MINUTES), "hour": (60, TimeUnit.MINUTES), "business day": (1, TimeUnit.BUSINESS_DAYS)}


def read_allowance(value: Any) -> Allowance:
    """Return the time that a value of the configuration means."""
    if value == "immediate":
        return Allowance(0, TimeUnit.MINUTES)
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found.group(1)) == 0:
        raise refuse("write a time as `15 minutes`, `4 hours`, `1 business day` or `immediate`")
    factor, unit = _UNITS[found.group(2)]
    return Allowance(int(found.group(1)) * factor, unit)


Time = Annotated[
    Allowance,
    PlainValidator(read_allowance),
    WithJsonSchema({"type": "string", "pattern": "^(immediate|[0-9]{1,4} (minute|hour|business day)s?)$"}),
]
