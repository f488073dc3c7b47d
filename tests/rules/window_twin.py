"""Maintenance windows found the slow way: every day of the calendar is asked, every minute of the clock is walked.

Nothing of `rules/maintenance/recurrence` or `rules/business_time` is used here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.model.window import LAST, Recurrence, Repeat, Series

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

Found = tuple[str, datetime, datetime, bool]
"""A window's key, start, end, and whether it is cancelled."""


def every_day(first: date, last: date) -> Iterator[date]:
    """Give the days from `first` to `last`, both included."""
    day = first
    while day <= last:
        yield day
        day += DAY


def is_its_day(recurrence: Recurrence, day: date) -> bool:
    """Tell whether a recurrence has a window on a day, by looking at that day alone."""
    if recurrence.first is not None and day < recurrence.first:
        return False
    if recurrence.repeat is Repeat.ONCE:
        return day == recurrence.first
    if day.weekday() != recurrence.weekday:
        return False
    if recurrence.repeat is Repeat.WEEKLY:
        return recurrence.first is None or (day - recurrence.first).days % (7 * recurrence.weeks) == 0
    before = sum(one.weekday() == day.weekday() for one in every_day(day.replace(day=1), day))
    return (day + 7 * DAY).month != day.month if recurrence.which == LAST else before == recurrence.which


def shown_first(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the first minute at which the zone's wall clock shows so many minutes after a midnight, or more."""
    wanted = datetime.combine(day, time()) + minute * MINUTE
    at = wanted.replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=3)
    while at.astimezone(zone).replace(tzinfo=None) < wanted:
        at += MINUTE
    return at


def windows_found(series: Series, first: datetime, last: datetime, zone: ZoneInfo) -> tuple[Found, ...]:
    """Return what `windows_between` should, in order of start."""
    margin = timedelta(days=400)  # no test moves a window further
    found = []
    for day in every_day((first - margin).date(), (last + margin).date()):
        if not is_its_day(series.recurrence, day):
            continue
        start, end, is_cancelled = window_found(series, day, zone)
        if first <= start < last:
            name = "once" if series.recurrence.repeat is Repeat.ONCE else day.isoformat()
            found.append((f"{series.id}:{name}", start, end, is_cancelled))
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))


def window_found(series: Series, day: date, zone: ZoneInfo) -> tuple[datetime, datetime, bool]:
    """Return start and end of the window of a day, and whether it is cancelled."""
    begins, (start, end), is_cancelled = day, series.hours, False
    for change in series.changes:
        if change.day == day:
            begins = change.to if change.to is not None else begins
            start, end = change.hours if change.hours is not None else (start, end)
            is_cancelled |= change.is_cancelled
    begin, finish = shown_first(begins, start, zone), shown_first(begins, end, zone)
    return begin, finish if finish > begin else begin + (end - start) * MINUTE, is_cancelled
