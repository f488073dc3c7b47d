"""Whom a case waits for after an effect: what `apply` writes and the rules see is one table (R3.6, R6.1, R10.2)."""

import pytest

from daemon.model.case import Status, WaitingOn
from daemon.model.case_effect import ChangeStatus
from daemon.rules.case_after import case_after, waiting_after, waiting_with
from tests.rules.making import NOW, a_case


@pytest.mark.parametrize(
    ("before", "vendor", "after"),
    [
        (None, "carrier-one", WaitingOn.VENDOR),
        (WaitingOn.CUSTOMER, "carrier-one", WaitingOn.VENDOR),
        (WaitingOn.VENDOR, "carrier-two", WaitingOn.VENDOR),
        (WaitingOn.APPROVAL, "carrier-one", WaitingOn.APPROVAL),
        (WaitingOn.VENDOR, "", None),
        (WaitingOn.CUSTOMER, "", WaitingOn.CUSTOMER),
        (WaitingOn.APPROVAL, "", WaitingOn.APPROVAL),
        (None, "", None),
    ],
)
def test_r3_6_a_vendor_and_an_approval(before: WaitingOn | None, vendor: str, after: WaitingOn | None) -> None:
    """R3.6, R10.2: a vendor is awaited until none is; an approval that is open stays so, whoever else is named."""
    assert waiting_with(before, vendor) is after


@pytest.mark.parametrize(
    ("waiting_on", "before", "status", "after"),
    [
        (WaitingOn.CUSTOMER, Status.RESOLVED, Status.IN_PROGRESS, None),
        (WaitingOn.CUSTOMER, Status.SHIPPING, Status.IN_PROGRESS, None),
        (WaitingOn.VENDOR, Status.IN_PROGRESS, Status.SHIPPING, None),
        (WaitingOn.VENDOR, Status.NEW, Status.RESOLVED, None),
        (WaitingOn.APPROVAL, Status.RESOLVED, Status.IN_PROGRESS, WaitingOn.APPROVAL),
        (WaitingOn.APPROVAL, Status.IN_PROGRESS, Status.CLOSED, None),
        (WaitingOn.APPROVAL, Status.IN_PROGRESS, Status.CLOSED_NO_RESPONSE, None),
    ],
)
def test_r10_2_a_status_ends_a_wait(
    waiting_on: WaitingOn, before: Status, status: Status, after: WaitingOn | None
) -> None:
    """R6.1, R10.2: a change of status ends a wait; an approval is awaited until the case closes."""
    assert waiting_after(waiting_on, before, status) is after


@pytest.mark.parametrize("before", [Status.NEW, Status.REOPENED, Status.ON_HOLD])
@pytest.mark.parametrize("waiting_on", [*WaitingOn, None])
def test_r4_2_a_case_that_is_taken_up_waits_on(before: Status, waiting_on: WaitingOn | None) -> None:
    """R4.2, R4.3: a first reply and the end of a hold say nothing of whom the case waits for, nor of its vendor."""
    case = a_case(status=before, waiting_on=waiting_on, vendor="carrier-one")
    move = ChangeStatus(case=case.number, status=Status.IN_PROGRESS, at=NOW, actor="daemon", why="R4.3")

    after = case_after(case, move)

    assert (after.waiting_on, after.vendor) == (waiting_on, "carrier-one")


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CLOSED_NO_RESPONSE])
def test_r3_11_a_closing_ends_what_was_promised(status: Status) -> None:
    """R3.5, R10.1, R3.11: reopened, the clocks start anew, and follow no ETR nor carrier's date of before."""
    case = a_case(etr=NOW, carrier_delay=NOW)
    closed = case_after(case, ChangeStatus(case=case.number, status=status, at=NOW, actor="agent1", why="R4.9"))
    held = case_after(case, ChangeStatus(case=case.number, status=Status.ON_HOLD, at=NOW, actor="agent1", why="R4.9"))

    assert (closed.etr, closed.carrier_delay) == (None, None)
    assert (held.etr, held.carrier_delay) == (NOW, NOW)
