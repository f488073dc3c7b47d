"""Amounts of money as they are written: `"100.00"`, in quotes; kept exactly, as integer cents (R10.4)."""

import re
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from daemon.settings.refusal import refuse

_WRITTEN = re.compile(r"([0-9]{1,7})(?:\.([0-9]{2}))?")


def read_money(value: Any) -> int:
    """Return the cents that a value of the configuration means."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    found = _WRITTEN.fullmatch(str(value)) if whole or isinstance(value, str) else None
    if not found:
        raise refuse('write money as `"100.00"`, in quotes, to the cent')
    return int(found.group(1)) * 100 + int(found.group(2) or 0)


Money = Annotated[
    int, PlainValidator(read_money), WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,7}(\.[0-9]{2})?$"})
]
