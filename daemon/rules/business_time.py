"""Business days and wall-clock rules on the plan's calendar (R3.1)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.model.plan import BusinessCalendar, Plan

MAX_DAYS_AHEAD = 366


def is_business_day(calendar: BusinessCalendar, day: date) -> bool:
    """Tell whether the desk has business hours on `day`."""
    return day not in calendar.holidays and calendar.hours.opening(day.weekday()) is not None


def next_business_day(calendar: BusinessCalendar, day: date) -> date:
    """Return `day` if it is a business day, else the next one.

    Raises:
        ValueError: there is none within a year: the calendar is empty.
    """
    for ahead in range(MAX_DAYS_AHEAD):
        candidate = day + timedelta(days=ahead)
        if is_business_day(calendar, candidate):
            return candidate
    raise ValueError("the calendar has no business day within a year")


def opening_of(plan: Plan, day: date) -> datetime:
    """Return when business opens on `day` or on the next business day: the end of a hold until `day` (R4.3)."""
    business_day = next_business_day(plan.business, day)
    opening = plan.business.hours.opening(business_day.weekday())
    assert opening is not None
    return at_wall_clock(business_day, opening, plan.zone)


def at_wall_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which the zone's wall clock shows this; the first of two in autumn."""
    return datetime.combine(day, clock, tzinfo=zone)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date in `zone` (R5.1)."""
    return instant.astimezone(zone).date()


def days_later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time so many dates later (R3.1: DST changes never shift it)."""
    local = instant.astimezone(zone)
    return at_wall_clock(local.date() + timedelta(days=days), local.time(), zone)
