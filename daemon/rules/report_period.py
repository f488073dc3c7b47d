"""The days of a report as instants and as invoice periods (R10.4: calendar months in the plan's zone)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.model.report import Period, Span
from daemon.rules.business_time import at_wall_clock

ONE_DAY = timedelta(days=1)
AGES: tuple[tuple[str, int], ...] = (("0-1", 1), ("2-3", 3), ("4-7", 7), ("8-14", 14), ("15-30", 30))
"""How old an open case is, in days: a name, and the last day that it names."""
OLDEST = ">30"
AGE_NAMES = (*(name for name, _ in AGES), OLDEST)


def span_of(period: Period, zone: ZoneInfo) -> Span:
    """Return a period as instants: from midnight to midnight on the plan's wall clock."""
    return Span(_midnight(period.first, zone), _midnight(period.last + ONE_DAY, zone))


def months_of(period: Period) -> Iterator[tuple[str, Period]]:
    """Give the invoice periods that a period touches, each with the part of it that is asked for."""
    first = period.first
    while first <= period.last:
        last = min(last_of_month(first), period.last)
        yield f"{first:%Y-%m}", Period(first, last)
        if last == period.last:
            return
        first = last + ONE_DAY


def is_whole_months(period: Period) -> bool:
    """Tell whether a period begins and ends with a month, so that its charges are those of invoices."""
    return period.first.day == 1 and period.last == last_of_month(period.last)


def last_of_month(day: date) -> date:
    """Return the last day of the month of `day`."""
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def age_limits(now: datetime, zone: ZoneInfo) -> tuple[tuple[str, datetime], ...]:
    """Return, for each age, the instant at or after which such a case was opened; dates count, as in R5.1."""
    today = now.astimezone(zone).date()
    return tuple((name, _midnight(today - timedelta(days=days), zone)) for name, days in AGES)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_wall_clock(day, time(0), zone)
