"""Corrections of what was told of maintenance windows: moved, cancelled, vanished, other contents (R11.7)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.rules.maintaining import (
    AHEAD,
    BEGUN,
    DECEMBER,
    EARLY,
    END_AT,
    ENDED,
    GONE,
    HOUR,
    LEAD_AT,
    MONTHLY,
    MOVED,
    START_AT,
    a_ledger,
    both,
)
from tests.rules.making import APPROVER, DIRECTORY, FOREIGN, PRIMARY, fact, mt


def test_r11_7_a_moved_window_is_corrected_and_goes_on_by_its_new_times() -> None:
    """R11.7: who was told learns of the new time and the old one, once; start and end come when they are now."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.sent()
    ledger.moves(DECEMBER, to=date(2026, 12, 20))
    ledger.ticks(mt(2026, 12, 14, 9))
    notice = ledger.notices[0]

    assert (fact(notice, "was_start"), fact(notice, "was_end")) == (START_AT.isoformat(), END_AT.isoformat())
    assert fact(notice, "start") == mt(2026, 12, 20, 22).isoformat()
    assert (fact(notice, "uid"), fact(notice, "sequence")) == ("monthly:2026-12-18@desk.example", "1")
    assert ledger.sent() == both(MOVED)
    for at, kinds in (
        (mt(2026, 12, 14, 10), []),
        (START_AT, []),
        (mt(2026, 12, 20, 22), both(BEGUN)),
        (mt(2026, 12, 21, 4), both(ENDED)),
    ):
        ledger.ticks(at)
        assert ledger.sent() == kinds


def test_r11_7_a_window_moved_far_is_told_of_a_week_before_its_new_time_too() -> None:
    """R11.1, R11.7: into the next month: a correction now, and the notice ahead when its time comes."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.moves(DECEMBER, to=date(2027, 1, 8))
    ledger.sent()
    ledger.ticks(mt(2026, 12, 14, 9))
    assert ledger.sent() == both(MOVED)
    ledger.ticks(mt(2027, 1, 1, 21, 59))
    assert ledger.sent() == []
    ledger.ticks(mt(2027, 1, 1, 22))
    assert ledger.sent() == both(AHEAD)


@pytest.mark.parametrize("to", [date(2026, 12, 17), DECEMBER])
def test_r11_7_a_correction_stands_for_the_notice_ahead_that_its_time_has_passed(to: date) -> None:
    """R11.7: moved so that a week before lies between the notice and now, nobody is told twice."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.moves(DECEMBER, to=to, hours=(23 * 60, 29 * 60))
    ledger.sent()
    ledger.ticks(mt(2026, 12, 12, 9))
    ledger.ticks(mt(2026, 12, 12, 10))

    assert ledger.sent() == both(MOVED)


def test_r11_7_a_window_that_nobody_was_told_of_is_not_corrected() -> None:
    """R11.7: moved or cancelled before the first notice, it is told at its time, or never."""
    moved, cancelled = a_ledger(EARLY), a_ledger(EARLY)
    moved.moves(DECEMBER, to=date(2026, 12, 20))
    cancelled.moves(DECEMBER, is_cancelled=True)
    for ledger in (moved, cancelled):
        ledger.ticks(LEAD_AT)
        assert ledger.sent() == []
    moved.ticks(mt(2026, 12, 13, 22))
    cancelled.ticks(START_AT)

    assert moved.sent() == both(AHEAD)
    assert cancelled.sent() == []


def test_r11_7_a_cancelled_window_is_called_off_once() -> None:
    """R11.7: to those who were told; its start and its end never come; taken up again, they are told so."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.moves(DECEMBER, is_cancelled=True)
    ledger.sent()
    ledger.ticks(mt(2026, 12, 14, 9))
    assert {fact(notice, "start") for notice in ledger.notices} == {START_AT.isoformat()}
    assert ledger.sent() == both(GONE)
    ledger.ticks(mt(2026, 12, 15, 9))
    assert ledger.sent() == []
    ledger.moves(date(2026, 1, 1))
    ledger.ticks(mt(2026, 12, 16, 9))
    assert [fact(notice, "sequence") for notice in ledger.notices] == ["2", "2"]
    assert ledger.sent() == both(MOVED)


@pytest.mark.parametrize("windows", [(), (replace(MONTHLY, recurrence=replace(MONTHLY.recurrence, which=2)),)])
def test_r11_7_a_window_that_vanished_is_cancelled(windows: tuple[object, ...]) -> None:
    """R11.7: whose series was deleted, or comes on other days now: called off in full, as it was told."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.sent()
    ledger.windows = windows  # type: ignore[assignment]
    ledger.ticks(mt(2026, 12, 14, 9))
    called_off = [notice for notice in ledger.notices if notice.kind == GONE]

    assert [notice.to.address for notice in called_off] == [PRIMARY, FOREIGN]
    assert fact(called_off[0], "start") == START_AT.isoformat()
    assert fact(called_off[0], "products") == "Voice\nChat"
    assert fact(called_off[0], "reason") == "Security."


def test_r11_7_what_is_over_is_not_corrected() -> None:
    """R11.7: an edit of a window that is over tells nobody anything."""
    ledger = a_ledger(EARLY, LEAD_AT, START_AT, END_AT)
    ledger.sent()
    ledger.moves(DECEMBER, is_cancelled=True)
    ledger.ticks(END_AT + HOUR)

    assert ledger.sent() == []


@pytest.mark.parametrize("hours", [(22 * 60, 30 * 60), (22 * 60, 29 * 60 + 30)])
def test_r11_7_work_that_overran_is_told_of_and_ends_again(hours: tuple[int, int]) -> None:
    """R11.7: who was told that it is over hears at which time it will be, and is told so then."""
    ledger = a_ledger(EARLY, LEAD_AT, START_AT, END_AT)
    ledger.sent()
    ledger.moves(DECEMBER, hours=hours)
    kinds = []
    for at in (END_AT + HOUR, END_AT + 2 * HOUR, END_AT + 3 * HOUR):
        ledger.ticks(at)
        kinds.append(ledger.sent())

    assert kinds == [both(MOVED), both(ENDED), []]


def test_r11_7_other_contents_are_corrected_and_newcomers_are_told() -> None:
    """R11.2, R11.7: another product: who was told learns of it, and the customer whom it concerns only now is told."""
    acme, globex = (
        replace(customer, products=(product,))
        for customer, product in zip(DIRECTORY.customers, ("voice", "chat"), strict=True)
    )
    directory = replace(DIRECTORY, customers=(acme, globex))
    voice = replace(MONTHLY, work=replace(MONTHLY.work, products=("voice",)))
    ledger = a_ledger(EARLY, LEAD_AT, windows=(voice,), directory=directory)
    assert ledger.sent() == [(AHEAD, PRIMARY)]

    ledger.windows = (MONTHLY,)
    ledger.ticks(mt(2026, 12, 14, 9))
    assert ledger.sent() == [(MOVED, PRIMARY), (AHEAD, FOREIGN)]
    ledger.ticks(START_AT)
    assert ledger.sent() == both(BEGUN)


def test_r11_7_corrections_go_to_the_same_people() -> None:
    """R11.7: also to one who is no contact any more; who took their place knows nothing yet, and is told it as new."""
    ledger = a_ledger(EARLY, LEAD_AT)
    acme = DIRECTORY.customers[0]
    heir = replace(acme.mpocs[0], email=APPROVER)
    ledger.directory = replace(DIRECTORY, customers=(replace(acme, mpocs=(heir,)), DIRECTORY.customers[1]))
    ledger.moves(DECEMBER, to=date(2026, 12, 20))
    ledger.sent()
    ledger.ticks(mt(2026, 12, 14, 9))
    assert ledger.sent() == [(MOVED, PRIMARY), (MOVED, FOREIGN), (AHEAD, APPROVER)]
    ledger.ticks(mt(2026, 12, 20, 22))
    assert ledger.sent() == [(BEGUN, APPROVER), (BEGUN, FOREIGN)]


def test_r11_7_a_window_put_off_while_it_runs_begins_again() -> None:
    """R11.7: its start was told; put off to the next day, it is corrected, and begins and ends then."""
    ledger = a_ledger(EARLY, LEAD_AT, START_AT)
    ledger.moves(DECEMBER, to=date(2026, 12, 19))
    ledger.sent()
    kinds = []
    for at in (START_AT + HOUR, END_AT, START_AT + 24 * HOUR, END_AT + 24 * HOUR):
        ledger.ticks(at)
        kinds.append(ledger.sent())

    assert kinds == [both(MOVED), [], both(BEGUN), both(ENDED)]


def test_r11_7_who_changes_their_mind_again_and_again_is_told_with_pauses() -> None:
    """R11.7: two daemons with different files would correct each other at every tick: seven mails on the first day.

    The first correction and the one that takes it back come at once.
    """
    ledger, now, told = a_ledger(EARLY, LEAD_AT), mt(2026, 12, 12, 9), []
    ledger.sent()
    for tick in range(24 * 60):
        days = ({"to": date(2026, 12, 20)}, {"to": DECEMBER})[tick % 2]
        ledger.moves(DECEMBER, **days)
        if ledger.ticks(now + tick * timedelta(minutes=1)):
            told.append(tick)
            assert ledger.sent() == both(MOVED)

    assert told == [0, 1, 12, 73, 434, 795, 1156]


def test_r11_7_whom_a_change_leaves_out_it_is_cancelled_for() -> None:
    """R11.2, R11.7: other products: their services are not affected any more, and nothing of it follows for them."""
    acme, globex = (
        replace(customer, products=(product,))
        for customer, product in zip(DIRECTORY.customers, ("voice", "chat"), strict=True)
    )
    ledger = a_ledger(EARLY, LEAD_AT, directory=replace(DIRECTORY, customers=(acme, globex)))
    ledger.sent()
    ledger.windows = (replace(MONTHLY, work=replace(MONTHLY.work, products=("chat",))),)
    ledger.ticks(mt(2026, 12, 14, 9))
    left_out = ledger.notices[0]

    assert (fact(left_out, "unaffected"), fact(left_out, "products")) == ("yes", "Voice\nChat")
    assert ledger.sent() == [(GONE, PRIMARY), (MOVED, FOREIGN)]
    ledger.moves(DECEMBER, to=date(2026, 12, 20))
    ledger.ticks(mt(2026, 12, 14, 10))
    assert ledger.sent() == [(MOVED, FOREIGN)]
    ledger.windows = (MONTHLY,)
    ledger.ticks(mt(2026, 12, 15, 9))
    assert ledger.sent() == [(MOVED, FOREIGN), (AHEAD, PRIMARY)]


def test_r11_7_what_takes_place_after_all_says_so() -> None:
    """R11.7: who was told that it is cancelled reads that it is on again, not that its time has changed."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.moves(DECEMBER, is_cancelled=True)
    ledger.ticks(mt(2026, 12, 14, 9))
    ledger.sent()
    ledger.moves(DECEMBER, to=date(2026, 12, 20))
    ledger.ticks(mt(2026, 12, 15, 9))

    assert [(notice.kind, fact(notice, "again")) for notice in ledger.notices] == [(MOVED, "yes"), (MOVED, "yes")]


CHANGES = {"cancelled": {"is_cancelled": True}, "moved": {"to": date(2026, 12, 16)}}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("first", [EARLY, mt(2026, 12, 1)])
def test_r11_7_entries_that_are_tidied_away_tell_nothing(change: dict[str, object], first: datetime) -> None:
    """R11.1, R11.7: the date on which nothing took place is over: nobody reads that it has ended."""
    ledger = a_ledger()
    ledger.moves(DECEMBER, **change)
    for at in (first, LEAD_AT, mt(2026, 12, 16, 22), mt(2026, 12, 17, 4), START_AT, END_AT):
        ledger.ticks(at)
    ledger.sent()
    ledger.moves(date(2026, 1, 1))
    for at in (mt(2026, 12, 21, 9), mt(2026, 12, 21, 10)):
        ledger.ticks(at)

    assert ledger.sent() == []


def test_r11_7_nobody_is_told_of_a_time_that_is_past() -> None:
    """R11.7: the month was mistaken: no correction into the past; mended, it is corrected once."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.sent()
    ledger.moves(DECEMBER, to=date(2026, 12, 8))
    assert "too late to be told" in ledger.ticks(mt(2026, 12, 12, 9))[0]
    assert ledger.sent() == []
    ledger.moves(DECEMBER, to=date(2026, 12, 19))
    ledger.ticks(mt(2026, 12, 12, 10))
    assert ledger.sent() == both(MOVED)


def test_r11_7_an_end_at_another_time_says_which_it_replaces() -> None:
    """R11.7: moved while the daemon was down, and over before it came back: the end names the date that was told."""
    ledger = a_ledger(EARLY, LEAD_AT)
    ledger.sent()
    ledger.moves(DECEMBER, to=date(2026, 12, 20))
    ledger.ticks(mt(2026, 12, 22, 9))

    assert {fact(notice, "was_start") for notice in ledger.notices} == {START_AT.isoformat()}
    assert ledger.sent() == both(ENDED)
