"""R10.4: what work costs, as a table and as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.case import Kind, Macd
from daemon.model.promises import Charges
from daemon.model.report import Surcharge
from daemon.rules.billing import NO_CHARGE, Charge, charge, charge_of_case, surcharge_of

PLAIN = Charges()

CHARGED = [  # minutes, charged minutes, cents
    (0, 0, 0),
    (1, 15, 2_500),
    (14, 15, 2_500),
    (15, 15, 2_500),
    (16, 30, 5_000),
    (30, 30, 5_000),
    (31, 45, 7_500),
    (60, 60, 10_000),
    (61, 75, 12_500),
    (24 * 60 + 1, 24 * 60 + 15, 242_500),
]


@pytest.mark.parametrize(("minutes", "charged", "cents"), CHARGED)
def test_r10_4_each_started_quarter_of_an_hour_counts_in_full(minutes: int, charged: int, cents: int) -> None:
    """R10.4: $100 an hour in 15-minute increments: 0/1/15/16/61 minutes cost $0/25/25/50/125."""
    assert charge(minutes, PLAIN) == Charge(charged, cents)


OTHER_RATES = [  # hourly cents, increment, minutes, cents
    (12_345, 15, 1, 3_086),  # 30.8625: half a cent up, once
    (12_345, 15, 16, 6_173),  # 61.725
    (9_999, 1, 1, 167),  # 1.6665
    (10_000, 60, 61, 20_000),
    (0, 15, 61, 0),
    (10_000, 7, 8, 2_333),  # 14 minutes
]


@pytest.mark.parametrize(("hourly", "increment", "minutes", "cents"), OTHER_RATES)
def test_r10_4_other_rates_are_rounded_once(hourly: int, increment: int, minutes: int, cents: int) -> None:
    """R10.4: money is exact: a rate that gives no whole cents is rounded at the end, not an increment at a time."""
    assert charge(minutes, Charges(hourly_cents=hourly, increment_minutes=increment)).cents == cents


@given(st.lists(st.integers(0, 600), max_size=12))
def test_r10_4_minutes_are_summed_before_they_are_rounded(entries: list[int]) -> None:
    """R10.4: the sum of a case's minutes never costs more than its entries one by one, nor less than exactly."""
    together = charge(sum(entries), PLAIN)

    assert together.cents <= sum(charge(minutes, PLAIN).cents for minutes in entries)
    assert sum(entries) <= together.minutes < sum(entries) + 15
    assert together.cents * 60 == together.minutes * PLAIN.hourly_cents


def test_r10_4_less_than_no_time_is_refused() -> None:
    """R10.4: a negative time is a defect, not a refund."""
    with pytest.raises(ValueError, match="-1 minutes"):
        charge(-1, PLAIN)


def test_r10_4_only_macd_cases_are_charged() -> None:
    """R10.4: time on a support case is recorded, and costs nothing."""
    assert charge_of_case(Kind.SUPPORT, 61, PLAIN) == NO_CHARGE
    assert charge_of_case(Kind.MACD, 61, PLAIN) == Charge(75, 12_500)


SURCHARGES = [
    (None, 15_000, (Surcharge.NONE, 0)),
    (Macd.STANDARD, 15_000, (Surcharge.NONE, 0)),
    (Macd.EXPEDITED, 15_000, (Surcharge.CHARGED, 15_000)),
    (Macd.EXPEDITED, 0, (Surcharge.CHARGED, 0)),
    (Macd.EXPEDITED, None, (Surcharge.MANUAL, 0)),
]


@pytest.mark.parametrize(("macd", "configured", "wanted"), SURCHARGES)
def test_r10_4_no_surcharge_is_invented(
    macd: Macd | None, configured: int | None, wanted: tuple[Surcharge, int]
) -> None:
    """R10.4: the surcharge for expediting is what is configured; unset, the case is flagged for a manual line."""
    assert surcharge_of(macd, Charges(expedite_cents=configured)) == wanted
