"""R3 and R10 as tables: every promise, begun around weekends, holidays, changes of the clock, ends of months and years.

Times are MT.  The tests' calendar: Monday-Friday 08:00-17:00 (MACD 07:00-19:00), closed on 26 November and 25 December
2026 and 1 January 2027.
"""

from datetime import datetime, timedelta

import pytest

from daemon.model.case import Macd, Priority
from daemon.model.clocks import ClockName
from daemon.rules.business_time import business_days_later, days_later
from daemon.rules.clocks.times import marks
from tests.rules.clocking import macd_case, opened_case
from tests.rules.making import DENVER, PLAN, mt

FIRST, UPDATE, COMPLETION = ClockName.FIRST_RESPONSE, ClockName.UPDATE, ClockName.COMPLETION
P1, P2, P3, P4, P1G = Priority.P1, Priority.P2, Priority.P3, Priority.P4, Priority.P1G

FIRST_RESPONSES = [
    pytest.param(P1, mt(2026, 12, 31, 23, 50), mt(2027, 1, 1, 0, 5), id="P1, over the year's end"),
    pytest.param(P1, mt(2026, 12, 25, 12), mt(2026, 12, 25, 12, 15), id="P1, on Christmas"),
    pytest.param(P1, mt(2027, 3, 14, 1, 50), mt(2027, 3, 14, 3, 5), id="P1, into the spring change"),
    pytest.param(P2, mt(2026, 11, 28, 3), mt(2026, 11, 28, 3, 30), id="P2, Saturday night"),
    pytest.param(P2, mt(2026, 11, 30, 23, 45), mt(2026, 12, 1, 0, 15), id="P2, over the month's end"),
    pytest.param(P3, mt(2026, 10, 31, 23), mt(2026, 11, 1, 2), id="P3, four hours over the autumn change"),
    pytest.param(P3, mt(2027, 3, 13, 23), mt(2027, 3, 14, 4), id="P3, four hours over the spring change"),
    pytest.param(P3, mt(2026, 12, 18, 16), mt(2026, 12, 18, 20), id="P3, Friday evening"),
    pytest.param(P4, mt(2026, 12, 18, 16, 30), mt(2026, 12, 21, 16, 30), id="R3.1: Fri 16:30, due Mon 16:30"),
    pytest.param(P4, mt(2026, 12, 19, 12), mt(2026, 12, 22, 8), id="R3.1: Sat 12:00, due Tue 08:00"),
    pytest.param(P4, mt(2026, 12, 16, 17), mt(2026, 12, 18, 8), id="R3.1: Wed 17:00:00 is outside, due Fri 08:00"),
    pytest.param(P4, mt(2026, 12, 16, 16, 59, 59), mt(2026, 12, 17, 16, 59, 59), id="P4, a second before closing"),
    pytest.param(P4, mt(2026, 12, 16, 8), mt(2026, 12, 17, 8), id="P4, at the opening"),
    pytest.param(P4, mt(2026, 12, 16, 7, 59, 59), mt(2026, 12, 17, 8), id="P4, a second before the opening"),
    pytest.param(P4, mt(2026, 11, 25, 10), mt(2026, 11, 27, 10), id="P4, over Thanksgiving"),
    pytest.param(P4, mt(2026, 11, 26, 10), mt(2026, 11, 30, 8), id="P4, on Thanksgiving: from Friday"),
    pytest.param(P4, mt(2026, 12, 24, 10), mt(2026, 12, 28, 10), id="P4, over Christmas and a weekend"),
    pytest.param(P4, mt(2026, 12, 24, 18), mt(2026, 12, 29, 8), id="P4, Christmas Eve at night: from Monday"),
    pytest.param(P4, mt(2026, 12, 31, 16), mt(2027, 1, 4, 16), id="P4, over New Year and a weekend"),
    pytest.param(P4, mt(2026, 10, 30, 9), mt(2026, 11, 2, 9), id="P4, over the autumn change: the same wall clock"),
    pytest.param(P4, mt(2027, 3, 12, 9), mt(2027, 3, 15, 9), id="P4, over the spring change: the same wall clock"),
    pytest.param(P4, mt(2026, 11, 1, 1, 30), mt(2026, 11, 3, 8), id="P4, in the hour that comes twice"),
    pytest.param(P4, mt(2027, 2, 26, 12), mt(2027, 3, 1, 12), id="P4, over the end of February"),
    pytest.param(P1G, mt(2026, 12, 25, 12), mt(2026, 12, 25, 12, 15), id="P1G, immediate: 15 minutes (R3.11)"),
]


@pytest.mark.parametrize(("priority", "opened", "due"), FIRST_RESPONSES)
def test_r3_1_first_response(priority: Priority, opened: datetime, due: datetime) -> None:
    """R3, R3.1, R3.11: minutes run 24x7, business days by the wall clock; from the receipt of the mail."""
    clock = opened_case(opened, priority=priority).clock(FIRST)

    assert (clock.started_at, clock.due) == (opened, due)


UPDATES = [
    pytest.param(P1, mt(2026, 12, 31, 23, 30), mt(2027, 1, 1, 0, 30), id="P1 hourly, over the year's end"),
    pytest.param(P1, mt(2026, 11, 1, 0, 30), mt(2026, 11, 1, 1, 30), id="P1 hourly, into the hour that comes twice"),
    pytest.param(P1G, mt(2027, 3, 14, 1, 30), mt(2027, 3, 14, 3, 30), id="P1G hourly, over the spring change"),
    pytest.param(P2, mt(2026, 11, 26, 23), mt(2026, 11, 27, 1), id="P2, two hours, on Thanksgiving"),
    pytest.param(P3, mt(2026, 11, 25, 10), mt(2026, 11, 27, 10), id="P3, a business day, over Thanksgiving"),
    pytest.param(P3, mt(2026, 12, 18, 22), mt(2026, 12, 22, 8), id="P3, Friday night counts from Monday"),
    pytest.param(P3, mt(2027, 3, 12, 16, 59), mt(2027, 3, 15, 16, 59), id="P3, over the spring change"),
    pytest.param(P4, mt(2026, 12, 23, 9), mt(2026, 12, 28, 9), id="P4, two business days, over Christmas"),
    pytest.param(P4, mt(2026, 12, 30, 9), mt(2027, 1, 4, 9), id="P4, over New Year"),
    pytest.param(P4, mt(2026, 10, 30, 9), mt(2026, 11, 3, 9), id="P4, over the autumn change"),
    pytest.param(P4, mt(2026, 11, 30, 17), mt(2026, 12, 3, 8), id="P4, at closing, over the month's end"),
]


@pytest.mark.parametrize(("priority", "replied", "due"), UPDATES)
def test_r3_2_updates(priority: Priority, replied: datetime, due: datetime) -> None:
    """R3, R3.2: each public reply starts the next interval of updates."""
    clock = opened_case(mt(2026, 10, 19, 9), priority=priority).replies(replied).clock(UPDATE)

    assert (clock.started_at, clock.due) == (replied, due)


STANDARD, EXPEDITED = Macd.STANDARD, Macd.EXPEDITED
REQUESTS = [
    # R10.3's own examples; standard is done in two business days.
    pytest.param(
        STANDARD, mt(2026, 12, 18, 18, 55), mt(2026, 12, 21, 18, 55), mt(2026, 12, 22, 18, 55), id="Fri 18:55"
    ),
    pytest.param(
        STANDARD, mt(2026, 12, 18, 19, 5), mt(2026, 12, 22, 7), mt(2026, 12, 23, 7), id="Fri 19:05: Mon 07:00"
    ),
    pytest.param(EXPEDITED, mt(2026, 12, 18, 21), mt(2026, 12, 19, 1), mt(2026, 12, 21, 21), id="urgent Fri 21:00"),
    # And around them.
    pytest.param(STANDARD, mt(2026, 12, 18, 19), mt(2026, 12, 22, 7), mt(2026, 12, 23, 7), id="19:00 is outside"),
    pytest.param(STANDARD, mt(2026, 12, 18, 7), mt(2026, 12, 21, 7), mt(2026, 12, 22, 7), id="07:00 is inside"),
    pytest.param(STANDARD, mt(2026, 11, 25, 12), mt(2026, 11, 27, 12), mt(2026, 11, 30, 12), id="over Thanksgiving"),
    pytest.param(STANDARD, mt(2026, 12, 24, 12), mt(2026, 12, 28, 12), mt(2026, 12, 29, 12), id="over Christmas"),
    pytest.param(STANDARD, mt(2026, 12, 31, 20), mt(2027, 1, 5, 7), mt(2027, 1, 6, 7), id="New Year's Eve at night"),
    pytest.param(STANDARD, mt(2026, 10, 30, 18), mt(2026, 11, 2, 18), mt(2026, 11, 3, 18), id="over the autumn change"),
    pytest.param(STANDARD, mt(2027, 3, 12, 18), mt(2027, 3, 15, 18), mt(2027, 3, 16, 18), id="over the spring change"),
    pytest.param(EXPEDITED, mt(2026, 12, 16, 10), mt(2026, 12, 16, 14), mt(2026, 12, 17, 10), id="expedited by day"),
    pytest.param(
        EXPEDITED, mt(2026, 12, 24, 22), mt(2026, 12, 25, 2), mt(2026, 12, 28, 22), id="urgent, Christmas Eve"
    ),
    pytest.param(EXPEDITED, mt(2026, 12, 25, 3), mt(2026, 12, 25, 7), mt(2026, 12, 28, 3), id="urgent on Christmas"),
    pytest.param(EXPEDITED, mt(2026, 10, 31, 23), mt(2026, 11, 1, 2), mt(2026, 11, 2, 23), id="urgent, autumn change"),
    pytest.param(EXPEDITED, mt(2027, 3, 13, 23), mt(2027, 3, 14, 4), mt(2027, 3, 15, 23), id="urgent, spring change"),
    pytest.param(EXPEDITED, mt(2026, 12, 31, 23), mt(2027, 1, 1, 3), mt(2027, 1, 4, 23), id="urgent, New Year's Eve"),
]


@pytest.mark.parametrize(("macd", "received", "answered", "done"), REQUESTS)
def test_r10_3_requests(macd: Macd, received: datetime, answered: datetime, done: datetime) -> None:
    """R10.1-R10.3: two clocks on the extended hours; an expedited one is measured at whatever hour."""
    case = macd_case(received, macd)

    assert case.clock(FIRST).due == answered
    assert case.clock(COMPLETION).due == done


LATE = mt(2026, 10, 31, 23)
SHARES = [
    # Business minutes where the clock is in business days (R3.11), else elapsed time.
    pytest.param(P4, mt(2026, 12, 18, 16, 30), mt(2026, 12, 21, 12), mt(2026, 12, 21, 14, 42), id="P4 over a weekend"),
    pytest.param(P4, mt(2026, 12, 19, 12), mt(2026, 12, 21, 12, 30), mt(2026, 12, 21, 15, 12), id="P4 from Saturday"),
    pytest.param(P4, mt(2026, 11, 25, 12, 30), mt(2026, 11, 27, 8), mt(2026, 11, 27, 10, 42), id="P4, half at closing"),
    pytest.param(P1, mt(2027, 3, 14, 1, 50), mt(2027, 3, 14, 1, 57, 30), mt(2027, 3, 14, 3, 2), id="P1, spring change"),
    pytest.param(P3, LATE, LATE + timedelta(hours=2), LATE + timedelta(minutes=192), id="P3, autumn change"),
]


@pytest.mark.parametrize(("priority", "opened", "half", "most"), SHARES)
def test_r3_11_reminders(priority: Priority, opened: datetime, half: datetime, most: datetime) -> None:
    """R3.3, R3.11: reminders come at 50 % and 80 %, counted in the time that the clock counts."""
    way = dict(marks(opened_case(opened, priority=priority).clock(FIRST), PLAN))

    assert (way["50%"], way["80%"]) == (half, most)


def test_r10_3_without_business_time_before_its_end_shares_are_elapsed() -> None:
    """R3.11, R10.3: urgent on Saturday at 01:30, done by Monday 01:30: half of that is Sunday 01:30."""
    way = dict(marks(macd_case(mt(2026, 12, 19, 1, 30), EXPEDITED).clock(COMPLETION), PLAN))

    assert (way["50%"], way["due"]) == (mt(2026, 12, 20, 1, 30), mt(2026, 12, 21, 1, 30))


def test_r3_1_one_week_before_is_the_same_wall_clock_time() -> None:
    """R3.1: seven dates earlier, over either change of the clocks."""
    assert days_later(mt(2026, 11, 5, 22), -7, DENVER) == mt(2026, 10, 29, 22)
    assert days_later(mt(2027, 3, 19, 22), -7, DENVER) == mt(2027, 3, 12, 22)
    assert (mt(2026, 11, 5, 22) - mt(2026, 10, 29, 22)).total_seconds() == (7 * 24 + 1) * 3600


def test_r3_1_no_business_day_is_the_same_time_inside_the_hours() -> None:
    """R3.1: nought business days after an instant is that instant, or the next opening."""
    assert business_days_later(PLAN.business, mt(2026, 12, 16, 9), 0, DENVER) == mt(2026, 12, 16, 9)
    assert business_days_later(PLAN.business, mt(2026, 12, 19, 9), 0, DENVER) == mt(2026, 12, 21, 8)
