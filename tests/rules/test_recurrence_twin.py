"""Maintenance windows against a walk through the calendar, day by day, and of the clock, minute by minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model.window import LAST, Change, Recurrence, Repeat, Series
from daemon.rules.maintenance.recurrence import is_date_of, window_named, windows_between
from tests.rules.making import DENVER
from tests.rules.test_recurrence import FRIDAY, LEAP_DAY, THREE_WEEKS, TUESDAY, days_of, series_of
from tests.rules.window_twin import every_day, is_its_day, windows_found


@pytest.mark.parametrize(
    "recurrence",
    [
        *(Recurrence(repeat=Repeat.MONTHLY, weekday=day, which=n) for day in range(7) for n in (1, 2, 3, 4, LAST)),
        *(Recurrence(repeat=Repeat.WEEKLY, weekday=day) for day in range(7)),
        Recurrence(repeat=Repeat.WEEKLY, weekday=TUESDAY, first=date(2028, 2, 29), weeks=5),
        Recurrence(repeat=Repeat.MONTHLY, weekday=FRIDAY, which=3, first=date(2026, 11, 20)),
        Recurrence(repeat=Repeat.MONTHLY, weekday=FRIDAY, which=3, first=date(2026, 11, 21)),
        THREE_WEEKS,
        LEAP_DAY,
    ],
    ids=lambda one: f"{one.repeat} {one.weekday} {one.which} {one.weeks} {one.first}",
)
def test_r11_4_dates_are_those_of_a_walk_through_the_calendar(recurrence: Recurrence) -> None:
    """R11.4: each of the days of five years is one of the series just where looking at that day alone says so."""
    every = list(every_day(date(2026, 1, 1), date(2030, 12, 31)))

    assert days_of(recurrence) == [day for day in every if is_its_day(recurrence, day)]
    assert [day for day in every if is_date_of(recurrence, day)] == days_of(recurrence)


ZONES = [DENVER, ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
dates = st.dates(date(2026, 1, 1), date(2030, 12, 31))
hours = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda pair: (pair[0], pair[0] + pair[1]))
weekdays = st.integers(0, 6)


def _weekly(weekday: int, weeks: int, near: date) -> Recurrence:
    first = near - timedelta(days=(near.weekday() - weekday) % 7)
    return Recurrence(repeat=Repeat.WEEKLY, weekday=weekday, weeks=weeks, first=first)


recurrences = st.one_of(
    st.builds(lambda first: Recurrence(repeat=Repeat.ONCE, first=first), dates),
    st.builds(lambda weekday: Recurrence(repeat=Repeat.WEEKLY, weekday=weekday), weekdays),
    st.builds(_weekly, weekdays, st.integers(1, 9), dates),
    st.builds(
        lambda weekday, which, first: Recurrence(repeat=Repeat.MONTHLY, weekday=weekday, which=which, first=first),
        weekdays,
        st.sampled_from((1, 2, 3, 4, LAST)),
        st.none() | dates,
    ),
)


@st.composite
def some_series(draw: st.DrawFn) -> tuple[Series, datetime, datetime]:
    """Draw a series, and a time in which it is looked at; some of its windows are moved or cancelled."""
    recurrence = draw(recurrences)
    begin = draw(dates)
    days = [day for day in every_day(begin, begin + timedelta(days=40)) if is_its_day(recurrence, day)]
    changes: Iterator[Change] = iter(())
    for day in days:
        to, at = draw(st.none() | st.integers(-50, 50)), draw(st.none() | hours)
        change = Change(
            day=day, to=None if to is None else day + timedelta(days=to), hours=at, is_cancelled=draw(st.booleans())
        )
        changes = chain(changes, (change,) if draw(st.booleans()) else ())
    first = datetime.combine(begin, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 1439)))
    return series_of(recurrence, draw(hours), *changes), first, first + timedelta(days=draw(st.integers(1, 40)))


@settings(max_examples=150, deadline=None)
@given(some_series(), st.sampled_from(ZONES))
def test_r3_1_windows_are_those_of_the_slow_twin(drawn: tuple[Series, datetime, datetime], zone: ZoneInfo) -> None:
    """R3.1, R11.7: any series, any single ones moved or cancelled, any time, four zones: the same windows in order."""
    series, first, last = drawn
    found = windows_between(series, first, last, zone)

    assert tuple((w.key, w.start, w.end, w.is_cancelled) for w in found) == windows_found(series, first, last, zone)
    for window in found:
        assert window_named(window.key, (series,), zone) == window
