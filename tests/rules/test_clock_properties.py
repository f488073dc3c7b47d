"""R3.4, R3.10: whatever happens to a case, in whatever order it is read, its clocks stay explainable."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.model.case import CLOSED_STATUSES, Macd, Priority, Status, WaitingOn
from daemon.model.case_effect import SetPriority
from daemon.model.clocks import Clock, ClockName
from daemon.model.effect import Effect
from daemon.model.promise_effect import (
    Acknowledge,
    Approve,
    Escalate,
    PauseSilence,
    SetCarrierDelay,
    SetEtr,
    SetMacd,
    SetVendor,
)
from daemon.model.promises import Vendor, business_days, minutes
from daemon.rules.business_time import opening_of
from daemon.rules.clocks.story import RUNNING, story_of
from daemon.rules.clocks.terms import is_silence
from daemon.rules.clocks.times import due_of, marks, timed
from tests.rules.clocking import NUMBER, ClockedCase, message, opened_case, status_of, waiting
from tests.rules.making import DENVER, PARTNER, PRIMARY, charter_with, mt

CHARTER = charter_with(vendors=(Vendor("carrier", "Carrier", minutes(240), business_days(1)),))
PLAN = CHARTER.plan
MONDAY = mt(2026, 10, 26, 9)  # the week that ends with the autumn change
KINDS = (
    *("reply", "note", "mail", "guest", "automatic", "status", "priority", "wait", "no wait", "etr", "vendor"),
    *("no vendor", "macd", "approve", "carrier", "escalate", "acknowledge", "bounce"),
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(-600, 4000), st.integers(0, 20)), min_size=1, max_size=12
)


def the_effect(kind: str, at: datetime, choice: int) -> Effect:
    """Return what happens: the number chooses among statuses, priorities and dates."""
    later = at + timedelta(hours=5 * choice)
    date = opening_of(PLAN, later.astimezone(DENVER).date())
    status = tuple(Status)[choice % len(Status)]
    effects: dict[str, Effect] = {
        "reply": message(at),
        "note": message(at, public=False),
        "mail": message(at, incoming=True, author=PRIMARY),
        "guest": message(at, incoming=True, author=PARTNER),
        "automatic": message(at, incoming=True, author=PRIMARY, automatic=True),
        "status": status_of(status, at, date if status in (Status.ON_HOLD, Status.SHIPPING) else None),
        "priority": SetPriority(case=NUMBER, priority=tuple(Priority)[choice % len(Priority)], at=at, actor="agent1"),
        "wait": waiting(WaitingOn.CUSTOMER, at),
        "no wait": waiting(None, at),
        "etr": SetEtr(case=NUMBER, etr=later, at=at, actor="agent1"),
        "vendor": SetVendor(case=NUMBER, vendor="carrier", at=at, actor="agent1"),
        "no vendor": SetVendor(case=NUMBER, vendor="", at=at, actor="agent1"),
        "macd": SetMacd(case=NUMBER, macd=tuple(Macd)[choice % 2], at=at, actor="agent1", why="R10.1"),
        "approve": Approve(case=NUMBER, at=at, actor=PRIMARY),
        "carrier": SetCarrierDelay(case=NUMBER, until=date, at=at, actor="agent1"),
        "escalate": Escalate(case=NUMBER, level=2, to="boss", at=at, actor="agent1", why="R9.2"),
        "acknowledge": Acknowledge(case=NUMBER, at=at, actor="boss"),
        "bounce": PauseSilence(case=NUMBER, at=at, why="our mail bounced"),
    }
    return effects[kind]


def lived(events: list[tuple[str, int, int]], priority: Priority) -> tuple[ClockedCase, datetime]:
    """Return a case after these events, each so many minutes after the one before, or read late."""
    case, at, last = opened_case(MONDAY, CHARTER, priority=priority), MONDAY, MONDAY
    for kind, gap, choice in events:
        at = max(MONDAY, at + timedelta(minutes=gap))
        last = max(last, at)
        case.do(the_effect(kind, at, choice))
        check(case)
    return case, last


def check(case: ClockedCase) -> None:
    """Check what must hold of a case's clocks after each decision; two active ones of a name are refused on writing."""
    assert case.case is not None
    active = {clock.name for clock in case.case.clocks}
    if case.case.status in CLOSED_STATUSES:
        assert active <= {ClockName.MANAGER_ACK}
    assert (ClockName.WAITING in active) == is_silence(case.case)
    for clock in case.kept.values():
        check_clock(clock)


def check_clock(clock: Clock) -> None:
    """Check that pauses follow one another, that an end is one, and that the times are those of the terms."""
    ends = (clock.met_at, clock.stopped_at)
    assert None in ends
    end = clock.met_at or clock.stopped_at
    assert end is None or end >= clock.started_at
    assert all(clock.started_at <= pause.start for pause in clock.pauses)
    assert all(pause.end is None or pause.start < pause.end for pause in clock.pauses)
    assert all(one.end is not None and one.end <= other.start for one, other in pairwise(clock.pauses))
    if end is not None:
        assert all(pause.end is not None and pause.end <= end for pause in clock.pauses)
    if clock.is_active:
        assert (clock.due, clock.next_at) == timed(clock, PLAN)
    assert clock.due == due_of(clock, PLAN)
    assert (clock.breached_at is None) == (clock.breach is None)
    assert clock.name is not ClockName.WAITING or clock.breached_at is None


@settings(max_examples=300, deadline=None)
@given(EVENTS, st.sampled_from(tuple(Priority)))
def test_r3_10_whatever_happens_clocks_stay_consistent(events: list[tuple[str, int, int]], priority: Priority) -> None:
    """R3.4, R3.10: never two of a name, never pauses that overlap, silence counted if and only if we wait."""
    case, _ = lived(events, priority)

    assert case.kept


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.sampled_from(tuple(Priority)))
def test_r3_10_every_due_time_is_explained(events: list[tuple[str, int, int]], priority: Priority) -> None:
    """R3.10: intervals without gaps, from the start to the due time or the end; what ran adds up to the allowance."""
    case, now = lived(events, priority)
    for clock in case.kept.values():
        story = story_of(clock, PLAN, now=now)
        assert [one.end for one in story.intervals[:-1]] == [other.start for other in story.intervals[1:]]
        assert all(not one.counted for one in story.intervals if one.why != RUNNING)
        ran = sum((one.counted for one in story.intervals), timedelta(0))
        assert ran <= story.allowed
        if clock.is_active and story.due is not None and story.intervals:
            assert story.intervals[0].start == clock.started_at
            assert story.intervals[-1].end == story.due
            assert (ran, story.intervals[-1].left) == (story.allowed, timedelta(0))


@example([("approve", 180, 0), ("carrier", 0, 12), ("status", 0, 12)], Priority.P1, 1)  # named for the end of a hold
@settings(max_examples=200, deadline=None)
@given(EVENTS, st.sampled_from(tuple(Priority)), st.integers(1, 5000))
def test_r3_4_a_longer_pause_never_brings_a_due_time_forward(
    events: list[tuple[str, int, int]], priority: Priority, more: int
) -> None:
    """R3.4, R3.11: due times and reminders are monotone in the pauses, and in their order on the clock's way."""
    case, _ = lived(events, priority)
    for clock in case.kept.values():
        way = [at for name, at in marks(clock, PLAN) if at is not None and name != "reminder"]
        assert way == sorted(way)
        if clock.pauses and clock.pauses[-1].end is not None:
            last = clock.pauses[-1]
            end = clock.pauses[-1].end + timedelta(minutes=more)
            longer = replace(clock, pauses=(*clock.pauses[:-1], replace(last, end=end)))
            before, after = due_of(clock, PLAN), due_of(longer, PLAN)
            assert before is not None
            assert after is not None
            assert before <= after
