"""R3.1, R3.11, R10.3: business time against its slow twin, on pairs of instants and on clocks with pauses.

So many pairs as `SUPPORTD_TWIN_PAIRS` says, 10,000 by default: `make twin` asks for a million.
"""

import os
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.clocks import Clock, ClockName, Pause, Terms
from daemon.model.hours import Span, WeeklyHours
from daemon.model.plan import EXTENDED_HOURS, BusinessCalendar
from daemon.rules.business_time import business_days_later, is_open, next_open, wall_clock_later, work_later, worked
from daemon.rules.clocks.times import DUE, due_of, marks
from tests.rules import slow_twin
from tests.rules.making import DENVER, HOLIDAYS, WEEKDAYS, charter_with

PAIRS = int(os.environ.get("SUPPORTD_TWIN_PAIRS", "10000"))
LUNCH = tuple(Span(day, *hours) for day in range(5) for hours in ((8 * 60, 12 * 60), (13 * 60, 17 * 60)))
NIGHT = tuple(Span(day, *hours) for day in range(7) for hours in ((0, 6 * 60), (22 * 60, 24 * 60)))
CALENDARS = {
    "business": BusinessCalendar(WEEKDAYS, HOLIDAYS),
    "extended": BusinessCalendar(EXTENDED_HOURS, HOLIDAYS),
    "lunch": BusinessCalendar(WeeklyHours(LUNCH), HOLIDAYS),
    "saturdays": BusinessCalendar(WeeklyHours((*WEEKDAYS.spans, Span(5, 8 * 60, 12 * 60))), HOLIDAYS),
    "nights": BusinessCalendar(WeeklyHours(NIGHT), frozenset({date(2027, 3, 14)})),
    "always": BusinessCalendar(WeeklyHours.always(), frozenset()),
}
PLAN = charter_with(more_calendars=tuple(CALENDARS.items())).plan
START_DAYS = slow_twin.DAYS - 30  # what begins here is over within the twin's half year


def some_instant(chance: random.Random) -> datetime:
    """Return an instant: any, or (as often) one at an edge of the hours."""
    at = slow_twin.FIRST + timedelta(minutes=chance.randrange(START_DAYS * 24 * 60))
    if chance.random() < 0.5:
        at = at.replace(minute=0) + timedelta(seconds=chance.choice((-1, 0, 0, 1)))
    return max(at, slow_twin.FIRST)


@pytest.mark.parametrize("name", CALENDARS)
def test_r3_1_business_time_agrees_with_its_slow_twin(name: str) -> None:
    """R3.1, R10.3: openings, business days, and what lies between two instants are what a slow walk finds."""
    calendar, slow, chance = CALENDARS[name], slow_twin.twin(CALENDARS[name]), random.Random(name)
    for _ in range(PAIRS // len(CALENDARS)):
        start = some_instant(chance)
        end = start + timedelta(seconds=chance.randrange(2 * 24 * 3600))
        days, amount = chance.randrange(4), timedelta(seconds=chance.randrange(6 * 3600))
        pair = f"{start} {end} {days} {amount}"

        assert is_open(calendar, start, DENVER) == slow.is_open(start), pair
        assert next_open(calendar, start, DENVER) == slow.next_open(start), pair
        assert wall_clock_later(calendar, start, days, DENVER) == slow.same_time_later(start, days), pair
        due = slow.same_time_later(slow.next_open(start), days)
        assert business_days_later(calendar, start, days, DENVER) == due, pair
        assert worked(calendar, start, end, DENVER) == slow.worked(start, end), pair
        assert work_later(calendar, start, amount, DENVER) == slow.work_later(start, amount), pair


def some_pauses(chance: random.Random, start: datetime) -> tuple[Pause, ...]:
    """Return up to three pauses, one after the other, the last perhaps without an end; some on the hour."""
    at, pauses = start, []
    for _ in range(chance.randrange(4)):
        at += timedelta(minutes=chance.choice((0, 30, chance.randrange(3000))))
        length = timedelta(minutes=chance.choice((60, 1 + chance.randrange(4000))))
        pauses.append(Pause(at, None if chance.random() < 0.1 else at + length, "on hold"))
        at += length
        if pauses[-1].end is None:
            break
    return tuple(pauses)


ALLOWANCES = (
    Allowance(60, TimeUnit.MINUTES),
    Allowance(240, TimeUnit.MINUTES),
    Allowance(1, TimeUnit.BUSINESS_DAYS),
    Allowance(2, TimeUnit.BUSINESS_DAYS),
    Allowance(1, TimeUnit.NEXT_BUSINESS_DAYS),
)


@pytest.mark.parametrize("name", ["business", "extended", "lunch"])
def test_r3_11_shares_and_due_times_agree_with_a_walk_by_minutes(name: str) -> None:
    """R3.3, R3.10, R3.11: 50 %, 80 % and the due time of a clock with pauses, minute by minute."""
    chance, slow = random.Random(name), slow_twin.twin(CALENDARS[name])
    for _ in range(PAIRS // 30):
        start = slow_twin.FIRST + timedelta(minutes=10 * chance.randrange(START_DAYS * 24 * 6))
        clock = Clock(
            name=ClockName.UPDATE,
            started_at=start,
            terms=Terms(chance.choice(ALLOWANCES), "P4", name),
            pauses=some_pauses(chance, start),
        )
        walked = slow_twin.TwinClock(slow, start, clock.terms.allowance, clock.pauses)
        reckoned = dict(marks(clock, PLAN))

        assert due_of(clock, PLAN) == reckoned[DUE] == walked.due(), clock
        if walked.has_business():
            assert (reckoned["50%"], reckoned["80%"]) == (walked.share(50), walked.share(80)), clock


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(tuple(CALENDARS)),
    st.integers(0, START_DAYS * 24 * 3600),
    st.integers(0, 5 * 24 * 3600),
    st.integers(1, 3),
)
def test_r3_1_a_later_start_is_never_due_earlier(name: str, start: int, more: int, days: int) -> None:
    """R3.1: due times are monotone; but for the hour of the autumn change, which the wall clock shows twice."""
    calendar = CALENDARS[name]
    early = slow_twin.FIRST + timedelta(seconds=start)
    late = early + timedelta(seconds=more)
    if not any(at.astimezone(DENVER).fold for at in (early, late)):
        due, later = (business_days_later(calendar, at, days, DENVER) for at in (early, late))
        assert due <= later
        assert due > early


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(tuple(CALENDARS)), st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**6))
def test_r3_11_business_time_adds_up(name: str, start: int, first: int, second: int) -> None:
    """R3.11: the parts of an interval count what the whole does, and so much time later so much was worked."""
    calendar = CALENDARS[name]
    at = slow_twin.FIRST + timedelta(seconds=start)
    middle, end = at + timedelta(seconds=first), at + timedelta(seconds=first + second)
    whole = worked(calendar, at, end, DENVER)

    assert worked(calendar, at, middle, DENVER) + worked(calendar, middle, end, DENVER) == whole
    later = work_later(calendar, at, whole, DENVER)
    assert worked(calendar, at, later, DENVER) == whole
    assert is_open(calendar, later, DENVER)
