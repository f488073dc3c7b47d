"""Times, calendars, contracts, vendors and money as they are written, and what they become (R3, R10)."""

from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Macd, Priority
from daemon.model.hours import Span
from daemon.model.plan import EXTENDED_HOURS, Plan
from daemon.model.promises import (
    MACD_TIMES,
    PRIORITY_TIMES,
    Charges,
    Contract,
    MacdTimes,
    PriorityTimes,
    Silence,
    Vendor,
    business_days,
    minutes,
)
from daemon.settings.allowance import read_minutes, read_span, read_time
from daemon.settings.money import read_money
from tests.config.folders import EXAMPLE, example_copy, loaded, replace

FURTHER = """
calendars:
  carriers:
    hours: {monday-saturday: "06:00-18:00"}
  canada:
    hours: {monday-friday: "08:00-16:00"}
    holidays: {country: CA, add: [2026-12-24]}
"""


def example_plan() -> Plan:
    """Return the plan of the example company."""
    return loaded(EXAMPLE).plan


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("15 minutes", 15, TimeUnit.MINUTES),
        ("1 minute", 1, TimeUnit.MINUTES),
        ("4 hours", 240, TimeUnit.MINUTES),
        ("1 business day", 1, TimeUnit.BUSINESS_DAYS),
        ("2 business days", 2, TimeUnit.BUSINESS_DAYS),
        ("1 business day at any hour", 1, TimeUnit.NEXT_BUSINESS_DAYS),
        ("2 business days at any hour", 2, TimeUnit.NEXT_BUSINESS_DAYS),
    ],
)
def test_r3_times_are_read(text: str, amount: int, unit: TimeUnit) -> None:
    """R3, R10.3: minutes and hours run around the clock, business days in hours, or by the wall clock at any hour."""
    assert read_time(text) == read_span(text) == Allowance(amount, unit)


@pytest.mark.parametrize(
    "value", ["", "0 minutes", "5", 5, None, "4 hours at any hour", "1 day", "-1 hours", ["1 hour"]]
)
def test_r3_what_is_no_time_is_refused(value: Any) -> None:
    """R3: no guess is made at what a time might mean."""
    for read in (read_time, read_span):
        with pytest.raises(PydanticCustomError, match="write a time as"):
            read(value)


def test_r3_only_a_first_response_may_be_immediate() -> None:
    """R3: updates that are due the moment they are made would be breached for ever."""
    assert read_time("immediate") == minutes(0)
    with pytest.raises(PydanticCustomError):
        read_span("immediate")


def test_r6_2_a_warning_is_counted_in_minutes() -> None:
    """R6.2: half a business day is 270 minutes of business."""
    assert [read_minutes(text) for text in ("270 minutes", "4 hours", "1 hour")] == [270, 240, 60]


@pytest.mark.parametrize(
    ("value", "cents"), [("100.00", 10_000), ("0.05", 5), ("75", 7_500), (100, 10_000), ("9999999.99", 999_999_999)]
)
def test_r10_4_money_is_exact(value: Any, cents: int) -> None:
    """R10.4: money is integer cents, read from text without a float between."""
    assert read_money(value) == cents


@pytest.mark.parametrize("value", ["", "1.5", "1.005", "-1.00", "1,00", "$1.00", 1.25, True, None, "1" * 8, "١٠٠"])
def test_r10_4_money_that_is_not_exact_is_refused(value: Any) -> None:
    """R10.4: a float, a sign, a currency or half a cent is refused, never rounded."""
    with pytest.raises(PydanticCustomError, match="write money as"):
        read_money(value)


def test_r10_the_example_writes_out_the_plan() -> None:
    """R3.3, R3.9, R6, R9.3, R10: every figure of the example is the plan's own."""
    plan = example_plan()

    assert plan.extended == EXTENDED_HOURS
    assert (plan.priority_times, plan.macd_times) == (PRIORITY_TIMES, MACD_TIMES)
    assert (plan.on_demand, plan.manager_ack, plan.immediate) == (minutes(15), minutes(60), minutes(15))
    assert (plan.reminder_shares, plan.silence) == ((50, 80), Silence())
    assert plan.charges == Charges()
    assert (plan.macd_team, plan.urgent_team, plan.weekly_report) == ("macd", "noc", True)


def test_r3_6_the_example_has_a_vendor() -> None:
    """R3.6: a vendor's times are configured."""
    assert example_plan().vendors == (Vendor("carrier-one", "Carrier One", minutes(240), business_days(1)),)


def test_r3_6_without_a_vendors_file_there_is_no_vendor(tmp_path: Path) -> None:
    """R3.6: vendors.yaml is optional."""
    config = example_copy(tmp_path)
    (config / "vendors.yaml").unlink()
    assert loaded(config).plan.vendors == ()


def test_r3_7_a_contract_replaces_what_it_names() -> None:
    """R3.7: the example's contract is faster on P2, and the rest is the plan's."""
    directory = loaded(EXAMPLE).directory
    initech, acme = directory.customer("initech"), directory.customer("acme")
    assert initech
    assert acme
    assert initech.contract == Contract(priority_times=((Priority.P2, PriorityTimes(minutes(15), minutes(60))),))
    assert acme.contract == Contract()


def test_r3_7_half_a_pair_stays_the_plans(tmp_path: Path) -> None:
    """R3.7: a contract may replace one time of a pair; the other is the desk's, as calendar.yaml has it."""
    config = example_copy(tmp_path)
    replace(config / "calendar.yaml", "{first_response: 30 minutes, update: 2 hours}", "{update: 90 minutes}")
    replace(
        config / "customers" / "initech.yaml",
        "{first_response: 15 minutes, update: 1 hour}",
        "{first_response: 5 minutes}",
    )
    replace(
        config / "customers" / "initech.yaml",
        "  # macd:\n  #   standard: {completion: 1 business day}\n  # on_demand: 10 minutes\n",
        "  calendar: extended\n  macd:\n    standard: {completion: 1 business day}\n  on_demand: 10 minutes\n",
    )

    found = loaded(config)
    initech = found.directory.customer("initech")

    assert dict(found.plan.priority_times)[Priority.P2] == PriorityTimes(minutes(30), minutes(90))
    assert initech
    assert initech.contract == Contract(
        "extended",
        ((Priority.P2, PriorityTimes(minutes(5), minutes(90))),),
        ((Macd.STANDARD, MacdTimes(business_days(1), business_days(1))),),
        minutes(10),
    )


def test_r3_1_further_calendars_have_hours_and_holidays_of_their_own(tmp_path: Path) -> None:
    """R3.1, R3.6: a named calendar has its own hours; its holidays are the desk's unless it has its own."""
    config = example_copy(tmp_path)
    with (config / "calendar.yaml").open("a", encoding="utf-8") as file:
        file.write(FURTHER)
    replace(config / "vendors.yaml", "    # calendar: carriers  ", "    calendar: carriers  ")

    plan = loaded(config).plan

    carriers, canada = plan.calendar("carriers"), plan.calendar("canada")
    assert carriers.hours.spans[-1] == Span(5, 360, 1080)
    assert carriers.holidays == plan.business.holidays
    assert {day.isoformat() for day in canada.holidays} >= {"2026-07-01", "2026-12-24"}
    assert "2026-11-26" not in {day.isoformat() for day in canada.holidays}
    assert plan.vendors[0].calendar == "carriers"


def test_r10_4_a_surcharge_is_configured_or_not_there(tmp_path: Path) -> None:
    """R10.4: unset, no figure is invented; set, it is kept to the cent."""
    assert example_plan().charges.expedite_cents is None
    config = example_copy(tmp_path)
    replace(config / "supportd.yaml", "expedite_surcharge: null ", 'expedite_surcharge: "75.50" ')
    assert loaded(config).plan.charges.expedite_cents == 7_550


def test_r3_3_reminders_may_be_left_out(tmp_path: Path) -> None:
    """R3.3: the shares are configuration; an empty list means no reminders, breaches are told all the same."""
    config = example_copy(tmp_path)
    replace(config / "calendar.yaml", "reminders: [50, 80]", "reminders: []")
    assert loaded(config).plan.reminder_shares == ()


def test_r10_without_any_macd_settings_the_plan_holds(tmp_path: Path) -> None:
    """R10: a configuration written before these keys still loads, with the plan's defaults."""
    config = example_copy(tmp_path)
    text = (config / "supportd.yaml").read_text(encoding="utf-8")
    (config / "supportd.yaml").write_text(text.partition("# Moves, adds")[0], encoding="utf-8")
    (config / "calendar.yaml").write_text("timezone: America/Denver\n", encoding="utf-8")

    plan = loaded(config).plan

    assert (plan.macd_team, plan.urgent_team, plan.charges) == ("", "", Charges())
    assert (plan.macd_times, plan.silence, plan.extended) == (MACD_TIMES, Silence(), EXTENDED_HOURS)
