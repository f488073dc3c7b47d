"""R5: a reply to a closed case, to the second."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.case import Case, Status
from daemon.rules.reopening import Reopening, last_day, reopening
from tests.rules.making import PLAN, a_case, charter_with, mt

SECOND = timedelta(seconds=1)

# A case closed at this wall-clock time can be reopened until the end of that day, in Denver.
CLOSINGS = [
    pytest.param(mt(2026, 6, 1, 0, 0, 0), date(2026, 6, 8), id="first second of the 1st"),
    pytest.param(mt(2026, 6, 1, 12), date(2026, 6, 8), id="noon of the 1st"),
    pytest.param(mt(2026, 6, 1, 23, 59, 59), date(2026, 6, 8), id="last second of the 1st"),
    pytest.param(mt(2026, 10, 28, 15), date(2026, 11, 4), id="over the autumn change, 169 hours"),
    pytest.param(mt(2026, 10, 25, 9), date(2026, 11, 1), id="until the day of the autumn change, of 25 hours"),
    pytest.param(mt(2026, 11, 1, 1, 30), date(2026, 11, 8), id="in the hour that comes twice"),
    pytest.param(mt(2027, 3, 10, 15), date(2027, 3, 17), id="over the spring change, 167 hours"),
    pytest.param(mt(2027, 3, 7, 9), date(2027, 3, 14), id="until the day of the spring change, of 23 hours"),
    pytest.param(mt(2026, 12, 28, 23, 59), date(2027, 1, 4), id="over the end of the year"),
    pytest.param(mt(2028, 2, 25, 8), date(2028, 3, 3), id="over a leap day"),
    pytest.param(mt(2026, 6, 1, 18, 30), date(2026, 6, 8), id="the 2nd already in UTC"),
]


def _midnight_after(day: date) -> datetime:
    after = day + timedelta(days=1)
    return mt(after.year, after.month, after.day)


@pytest.mark.parametrize(("closed_at", "last"), CLOSINGS)
def test_the_same_case_until_the_end_of_the_eighth_day(closed_at: datetime, last: date) -> None:
    """R5.1: seven calendar days are counted as dates in the plan's zone, whatever the hour and the clock change."""
    case = a_case(status=Status.CLOSED, closed_at=closed_at)

    assert last_day(closed_at, PLAN) == last
    assert reopening(case, closed_at, PLAN) is Reopening.SAME_CASE
    assert reopening(case, _midnight_after(last) - SECOND, PLAN) is Reopening.SAME_CASE


@pytest.mark.parametrize(("closed_at", "last"), CLOSINGS)
def test_a_linked_case_from_midnight_on(closed_at: datetime, last: date) -> None:
    """R5.2: at 00:00:00 of the ninth day it is too late for the same case."""
    case = a_case(status=Status.CLOSED, closed_at=closed_at)

    assert reopening(case, _midnight_after(last), PLAN) is Reopening.LINKED_CASE
    assert reopening(case, _midnight_after(last) + timedelta(days=400), PLAN) is Reopening.LINKED_CASE


@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(minutes=1), timedelta(days=3), timedelta(days=90)])
def test_closed_no_response_never_reopens(late: timedelta) -> None:
    """R5.4 beats R5.1: a reply to Closed - No Response opens a linked case, one minute later too."""
    case = a_case(status=Status.CLOSED_NO_RESPONSE)
    assert case.closed_at is not None

    assert reopening(case, case.closed_at + late, PLAN) is Reopening.RESUMED_CASE


SILENCES = (a_case(status=Status.CLOSED_NO_RESPONSE), a_case(status=Status.CLOSED, ended_by_silence=True))


@pytest.mark.parametrize("case", SILENCES)
@pytest.mark.parametrize("early", [timedelta(microseconds=1), SECOND, timedelta(days=2)])
def test_a_mail_received_before_a_closing_by_silence_undoes_it(early: timedelta, case: Case) -> None:
    """R5.6: R5.4 holds only for mail received after the closing; a closing by R4.4 is undone as well."""
    assert case.closed_at is not None

    assert reopening(case, case.closed_at - early, PLAN) is Reopening.UNDONE_CLOSING


def test_a_mail_received_before_an_agent_closed_still_reopens() -> None:
    """R5.1, R5.3: an answer that crossed the closing on its way is not lost."""
    case = a_case(status=Status.CLOSED)
    assert case.closed_at is not None

    assert reopening(case, case.closed_at - timedelta(hours=1), PLAN) is Reopening.SAME_CASE


def test_a_mail_received_after_an_unconfirmed_closing_reopens() -> None:
    """R4.4, R5.1: what comes at the closing or after it has its seven days."""
    case = a_case(status=Status.CLOSED, ended_by_silence=True)
    assert case.closed_at is not None

    assert reopening(case, case.closed_at, PLAN) is Reopening.SAME_CASE


@pytest.mark.parametrize("status", [status for status in Status if not status.value.startswith("closed")])
def test_an_open_case_is_no_question(status: Status) -> None:
    """R5 is about closed cases: to ask it of another is a defect of the caller."""
    with pytest.raises(ValueError, match="1042 is open"):
        reopening(a_case(status=status), mt(2026, 11, 18, 10), PLAN)


def test_the_number_of_days_is_configuration() -> None:
    """R5.1: with three days, the 4th is the last one."""
    plan = charter_with(reopening_days=3).plan
    case = a_case(status=Status.CLOSED, closed_at=mt(2026, 6, 1, 12))

    assert reopening(case, mt(2026, 6, 4, 23, 59, 59), plan) is Reopening.SAME_CASE
    assert reopening(case, mt(2026, 6, 5), plan) is Reopening.LINKED_CASE


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(0, 1439), st.integers(0, 20 * 24 * 60))
def test_it_agrees_with_counting_dates_by_hand(closing_day: date, minute: int, later: int) -> None:
    """R5.1: a slow twin walks from midnight to midnight and counts."""
    closed_at = mt(closing_day.year, closing_day.month, closing_day.day, minute // 60, minute % 60)
    received_at = closed_at + timedelta(minutes=later)
    midnights = 0
    day = closed_at.astimezone(PLAN.zone).date()
    while _midnight_after(day) <= received_at:
        midnights, day = midnights + 1, day + timedelta(days=1)

    way = reopening(a_case(status=Status.CLOSED, closed_at=closed_at), received_at, PLAN)

    assert way is (Reopening.SAME_CASE if midnights <= 7 else Reopening.LINKED_CASE)
