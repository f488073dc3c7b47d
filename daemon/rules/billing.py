"""What work costs (R10.4): minutes summed per case and invoice period, rounded up once; exact integer cents."""

from dataclasses import dataclass

from daemon.model.case import Kind, Macd
from daemon.model.promises import Charges
from daemon.model.report import Surcharge


@dataclass(frozen=True, slots=True)
class Charge:
    """What minutes of work cost."""

    minutes: int  # in started increments
    cents: int


NO_CHARGE = Charge(0, 0)


def charge(minutes: int, charges: Charges) -> Charge:
    """Return what the minutes of one case in one invoice period cost; each started increment counts in full.

    An hourly rate that an increment does not divide into whole cents is rounded once, half a cent up.

    Raises:
        ValueError: less than no time.
    """
    if minutes < 0:
        raise ValueError(f"{minutes} minutes of work")
    started = -(-minutes // charges.increment_minutes) * charges.increment_minutes
    return Charge(started, (started * charges.hourly_cents * 2 + 60) // 120)


def charge_of_case(kind: str, minutes: int, charges: Charges) -> Charge:
    """Return what the work on a case costs: only time on MACD cases is charged."""
    return charge(minutes, charges) if kind == Kind.MACD else NO_CHARGE


def surcharge_of(macd: str | None, charges: Charges) -> tuple[Surcharge, int]:
    """Return what expediting costs, in the period in which it was asked for; unset, it is flagged, not invented."""
    if macd != Macd.EXPEDITED:
        return Surcharge.NONE, 0
    if charges.expedite_cents is None:
        return Surcharge.MANUAL, 0
    return Surcharge.CHARGED, charges.expedite_cents
