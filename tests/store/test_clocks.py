"""The clocks of cases on both databases: kept with the decision, read back as they were (R3.10)."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from daemon.apply import apply
from daemon.model.case import CaseNumber, Macd, Status, WaitingOn
from daemon.model.case_effect import AddMessage, ChangeStatus, SetWaiting
from daemon.model.clocks import Clock, ClockName, ClockState
from daemon.model.effect import Effect
from daemon.model.promise_effect import Approve, Escalate, KeepClock, RecordTime, SetEtr, SetMacd, SetVendor
from daemon.posting import Posting
from daemon.rules.clocks.times import timed
from daemon.store.cases import lock_cases
from daemon.store.clocks import clock_by_id, clock_row, clocks_of
from daemon.store.database import Engine, transaction
from daemon.store.decision_views import case_story
from daemon.store.tables import clocks
from daemon.store.views import show_case
from tests.rules.making import PLAN
from tests.store.making import DAY, HOUR, MINUTE, NOW, a_decision, a_desk, opening

FIRST, UPDATE, WAITING = ClockName.FIRST_RESPONSE, ClockName.UPDATE, ClockName.WAITING


def decided(engine: Engine, case: CaseNumber, *effects: Effect, at: datetime = NOW) -> CaseNumber:
    """Carry out a decision on a case, read under its lock; 0: on none."""
    with transaction(engine) as connection:
        cases = lock_cases(connection, [case])
        return apply(connection, a_decision(*effects), Posting(a_desk(engine), at, None), cases=cases) or case


def all_of(engine: Engine, case: CaseNumber) -> tuple[Clock, ...]:
    """Return every clock of a case."""
    with transaction(engine) as connection:
        return clocks_of(connection, case)


def a_reply(case: CaseNumber, at: datetime) -> AddMessage:
    """Return an agent's public reply."""
    return AddMessage(case=case, incoming=False, author="agent1", public=True, text="Yes.", received_at=at)


def a_wait(case: CaseNumber, at: datetime, on: WaitingOn | None = WaitingOn.CUSTOMER) -> SetWaiting:
    """Return whom the case waits for."""
    return SetWaiting(case=case, waiting_on=on, at=at, actor="agent1", why="R6.1")


def test_r3_10_clocks_are_kept_with_their_pauses(engine: Engine) -> None:
    """R3.10: pauses are intervals with their reasons, the old clocks stay, one of a name is active."""
    case = decided(engine, 0, opening())
    decided(engine, case, a_wait(case, NOW + HOUR))
    decided(engine, case, a_wait(case, NOW + 2 * HOUR, None))
    decided(engine, case, a_reply(case, NOW + 3 * HOUR))
    decided(engine, case, a_reply(case, NOW + 4 * HOUR))
    kept = all_of(engine, case)

    assert [(clock.name, clock.is_active) for clock in kept] == [
        (FIRST, False),
        (WAITING, False),
        (UPDATE, False),
        (UPDATE, True),
    ]
    assert [(p.start, p.end, p.why) for p in kept[0].pauses] == [(NOW + HOUR, NOW + 2 * HOUR, "waits for the customer")]
    assert kept[0].met_at == NOW + 3 * HOUR
    with transaction(engine) as connection:
        (locked,) = lock_cases(connection, [case])
        assert locked.clocks == (kept[-1],)
        assert clock_by_id(connection, kept[1].id) == kept[1]
        assert clock_by_id(connection, 999_999) is None


def test_r3_10_the_table_refuses_two_active_clocks_of_a_name(engine: Engine) -> None:
    """R3.10: the last line behind the rules, on both databases."""
    case = decided(engine, 0, opening())
    (clock,) = all_of(engine, case)

    with pytest.raises(IntegrityError), transaction(engine) as connection:
        connection.execute(insert(clocks), clock_row(replace(clock, id=0)) | {"case_number": case})


def test_r3_3_what_a_decision_writes_by_itself_is_read_back(engine: Engine) -> None:
    """R3.3: what `tick` told of a clock stands on it, and nothing writes over it."""
    case = decided(engine, 0, opening())
    (clock,) = all_of(engine, case)
    told = replace(clock, told=("50%",), next_at=timed(replace(clock, told=("50%",)), PLAN)[1])
    decided(engine, case, KeepClock(case=case, clock=told))

    assert all_of(engine, case) == (told,)


def test_r3_10_the_view_shows_the_newest_of_each_name(engine: Engine) -> None:
    """R3.4, R3.10: with its state at the instant that is asked for."""
    case = decided(engine, 0, opening())
    decided(engine, case, a_reply(case, NOW + MINUTE))
    decided(engine, case, a_reply(case, NOW + HOUR), a_wait(case, NOW + HOUR))
    with transaction(engine) as connection:
        shown = show_case(connection, case, prefix="SUP", now=NOW + 2 * HOUR).clocks

    assert {name: clock.state for name, clock in shown.items()} == {
        "first_response": ClockState.MET,
        "update": ClockState.PAUSED,
        "waiting": ClockState.RUNNING,
    }
    assert (shown["update"].start, shown["update"].due) == (NOW + HOUR, None)


def test_r10_4_the_view_shows_what_was_promised(engine: Engine) -> None:
    """R3.5, R3.6, R4.6, R9.2, R10: ETR, vendor, MACD, delivery, level and minutes come from their columns."""
    case = decided(engine, 0, opening())
    by = {"case": case, "at": NOW, "actor": "agent1"}
    delivery = NOW + 3 * DAY
    decided(engine, case, ChangeStatus(status=Status.SHIPPING, until=delivery, why="R4.6", **by))  # type: ignore[arg-type]
    decided(
        engine,
        case,
        SetEtr(case=case, etr=NOW + DAY, at=NOW, actor="agent1"),
        SetVendor(case=case, vendor="carrier", at=NOW, actor="agent1"),
        SetMacd(case=case, macd=Macd.EXPEDITED, at=NOW, actor="agent1", why="R10.1"),
        Approve(case=case, at=NOW, actor="primary@acme.example"),
        Escalate(case=case, level=3, to="agent1", at=NOW, actor="agent1", why="R9.2"),
        RecordTime(case=case, minutes=25, at=NOW, actor="agent1"),
        RecordTime(case=case, minutes=20, at=NOW, actor="agent1"),
    )
    with transaction(engine) as connection:
        shown = show_case(connection, case, prefix="SUP", now=NOW)

    assert (shown.etr, shown.expected_delivery, shown.vendor) == (NOW + DAY, delivery, "carrier")
    assert (shown.kind, shown.macd, shown.escalation_level, shown.minutes_worked) == ("macd", "expedited", 3, 45)
    assert set(shown.clocks) == {"first_response", "completion", "manager_ack"}


def test_r3_10_the_story_explains_every_clock(engine: Engine) -> None:
    """R3.10: each clock the case ever had, the oldest first, with minutes that add up."""
    case = decided(engine, 0, opening())
    decided(engine, case, a_wait(case, NOW + HOUR))
    decided(engine, case, a_wait(case, NOW + 2 * HOUR, None))
    with transaction(engine) as connection:
        first, waited = case_story(connection, case, plan=PLAN, now=NOW + DAY).clocks

    assert [(i.why, i.counted_minutes, i.left_minutes) for i in first.intervals] == [
        ("running", 60, 480),
        ("waits for the customer", 0, 480),
        ("running", 480, 0),
    ]
    assert (waited.name, waited.basis, waited.state) == ("waiting", "the customer's answer", "stopped")
