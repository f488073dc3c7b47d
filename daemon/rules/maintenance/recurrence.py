"""When maintenance windows are: the dates on which a series begins, and its windows as instants (R11.1, R11.4, R11.5).

Dates and hours are those of the plan's wall clock (R3.1): a window 22:00-04:00 ends when the clock shows 04:00, also in
the nights in which it is put forward or back.  A time that comes twice in autumn is the first; one that is skipped in
spring is the end of the gap; a window that lies in the gap whole is as long, from there on, as it would have been.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.model.window import LAST, Change, Lead, LeadUnit, Recurrence, Repeat, Series, Window
from daemon.rules.business_time import at_wall_clock, days_later, local_date

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MINUTES_A_DAY = 24 * 60
ONCE = "once"
"""Stands for the date in the key of a window that comes once: another `first` moves it, and it stays the same one."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def windows_between(series: Series, first: datetime, last: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    """Return the windows of a series that start at `first` or later and before `last`, in order of their start.

    Moved ones are where they are now, under the key of the date on which they would begin; cancelled ones are among
    them, and say so.
    """
    changed = {change.day for change in series.changes}
    days = _dates(series.recurrence, local_date(first, zone) - DAY, local_date(last, zone) + DAY)
    found = (_window(series, day, zone) for day in (*(day for day in days if day not in changed), *_moved(series)))
    return tuple(sorted((one for one in found if first <= one.start < last), key=lambda one: (one.start, one.key)))


def window_on(series: Series, day: date, zone: ZoneInfo) -> Window | None:
    """Return the window that begins, or would begin if it were not moved, on a date of the series; None: no such."""
    return _window(series, day, zone) if is_date_of(series.recurrence, day) else None


def window_named(key: str, windows: tuple[Series, ...], zone: ZoneInfo) -> Window | None:
    """Return the window with this key, wherever it was moved; None: the configuration knows no such window any more."""
    name, _, day = key.rpartition(":")
    series = next((one for one in windows if one.id == name), None)
    if series is None:
        return None
    if series.recurrence.repeat is Repeat.ONCE:
        return _window(series, series.recurrence.first, zone) if day == ONCE and series.recurrence.first else None
    named = _read_day(day)
    return window_on(series, named, zone) if named else None


def is_date_of(recurrence: Recurrence, day: date) -> bool:
    """Tell whether a series has a window on a date."""
    return day in _dates(recurrence, day, day)


def lead_at(window: Window, lead: Lead, zone: ZoneInfo) -> datetime:
    """Return when a notice ahead is due, in UTC: days and weeks are dates at the same wall-clock time (R3.1)."""
    if lead.unit is LeadUnit.HOUR:
        return window.start - timedelta(hours=lead.amount)
    days = lead.amount * (7 if lead.unit is LeadUnit.WEEK else 1)
    return days_later(window.start, -days, zone)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _dates(recurrence: Recurrence, first: date, last: date) -> Iterator[date]:
    """Give the dates of a recurrence from `first` to `last`, both included, in order; none lies before its first."""
    begin = max(first, recurrence.first) if recurrence.first else first
    match recurrence.repeat:
        case Repeat.ONCE:
            days = iter((recurrence.first,) if recurrence.first else ())
        case Repeat.WEEKLY:
            days = _weekly(recurrence, begin, last)
        case Repeat.MONTHLY:
            days = _monthly(recurrence, begin, last)
    return (day for day in days if begin <= day <= last)


def _weekly(recurrence: Recurrence, begin: date, last: date) -> Iterator[date]:
    assert recurrence.weekday is not None, "only what comes once has none"
    step = timedelta(weeks=recurrence.weeks)
    day = recurrence.first or begin + timedelta(days=(recurrence.weekday - begin.weekday()) % 7)
    if day < begin:
        day += -((day - begin) // step) * step
    while day <= last:
        yield day
        day += step


def _monthly(recurrence: Recurrence, begin: date, last: date) -> Iterator[date]:
    assert recurrence.weekday is not None, "only what comes once has none"
    month = begin.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        if recurrence.which == LAST:
            yield following - timedelta(days=(following.weekday() - recurrence.weekday - 1) % 7 + 1)
        else:
            ahead = (recurrence.weekday - month.weekday()) % 7
            yield month + timedelta(days=ahead) + (recurrence.which - 1) * WEEK
        month = following


def _moved(series: Series) -> Iterator[date]:
    """Give the dates of single windows that are moved or cancelled; what is no date of the series moves nothing."""
    return (day for day in {change.day for change in series.changes} if is_date_of(series.recurrence, day))


def _window(series: Series, day: date, zone: ZoneInfo) -> Window:
    begins, hours, is_cancelled = day, series.hours, False
    for change in _changes_on(series, day):
        begins, hours = change.to or begins, change.hours or hours
        is_cancelled = is_cancelled or change.is_cancelled
    start, end = (instant_of(begins, minute, zone) for minute in hours)
    return Window(
        key=f"{series.id}:{ONCE if series.recurrence.repeat is Repeat.ONCE else day.isoformat()}",
        work=series.work,
        start=start,
        end=end if end > start else start + timedelta(minutes=hours[1] - hours[0]),
        leads=series.leads,
        tells_start=series.tells_start,
        tells_end=series.tells_end,
        is_cancelled=is_cancelled,
    )


def _changes_on(series: Series, day: date) -> Iterator[Change]:
    return (change for change in series.changes if change.day == day)


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when so many minutes of a day's wall clock are over; past 1440 they are the next day's."""
    days, rest = divmod(minute, MINUTES_A_DAY)
    return at_wall_clock(day + days * DAY, time(rest // 60, rest % 60), zone).astimezone(UTC)
