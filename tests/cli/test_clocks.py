"""What `case show` and `why` tell of a case's clocks, as they stand at the instant of the command."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.cli import seeds
from tests.cli.conftest import Shell

OPENED = "2026-12-18T23:30:00+00:00"  # Friday 16:30 MT
DUE = "2026-12-21T23:30:00+00:00"  # Monday 16:30 MT
OPENING = ("case", "open", "--for", "primary@acme.example", "--subject", "Call", "--json")
AGENT = ("--as", "agent1@desk.example")


@pytest.fixture
def case(shell: Shell) -> str:
    """Return a P4 case of Friday 18 December 2026, 16:30 MT."""
    name: str = shell(*OPENING, "--now", OPENED).document()["id"]
    return name


def shown(shell: Shell, case: str, now: str) -> Any:
    """Return `case show --json` at an instant."""
    return shell("case", "show", case, "--json", "--now", now).document()


def test_r3_10_case_show_has_the_clocks_of_the_interface(shell: Shell, case: str) -> None:
    """R3.1, R3.10: a clock is start, due, met_at, state and pauses; a name without a clock is absent."""
    clocks = shown(shell, case, "2026-12-19T00:00:00+00:00")["clocks"]

    assert list(clocks) == ["first_response"]
    assert list(clocks["first_response"])[:5] == ["start", "due", "met_at", "state", "pauses"]
    expected: dict[str, Any] = {
        "start": OPENED,
        "due": DUE,
        "met_at": None,
        "state": "running",
        "pauses": [],
        "basis": "P4",
    }
    assert clocks["first_response"].items() >= expected.items()


@pytest.mark.parametrize(("now", "state"), [(DUE, "running"), ("2026-12-21T23:30:01+00:00", "breached")])
def test_r3_3_a_clock_stands_as_the_instant_says(shell: Shell, case: str, now: str, state: str) -> None:
    """R3.3: at its due time a clock runs, a moment later it is breached, told or not."""
    assert shown(shell, case, now)["clocks"]["first_response"]["state"] == state


def test_r3_2_an_answer_meets_one_clock_and_starts_the_next(shell: Shell, case: str) -> None:
    """R3.2: first response is met; the update of a P4 is due two business days later, the 25th being a holiday."""
    at = "2026-12-23T16:00:00+00:00"  # Wednesday 09:00 MT, after its time
    shell("case", "do", case, *AGENT, "--text", "-", "--now", at, stdin=b"We look.")
    clocks = shown(shell, case, at)["clocks"]

    assert (clocks["first_response"]["met_at"], clocks["first_response"]["state"]) == (at, "breached")
    assert clocks["first_response"]["breached_at"] == DUE
    assert (clocks["update"]["start"], clocks["update"]["due"]) == (at, "2026-12-28T16:00:00+00:00")


def test_r3_4_a_pause_is_an_interval_with_its_reason(shell: Shell, case: str) -> None:
    """R3.4, R4.3, R6.1: a hold's end is known beforehand, a customer's answer is not."""
    held = "2026-12-21T15:30:00+00:00"  # Monday 08:30 MT
    shell("case", "do", case, *AGENT, "hold", "2026-12-22", "--now", held)
    clock = shown(shell, case, held)["clocks"]["first_response"]

    assert clock["state"] == "paused"
    assert clock["pauses"] == [{"from": held, "to": "2026-12-22T15:00:00+00:00", "why": "on hold"}]
    assert clock["due"] == "2026-12-22T23:00:00+00:00"  # Monday's 30 minutes and Friday's are counted: 16:00 MT

    shell("case", "do", case, *AGENT, "waiting", "--now", "2026-12-22T16:00:00+00:00")
    waiting = shown(shell, case, "2026-12-22T17:00:00+00:00")["clocks"]
    assert waiting["first_response"]["due"] is None
    assert waiting["waiting"]["state"] == "running"


def test_the_page_for_people_shows_clocks_and_work(shell: Shell, case: str, rows: Engine) -> None:
    """R3.10, R10.4: clocks stand on the page with their due times; minutes of work are summed."""
    for minutes in (20, 25):
        seeds.add(rows, "time_entries", case_number=int(case[4:]), agent="agent1", minutes=minutes, at=seeds.START)
    page = shell("case", "show", case, "--now", OPENED).out

    assert "first response" in page
    assert "2026-12-21 23:30:00Z" in page
    assert "45" in page.split("minutes worked")[1].splitlines()[0]
    assert shown(shell, case, OPENED)["minutes_worked"] == 45


def test_r3_10_why_explains_a_due_time_interval_by_interval(shell: Shell, case: str) -> None:
    """R3.10: what ran and what paused, with what each counted and what was left, adds up to the due time."""
    shell("case", "do", case, *AGENT, "hold", "2026-12-22", "--now", "2026-12-21T15:30:00+00:00")
    (clock,) = shell("why", case, "--json", "--now", "2026-12-21T16:00:00+00:00").document()["clocks"]

    assert (clock["name"], clock["state"], clock["basis"]) == ("first_response", "paused", "P4")
    assert (clock["allowance"], clock["calendar"], clock["allowed_minutes"]) == ("1 business day", "business", 540)
    told = [(i["from"], i["why"], i["counted_minutes"], i["left_minutes"]) for i in clock["intervals"]]
    assert told == [
        (OPENED, "running", 60, 480),
        ("2026-12-21T15:30:00+00:00", "on hold", 0, 480),
        ("2026-12-22T15:00:00+00:00", "running", 480, 0),
    ]
    assert clock["intervals"][-1]["to"] == clock["due"] == "2026-12-22T23:00:00+00:00"


def test_r3_10_why_is_a_table_for_people(shell: Shell, case: str) -> None:
    """R3.10: the same on a page, each clock the case ever had."""
    shell("case", "do", case, *AGENT, "--text", "-", "--now", "2026-12-21T16:00:00+00:00", stdin=b"We look.")
    page = shell("why", case).out

    assert "Clock first response: met" in page
    assert "Clock update: " in page
    assert "1 business day: 540 minutes of the calendar business" in page
    assert "running" in page
