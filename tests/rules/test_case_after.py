"""Whom a case waits for after an effect: what `apply` writes and the rules see is one table (R3.6, R6.1, R10.2)."""

import pytest

from daemon.model.case import Status, WaitingOn
from daemon.rules.case_after import waiting_after, waiting_with


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
    ("before", "status", "after"),
    [
        (WaitingOn.CUSTOMER, Status.IN_PROGRESS, None),
        (WaitingOn.VENDOR, Status.SHIPPING, None),
        (WaitingOn.APPROVAL, Status.IN_PROGRESS, WaitingOn.APPROVAL),
        (WaitingOn.APPROVAL, Status.CLOSED, None),
        (WaitingOn.APPROVAL, Status.CLOSED_NO_RESPONSE, None),
    ],
)
def test_r10_2_a_status_ends_a_wait(before: WaitingOn, status: Status, after: WaitingOn | None) -> None:
    """R6.1, R10.2: a change of status ends a wait; an approval is awaited until the case closes."""
    assert waiting_after(before, status) is after
