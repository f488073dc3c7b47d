"""Business time and wall-clock rules on the plan's calendars (R3.1, R10.3), in one place.

Elapsed time runs in UTC.  Business hours are spans of the wall clock, half-open; a day that is a holiday has none.
Every instant given out is in UTC: two aware datetimes of one zone would be compared by their wall clocks.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from daemon.model.plan import BusinessCalendar, Plan

MAX_DAYS_AHEAD = 366
NOTHING = timedelta(0)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NO_BUSINESS_DAY = "the calendar has no business day within a year"

Hours = tuple[datetime, datetime]
"""An opening and the closing after it, as instants."""


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
    raise ValueError(NO_BUSINESS_DAY)


def opening_of(plan: Plan, day: date) -> datetime:
    """Return when business opens on `day` or on the next business day: the end of a hold until `day` (R4.3)."""
    return next(_hours_from(plan.business, day, plan.zone))[0]


def closing_of(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> datetime:
    """Return when business closes on `day` or on the next business day: "by that date"."""
    return _timetable(calendar, zone).on(next_business_day(calendar, day))[-1][1]


def is_open(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether an instant lies inside the business hours (half-open)."""
    today = _timetable(calendar, zone).on(local_date(instant, zone))
    return any(opening <= instant < closing for opening, closing in today)


def next_open(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant itself inside business hours, else the next opening (R3.1)."""
    start, _ = next(_hours_after(calendar, instant, zone))
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
        day = next_business_day(calendar, day + DAY)
    return at_wall_clock(day, local.time(), zone)


def worked(calendar: BusinessCalendar, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """Return how much business time lies between two instants; none if `end` is not after `start`."""
    total = NOTHING
    if end <= start:
        return total
    for opening, closing in _hours_after(calendar, start, zone):
        if opening >= end:
            break
        total += min(closing, end) - max(opening, start)
    return total


def work_later(calendar: BusinessCalendar, start: datetime, amount: timedelta, zone: ZoneInfo) -> datetime:
    """Return when so much business time has passed; at a closing, that is the next opening (half-open)."""
    left = max(amount, NOTHING)
    for opening, closing in _hours_after(calendar, start, zone):
        begin = max(opening, start)
        if left < closing - begin:
            return (begin + left).astimezone(UTC)
        left -= closing - begin
    raise AssertionError("business hours never end")


def at_wall_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the zone's wall clock shows this.

    A time that comes twice in autumn is the first; one that is skipped in spring is the end of the gap.
    """
    wanted = datetime.combine(day, clock.replace(fold=0))
    instant = wanted.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != wanted:
        return _end_of_gap(wanted, zone)
    return instant


def _end_of_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clock is put forward over a time; changes fall on whole minutes."""
    later = skipped.replace(second=0, microsecond=0) + MINUTE
    while (instant := later.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != later:
        later += MINUTE
    return instant


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date in `zone` (R5.1)."""
    return instant.astimezone(zone).date()


def days_later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall-clock time so many dates later (R3.1: DST changes never shift it)."""
    local = instant.astimezone(zone)
    return at_wall_clock(local.date() + timedelta(days=days), local.time(), zone)


class _Timetable:
    """A calendar's business hours as instants; each day is worked out once, for they are asked for all the time."""

    def __init__(self, calendar: BusinessCalendar, zone: ZoneInfo) -> None:
        self._calendar = calendar
        self._zone = zone
        self._days: dict[date, tuple[Hours, ...]] = {}

    def on(self, day: date) -> tuple[Hours, ...]:
        """Return a day's business hours, in order; what the clocks' change swallows whole is left out."""
        hours = self._days.get(day)
        if hours is None:
            hours = self._days[day] = tuple((start, end) for start, end in self._worked_out(day) if start < end)
        return hours

    def _worked_out(self, day: date) -> Iterator[Hours]:
        if day not in self._calendar.holidays:
            for span in self._calendar.hours.spans:
                if span.weekday == day.weekday():
                    yield self._instant(day, span.start), self._instant(day, span.end)

    def _instant(self, day: date, minute: int) -> datetime:
        days, minutes = divmod(minute, 24 * 60)
        return at_wall_clock(day + timedelta(days=days), time(minutes // 60, minutes % 60), self._zone)


@lru_cache(maxsize=64)
def _timetable(calendar: BusinessCalendar, zone: ZoneInfo) -> _Timetable:
    return _Timetable(calendar, zone)


def _hours_after(calendar: BusinessCalendar, instant: datetime, zone: ZoneInfo) -> Iterator[Hours]:
    """Give the business hours that close after an instant, for ever."""
    for hours in _hours_from(calendar, local_date(instant, zone), zone):
        if hours[1] > instant:
            yield hours


def _hours_from(calendar: BusinessCalendar, day: date, zone: ZoneInfo) -> Iterator[Hours]:
    """Give the business hours of a day and of those that follow, for ever.

    Raises:
        ValueError: there are none for a year.
    """
    timetable, empty = _timetable(calendar, zone), 0
    while empty < MAX_DAYS_AHEAD:
        hours = timetable.on(day)
        yield from hours
        empty = 0 if hours else empty + 1
        day += DAY
    raise ValueError(NO_BUSINESS_DAY)
