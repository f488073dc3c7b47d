"""R3.4, R3.5, R4, R6, R10: what leaves a clock as it is, what keeps a named time, and what a move takes with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.model.case import Macd, Priority, Status, WaitingOn
from daemon.model.clocks import Breach, ClockName
from daemon.model.promise_effect import Approve, KeepClock, PauseSilence, SetCarrierDelay, SetEtr, SetMacd
from tests.rules.clocking import NUMBER, ClockedCase, macd_case, message, opened_case, status_of, waiting
from tests.rules.making import PRIMARY, mt

FIRST, UPDATE = ClockName.FIRST_RESPONSE, ClockName.UPDATE
COMPLETION, WAITING = ClockName.COMPLETION, ClockName.WAITING
MONDAY = mt(2026, 12, 14, 9)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def p(priority: Priority) -> ClockedCase:
    """Return a case of this priority, opened on Monday at 09:00."""
    return opened_case(MONDAY, priority=priority)


def note(at: datetime, case: ClockedCase) -> ClockedCase:
    """Let an agent write a note."""
    return case.do(message(at, public=False))


# --- notes ---


def test_r6_2_a_note_is_no_new_try() -> None:
    """R6.2: a case is kept open by a reply; the customer does not see a note."""
    case = note(mt(2026, 12, 15, 15), p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY))

    assert case.written == 0
    assert case.clock(WAITING).due == mt(2026, 12, 16, 9)


def test_r4_4_a_note_postpones_no_closing() -> None:
    """R4.4: unconfirmed for two business days since the case was resolved, whatever is noted."""
    case = note(mt(2026, 12, 15, 15), p(Priority.P4).moves(Status.RESOLVED, MONDAY))

    assert case.clock(WAITING).due == mt(2026, 12, 16, 9)


def test_s3_4_a_note_lifts_no_bounce() -> None:
    """S3.4, R4.8: whom our mail did not reach is not silent, until we write to them again."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY)
    case.do(PauseSilence(case=NUMBER, at=MONDAY + HOUR, why="our mail bounced"))

    assert note(MONDAY + 2 * HOUR, case).clock(WAITING).due is None


# --- a case that is taken up ---


def test_r4_2_a_first_reply_leaves_the_wait() -> None:
    """R4.2, R6.2: `#waiting` in a note, then a public reply: the silence is counted from that reply on."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY)
    case.replies(MONDAY + HOUR, status_of(Status.IN_PROGRESS, MONDAY + HOUR))

    assert (case.case and case.case.waiting_on, case.clock(WAITING).due) == (WaitingOn.CUSTOMER, mt(2026, 12, 16, 10))
    assert case.clock(UPDATE).due is None


def test_r4_3_the_customers_answer_still_ends_hold_and_wait() -> None:
    """R4.3, R6.2: it says both, and our clocks run again."""
    case = p(Priority.P4).moves(Status.ON_HOLD, MONDAY, mt(2026, 12, 16, 8)).waits(WaitingOn.CUSTOMER, MONDAY)
    at = MONDAY + HOUR
    case.do(message(at, incoming=True), status_of(Status.IN_PROGRESS, at), waiting(None, at))

    assert not case.is_running(WAITING)
    assert case.clock(FIRST).due == mt(2026, 12, 15, 10)


# --- silence on hold ---


def held() -> ClockedCase:
    """Return a case that waits for the customer, on hold from Monday 09:00 to Friday 08:00."""
    case = p(Priority.P4).moves(Status.ON_HOLD, MONDAY, mt(2026, 12, 18, 8))
    return case.waits(WaitingOn.CUSTOMER, MONDAY)


def test_r3_4_a_hold_pauses_the_silence() -> None:
    """R3.4, R6.2: no clock runs on hold: reminded and closed so much after the hold, also once it is over."""
    case = held()
    assert (case.clock(WAITING).due, case.clock(WAITING).next_at) == (mt(2026, 12, 22, 8), mt(2026, 12, 21, 8))

    case.moves(Status.IN_PROGRESS, mt(2026, 12, 18, 8))
    assert case.clock(WAITING).due == mt(2026, 12, 22, 8)


def test_r4_3_a_hold_that_ends_early_lets_the_silence_go_on() -> None:
    """R3.4, R4.3: a technician who takes the case up before the date still waits for the customer."""
    case = held().moves(Status.IN_PROGRESS, mt(2026, 12, 15, 9))

    assert case.clock(WAITING).due == mt(2026, 12, 17, 9)


def test_s3_4_a_bounce_outlasts_a_hold() -> None:
    """S3.4, R4.8: what did not arrive before the hold has not arrived after it."""
    case = held().do(PauseSilence(case=NUMBER, at=MONDAY + HOUR, why="our mail bounced"))
    case.moves(Status.IN_PROGRESS, mt(2026, 12, 18, 8))

    assert case.clock(WAITING).due is None


# --- times that are named ---


def promised(case: ClockedCase, until: datetime, at: datetime = MONDAY) -> ClockedCase:
    """Let an agent give an estimated time of resolution."""
    return case.do(SetEtr(case=NUMBER, etr=until, at=at, actor="agent1"))


def on_hold() -> ClockedCase:
    """Return an answered case on hold until January 4th, with a promise made meanwhile for January 8th, 14:00."""
    case = p(Priority.P4).replies(MONDAY).moves(Status.ON_HOLD, MONDAY, mt(2027, 1, 4, 8))
    return promised(case, mt(2027, 1, 8, 14))


@pytest.mark.parametrize(
    "end", [None, mt(2026, 12, 15, 10), mt(2027, 1, 4, 8), mt(2027, 1, 5, 9)], ids=["not yet", "early", "then", "late"]
)
def test_r3_5_a_time_named_in_a_pause_stays_whenever_it_ends(end: datetime | None) -> None:
    """R3.5, R3.4: the customer was given an instant; the pause was known by then."""
    case = on_hold()
    if end is not None:
        case.moves(Status.IN_PROGRESS, end)

    assert case.clock(UPDATE).due == mt(2027, 1, 8, 14)


def test_r3_5_a_time_named_while_nobody_knows_the_end_of_the_pause() -> None:
    """R3.5, R6.1: unknown while we wait for the customer, and as named once they answered."""
    case = promised(p(Priority.P2).replies(MONDAY).waits(WaitingOn.CUSTOMER, MONDAY), mt(2026, 12, 17, 14))
    assert case.clock(UPDATE).due is None

    case.waits(None, mt(2026, 12, 16, 9))
    assert case.clock(UPDATE).due == mt(2026, 12, 17, 14)


def test_r3_5_a_pause_that_outlasts_a_named_time_is_waited_for() -> None:
    """R3.4, R4.6: no clock runs out in a pause, and none is pushed further than to its end."""
    case = p(Priority.P2).replies(MONDAY).moves(Status.SHIPPING, MONDAY, mt(2026, 12, 18, 8))

    assert promised(case, mt(2026, 12, 16, 14)).clock(UPDATE).due == mt(2026, 12, 18, 8)


def test_r3_5_only_a_pause_that_begins_afterwards_pushes_it_back() -> None:
    """R3.5, R3.4: by its length, also where the priority changes later; what is named once more holds anew."""
    case = on_hold().moves(Status.IN_PROGRESS, mt(2026, 12, 15, 10))
    case.waits(WaitingOn.CUSTOMER, mt(2026, 12, 15, 12)).waits(None, mt(2026, 12, 15, 14))
    case.becomes(Priority.P3, mt(2026, 12, 15, 15))
    assert case.clock(UPDATE).due == mt(2027, 1, 8, 16)

    assert promised(case, mt(2027, 1, 8, 14), mt(2026, 12, 15, 16)).clock(UPDATE).due == mt(2027, 1, 8, 14)


def test_r4_3_a_hold_that_is_moved_goes_on() -> None:
    """R4.3, R3.5: it is the same standstill that was known at the naming; a hold of its own is another one."""
    case = on_hold().moves(Status.ON_HOLD, mt(2026, 12, 15, 9), mt(2027, 1, 6, 8))
    assert case.clock(UPDATE).due == mt(2027, 1, 8, 14)

    case.moves(Status.IN_PROGRESS, mt(2026, 12, 16, 8)).moves(Status.ON_HOLD, mt(2026, 12, 16, 9), mt(2026, 12, 17, 9))
    assert case.clock(UPDATE).due == mt(2027, 1, 9, 14)


def test_r10_1_a_carriers_date_named_in_a_hold_stays() -> None:
    """R10.1: until when the carrier needs does not change with our hold."""
    case = macd_case(MONDAY).moves(Status.ON_HOLD, MONDAY, mt(2027, 1, 4, 8))
    case.do(SetCarrierDelay(case=NUMBER, until=mt(2027, 1, 8, 19), at=MONDAY, actor="agent1"))
    case.moves(Status.IN_PROGRESS, mt(2026, 12, 15, 10))

    assert case.clock(COMPLETION).due == mt(2027, 1, 8, 19)


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (mt(2026, 12, 15, 19), mt(2026, 12, 16, 14)),
        (mt(2026, 12, 16, 12), mt(2026, 12, 16, 14)),
        (mt(2026, 12, 16, 19), mt(2026, 12, 16, 19)),
    ],
)
def test_r10_1_a_carrier_makes_nothing_earlier(until: datetime, due: datetime) -> None:
    """R10.1: who needs longer is told of; the request, paused for five hours, is due on Wednesday at 14:00 anyhow."""
    case = macd_case(MONDAY).waits(WaitingOn.CUSTOMER, MONDAY + HOUR).waits(None, MONDAY + 6 * HOUR)
    case.do(SetCarrierDelay(case=NUMBER, until=until, at=MONDAY + 7 * HOUR, actor="agent1"))

    assert case.clock(COMPLETION).due == due


# --- a case that becomes a MACD request ---


def becomes_approved(case: ClockedCase, at: datetime, since: datetime) -> ClockedCase:
    """Let an agent's `#macd` make it an approver's request, approved at its receipt."""
    made = SetMacd(case=NUMBER, macd=Macd.STANDARD, at=at, actor="agent1", why="R10.1")
    return case.do(message(at), made, Approve(case=NUMBER, at=since, actor=PRIMARY))


def test_r10_2_a_completion_that_is_dated_back_has_the_pauses_of_the_case() -> None:
    """R10.2, R3.4: on hold from Monday 10:00 to Friday 08:00 no clock ran; on Friday it is not breached."""
    case = p(Priority.P4).moves(Status.ON_HOLD, MONDAY + HOUR, mt(2026, 12, 18, 8))
    case.moves(Status.IN_PROGRESS, mt(2026, 12, 18, 8))
    clock = becomes_approved(case, mt(2026, 12, 18, 9), MONDAY).clock(COMPLETION)

    assert [(pause.start, pause.end) for pause in clock.pauses] == [(MONDAY + HOUR, mt(2026, 12, 18, 8))]
    assert (clock.breached_at, clock.due) == (None, mt(2026, 12, 22, 7))  # 23 of 24 hours are left


def test_r3_4_a_pause_that_holds_goes_on() -> None:
    """R3.4, R10.2: `#macd` on a case on hold; neither clock loses its pause."""
    case = p(Priority.P4).moves(Status.ON_HOLD, MONDAY + HOUR, mt(2026, 12, 18, 8))
    case.do(
        SetMacd(case=NUMBER, macd=Macd.STANDARD, at=MONDAY + 2 * HOUR, actor="agent1", why="R10.1"),
        Approve(case=NUMBER, at=MONDAY, actor=PRIMARY),
    )

    assert case.clock(COMPLETION).pauses == case.clock(FIRST).pauses
    assert [pause.start for pause in case.clock(FIRST).pauses] == [MONDAY + HOUR]


def test_r3_11_what_is_past_at_the_macd_is_a_breach_by_reclassification() -> None:
    """R3.11: the completion of a case that lay unanswered for a week did not run out: it was there only now."""
    friday = mt(2026, 12, 18, 9)
    clock = becomes_approved(p(Priority.P4), friday, MONDAY).clock(COMPLETION)

    assert (clock.breach, clock.breached_at, clock.due) == (Breach.RECLASSIFIED, friday, mt(2026, 12, 16, 9))


def test_r10_2_an_answered_case_becomes_a_request_by_that_word() -> None:
    """R10.2: its completion runs from the `#macd`, whatever was before."""
    friday = mt(2026, 12, 18, 9)
    clock = becomes_approved(p(Priority.P4).replies(MONDAY), friday, friday).clock(COMPLETION)

    assert (clock.breached_at, clock.due) == (None, mt(2026, 12, 22, 9))


# --- a priority by mistake ---


def test_r3_11_a_slip_that_nobody_was_told_of_is_no_breach() -> None:
    """R3.3, R3.11: `#priority 1` and then `#priority 4`: reminders and the real breach come as if it never was."""
    case = p(Priority.P4).becomes(Priority.P1, MONDAY + HOUR).becomes(Priority.P4, MONDAY + HOUR + MINUTE)
    clock = case.clock(FIRST)

    assert (clock.breached_at, clock.breach, clock.told) == (None, None, ())
    assert (clock.due, clock.next_at) == (mt(2026, 12, 15, 9), mt(2026, 12, 14, 13, 30))


def test_r3_11_a_breach_that_was_told_stays() -> None:
    """R3.3, R3.11: what the manager was told of stands in the record; so does what is still past."""
    case = p(Priority.P4).becomes(Priority.P1, MONDAY + HOUR)
    clock = case.clock(FIRST)
    past = ClockedCase(case.charter, case.case, dict(case.kept)).becomes(Priority.P2, MONDAY + 2 * HOUR).clock(FIRST)
    case.do(KeepClock(case=NUMBER, clock=replace(clock, told=("due",), next_at=None)))
    case.becomes(Priority.P4, MONDAY + HOUR + MINUTE)

    assert (case.clock(FIRST).breach, case.clock(FIRST).breached_at) == (Breach.RECLASSIFIED, MONDAY + HOUR)
    assert (past.breach, past.breached_at) == (Breach.RECLASSIFIED, MONDAY + HOUR)


def test_r3_11_no_update_is_owed_before_a_public_reply_once_it_is_no_incident() -> None:
    """R3.11: the hourly clock of `#p1g` stops with it; opened as an incident or not."""
    for case in (p(Priority.P1G), p(Priority.P4).becomes(Priority.P1G, MONDAY + MINUTE)):
        case.becomes(Priority.P4, MONDAY + 2 * MINUTE)
        assert not case.is_running(UPDATE)
        assert case.replies(MONDAY + HOUR).clock(UPDATE).started_at == MONDAY + HOUR


def test_r3_11_updates_that_run_anyway_go_on_after_an_incident() -> None:
    """R3.11: after a public reply, and on a reopened case."""
    answered = p(Priority.P4).replies(MONDAY).becomes(Priority.P1G, MONDAY + HOUR)
    reopened = p(Priority.P4).moves(Status.CLOSED, MONDAY).moves(Status.REOPENED, MONDAY + HOUR)
    for case in (answered, reopened.becomes(Priority.P1G, MONDAY + HOUR + MINUTE)):
        assert case.becomes(Priority.P4, MONDAY + 2 * HOUR).is_running(UPDATE)
