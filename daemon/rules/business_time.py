"""Business time and wall-clock rules on the plan's calendars (R3.1, R10.3), in one place.

Elapsed time runs in UTC.  Business hours are spans of the wall clock, half-open; a day that is a holiday has none.
Every instant given out is in UTC: two aware datetimes of one zone would be compared by their wall clocks.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.model.plan import BusinessCalendar, Plan

MAX_DAYS_AHEAD = 366
NOTHING = timedelta(0)


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
    return next(spans_of(plan.business, business_day, plan.zone))[0]


def closing_of(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> datetime:
    """Return when business closes on `day` or on the next business day: "by that date"."""
    return list(spans_of(calendar, next_business_day(calendar, day), zone))[-1][1]


def is_open(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether an instant lies inside the business hours (half-open)."""
    local = instant.astimezone(zone)
    return local.date() not in calendar.holidays and calendar.hours.include(local)


def next_open(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant itself inside business hours, else the next opening (R3.1)."""
    start, _ = next(_spans_from(calendar, instant, zone))
    return max(instant, start).astimezone(UTC)


def business_days_later(calendar: BusinessCalendar, start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time N business days later; outside the hours it counts from the next opening (R3.1).

    Raises:
        ValueError: the calendar has no business day within a year.
    """
    return wall_clock_later(calendar, next_open(calendar, start, zone), days, zone)


def wall_clock_later(calendar: BusinessCalendar, start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time N business days later, at whatever hour (R10.3)."""
    local = start.astimezone(zone)
    day = local.date()
    for _ in range(days):
        day = next_business_day(calendar, day + timedelta(days=1))
    return at_wall_clock(day, local.time(), zone)


def worked(calendar: BusinessCalendar, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """Return how much business time lies between two instants; none if `end` is not after `start`."""
    total = NOTHING
    if end <= start:
        return total
    for opening, closing in _spans_from(calendar, start, zone):
        if opening >= end:
            return total
        total += min(closing, end) - max(opening, start)
    raise AssertionError("the spans never end")


def work_later(calendar: BusinessCalendar, start: datetime, amount: timedelta, zone: ZoneInfo) -> datetime:
    """Return when so much business time has passed; at a closing, that is the next opening (half-open)."""
    left = amount
    for opening, closing in _spans_from(calendar, start, zone):
        begin = max(opening, start)
        if left < closing - begin:
            return (begin + left).astimezone(UTC)
        left -= closing - begin
    raise AssertionError("the spans never end")


def spans_of(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Give a day's business hours as instants, in order."""
    if day not in calendar.holidays:
        for span in calendar.hours.spans:
            if span.weekday == day.weekday():
                yield _minute(day, span.start, zone), _minute(day, span.end, zone)


def _spans_from(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Give the business hours that end after an instant, for ever."""
    day = instant.astimezone(zone).date()
    while True:
        day = next_business_day(calendar, day)
        for opening, closing in spans_of(calendar, day, zone):
            if closing > instant:
                yield opening, closing
        day += timedelta(days=1)


def _minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    days, minutes = divmod(minute, 24 * 60)
    return at_wall_clock(day + timedelta(days=days), time(minutes // 60, minutes % 60), zone)


def at_wall_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the zone's wall clock shows this; the first of two in autumn."""
    return datetime.combine(day, clock.replace(fold=0), tzinfo=zone).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date in `zone` (R5.1)."""
    return instant.astimezone(zone).date()


def days_later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time so many dates later (R3.1: DST changes never shift it)."""
    local = instant.astimezone(zone)
    return at_wall_clock(local.date() + timedelta(days=days), local.time(), zone)
