"""The days of a report: instants on the plan's wall clock, invoice periods, ages."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.report import Period
from daemon.rules.report_period import age_limits, is_whole_months, months_of, span_of

DENVER = ZoneInfo("America/Denver")
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_both_days_are_included_across_a_dst_change() -> None:
    """R3.1: a day is a day of the plan's wall clock: the Sunday on which summer ends has 25 hours."""
    span = span_of(Period(date(2026, 11, 1), date(2026, 11, 1)), DENVER)

    assert span.start == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert span.end - span.start == timedelta(hours=25)


@given(DAYS, st.integers(0, 800))
def test_r10_4_invoice_periods_cover_each_day_once(first: date, length: int) -> None:
    """R10.4: the invoice period is the calendar month: the parts of a period meet, and none crosses a month's end."""
    period = Period(first, first + timedelta(days=length))
    parts = list(months_of(period))

    assert (parts[0][1].first, parts[-1][1].last) == (period.first, period.last)
    for (_, earlier), (_, later) in pairwise(parts):
        assert later.first == earlier.last + timedelta(days=1)
        assert later.first.day == 1
    for name, part in parts:
        assert f"{part.first:%Y-%m}" == f"{part.last:%Y-%m}" == name


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2026, 12, 1), date(2026, 12, 31), True),
        (date(2028, 2, 1), date(2028, 2, 29), True),
        (date(2028, 2, 1), date(2028, 2, 28), False),
        (date(2026, 12, 2), date(2026, 12, 31), False),
        (date(2026, 11, 1), date(2027, 1, 31), True),
    ],
)
def test_r10_4_days_that_cut_a_month_are_no_invoice(first: date, last: date, *, whole: bool) -> None:
    """R10.4: only whole months are rounded as an invoice rounds them."""
    assert is_whole_months(Period(first, last)) is whole


def test_ages_count_dates_as_r5_1_does() -> None:
    """R5.1: days are dates in the plan's zone: yesterday's case is one day old at any hour."""
    limits = dict(age_limits(datetime(2026, 12, 15, 6, 30, tzinfo=UTC), DENVER))  # the 14th, 23:30

    assert limits["0-1"] == datetime(2026, 12, 13, 7, tzinfo=UTC)
    assert limits["15-30"] == datetime(2026, 11, 14, 7, tzinfo=UTC)
