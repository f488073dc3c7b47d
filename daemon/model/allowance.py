"""How long something may take (R3.1)."""

from dataclasses import dataclass
from enum import StrEnum


class TimeUnit(StrEnum):
    """In what an allowance is counted (R3.1)."""

    MINUTES = "minutes"  # elapsed, 24x7
    BUSINESS_DAYS = "business_days"
    NEXT_BUSINESS_DAYS = "next_business_days"  # the same wall-clock time so many business days on, at any hour (R10.3)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long something may take; 0 minutes: at once."""

    amount: int
    unit: TimeUnit
