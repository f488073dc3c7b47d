"""R4.4, R6.2: what a mail says of the end of a customer's silence is what their clock does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.model.case import Case, Priority, Status, WaitingOn
from daemon.model.case_effect import AddMessage, ChangeStatus, SetPriority, SetWaiting
from daemon.model.clocks import ClockName
from daemon.model.effect import Effect
from daemon.model.promise_effect import KeepClock
from daemon.rules.case_after import case_after
from daemon.rules.clocks.keeping import with_clocks
from daemon.rules.due.silence_end import closes_at
from tests.rules.making import CHARTER, a_case

FRIDAY = datetime(2026, 12, 18, 23, 30, tzinfo=UTC)  # 16:30 MT
MONDAY = datetime(2026, 12, 21, 17, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 22, 23, 30, tzinfo=UTC)
AGENT = "agent1@desk.example"
RESOLVE = ChangeStatus(case=1042, status=Status.RESOLVED, at=FRIDAY, actor=AGENT, why="R4.9")
WAIT = SetWaiting(case=1042, waiting_on=WaitingOn.CUSTOMER, at=FRIDAY, actor=AGENT, why="R6.1")
WORK = a_case(status=Status.IN_PROGRESS)


def words(at: datetime) -> AddMessage:
    """Return an agent's public reply."""
    return AddMessage(case=1042, incoming=False, author=AGENT, public=True, text="Done?", received_at=at)


def waiting_since_friday(change: Effect) -> Case:
    """Return the case as it stands after a change, its silence counted from then on."""
    effects = with_clocks((words(FRIDAY), change), (WORK,), CHARTER)
    clocks = tuple(e.clock for e in effects if isinstance(e, KeepClock) and e.clock.name is ClockName.WAITING)
    return replace(case_after(WORK, change), clocks=tuple(replace(clock, id=7) for clock in clocks))


@pytest.mark.parametrize("change", [RESOLVE, WAIT])
def test_r6_2_two_business_days_from_our_mail(change: Effect) -> None:
    """R4.4, R6.2: two business days from our mail, over the weekend, for a confirmation and for an answer."""
    assert closes_at(WORK, (words(FRIDAY), change), CHARTER) == TUESDAY.isoformat()


@pytest.mark.parametrize("change", [RESOLVE, WAIT])
def test_r6_2_a_change_without_a_word_moves_no_end(change: Effect) -> None:
    """R4.4, R6.2: a mail about another priority names the end that stands; only a reply of ours moves it."""
    case = waiting_since_friday(change)
    reclassified = SetPriority(case=1042, priority=Priority.P2, at=MONDAY, actor=AGENT)

    assert closes_at(case, (reclassified,), CHARTER) == TUESDAY.isoformat()
    assert closes_at(case, (words(MONDAY), reclassified), CHARTER) == datetime(2026, 12, 23, 17, tzinfo=UTC).isoformat()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.SHIPPING])
def test_r6_1_no_other_case_closes_by_itself(status: Status) -> None:
    """R4.4, R6.1: where no word is awaited any more, a mail names no end."""
    moved = ChangeStatus(case=1042, status=status, at=MONDAY, actor=AGENT, why="R4.9")

    assert closes_at(WORK, (words(FRIDAY),), CHARTER) == ""
    assert closes_at(waiting_since_friday(WAIT), (moved,), CHARTER) == ""
