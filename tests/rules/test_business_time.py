"""R3.1, R4.3: business days and wall clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.hours import Span, WeeklyHours
from daemon.model.plan import BusinessCalendar
from daemon.rules.business_time import (
    at_wall_clock,
    business_days_later,
    closing_of,
    is_business_day,
    is_open,
    local_date,
    next_business_day,
    next_open,
    opening_of,
    work_later,
    worked,
)
from daemon.rules.notices import chat_open
from tests.rules.making import DENVER, PLAN, WEEKDAYS, charter_with, mt

HOLDS = [
    pytest.param(date(2026, 11, 18), mt(2026, 11, 18, 8), id="a Wednesday"),
    pytest.param(date(2026, 11, 21), mt(2026, 11, 23, 8), id="Saturday: Monday"),
    pytest.param(date(2026, 11, 22), mt(2026, 11, 23, 8), id="Sunday: Monday"),
    pytest.param(date(2026, 11, 26), mt(2026, 11, 27, 8), id="Thanksgiving: Friday"),
    pytest.param(date(2026, 12, 25), mt(2026, 12, 28, 8), id="Christmas on a Friday: Monday"),
    pytest.param(date(2027, 1, 1), mt(2027, 1, 4, 8), id="New Year on a Friday: Monday"),
    pytest.param(date(2026, 10, 31), mt(2026, 11, 2, 8), id="over the autumn change"),
    pytest.param(date(2027, 3, 13), mt(2027, 3, 15, 8), id="over the spring change"),
]


@pytest.mark.parametrize(("day", "ends"), HOLDS)
def test_a_hold_ends_when_business_opens(day: date, ends: datetime) -> None:
    """R4.3: at 08:00 MT of the date, or of the next business day."""
    assert opening_of(PLAN, day) == ends


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(date(2026, 10, 30), 14), (date(2026, 11, 2), 15), (date(2027, 3, 15), 14)]
)
def test_a_clock_change_moves_no_wall_clock(day: date, utc_hour: int) -> None:
    """R3.1: 08:00 MT is 14:00 UTC in summer and 15:00 UTC in winter."""
    assert opening_of(PLAN, day).astimezone(mt(2026, 1, 1).tzinfo).hour == utc_hour


def test_a_holiday_is_no_business_day() -> None:
    """R3.1: holidays are left out, weekends too."""
    days = [date(2026, 12, 18) + timedelta(days=ahead) for ahead in range(11)]

    assert [day.day for day in days if is_business_day(PLAN.business, day)] == [18, 21, 22, 23, 24, 28]


def test_an_empty_calendar_is_refused() -> None:
    """R3.1: a calendar without business hours never opens; that is an error, not an endless search."""
    empty = BusinessCalendar(WeeklyHours(()), frozenset())

    with pytest.raises(ValueError, match="no business day"):
        next_business_day(empty, date(2026, 11, 18))


def test_the_opening_is_that_of_the_day() -> None:
    """R4.3: a desk that opens at 07:30 on Saturdays ends a hold then."""
    hours = WeeklyHours((Span(0, 8 * 60, 17 * 60), Span(5, 7 * 60 + 30, 12 * 60)))
    plan = charter_with(business=BusinessCalendar(hours, frozenset())).plan

    assert opening_of(plan, date(2026, 11, 21)) == mt(2026, 11, 21, 7, 30)
    assert opening_of(plan, date(2026, 11, 17)) == mt(2026, 11, 21, 7, 30)


def test_an_hour_that_comes_twice_is_the_first() -> None:
    """R3.1: 01:30 on the day of the autumn change is the one in summer time."""
    assert at_wall_clock(date(2026, 11, 1), time(1, 30), DENVER) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)


CHAT_HOURS = [
    (mt(2026, 11, 16, 4, 59, 59), ""),
    (mt(2026, 11, 16, 5), "yes"),
    (mt(2026, 11, 16, 23, 59, 59), "yes"),
    (mt(2026, 11, 20, 23, 59, 59), "yes"),
    (mt(2026, 11, 21, 0), ""),
    (mt(2026, 11, 21, 7, 59, 59), ""),
    (mt(2026, 11, 21, 8), "yes"),
    (mt(2026, 11, 21, 16, 59, 59), "yes"),
    (mt(2026, 11, 21, 17), ""),
    (mt(2026, 11, 22, 12), "yes"),
    (mt(2026, 11, 23, 0), ""),
]


@pytest.mark.parametrize(("at", "word"), CHAT_HOURS)
def test_the_chat_is_open_as_the_plan_says(at: datetime, word: str) -> None:
    """R1.3: Monday to Friday 05:00-24:00 MT, Saturday and Sunday 08:00-17:00 MT, half-open."""
    assert chat_open(PLAN, at) == word


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_hold_never_ends_before_its_date(day: date) -> None:
    """R4.3: the end of a hold is on a business day, at its opening, and no earlier than asked."""
    ends = opening_of(PLAN, day)
    end_day = local_date(ends, DENVER)

    assert end_day >= day
    assert is_business_day(PLAN.business, end_day)
    assert ends.astimezone(DENVER).time() == time(8)
    assert not any(is_business_day(PLAN.business, day + timedelta(days=n)) for n in range((end_day - day).days))


LUNCH = BusinessCalendar(
    WeeklyHours(tuple(Span(day, *half) for day in range(5) for half in ((480, 720), (780, 1020)))), frozenset()
)
BREAKS = [
    pytest.param(mt(2026, 11, 18, 11, 59, 59), True, mt(2026, 11, 18, 11, 59, 59), id="before lunch"),
    pytest.param(mt(2026, 11, 18, 12), False, mt(2026, 11, 18, 13), id="lunch begins"),
    pytest.param(mt(2026, 11, 18, 12, 59, 59), False, mt(2026, 11, 18, 13), id="lunch ends"),
    pytest.param(mt(2026, 11, 18, 13), True, mt(2026, 11, 18, 13), id="after lunch"),
    pytest.param(mt(2026, 11, 20, 17), False, mt(2026, 11, 23, 8), id="Friday's closing"),
]


@pytest.mark.parametrize(("at", "inside", "opens"), BREAKS)
def test_r3_1_a_day_may_have_several_spans(at: datetime, inside: bool, opens: datetime) -> None:
    """R3.1: hours are half-open at every edge; outside them the next opening counts."""
    assert is_open(LUNCH, at, DENVER) is inside
    assert next_open(LUNCH, at, DENVER) == opens


def test_r3_1_work_goes_on_after_lunch() -> None:
    """R3.1: at a closing the next opening is meant; nothing is worked in between."""
    morning = mt(2026, 11, 18, 8)

    assert work_later(LUNCH, morning, timedelta(hours=4), DENVER) == mt(2026, 11, 18, 13)
    assert work_later(LUNCH, morning, timedelta(hours=8), DENVER) == mt(2026, 11, 19, 8)
    assert worked(LUNCH, mt(2026, 11, 18, 11), mt(2026, 11, 18, 14), DENVER) == timedelta(hours=2)
    assert worked(LUNCH, morning, morning, DENVER) == worked(LUNCH, morning, mt(2026, 11, 17), DENVER) == timedelta(0)
    assert business_days_later(LUNCH, mt(2026, 11, 18, 12, 30), 1, DENVER) == mt(2026, 11, 19, 13)


def test_r10_1_a_date_ends_when_business_closes() -> None:
    """R10.1: a carrier's date is its closing, or that of the next business day."""
    assert closing_of(PLAN.business, date(2026, 11, 18), DENVER) == mt(2026, 11, 18, 17)
    assert closing_of(PLAN.business, date(2026, 11, 26), DENVER) == mt(2026, 11, 27, 17)
    assert closing_of(LUNCH, date(2026, 11, 18), DENVER) == mt(2026, 11, 18, 17)


@pytest.mark.parametrize("days", [0, 1])
def test_r3_1_an_empty_calendar_is_refused_everywhere(days: int) -> None:
    """R3.1: nothing searches for ever, a calendar of holidays alone included."""
    holidays = frozenset(date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(1000))
    for empty in (BusinessCalendar(WeeklyHours(()), frozenset()), BusinessCalendar(WEEKDAYS, holidays)):
        with pytest.raises(ValueError, match="no business day"):
            business_days_later(empty, mt(2026, 11, 18, 9), days, DENVER)
        with pytest.raises(ValueError, match="no business day"):
            work_later(empty, mt(2026, 11, 18, 9), timedelta(hours=1), DENVER)
        assert not is_open(empty, mt(2026, 11, 18, 9), DENVER)


NIGHTS = [
    pytest.param(time(1, 59, 59), datetime(2027, 3, 14, 8, 59, 59, tzinfo=UTC), id="before the change"),
    pytest.param(time(2), datetime(2027, 3, 14, 9, tzinfo=UTC), id="skipped: the change"),
    pytest.param(time(2, 30, 15), datetime(2027, 3, 14, 9, tzinfo=UTC), id="skipped: the change too"),
    pytest.param(time(3), datetime(2027, 3, 14, 9, tzinfo=UTC), id="after the change"),
]


@pytest.mark.parametrize(("clock", "instant"), NIGHTS)
def test_r3_1_an_hour_that_is_skipped_is_its_end(clock: time, instant: datetime) -> None:
    """R3.1: on the day of the spring change nothing is earlier than what the wall clock shows before it."""
    assert at_wall_clock(date(2027, 3, 14), clock, DENVER) == instant


def test_r3_1_hours_that_the_spring_change_swallows_are_none() -> None:
    """R3.1: a desk that opens from 02:00 to 03:00 on Sundays does not open on 14 March 2027."""
    sundays = BusinessCalendar(WeeklyHours((Span(6, 120, 180),)), frozenset())

    assert next_open(sundays, mt(2027, 3, 13), DENVER) == mt(2027, 3, 21, 2)
    assert worked(sundays, mt(2027, 3, 7), mt(2027, 3, 22), DENVER) == timedelta(hours=2)
    nights = BusinessCalendar(WeeklyHours((Span(6, 90, 150),)), frozenset())
    assert worked(nights, mt(2027, 3, 14), mt(2027, 3, 15), DENVER) == timedelta(minutes=30)


def test_r3_1_a_desk_that_never_closes_works_every_hour() -> None:
    """R3.1: 25 hours on the day of the autumn change, 23 on that of the spring change."""
    always = BusinessCalendar(WeeklyHours.always(), frozenset())

    assert worked(always, mt(2026, 11, 1), mt(2026, 11, 2), DENVER) == timedelta(hours=25)
    assert worked(always, mt(2027, 3, 14), mt(2027, 3, 15), DENVER) == timedelta(hours=23)
    assert business_days_later(always, mt(2026, 11, 1, 12), 1, DENVER) == mt(2026, 11, 2, 12)
