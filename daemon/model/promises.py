"""What the plan promises, as figures: times by priority (R3), by contract (R3.7), by vendor (R3.6), for MACD (R10)."""

from dataclasses import dataclass

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Macd, Priority

BUSINESS = "business"
EXTENDED = "extended"
"""Names of the two calendars that every plan has (R3.1, R10.3)."""


@dataclass(frozen=True, slots=True)
class PriorityTimes:
    """What a priority promises (R3)."""

    first_response: Allowance
    update: Allowance


@dataclass(frozen=True, slots=True)
class MacdTimes:
    """What a kind of MACD request promises (R10.1)."""

    first_response: Allowance
    completion: Allowance


def minutes(amount: int) -> Allowance:
    """Return elapsed minutes, 24x7."""
    return Allowance(amount, TimeUnit.MINUTES)


def business_days(amount: int) -> Allowance:
    """Return business days."""
    return Allowance(amount, TimeUnit.BUSINESS_DAYS)


QUARTER_HOUR = minutes(15)
HOUR = minutes(60)
ONE_BUSINESS_DAY = business_days(1)
TWO_BUSINESS_DAYS = business_days(2)

PRIORITY_TIMES: tuple[tuple[Priority, PriorityTimes], ...] = (
    (Priority.P1, PriorityTimes(minutes(15), minutes(60))),
    (Priority.P2, PriorityTimes(minutes(30), minutes(120))),
    (Priority.P3, PriorityTimes(minutes(240), business_days(1))),
    (Priority.P4, PriorityTimes(business_days(1), business_days(2))),
    (Priority.P1G, PriorityTimes(minutes(0), minutes(60))),
)
"""The plan's own table (R3)."""

MACD_TIMES: tuple[tuple[Macd, MacdTimes], ...] = (
    (Macd.STANDARD, MacdTimes(business_days(1), business_days(2))),
    (Macd.EXPEDITED, MacdTimes(minutes(240), Allowance(1, TimeUnit.NEXT_BUSINESS_DAYS))),
)
"""The plan's own table (R10.1, R10.3)."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a customer's contract replaces (R3.7); what it leaves out is the plan's."""

    calendar: str = BUSINESS  # name in `Plan.calendars`: counts the business days of support cases
    priority_times: tuple[tuple[Priority, PriorityTimes], ...] = ()
    macd_times: tuple[tuple[Macd, MacdTimes], ...] = ()
    on_demand: Allowance | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """Somebody whom a case may wait for, with their own times (R3.6)."""

    id: str
    name: str
    response: Allowance  # from `#vendor` to the next update to the customer
    update: Allowance  # between updates after that
    calendar: str = BUSINESS


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a customer may be silent (R4.4, R6.2)."""

    reminder: Allowance = ONE_BUSINESS_DAY
    ending: Allowance = TWO_BUSINESS_DAYS
    warning_minutes: int = 270  # business minutes before the ending at which the technician is told: half a day


@dataclass(frozen=True, slots=True)
class Charges:
    """What MACD work costs (R10.4); money in integer cents."""

    hourly_cents: int = 10_000
    increment_minutes: int = 15
    expedite_cents: int | None = None  # None: flagged for a manual line, no figure is invented
    currency: str = "USD"
