"""R4.4, R6.2: what a mail says of the end of a customer's silence is what their clock does."""

from datetime import UTC, datetime

import pytest

from daemon.model.case import Case, Status, WaitingOn
from daemon.model.case_effect import AddMessage, ChangeStatus, SetWaiting
from daemon.model.clocks import ClockName
from daemon.model.effect import Effect
from daemon.model.promise_effect import KeepClock
from daemon.rules.clocks import with_clocks
from daemon.rules.silence_end import closes_at
from tests.rules.making import CHARTER, a_case

FRIDAY = datetime(2026, 12, 18, 23, 30, tzinfo=UTC)  # 16:30 MT
TUESDAY = datetime(2026, 12, 22, 23, 30, tzinfo=UTC)
AGENT = "agent1@desk.example"


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.IN_PROGRESS])
def test_r6_2_two_business_days_from_our_mail(status: Status) -> None:
    """R4.4, R6.2: two business days from our mail, over the weekend, for a confirmation and for an answer."""
    case = a_case(status=status, waiting_on=None if status is Status.RESOLVED else WaitingOn.CUSTOMER)

    assert closes_at(case, CHARTER, at=FRIDAY) == TUESDAY.isoformat()


@pytest.mark.parametrize(
    "case",
    [
        a_case(status=Status.IN_PROGRESS),
        a_case(status=Status.CLOSED),
        a_case(status=Status.ON_HOLD),
        a_case(status=Status.IN_PROGRESS, waiting_on=WaitingOn.VENDOR),
    ],
)
def test_r6_1_no_other_case_closes_by_itself(case: Case) -> None:
    """R4.4, R6.1: only a case that awaits the customer's word does, and only of such a one a mail says so."""
    assert closes_at(case, CHARTER, at=FRIDAY) == ""


@pytest.mark.parametrize(
    "change",
    [
        ChangeStatus(case=1042, status=Status.RESOLVED, at=FRIDAY, actor=AGENT, why="R4.9"),
        SetWaiting(case=1042, waiting_on=WaitingOn.CUSTOMER, at=FRIDAY, actor=AGENT, why="R6.1"),
    ],
)
def test_r6_2_the_mail_and_the_clock_agree(change: Effect) -> None:
    """R4.4, R6.2: the instant that the customer is told is the one at which the clock runs out."""
    before = a_case(status=Status.IN_PROGRESS)
    words = AddMessage(
        case=before.number,
        incoming=False,
        author=AGENT,
        public=True,
        text="Done?",
        received_at=FRIDAY,
        message_id="<a>",
    )
    effects = with_clocks((words, change), (before,), CHARTER)
    waiting = [e.clock for e in effects if isinstance(e, KeepClock) and e.clock.name is ClockName.WAITING]

    assert [str(clock.due and clock.due.isoformat()) for clock in waiting] == [TUESDAY.isoformat()]
