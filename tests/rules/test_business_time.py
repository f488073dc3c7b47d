"""R3.1, R4.3: business days and wall clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.hours import Span, WeeklyHours
from daemon.model.plan import BusinessCalendar
from daemon.rules.business_time import at_wall_clock, is_business_day, local_date, next_business_day, opening_of
from daemon.rules.notices import chat_open
from tests.rules.making import DENVER, PLAN, charter_with, mt

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
