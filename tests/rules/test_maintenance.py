"""Steps of maintenance windows: which are due, which are too late, and what is corrected (R11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.model.window import Announcement, Impact, Lead, LeadUnit, Window
from daemon.rules.business_time import days_later
from daemon.rules.maintenance.known import CHANGED, END, START
from daemon.rules.maintenance.recurrence import window_named
from daemon.rules.maintenance.steps import next_step_at, steps_of, window_of, windows_near
from tests.rules.maintaining import (
    AHEAD,
    BEGUN,
    CERTIFICATES,
    EARLY,
    END_AT,
    ENDED,
    HOUR,
    LEAD_AT,
    MONTHLY,
    PLANNED,
    PORTAL,
    START_AT,
    Ledger,
    a_ledger,
    both,
)
from tests.rules.making import DENVER, charter_with, fact, mt


def test_r11_1_a_week_before_at_the_start_and_at_the_end() -> None:
    """R11.1: each to the contacts of both customers at its instant, not a second before, and once."""
    ledger = a_ledger(EARLY)
    for at, kind in ((LEAD_AT, AHEAD), (START_AT, BEGUN), (END_AT, ENDED)):
        ledger.ticks(at - timedelta(seconds=1))
        assert ledger.sent() == []
        ledger.ticks(at)
        assert ledger.sent() == both(kind)
        ledger.ticks(at)
        assert ledger.sent() == []


def test_r11_2_every_notice_tells_all_of_the_window() -> None:
    """R11.2: time, products by name, description, reason; and what names the event in a calendar."""
    ledger = a_ledger(EARLY, LEAD_AT)
    notice = ledger.notices[0]

    assert dict(notice.facts) == {
        "window": "Monthly maintenance",
        "start": START_AT.isoformat(),
        "end": END_AT.isoformat(),
        "products": "Voice\nChat",
        "impact": "degraded",
        "description": "Updates of servers.",
        "reason": "Security.",
        "late": "",
        "unscheduled": "",
        "was_start": "",
        "was_end": "",
        "uid": "monthly:2026-12-18@desk.example",
        "sequence": "0",
    }
    assert (notice.to.timezone, notice.case) == ("America/New_York", None)


def test_r11_4_certificates_are_in_the_calendar_and_nobody_is_told() -> None:
    """R11.4: a window without notices has no steps."""
    ledger = Ledger(windows=(CERTIFICATES,))
    for hours in range(24 * 15):
        ledger.ticks(EARLY + hours * HOUR)

    assert ledger.notices == []
    assert [step.window for step in ledger.done.values()] == ["certificates"]  # when it was first looked at
    assert windows_near(ledger.charter.plan, EARLY)


def test_r11_5_the_portal_is_told_of_24_hours_before() -> None:
    """R11.5: at 21:00 of the day before, and no more; who has every product has the portal."""
    ledger = Ledger(windows=(PORTAL,))
    ledger.ticks(mt(2026, 12, 21, 20, 59))
    assert ledger.sent() == []
    ledger.ticks(mt(2026, 12, 21, 21))
    assert ledger.sent() == both(AHEAD)
    for at in (mt(2026, 12, 22, 21), mt(2026, 12, 22, 23)):
        ledger.ticks(at)
        assert ledger.sent() == []


LATE = [
    ("a notice ahead, late", mt(2026, 12, 14, 9), AHEAD, ""),
    ("the start, late, and not the notice ahead", mt(2026, 12, 19, 3, 59), BEGUN, ""),
    ("the end alone", END_AT, ENDED, ""),
    ("the end until the same time seven dates later", mt(2026, 12, 26, 3, 59, 59), ENDED, ""),
    ("nothing after that", mt(2026, 12, 26, 4), None, ""),
    ("nothing a month later", mt(2027, 1, 5, 4), None, ""),
]


@pytest.mark.parametrize(("at", "kind"), [row[1:3] for row in LATE], ids=[row[0] for row in LATE])
def test_r11_1_after_an_outage_what_still_makes_sense_is_sent_once(at: datetime, kind: str | None) -> None:
    """R11.1: a daemon that was down sends the last of what it missed, if that still says something; nothing twice."""
    ledger = a_ledger(EARLY, at, at, at + timedelta(seconds=30))

    assert ledger.sent() == (both(kind) if kind else [])


@pytest.mark.parametrize(("at", "late"), [(mt(2026, 12, 18, 21), ""), (START_AT, "yes"), (mt(2026, 12, 19, 3), "yes")])
def test_r11_6_a_notice_ahead_that_comes_after_the_start_says_so(at: datetime, late: str) -> None:
    """R11.6: of a window whose start is not told, the notice ahead makes sense until its end."""
    ledger = a_ledger(EARLY, at, windows=(replace(MONTHLY, tells_start=False, tells_end=False),))

    assert {fact(notice, "late") for notice in ledger.notices} == {late}
    assert a_ledger(EARLY, END_AT, windows=ledger.windows).sent() == []


def test_r11_1_a_desk_that_begins_tells_nothing_of_what_is_over() -> None:
    """R11.1: the first look at any window is no outage: what ended before it is nobody's news, what runs is."""
    assert a_ledger(mt(2026, 12, 20, 9)).sent() == []
    assert a_ledger(mt(2026, 12, 19, 1)).sent() == both(BEGUN)
    assert a_ledger(mt(2026, 12, 16, 9)).sent() == both(AHEAD)


AGAIN = {
    "other days": {"recurrence": replace(MONTHLY.recurrence, weekday=5)},
    "other hours": {"hours": (20 * 60, 26 * 60)},
    "its end is told now": {"tells_end": True},
}


@pytest.mark.parametrize("change", AGAIN.values(), ids=AGAIN)
def test_r11_1_windows_reckoned_into_the_past_tell_nothing(change: dict[str, Any]) -> None:
    """R11.1: a series that is new, or comes on other days, has windows of last week that never were."""
    quiet = replace(MONTHLY, leads=(), tells_start=False, tells_end=False)
    now = mt(2026, 12, 21, 9)
    for windows in ((), (quiet,)):
        ledger = a_ledger(EARLY, windows=windows)
        ledger.windows = (replace(quiet, tells_start=True, **{"tells_end": True} | change),)
        ledger.ticks(now)
        ledger.ticks(now + HOUR)
        assert ledger.sent() == []
        ledger.ticks(mt(2027, 1, 18, 9))
        assert ledger.sent() == both(ENDED)


def test_r11_1_several_notices_ahead_that_are_overdue_are_one() -> None:
    """R11.1: of a week and a day before only the later one is sent; at their time each is."""
    windows = (replace(MONTHLY, leads=(Lead(1, LeadUnit.WEEK), Lead(24, LeadUnit.HOUR))),)

    assert a_ledger(EARLY, mt(2026, 12, 18, 9), windows=windows).sent() == both(AHEAD)
    assert a_ledger(EARLY, LEAD_AT, mt(2026, 12, 17, 22), windows=windows).sent() == both(AHEAD) * 2


# --- unscheduled ones (R11.6) ---------------------------------------------------------------------------------------

ANNOUNCED = Announcement(
    id=7,
    key="announced:7",
    name="Replacement of a switch",
    start=mt(2026, 12, 7, 23),
    end=mt(2026, 12, 8, 1),
    products=("voice",),
    impact=Impact.OUTAGE,
    description="A switch is replaced.",
    reason="It is broken.",
    announced_at=EARLY,
)
ANNOUNCED_WHEN = [
    ("before its start", EARLY, (START, END)),
    ("while it runs", mt(2026, 12, 7, 23), (END,)),
    ("when it is over", mt(2026, 12, 8, 1), ()),
]


@pytest.mark.parametrize(("at", "steps"), [row[1:] for row in ANNOUNCED_WHEN], ids=[row[0] for row in ANNOUNCED_WHEN])
def test_r11_6_start_and_end_of_an_unscheduled_window_are_told(at: datetime, steps: tuple[str, ...]) -> None:
    """R11.6: those that come after the announcement; a cancelled one has none."""
    window = window_of(replace(ANNOUNCED, announced_at=at))

    assert (window.key, window.work.name) == ("announced:7", "Replacement of a switch")
    assert tuple(step.name for step in steps_of(window, DENVER)) == steps
    assert steps_of(window_of(replace(ANNOUNCED, cancelled_at=at)), DENVER) == ()


def test_r11_6_its_start_and_end_come_by_time() -> None:
    """R11.6: like those of a planned one."""
    ledger = Ledger(windows=(), announced=(ANNOUNCED,))
    kinds = []
    for at in (EARLY, mt(2026, 12, 7, 23), mt(2026, 12, 8, 1), mt(2026, 12, 9)):
        ledger.ticks(at)
        kinds.append(ledger.sent())

    assert kinds == [[], both(BEGUN), both(ENDED), []]


# --- however often `tick` comes -------------------------------------------------------------------------------------

YEAR = (mt(2026, 11, 30, 9), mt(2027, 11, 29, 9))
Sent = set[tuple[str, str, str]]


def year_of(every: timedelta) -> Sent:
    """Return what is told in a year of such ticks: window, step and address; nothing is told twice."""
    ledger, now = Ledger(windows=PLANNED), YEAR[0].astimezone(UTC)
    while now <= YEAR[1]:
        ledger.ticks(now)
        now += every
    told = [(one.window, one.step, one.address) for one in ledger.told]
    assert len(told) == len(set(told)) == len(ledger.notices)
    return set(told)


def makes_sense(sent: tuple[str, str, str], ticks: list[datetime]) -> bool:
    """Tell whether a step is the last one of its window that had come by the first tick after it, and not too late."""
    window = window_named(sent[0], PLANNED, DENVER)
    assert isinstance(window, Window)
    steps = steps_of(window, DENVER)
    due = next(step.at for step in steps if step.name == sent[1])
    tick = next((at for at in ticks if at >= due), None)
    if tick is None or any(due < step.at <= tick for step in steps):
        return False
    return tick < (days_later(window.end, 7, DENVER) if sent[1] == END else window.end)


def test_r11_1_a_tick_an_hour_and_a_tick_a_week_give_the_same_notices() -> None:
    """R11.1: over a year, but for those that are overtaken or too late at the first tick after their time.

    Every end of the monthly maintenance is among both, every notice of a week before too.
    """
    hourly, weekly = year_of(HOUR), year_of(timedelta(weeks=1))
    first, last = YEAR
    ticks = [first + number * timedelta(weeks=1) for number in range(53) if first + number * timedelta(weeks=1) <= last]

    assert weekly == {sent for sent in hourly if makes_sense(sent, ticks)}
    for step in ("1 week before", END):
        months = {(window, address) for window, name, address in hourly if name == step}
        assert {(window, address) for window, name, address in weekly if name == step} == months
        assert len(months) == 24
    assert not any(step in (START, CHANGED) for _, step, _ in weekly)
    assert len({window for window, _, _ in hourly if window.startswith("portal")}) == 18


def test_the_next_step_is_known() -> None:
    """R11.1: what a rehearsal, and a daemon at rest, wait for."""
    plan = charter_with(windows=PLANNED).plan
    at, found = mt(2026, 12, 10), []
    for _ in range(4):
        at = next_step_at(windows_near(plan, at), at, DENVER) or at
        found.append(at)

    assert found == [LEAD_AT, START_AT, END_AT, mt(2026, 12, 21, 21)]
