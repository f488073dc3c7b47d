"""R3.10: a due time is explained interval by interval."""

from datetime import timedelta

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Macd, Priority, Status, WaitingOn
from daemon.model.clocks import Clock, ClockName, ClockState, Pause, Terms
from daemon.rules.clocks.story import ClockStory, story_of
from tests.rules.clocking import ClockedCase, macd_case, opened_case
from tests.rules.making import PLAN, mt

MONDAY = mt(2026, 12, 14, 9)
HOUR = timedelta(hours=1)


def told(case: ClockedCase, name: ClockName = ClockName.FIRST_RESPONSE) -> ClockStory:
    """Return the story of the newest clock of a name."""
    return story_of(case.clock(name), PLAN, now=MONDAY + HOUR)


def test_r3_10_a_clock_that_runs_is_told_to_its_due_time() -> None:
    """R3.10: one interval that counts the whole allowance."""
    story = told(opened_case(MONDAY))
    (only,) = story.intervals

    assert (story.basis, story.allowance, story.calendar, story.allowed) == (
        "P4",
        "1 business day",
        "business",
        9 * HOUR,
    )
    assert (only.start, only.end, only.why, only.counted, only.left) == (
        MONDAY,
        story.due,
        "running",
        9 * HOUR,
        0 * HOUR,
    )


def test_r3_10_elapsed_time_is_told_as_such() -> None:
    """R3.1: minutes run 24x7."""
    story = told(opened_case(MONDAY, priority=Priority.P2))

    assert (story.allowance, story.calendar, story.allowed) == ("30 minutes", "24x7", HOUR / 2)


def test_r3_10_a_pause_without_an_end_is_the_last_interval() -> None:
    """R3.4: what is left then, and no due time."""
    story = told(opened_case(MONDAY, priority=Priority.P3).waits(WaitingOn.CUSTOMER, MONDAY + HOUR))

    assert story.due is None
    assert [(i.why, i.end, i.left) for i in story.intervals] == [
        ("running", MONDAY + HOUR, 3 * HOUR),
        ("waits for the customer", None, 3 * HOUR),
    ]


def test_r3_10_a_clock_that_was_met_is_told_to_its_end() -> None:
    """R3.2: what was left when the reply came."""
    story = told(opened_case(MONDAY, priority=Priority.P3).replies(MONDAY + HOUR))

    assert (story.state, story.met_at) == (ClockState.MET, MONDAY + HOUR)
    assert [(i.end, i.left) for i in story.intervals] == [(MONDAY + HOUR, 3 * HOUR)]


def test_r3_10_a_reply_that_was_late_ends_at_the_due_time() -> None:
    """R3.3: what came after the due time counts no more."""
    story = told(opened_case(MONDAY, priority=Priority.P2).replies(MONDAY + 5 * HOUR))

    assert (story.breached_at, story.intervals[-1].end) == (MONDAY + HOUR / 2, MONDAY + HOUR / 2)


def test_r3_10_pauses_beyond_the_due_time_are_no_part_of_it() -> None:
    """R3.10: a hold that began when the time was over explains nothing."""
    case = opened_case(MONDAY, priority=Priority.P2).moves(Status.ON_HOLD, MONDAY + HOUR, mt(2026, 12, 16, 8))

    assert [i.why for i in told(case).intervals] == ["running"]


def test_r3_10_a_named_time_and_one_at_any_hour_have_words() -> None:
    """R3.5, R10.3: the allowance as people say it."""
    urgent = told(macd_case(mt(2026, 12, 18, 21), Macd.EXPEDITED), ClockName.COMPLETION)
    named = Clock(
        name=ClockName.UPDATE,
        started_at=MONDAY,
        terms=Terms(Allowance(60, TimeUnit.MINUTES), "ETR", fixed=MONDAY + HOUR),
        pauses=(Pause(MONDAY, MONDAY + HOUR / 2, "on hold"),),
    )

    assert (urgent.allowance, urgent.calendar) == ("1 business day, from any hour", "extended")
    assert story_of(named, PLAN, now=MONDAY).allowance == "until the time that was named"
    assert story_of(named, PLAN, now=MONDAY).calendar == "24x7"
