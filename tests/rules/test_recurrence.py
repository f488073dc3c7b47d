"""When maintenance windows are (R11.1, R11.4, R11.5), on the plan's wall clock (R3.1)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.model.window import LAST, Change, Impact, Lead, LeadUnit, Recurrence, Repeat, Series, Window, Work
from daemon.rules.maintenance.recurrence import lead_at, window_named, window_on, windows_between
from tests.rules.making import DENVER, mt

TUESDAY, FRIDAY, SATURDAY, SUNDAY = 1, 4, 5, 6
NIGHT = (22 * 60, 28 * 60)
WORK = Work(name="Monthly maintenance", products=("voice",), impact=Impact.DEGRADED, description="d", reason="r")
THIRD_FRIDAY = Recurrence(repeat=Repeat.MONTHLY, weekday=FRIDAY, which=3)
LAST_FRIDAY = Recurrence(repeat=Repeat.MONTHLY, weekday=FRIDAY, which=LAST)
FRIDAYS = Recurrence(repeat=Repeat.WEEKLY, weekday=FRIDAY)
THREE_WEEKS = Recurrence(repeat=Repeat.WEEKLY, weekday=TUESDAY, weeks=3, first=date(2026, 12, 1))
LEAP_DAY = Recurrence(repeat=Repeat.ONCE, first=date(2028, 2, 29))
MONTHLY = Series(id="monthly", work=WORK, recurrence=THIRD_FRIDAY, hours=NIGHT)

THIRD_FRIDAYS = {
    2026: (16, 20, 20, 17, 15, 19, 17, 21, 18, 16, 20, 18),
    2027: (15, 19, 19, 16, 21, 18, 16, 20, 17, 15, 19, 17),
    2028: (21, 18, 17, 21, 19, 16, 21, 18, 15, 20, 17, 15),
    2029: (19, 16, 16, 20, 18, 15, 20, 17, 21, 19, 16, 21),
    2030: (18, 15, 15, 19, 17, 21, 19, 16, 20, 18, 15, 20),
}
LAST_FRIDAYS = {
    2026: (30, 27, 27, 24, 29, 26, 31, 28, 25, 30, 27, 25),
    2027: (29, 26, 26, 30, 28, 25, 30, 27, 24, 29, 26, 31),
    2028: (28, 25, 31, 28, 26, 30, 28, 25, 29, 27, 24, 29),
    2029: (26, 23, 30, 27, 25, 29, 27, 31, 28, 26, 30, 28),
    2030: (25, 22, 29, 26, 31, 28, 26, 30, 27, 25, 29, 27),
}
EVERY_THREE_WEEKS = {
    2026: "12-01 12-22",
    2027: "01-12 02-02 02-23 03-16 04-06 04-27 05-18 06-08 06-29 07-20 08-10 08-31 09-21 10-12 11-02 11-23 12-14",
    2028: "01-04 01-25 02-15 03-07 03-28 04-18 05-09 05-30 06-20 07-11 08-01 08-22 09-12 10-03 10-24 11-14 12-05 12-26",
    2029: "01-16 02-06 02-27 03-20 04-10 05-01 05-22 06-12 07-03 07-24 08-14 09-04 09-25 10-16 11-06 11-27 12-18",
    2030: "01-08 01-29 02-19 03-12 04-02 04-23 05-14 06-04 06-25 07-16 08-06 08-27 09-17 10-08 10-29 11-19 12-10 12-31",
}
FIVE_YEARS = (mt(2026, 1, 1), mt(2031, 1, 1))


def series_of(recurrence: Recurrence, hours: tuple[int, int] = NIGHT, *changes: Change) -> Series:
    """Return a series that comes back so."""
    return Series(id="monthly", work=WORK, recurrence=recurrence, hours=hours, changes=changes)


def days_of(recurrence: Recurrence) -> list[date]:
    """Return the days of five years on which windows begin, on the wall clock."""
    windows = windows_between(series_of(recurrence), *FIVE_YEARS, DENVER)
    return [window.start.astimezone(DENVER).date() for window in windows]


def monthly_table(table: Mapping[int, tuple[int, ...]]) -> list[date]:
    """Return a table of days of months as dates."""
    return [date(year, month, day) for year, days in table.items() for month, day in enumerate(days, 1)]


def weekly_table(table: dict[int, str]) -> list[date]:
    """Return a table of months and days as dates."""
    return [date.fromisoformat(f"{year}-{day}") for year, days in table.items() for day in days.split()]


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        pytest.param(THIRD_FRIDAY, monthly_table(THIRD_FRIDAYS), id="R11.1 third Friday"),
        pytest.param(LAST_FRIDAY, monthly_table(LAST_FRIDAYS), id="last Friday, the fifth where there is one"),
        pytest.param(THREE_WEEKS, weekly_table(EVERY_THREE_WEEKS), id="R11.5 every three weeks"),
        pytest.param(LEAP_DAY, [date(2028, 2, 29)], id="once, on a leap day"),
    ],
)
def test_r11_1_dates_of_five_years(recurrence: Recurrence, days: list[date]) -> None:
    """R11.1, R11.5: every date of 2026 to 2030, as a calendar on the wall has them, and no other."""
    assert days_of(recurrence) == days


def test_r11_4_fridays_are_all_fridays() -> None:
    """R11.4: 52 Fridays a year, 53 in 2027; the fifth one of a month like any other."""
    days = days_of(FRIDAYS)

    assert [sum(day.year == year for day in days) for year in range(2026, 2031)] == [52, 53, 52, 52, 52]
    assert {day.weekday() for day in days} == {FRIDAY}
    assert date(2027, 10, 29) in days
    assert date(2027, 10, 29) in days_of(LAST_FRIDAY)


@pytest.mark.parametrize(
    ("recurrence", "hours", "day", "start", "end", "lasts"),
    [
        pytest.param(
            THIRD_FRIDAY, NIGHT, (2026, 12, 18), mt(2026, 12, 18, 22), mt(2026, 12, 19, 4), 360, id="an ordinary night"
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SATURDAY, which=2),
            NIGHT,
            (2027, 3, 13),
            datetime(2027, 3, 14, 5, tzinfo=UTC),
            datetime(2027, 3, 14, 10, tzinfo=UTC),
            300,
            id="put forward at 02:00: an hour shorter",
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SATURDAY, which=LAST),
            NIGHT,
            (2026, 10, 31),
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            datetime(2026, 11, 1, 11, tzinfo=UTC),
            420,
            id="put back at 02:00: an hour longer",
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SUNDAY, which=2),
            (150, 240),
            (2027, 3, 14),
            datetime(2027, 3, 14, 9, tzinfo=UTC),
            datetime(2027, 3, 14, 10, tzinfo=UTC),
            60,
            id="a start in the gap is its end",
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SUNDAY, which=2),
            (135, 165),
            (2027, 3, 14),
            datetime(2027, 3, 14, 9, tzinfo=UTC),
            datetime(2027, 3, 14, 9, 30, tzinfo=UTC),
            30,
            id="a window in the gap is as long from its end on",
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SUNDAY, which=1),
            (90, 150),
            (2026, 11, 1),
            datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
            datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
            120,
            id="a start that comes twice is the first",
        ),
        pytest.param(
            replace(THIRD_FRIDAY, weekday=SATURDAY, which=LAST),
            (22 * 60, 24 * 60 + 90),
            (2026, 10, 31),
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            datetime(2026, 11, 1, 7, 30, tzinfo=UTC),
            210,
            id="an end that comes twice is the first",
        ),
    ],
)
def test_r3_1_hours_are_those_of_the_wall_clock(
    recurrence: Recurrence,
    hours: tuple[int, int],
    day: tuple[int, int, int],
    *,
    start: datetime,
    end: datetime,
    lasts: int,
) -> None:
    """R3.1: a window begins and ends when the plan's clock shows its hours, in the nights of both changes too."""
    window = window_on(series_of(recurrence, hours), date(*day), DENVER)

    assert window is not None
    assert (window.start, window.end) == (start, end)
    assert window.end - window.start == timedelta(minutes=lasts)


LEADS = [
    ("R11.1 one week before is the same wall-clock time", Lead(1, LeadUnit.WEEK), mt(2026, 12, 11, 22)),
    ("24 hours before are elapsed hours", Lead(24, LeadUnit.HOUR), mt(2026, 12, 17, 22)),
    ("a day before", Lead(1, LeadUnit.DAY), mt(2026, 12, 17, 22)),
    ("six weeks before, over the autumn change", Lead(6, LeadUnit.WEEK), mt(2026, 11, 6, 22)),
    ("seven weeks before, over the autumn change", Lead(7, LeadUnit.WEEK), mt(2026, 10, 30, 22)),
    ("90 days before, over the autumn change", Lead(90, LeadUnit.DAY), mt(2026, 9, 19, 22)),
    ("1200 hours before, over the autumn change", Lead(1200, LeadUnit.HOUR), mt(2026, 10, 29, 23)),
]


@pytest.mark.parametrize(("lead", "at"), [row[1:] for row in LEADS], ids=[row[0] for row in LEADS])
def test_r3_1_notices_ahead_keep_the_wall_clock(lead: Lead, at: datetime) -> None:
    """R3.1: days and weeks before are dates at the same wall-clock time; hours are elapsed time."""
    window = window_on(MONTHLY, date(2026, 12, 18), DENVER)

    assert window is not None
    assert lead_at(window, lead, DENVER) == at


def moved(*changes: Change) -> tuple[Window, ...]:
    """Return the monthly windows of a winter with single ones changed."""
    changed = replace(MONTHLY, changes=changes)
    return windows_between(changed, mt(2026, 11, 1), mt(2027, 3, 1), DENVER)


def test_r11_7_a_moved_window_keeps_its_name() -> None:
    """R11.7: moved across the end of a month, with other hours, it stands where it is now, under its old date."""
    windows = moved(Change(day=date(2026, 12, 18), to=date(2027, 1, 2), hours=(21 * 60, 27 * 60)))

    assert [window.key for window in windows] == [
        "monthly:2026-11-20",
        "monthly:2026-12-18",
        "monthly:2027-01-15",
        "monthly:2027-02-19",
    ]
    assert (windows[1].start, windows[1].end) == (mt(2027, 1, 2, 21), mt(2027, 1, 3, 3))


def test_r11_7_moved_windows_are_in_order_of_where_they_are() -> None:
    """R11.7: a window that is moved past the next one stands behind it; out of the time asked for, it is not there."""
    keys = [window.key[-5:] for window in moved(Change(day=date(2026, 12, 18), to=date(2027, 1, 20)))]
    gone = [window.key[-5:] for window in moved(Change(day=date(2026, 12, 18), to=date(2027, 3, 1)))]
    come = [window.key[-5:] for window in moved(Change(day=date(2027, 3, 19), to=date(2026, 11, 1)))]

    assert keys == ["11-20", "01-15", "12-18", "02-19"]
    assert gone == ["11-20", "01-15", "02-19"]
    assert come == ["03-19", "11-20", "12-18", "01-15", "02-19"]


def test_r11_7_a_cancelled_window_says_so() -> None:
    """R11.7: it is listed, as cancelled, at its own time; a date that is none of the series changes nothing."""
    windows = moved(
        Change(day=date(2026, 12, 18), is_cancelled=True), Change(day=date(2026, 12, 19), is_cancelled=True)
    )

    assert [window.is_cancelled for window in windows] == [False, True, False, False]
    assert windows[1].start == mt(2026, 12, 18, 22)


def test_a_window_is_found_by_its_key() -> None:
    """R11.7: wherever it is moved to; what is no date of a series, or of no series, is None."""
    series = replace(MONTHLY, changes=(Change(day=date(2026, 12, 18), to=date(2028, 1, 2)),))
    found = window_named("monthly:2026-12-18", (series,), DENVER)

    assert found is not None
    assert found.start == mt(2028, 1, 2, 22)
    for key in ("monthly:2026-12-17", "weekly:2026-12-18", "monthly:once", "monthly:2026-12-1", "monthly:2026-13-45"):
        assert window_named(key, (series,), DENVER) is None, key


def test_r11_7_another_first_date_moves_a_window_that_comes_once() -> None:
    """R11.7: its key holds no date, so that who was told of it learns of the new one."""
    before = series_of(LEAP_DAY)
    after = replace(before, recurrence=replace(LEAP_DAY, first=date(2028, 3, 7)))
    told, now = (window_named("monthly:once", (series,), DENVER) for series in (before, after))

    assert told is not None
    assert now is not None
    assert (told.key, told.start) == ("monthly:once", mt(2028, 2, 29, 22))
    assert (now.key, now.start) == (told.key, mt(2028, 3, 7, 22))
