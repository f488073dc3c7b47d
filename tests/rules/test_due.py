"""What follows a mark on a clock's way, in time and too late, as tables (R3.3, R4.4, R6.2, R9.3)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.model.case import Case, Status, WaitingOn
from daemon.model.charter import Charter
from daemon.model.clocks import Breach, Clock, ClockName, Pause, Terms
from daemon.model.due import Action, Step
from daemon.model.people import Agent, EscalationLevel
from daemon.model.promise_effect import Escalate, KeepClock
from daemon.model.promises import business_days, minutes
from daemon.rules.clocks.keeping import OUR_BOUNCE
from daemon.rules.clocks.times import ANSWER, CONFIRMATION
from daemon.rules.due.mark import retimed
from daemon.rules.due.silence import paused_by_bounce
from daemon.rules.due.steps import next_step
from tests.rules.making import AGENT, DIRECTORY, PARTNER, PLAN, PRIMARY, a_case, fact, mt, notices, only, statuses, told
from tests.rules.making import with_participant as followed

BOSS, CHIEF = "boss@desk.example", "chief@desk.example"
CHARTER = Charter(
    PLAN,
    replace(
        DIRECTORY,
        agents=(*DIRECTORY.agents, Agent("boss", "Bo Boss", BOSS), Agent("chief", "Chris Chief", CHIEF)),
        escalation=(
            EscalationLevel(1, "Support", ("agent1",)),
            EscalationLevel(2, "Manager", ("boss",)),
            EscalationLevel(3, "Vice president", ("chief",)),
        ),
    ),
)
START = mt(2026, 11, 18, 10)  # a Wednesday
P1 = Terms(minutes(60), "P1")
P4 = Terms(business_days(1), "P4")
SECOND = timedelta(seconds=1)


def a_clock(name: ClockName = ClockName.UPDATE, terms: Terms = P1, **fields: Any) -> Clock:
    """Return a stored clock that began at START."""
    return retimed(Clock(id=7, name=name, started_at=START, terms=terms, **fields), CHARTER)


def after(clock: Clock, step: Step) -> Clock:
    """Return a clock as a step writes it."""
    kept: KeepClock = only(step.decision, KeepClock)
    assert kept.clock.id == clock.id
    return kept.clock


def all_steps(clock: Clock, now: datetime, case: Case | None = None) -> list[Step]:
    """Return every step that is taken by an instant, one after the other."""
    steps = []
    while (step := next_step(case or a_case(), clock, CHARTER, now=now, history="")) is not None:
        steps.append(step)
        clock = after(clock, step)
        assert clock.next_at is None or clock.next_at >= step.at
    assert clock.next_at is None or clock.next_at > now
    return steps


MARKS: tuple[tuple[timedelta, list[Action]], ...] = (
    # how long after the start, what is done by then about an hour (R3.3)
    (timedelta(minutes=30) - SECOND, []),
    (timedelta(minutes=30), [Action.REMINDED]),
    (timedelta(minutes=48) - SECOND, [Action.REMINDED]),
    (timedelta(minutes=48), [Action.SKIPPED, Action.REMINDED]),
    (timedelta(minutes=60) - SECOND, [Action.SKIPPED, Action.REMINDED]),
    (timedelta(minutes=60), [Action.SKIPPED, Action.SKIPPED, Action.BREACHED]),
    (timedelta(days=3), [Action.SKIPPED, Action.SKIPPED, Action.BREACHED]),
)


@pytest.mark.parametrize(("later", "actions"), MARKS)
def test_r3_3_what_is_seen_to_at_once_is_what_still_makes_sense(later: timedelta, actions: list[Action]) -> None:
    """R3.3: of several shares that passed only the latest is told, and once the clock ran out none but the breach."""
    steps = all_steps(a_clock(), START + later)

    assert [step.action for step in steps] == actions
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_r3_3_seen_to_in_time_each_mark_is_told_once() -> None:
    """R3.3: 50 %, 80 %, breach: seen to as they come, each is told, each once, and nothing is left."""
    clock, actions = a_clock(), []
    for minute in (29, 30, 31, 48, 50, 60, 61, 600):
        step = next_step(a_case(), clock, CHARTER, now=START + timedelta(minutes=minute), history="")
        if step is not None:
            actions.append((minute, step.action))
            clock = after(clock, step)

    assert actions == [(30, Action.REMINDED), (48, Action.REMINDED), (60, Action.BREACHED)]
    assert clock.next_at is None


def test_r3_3_a_reminder_says_of_what() -> None:
    """R3.3: the assigned agent reads which clock runs, measured against what, until when, and how much has passed."""
    (step,) = all_steps(a_clock(terms=P4), mt(2026, 11, 18, 15))
    (reminder,) = notices(step.decision)

    assert told(step.decision) == (("clock_reminder", AGENT),)
    assert step.at == mt(2026, 11, 18, 14, 30)  # 4.5 of 9 business hours
    assert [fact(reminder, name) for name in ("clock", "basis", "share")] == ["update", "P4", "50"]
    assert fact(reminder, "due") == mt(2026, 11, 19, 10).isoformat()


def test_r3_3_a_breach_is_told_to_the_agent_and_the_manager() -> None:
    """R3.3: the breach stands on the clock as of the due time, and both are told with the reason."""
    step = all_steps(a_clock(), START + timedelta(days=1))[-1]
    clock = after(a_clock(), step)

    assert told(step.decision) == (("clock_breached", AGENT), ("clock_breached", BOSS))
    assert (clock.breached_at, clock.breach) == (START + timedelta(hours=1), Breach.RAN_OUT)
    assert {fact(notice, "breach") for notice in notices(step.decision)} == {"ran out"}


def test_r3_3_a_manager_with_a_case_is_told_once() -> None:
    """R3.3: agent and manager may be one; one mail then."""
    step = all_steps(a_clock(), START + timedelta(days=1), a_case(assignee="boss"))[-1]

    assert told(step.decision) == (("clock_breached", BOSS),)


@pytest.mark.parametrize("breach", list(Breach))
def test_r3_3_a_breach_that_was_found_elsewhere_is_told_too(breach: Breach) -> None:
    """R3.3, R3.11: of a clock met too late, or breached by a change of priority, the breach is told as what it is."""
    found = START + timedelta(hours=1)
    clock = a_clock(breached_at=found, breach=breach, met_at=found + SECOND, told=("50%",))
    (step,) = all_steps(clock, START + timedelta(days=1))

    assert step.action is Action.BREACHED
    assert after(clock, step).breach is breach
    assert {fact(notice, "breach") for notice in notices(step.decision)} == {breach.value}


def test_r3_4_nothing_comes_while_a_clock_is_paused() -> None:
    """R3.4: an open pause stops reminders and breach alike."""
    clock = a_clock(pauses=(Pause(START + timedelta(minutes=10), None, "on hold"),))

    assert all_steps(clock, START + timedelta(days=30)) == []


RESOLVED = a_case(status=Status.RESOLVED)
WAITING = a_case(waiting_on=WaitingOn.CUSTOMER)
SILENCES: tuple[tuple[str, datetime, list[Action]], ...] = (
    # what is awaited, now, what is done by then (start: Wednesday 10:00)
    (CONFIRMATION, mt(2026, 11, 19, 9, 59, 59), []),
    (CONFIRMATION, mt(2026, 11, 19, 10), [Action.REMINDED]),
    (CONFIRMATION, mt(2026, 11, 20, 9, 59, 59), [Action.REMINDED]),
    (CONFIRMATION, mt(2026, 11, 20, 10), [Action.SKIPPED, Action.CLOSED]),
    (ANSWER, mt(2026, 11, 19, 10), [Action.REMINDED]),
    (ANSWER, mt(2026, 11, 19, 14, 29, 59), [Action.REMINDED]),
    (ANSWER, mt(2026, 11, 19, 14, 30), [Action.REMINDED, Action.REMINDED]),
    (ANSWER, mt(2026, 11, 20, 10), [Action.SKIPPED, Action.SKIPPED, Action.CLOSED_NO_RESPONSE]),
)


@pytest.mark.parametrize(("awaited", "now", "actions"), SILENCES)
def test_r4_4_r6_2_silence_is_reminded_of_and_ends(awaited: str, now: datetime, actions: list[Action]) -> None:
    """R4.4, R6.2: a reminder after a business day, a warning half a day before the end, the end after two."""
    case = RESOLVED if awaited == CONFIRMATION else WAITING
    clock = a_clock(ClockName.WAITING, Terms(business_days(2), awaited))

    assert [step.action for step in all_steps(clock, now, case)] == actions


def test_r4_4_an_unconfirmed_case_closes_as_of_its_due_time() -> None:
    """R4.4, R5.1: however late it is seen to, the seven days run from the due time; everybody on the case is told."""
    clock = a_clock(ClockName.WAITING, Terms(business_days(2), CONFIRMATION))
    step = all_steps(clock, mt(2026, 11, 25, 9), followed(RESOLVED))[-1]

    assert statuses(step.decision) == (Status.CLOSED,)
    assert step.at == mt(2026, 11, 20, 10)
    assert told(step.decision) == (("status_changed", PRIMARY), ("status_changed", PARTNER))
    assert fact(notices(step.decision)[0], "reopen_until") == "2026-11-27"


ENDINGS = (
    (a_case(waiting_on=WaitingOn.CUSTOMER), (Status.CLOSED_NO_RESPONSE,)),
    (a_case(status=Status.SHIPPING, waiting_on=WaitingOn.CUSTOMER), (Status.CLOSED_NO_RESPONSE,)),
    (a_case(status=Status.NEW, waiting_on=WaitingOn.CUSTOMER), (Status.IN_PROGRESS, Status.CLOSED_NO_RESPONSE)),
)


@pytest.mark.parametrize(("case", "moves"), ENDINGS)
def test_r4_9_an_ending_by_silence_moves_along_the_table(case: Case, moves: tuple[Status, ...]) -> None:
    """R4.9: Closed - No Response comes after In Progress; a New case on which we waited passes through it."""
    clock = a_clock(ClockName.WAITING, Terms(business_days(2), ANSWER))

    assert statuses(all_steps(clock, mt(2026, 11, 25, 9), case)[-1].decision) == moves


ACK = Terms(minutes(60), "level 2")


def test_r9_3_a_manager_who_does_not_answer_is_passed_over() -> None:
    """R9.3: the breach is on the record, the next level is told, and its hour runs from when it is told."""
    case = a_case(escalation_level=2, escalated_to="boss")
    now = START + timedelta(days=3)
    (step,) = all_steps(a_clock(ClockName.MANAGER_ACK, ACK), now, case)
    raised: Escalate = only(step.decision, Escalate)

    assert step.action is Action.BREACHED
    assert (raised.level, raised.to, raised.at) == (3, "chief", now)
    assert ("escalated", CHIEF) in told(step.decision)
    assert "clock_breached" not in dict(told(step.decision))


def test_r9_3_on_the_last_level_a_silence_is_a_breach() -> None:
    """R9.3, R3.3: above the last level is nobody; the agent and the manager are told of the breach."""
    case = a_case(escalation_level=3, escalated_to="chief")
    (step,) = all_steps(a_clock(ClockName.MANAGER_ACK, ACK), START + timedelta(hours=1), case)

    assert told(step.decision) == (("clock_breached", AGENT), ("clock_breached", BOSS))


BOUNCES = (
    # who did not get our mail, and whether the silence that runs is paused (R4.8)
    (PRIMARY, True),
    (PARTNER, False),
    (AGENT, False),
)


@pytest.mark.parametrize(("recipient", "paused"), BOUNCES)
def test_r4_8_a_bounce_pauses_a_silence_that_runs(recipient: str, *, paused: bool) -> None:
    """R4.8, S3.4: whoever answers for the case and got nothing was not silent; others' dead addresses say nothing."""
    clock = a_clock(ClockName.WAITING, Terms(business_days(2), ANSWER))
    running = replace(WAITING, clocks=(clock,))
    halted = replace(WAITING, clocks=(replace(clock, pauses=(Pause(START, None, OUR_BOUNCE),)),))

    assert bool(paused_by_bounce(running, recipient, CHARTER, at=START + SECOND)) is paused
    on_hold = replace(WAITING, clocks=(replace(clock, pauses=(Pause(START, None, "on hold"),)),))
    assert bool(paused_by_bounce(on_hold, recipient, CHARTER, at=START + SECOND)) is paused  # it outlasts the hold
    assert paused_by_bounce(halted, recipient, CHARTER, at=START + SECOND) == ()
    assert paused_by_bounce(WAITING, recipient, CHARTER, at=START + SECOND) == ()
