"""R3, R4.6, R6, R9.3, R10: what each effect does to the clocks of a case."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Kind, Macd, Priority, Status, WaitingOn
from daemon.model.charter import Charter
from daemon.model.clocks import Breach, ClockName, ClockState, Pause
from daemon.model.effect import Effect
from daemon.model.people import Directory
from daemon.model.promise_effect import (
    Acknowledge,
    Approve,
    Escalate,
    KeepClock,
    PauseSilence,
    SetCarrierDelay,
    SetEtr,
    SetVendor,
)
from daemon.model.promises import Contract, MacdTimes, PriorityTimes, Vendor, business_days, minutes
from daemon.rules.clocks.times import timed
from tests.rules.clocking import NUMBER, ClockedCase, macd_case, message, opened_case, status_of, waiting
from tests.rules.making import ACME, CHARTER, DIRECTORY, OTHER, PARTNER, PLAN, charter_with, mt

FIRST, UPDATE, ON_DEMAND = ClockName.FIRST_RESPONSE, ClockName.UPDATE, ClockName.ON_DEMAND
ACK, COMPLETION, WAITING = ClockName.MANAGER_ACK, ClockName.COMPLETION, ClockName.WAITING
MONDAY = mt(2026, 12, 14, 9)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def p(priority: Priority) -> ClockedCase:
    """Return a case of this priority, opened on Monday at 09:00."""
    return opened_case(MONDAY, priority=priority)


# --- first response and updates ---


def test_r3_11_a_release_starts_the_first_response() -> None:
    """R3.11: of held mail it starts at the release, the receipt time is shown."""
    case = opened_case(MONDAY, clock_from=MONDAY + 5 * HOUR)

    assert case.case
    assert case.case.opened_at == MONDAY
    assert case.clock(FIRST).started_at == MONDAY + 5 * HOUR


def test_r3_2_only_an_agents_public_reply_meets() -> None:
    """R3.2, R4.8: notes, customers' mail and automatic mail meet nothing and start nothing."""
    case = p(Priority.P2)
    case.do(message(MONDAY + MINUTE, public=False))
    case.do(message(MONDAY + 2 * MINUTE, automatic=True))
    case.writes(MONDAY + 3 * MINUTE)

    assert case.is_running(FIRST)
    assert case.all(UPDATE) == []
    case.replies(MONDAY + 4 * MINUTE)
    assert case.clock(FIRST).met_at == MONDAY + 4 * MINUTE
    assert case.clock(FIRST).state(MONDAY + HOUR) is ClockState.MET
    assert case.clock(UPDATE).started_at == MONDAY + 4 * MINUTE


def test_r3_2_each_public_reply_starts_the_next_interval() -> None:
    """R3.2: the old interval is met and stays in the record."""
    case = p(Priority.P2).replies(MONDAY).replies(MONDAY + HOUR)

    assert [(c.started_at, c.met_at) for c in case.all(UPDATE)] == [(MONDAY, MONDAY + HOUR), (MONDAY + HOUR, None)]


@pytest.mark.parametrize(("late", "breached"), [(0, None), (1, MONDAY + 30 * MINUTE)])
def test_r3_3_a_reply_at_the_due_time_is_in_time(late: int, breached: datetime | None) -> None:
    """R3.3: a second later it is a breach as of the due time, though no tick has noticed; it is still to be told."""
    case = p(Priority.P2).replies(MONDAY + timedelta(minutes=30, seconds=late))
    clock = case.clock(FIRST)

    assert (clock.breached_at, clock.breach) == (breached, Breach.RAN_OUT if breached else None)
    assert clock.next_at == breached
    assert clock.met_at is not None


def told(case: ClockedCase, name: ClockName, at: datetime) -> ClockedCase:
    """Let a tick note and tell that a clock ran out."""
    clock = replace(case.clock(name), breached_at=at, breach=Breach.RAN_OUT, told=("50%", "80%", "due"))
    due, next_at = timed(clock, PLAN)
    return case.do(KeepClock(case=NUMBER, clock=replace(clock, due=due, next_at=next_at)))


def test_r5_6_a_breach_noted_before_a_timely_reply_was_read_is_none() -> None:
    """R3.3, R5.6: the reply was received before the due time, and read after the tick."""
    case = told(p(Priority.P2), FIRST, MONDAY + 30 * MINUTE).replies(MONDAY + 29 * MINUTE)

    assert case.clock(FIRST).breached_at is None
    assert case.clock(FIRST).state(MONDAY + HOUR) is ClockState.MET


def test_r3_3_a_breach_that_was_told_is_not_told_again() -> None:
    """R3.3: once each; the reply that comes too late meets the clock and leaves the breach on record."""
    case = told(p(Priority.P2), FIRST, MONDAY + 30 * MINUTE).replies(MONDAY + HOUR)
    clock = case.clock(FIRST)

    assert (clock.breached_at, clock.met_at, clock.next_at) == (MONDAY + 30 * MINUTE, MONDAY + HOUR, None)
    assert clock.state(MONDAY + HOUR) is ClockState.BREACHED


def test_r5_6_a_reply_read_late_ends_no_interval_that_began_after_it() -> None:
    """R3.2: received before another reply and read after it, it is no answer to what came later."""
    case = p(Priority.P1).replies(MONDAY + 10 * MINUTE).writes(MONDAY + 11 * MINUTE)
    case.replies(MONDAY + 5 * MINUTE)

    assert case.clock(UPDATE).started_at == MONDAY + 10 * MINUTE
    assert case.is_running(UPDATE)
    assert case.is_running(ON_DEMAND)


# --- pauses ---

PAUSES = [
    pytest.param(status_of(Status.ON_HOLD, MONDAY, mt(2026, 12, 16, 8)), mt(2026, 12, 16, 8), id="R4.3 on hold"),
    pytest.param(status_of(Status.RESOLVED, MONDAY), None, id="R3.11 resolved"),
    pytest.param(status_of(Status.DUPLICATE, MONDAY), None, id="R3.11 duplicate"),
    pytest.param(waiting(WaitingOn.CUSTOMER, MONDAY), None, id="R3.4, R6.1 waits for the customer"),
]


@pytest.mark.parametrize(("effect", "until"), PAUSES)
def test_r3_4_a_state_pauses_the_clocks(effect: Effect, until: datetime | None) -> None:
    """R3.4, R3.11: first response and updates pause; where the end is known the due time is known too."""
    case = p(Priority.P2).do(effect)
    clock = case.clock(FIRST)

    assert [(pause.start, pause.end) for pause in clock.pauses] == [(MONDAY, until)]
    assert clock.due == (until + 30 * MINUTE if until else None)
    assert clock.state(MONDAY + MINUTE) is ClockState.PAUSED


def test_r3_4_the_end_of_a_pause_is_kept_as_an_interval() -> None:
    """R3.10: business time lost to the pause is added to the due time, nights and weekends are not."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, mt(2026, 12, 14, 12)).waits(None, mt(2026, 12, 15, 10))
    clock = case.clock(FIRST)

    assert clock.pauses == (Pause(mt(2026, 12, 14, 12), mt(2026, 12, 15, 10), "waits for the customer"),)
    assert clock.due == mt(2026, 12, 15, 16)  # Tuesday 09:00, and the seven hours of business that were lost


def test_r3_4_a_pause_at_night_costs_no_business_time() -> None:
    """R3.11: a clock in business days counts business time only."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, mt(2026, 12, 14, 17)).waits(None, mt(2026, 12, 15, 8))

    assert case.clock(FIRST).due == mt(2026, 12, 15, 9)


def test_r10_3_a_pause_of_nothing_moves_no_due_time_out_of_hours() -> None:
    """R10.3: done by Monday 21:00 stays so, though the case waited for the customer on Sunday."""
    case = macd_case(mt(2026, 12, 18, 21), Macd.EXPEDITED)
    case.waits(WaitingOn.CUSTOMER, mt(2026, 12, 20, 9)).waits(None, mt(2026, 12, 20, 12))

    assert case.clock(COMPLETION).due == mt(2026, 12, 21, 21)


def test_r4_3_a_hold_that_is_moved_or_ended_early() -> None:
    """R4.3: pauses never overlap; a customer's reply ends the hold at once, and what is left runs."""
    case = p(Priority.P2).moves(Status.ON_HOLD, MONDAY + 10 * MINUTE, mt(2026, 12, 16, 8))
    case.moves(Status.ON_HOLD, MONDAY + HOUR, mt(2026, 12, 17, 8))
    case.do(message(MONDAY + 2 * HOUR, incoming=True, author=OTHER), status_of(Status.IN_PROGRESS, MONDAY + 2 * HOUR))
    clock = case.clock(FIRST)

    assert [(x.start, x.end) for x in clock.pauses] == [
        (MONDAY + 10 * MINUTE, MONDAY + HOUR),
        (MONDAY + HOUR, MONDAY + 2 * HOUR),
    ]
    assert clock.due == MONDAY + 2 * HOUR + 20 * MINUTE


def test_r4_3_a_hold_that_is_over_pauses_nothing() -> None:
    """R4.3: before the tick has seen to it, a reply starts an interval that runs."""
    case = p(Priority.P2).moves(Status.ON_HOLD, MONDAY, mt(2026, 12, 16, 8)).replies(mt(2026, 12, 16, 9))

    assert case.clock(UPDATE).pauses == ()


def test_r4_6_shipping_pauses_updates_until_the_delivery() -> None:
    """R4.6: the update clock alone, and only where a date was given."""
    case = p(Priority.P2).replies(MONDAY).moves(Status.SHIPPING, MONDAY + HOUR, mt(2026, 12, 16, 8))

    assert case.clock(UPDATE).pauses == (Pause(MONDAY + HOUR, mt(2026, 12, 16, 8), "shipping"),)
    assert case.clock(UPDATE).due == mt(2026, 12, 16, 9)
    assert p(Priority.P2).replies(MONDAY).moves(Status.SHIPPING, MONDAY + HOUR).clock(UPDATE).pauses == ()
    assert p(Priority.P2).moves(Status.SHIPPING, MONDAY, mt(2026, 12, 16, 8)).clock(FIRST).pauses == ()


def test_r3_4_no_clock_runs_while_a_case_is_closed() -> None:
    """R3.4, R3.11: they stop, but for the manager's acknowledgement."""
    case = p(Priority.P1).replies(MONDAY).writes(MONDAY + MINUTE).do(escalated(2, MONDAY + 2 * MINUTE))
    case.moves(Status.CLOSED, MONDAY + 3 * MINUTE)

    assert case.case
    assert [clock.name for clock in case.case.clocks] == [ACK]
    assert case.clock(UPDATE).stopped_at == MONDAY + 3 * MINUTE
    assert case.clock(UPDATE).state(MONDAY + HOUR) is ClockState.STOPPED


# --- reopening ---


def test_r3_11_reopening_starts_both_anew() -> None:
    """R3.11, R5.1: the old clocks stay in the record."""
    case = p(Priority.P2).replies(MONDAY).moves(Status.CLOSED, MONDAY + HOUR)
    case.do(status_of(Status.REOPENED, MONDAY + 5 * HOUR), message(MONDAY + 5 * HOUR, incoming=True, author=OTHER))

    assert [clock.started_at for clock in case.all(FIRST)] == [MONDAY, MONDAY + 5 * HOUR]
    assert [clock.started_at for clock in case.all(UPDATE)] == [MONDAY, MONDAY + 5 * HOUR]
    case.replies(MONDAY + 5 * HOUR + MINUTE)
    assert case.clock(FIRST).met_at == MONDAY + 5 * HOUR + MINUTE


def test_r5_6_an_undone_closing_owes_an_update() -> None:
    """R5.6: In Progress again as of the answer's receipt; no new first response, no silence."""
    case = p(Priority.P4).replies(MONDAY).waits(WaitingOn.CUSTOMER, MONDAY)
    case.moves(Status.CLOSED_NO_RESPONSE, mt(2026, 12, 16, 9))
    answered = mt(2026, 12, 16, 8, 30)
    case.do(status_of(Status.IN_PROGRESS, answered), message(answered, incoming=True, author=OTHER))

    assert (case.clock(UPDATE).started_at, case.clock(UPDATE).pauses) == (answered, ())
    assert len(case.all(FIRST)) == 1
    assert not case.is_running(WAITING)


# --- silence ---


def test_r6_2_waiting_for_the_customer_is_a_clock_of_its_own() -> None:
    """R6.1, R6.2: two business days; the reminder after one, the technician's warning half a day before the end."""
    case = p(Priority.P4).replies(MONDAY, waiting(WaitingOn.CUSTOMER, MONDAY))
    clock = case.clock(WAITING)

    assert (clock.due, clock.next_at) == (mt(2026, 12, 16, 9), mt(2026, 12, 15, 9))
    reminded = replace(clock, told=("reminder",))
    assert timed(reminded, PLAN)[1] == mt(2026, 12, 15, 13, 30)


def test_r6_2_an_agents_reply_starts_the_silence_anew() -> None:
    """R6.2, issue 3: the technician who answers the warning keeps the case open; our mail is a new try."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY).replies(mt(2026, 12, 15, 15))

    assert [clock.started_at for clock in case.all(WAITING)] == [MONDAY, mt(2026, 12, 15, 15)]
    assert case.clock(WAITING).due == mt(2026, 12, 17, 15)


def test_r6_2_an_answer_meets_the_silence() -> None:
    """R6.2: any answer in between stops it; a silence that ran out is no breach of ours."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY)
    answered = mt(2026, 12, 17, 12)
    case.do(message(answered, incoming=True, author=PARTNER), waiting(None, answered))
    clock = case.clock(WAITING)

    assert (clock.met_at, clock.breached_at, case.is_running(WAITING)) == (answered, None, False)
    assert len(case.all(WAITING)) == 1


def test_r4_8_a_vacation_note_is_no_answer() -> None:
    """R4.8: machine-made mail stops no clock."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY)
    case.do(message(MONDAY + HOUR, incoming=True, author=OTHER, automatic=True))

    assert case.clock(WAITING).met_at is None


def test_r4_4_what_is_said_without_ending_the_wait_starts_it_anew() -> None:
    """R4.4: a resolved case never stays without its clock, or nothing would ever close it."""
    case = p(Priority.P4).moves(Status.RESOLVED, MONDAY).writes(MONDAY + HOUR, PARTNER)

    assert case.clock(WAITING).started_at == MONDAY + HOUR
    assert case.is_running(WAITING)


def test_r3_6_naming_a_vendor_leaves_a_confirmation_awaited() -> None:
    """R3.6, R4.4: what ends the wait for an answer does not end the one for the confirmation."""
    case = with_vendor(p(Priority.P4)).moves(Status.RESOLVED, MONDAY)
    case.do(vendor("carrier", MONDAY + HOUR), waiting(None, MONDAY + HOUR))

    assert case.is_running(WAITING)


def test_r4_8_a_bounce_is_no_silence() -> None:
    """R4.8, S3.4: the clock pauses until somebody writes again."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY)
    case.do(PauseSilence(case=NUMBER, at=MONDAY + HOUR, why="our mail bounced"))

    assert (case.clock(WAITING).due, case.clock(WAITING).next_at) == (None, None)
    case.replies(MONDAY + 2 * HOUR)
    assert case.clock(WAITING).due == mt(2026, 12, 16, 11)


# --- priorities ---


def test_r3_8_a_change_measures_from_the_same_start() -> None:
    """R3.8: start and pauses stay; P4 that becomes P3 is due four hours after the opening, and the pause."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY + HOUR).waits(None, MONDAY + 2 * HOUR)
    case.becomes(Priority.P3, MONDAY + 3 * HOUR)
    clock = case.clock(FIRST)

    assert (clock.started_at, clock.due, clock.terms.basis) == (MONDAY, MONDAY + 5 * HOUR, "P3")
    assert len(clock.pauses) == 1
    assert len(case.all(FIRST)) == 1


def test_r3_11_a_change_into_the_past_is_a_breach_by_reclassification() -> None:
    """R3.11: recorded at the change, to be told, and apart from what ran out; reminders behind it are not sent."""
    clock = p(Priority.P4).becomes(Priority.P1, MONDAY + HOUR).clock(FIRST)

    assert (clock.breached_at, clock.breach) == (MONDAY + HOUR, Breach.RECLASSIFIED)
    assert (clock.due, clock.next_at) == (MONDAY + 15 * MINUTE, MONDAY + HOUR)


def test_r3_11_also_while_it_pauses() -> None:
    """R3.11: the time was over before the pause began."""
    case = p(Priority.P4).waits(WaitingOn.CUSTOMER, MONDAY + HOUR).becomes(Priority.P1, MONDAY + 2 * HOUR)

    assert case.clock(FIRST).breach is Breach.RECLASSIFIED


def test_r3_3_a_change_does_not_heal_what_ran_out() -> None:
    """R3.3: it ran out before the change, noticed or not; a reply in time by the new measure leaves it so."""
    case = p(Priority.P2).becomes(Priority.P4, MONDAY + HOUR)

    assert (case.clock(FIRST).breached_at, case.clock(FIRST).breach) == (MONDAY + 30 * MINUTE, Breach.RAN_OUT)
    case.replies(MONDAY + 2 * HOUR)
    assert case.clock(FIRST).breached_at == MONDAY + 30 * MINUTE


def test_r5_6_a_change_received_before_the_breach_that_a_tick_noted() -> None:
    """R3.8, R5.6: the mail with the change was received in time; the new due time will be told when it comes."""
    case = told(p(Priority.P2), FIRST, MONDAY + 30 * MINUTE).becomes(Priority.P3, MONDAY + 20 * MINUTE)
    clock = case.clock(FIRST)

    assert (clock.breached_at, clock.due, clock.next_at) == (None, MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)


def test_r3_11_p1g_runs_from_the_opening() -> None:
    """R3.11: its first communication is due after 15 minutes; the hourly clock runs before any reply."""
    case = p(Priority.P1G)

    assert case.clock(FIRST).due == MONDAY + 15 * MINUTE
    assert case.clock(UPDATE).due == MONDAY + HOUR
    later = p(Priority.P4).becomes(Priority.P1G, MONDAY + MINUTE)
    assert later.clock(FIRST).due == MONDAY + 15 * MINUTE
    assert later.clock(UPDATE).due == MONDAY + MINUTE + HOUR


# --- on demand ---


def test_r3_9_an_mpoc_on_a_p1_gets_an_update_within_15_minutes() -> None:
    """R3.9: a mail starts the clock unless it runs, a public reply meets it; participants start none."""
    case = p(Priority.P1)
    assert not case.is_running(ON_DEMAND)  # the request itself asks for no update
    case.writes(MONDAY + HOUR, OTHER).writes(MONDAY + HOUR + MINUTE)

    assert [clock.due for clock in case.all(ON_DEMAND)] == [MONDAY + HOUR + 15 * MINUTE]
    case.replies(MONDAY + HOUR + 5 * MINUTE)
    assert case.clock(ON_DEMAND).met_at == MONDAY + HOUR + 5 * MINUTE
    case.writes(MONDAY + 2 * HOUR)
    assert len(case.all(ON_DEMAND)) == 2
    for other in (p(Priority.P1).writes(MONDAY, PARTNER), p(Priority.P2).writes(MONDAY)):
        assert other.all(ON_DEMAND) == []


def test_r3_9_ends_with_the_priority() -> None:
    """R3.9: a case that is no P1 any more owes nothing on demand."""
    case = p(Priority.P1).writes(MONDAY + MINUTE).becomes(Priority.P2, MONDAY + 2 * MINUTE)

    assert case.clock(ON_DEMAND).stopped_at == MONDAY + 2 * MINUTE


# --- ETR, vendors, contracts ---


def etr(until: datetime, at: datetime) -> SetEtr:
    """Return an estimated time of resolution."""
    return SetEtr(case=NUMBER, etr=until, at=at, actor="agent1")


def test_r3_5_an_etr_replaces_the_updates_until_it_passes() -> None:
    """R3.5: replies before it start no shorter interval; the first after it follows the priority again."""
    case = p(Priority.P1).replies(MONDAY, etr(MONDAY + 5 * HOUR, MONDAY))
    assert (case.clock(UPDATE).due, case.clock(UPDATE).terms.basis) == (MONDAY + 5 * HOUR, "ETR")

    assert case.replies(MONDAY + 3 * HOUR).clock(UPDATE).due == MONDAY + 5 * HOUR
    assert case.replies(MONDAY + 5 * HOUR).clock(UPDATE).due == MONDAY + 6 * HOUR


def test_r3_5_a_named_time_is_not_moved_by_what_was_before() -> None:
    """R3.5: the case waited before the ETR was given; what it waits afterwards counts (R3.4)."""
    case = p(Priority.P1).replies(MONDAY).waits(WaitingOn.CUSTOMER, MONDAY + MINUTE).waits(None, MONDAY + HOUR)
    case.do(etr(MONDAY + 8 * HOUR, MONDAY + 2 * HOUR))
    assert case.clock(UPDATE).due == MONDAY + 8 * HOUR

    case.waits(WaitingOn.CUSTOMER, MONDAY + 3 * HOUR).waits(None, MONDAY + 4 * HOUR)
    assert case.clock(UPDATE).due == MONDAY + 9 * HOUR


CARRIER = Vendor("carrier", "Carrier", response=minutes(480), update=business_days(3))


def with_vendor(case: ClockedCase) -> ClockedCase:
    """Return the case at a desk that knows a carrier."""
    case.charter = charter_with(vendors=(CARRIER,))
    return case


def vendor(name: str, at: datetime) -> SetVendor:
    """Return the vendor that the case waits for."""
    return SetVendor(case=NUMBER, vendor=name, at=at, actor="agent1")


def test_r3_6_a_case_follows_its_vendors_times() -> None:
    """R3.6: response first, updates after each reply; a priority changes nothing of that; afterwards the plan's own."""
    case = with_vendor(p(Priority.P2)).replies(MONDAY, vendor("carrier", MONDAY))
    assert (case.clock(UPDATE).due, case.clock(UPDATE).terms.basis) == (MONDAY + 8 * HOUR, "vendor carrier")

    case.becomes(Priority.P3, MONDAY + HOUR)
    assert case.clock(UPDATE).due == MONDAY + 8 * HOUR
    assert case.replies(MONDAY + 2 * HOUR).clock(UPDATE).due == mt(2026, 12, 17, 11)
    case.do(vendor("", MONDAY + 3 * HOUR))
    assert case.clock(UPDATE).terms.basis == "P3"


def test_r4_3_a_hold_that_ends_late_brings_no_interval_back() -> None:
    """R3.6, R4.3: the tick that ends a hold with a vendor comes after a reply of later that day; it waits on."""
    case = with_vendor(p(Priority.P2)).replies(MONDAY).moves(Status.ON_HOLD, MONDAY, mt(2026, 12, 16, 8))
    case.do(vendor("carrier", MONDAY + HOUR)).replies(mt(2026, 12, 16, 9))
    case.moves(Status.IN_PROGRESS, mt(2026, 12, 16, 8))

    assert (case.clock(UPDATE).started_at, case.clock(UPDATE).terms.basis) == (mt(2026, 12, 16, 9), "vendor carrier")


def test_r3_6_an_etr_ahead_comes_before_the_vendor() -> None:
    """R3.5, R3.6: the customer was given a time, whatever the vendor's is."""
    case = with_vendor(p(Priority.P2)).replies(MONDAY, etr(MONDAY + 5 * HOUR, MONDAY), vendor("carrier", MONDAY))

    assert case.clock(UPDATE).due == MONDAY + 5 * HOUR


def contracted() -> Charter:
    """Return a desk whose customer has times of their own, on a calendar that never closes."""
    own = Contract(
        calendar="extended",
        priority_times=((Priority.P4, PriorityTimes(business_days(2), minutes(30))),),
        macd_times=((Macd.STANDARD, MacdTimes(minutes(60), business_days(1))),),
        on_demand=Allowance(5, TimeUnit.MINUTES),
    )
    customers = (replace(ACME, contract=own), *DIRECTORY.customers[1:])
    return Charter(PLAN, replace(DIRECTORY, customers=customers))


def test_r3_7_a_contract_replaces_any_of_these_times() -> None:
    """R3.7: what it names is the customer's, on the customer's calendar; the rest is the plan's."""
    case = opened_case(mt(2026, 12, 18, 18), contracted())
    assert (case.clock(FIRST).due, case.clock(FIRST).terms.basis) == (mt(2026, 12, 22, 18), "P4, contract of acme")
    assert case.replies(mt(2026, 12, 18, 18)).clock(UPDATE).due == mt(2026, 12, 18, 18, 30)

    urgent = opened_case(MONDAY, contracted(), priority=Priority.P1).writes(MONDAY + HOUR)
    assert urgent.clock(FIRST).due == MONDAY + 15 * MINUTE
    assert urgent.clock(ON_DEMAND).due == MONDAY + HOUR + 5 * MINUTE
    assert macd_case(MONDAY, charter=contracted()).clock(FIRST).due == MONDAY + HOUR


def test_r3_7_a_customer_who_left_has_the_plans_times() -> None:
    """R3.7: a case outlives its customer's file."""
    nobody = Charter(PLAN, Directory((), DIRECTORY.agents, DIRECTORY.teams, DIRECTORY.products, "support"))

    assert opened_case(MONDAY, nobody, priority=Priority.P2).clock(FIRST).due == MONDAY + 30 * MINUTE


# --- escalation ---


def escalated(level: int, at: datetime) -> Escalate:
    """Return an escalation."""
    return Escalate(case=NUMBER, level=level, to="boss", at=at, actor="daemon", why="R9.2")


def test_r9_3_a_manager_acknowledges_within_an_hour() -> None:
    """R9.3, R3.11: neither hold nor wait pauses it; any reply of theirs meets it."""
    case = p(Priority.P4).do(escalated(2, MONDAY)).moves(Status.ON_HOLD, MONDAY + MINUTE, mt(2026, 12, 16, 8))
    assert (case.clock(ACK).due, case.clock(ACK).next_at) == (MONDAY + HOUR, MONDAY + HOUR)

    case.do(Acknowledge(case=NUMBER, at=MONDAY + 30 * MINUTE, actor="boss"))
    assert case.clock(ACK).state(MONDAY + 2 * HOUR) is ClockState.MET


@pytest.mark.parametrize("late", [0, 10])
def test_r9_3_the_next_level_starts_anew(late: int) -> None:
    """R9.3: what was written of the old clock stays: its breach at the due time, told once."""
    case = p(Priority.P4).do(escalated(2, MONDAY))
    clock = replace(case.clock(ACK), breached_at=MONDAY + HOUR, breach=Breach.RAN_OUT, told=("due",), next_at=None)
    for effects in (
        (KeepClock(case=NUMBER, clock=clock), escalated(3, MONDAY + HOUR + late * MINUTE)),
        (escalated(3, MONDAY + HOUR + late * MINUTE), KeepClock(case=NUMBER, clock=clock)),
    ):
        other = ClockedCase(case.charter, case.case, dict(case.kept)).do(*effects)
        old, new = other.all(ACK)
        assert (old.breached_at, old.told, old.next_at) == (MONDAY + HOUR, ("due",), None)
        assert not old.is_active
        assert (new.due, new.terms.basis) == (MONDAY + (2 * HOUR) + late * MINUTE, "level 3")


# --- MACD ---


def test_r10_2_completion_runs_from_the_approval() -> None:
    """R10.2: without an approval it does not run; the first response does, from receipt."""
    case = macd_case(MONDAY, approved_at=None).waits(WaitingOn.APPROVAL, MONDAY)
    assert case.clock(FIRST).due == mt(2026, 12, 15, 9)
    assert case.all(COMPLETION) == []

    case.do(Approve(case=NUMBER, at=mt(2026, 12, 15, 10), actor=OTHER))
    assert (case.clock(COMPLETION).started_at, case.clock(COMPLETION).due) == (
        mt(2026, 12, 15, 10),
        mt(2026, 12, 17, 10),
    )


def test_r10_1_a_request_has_a_completion_and_no_updates() -> None:
    """R10.1: response and completion are the two clocks; closing the case meets the completion."""
    case = macd_case(MONDAY).replies(MONDAY + HOUR)
    assert case.all(UPDATE) == []

    case.moves(Status.RESOLVED, mt(2026, 12, 16, 8)).moves(Status.CLOSED, mt(2026, 12, 17, 12))
    assert (case.clock(COMPLETION).met_at, case.clock(COMPLETION).breached_at) == (mt(2026, 12, 17, 12), None)


def test_r10_1_what_nobody_answered_was_not_completed() -> None:
    """R10.1, R6.2: a closing for want of an answer meets nothing."""
    case = macd_case(MONDAY).replies(MONDAY).moves(Status.CLOSED_NO_RESPONSE, MONDAY + HOUR)

    assert case.clock(COMPLETION).met_at is None
    assert case.clock(COMPLETION).stopped_at == MONDAY + HOUR


def test_r10_1_a_carrier_names_the_date() -> None:
    """R10.1: the completion is due then, whatever it waited before; a date that is past when work begins is none."""
    case = macd_case(MONDAY).waits(WaitingOn.CUSTOMER, MONDAY + HOUR).waits(None, MONDAY + 2 * HOUR)
    case.do(SetCarrierDelay(case=NUMBER, until=mt(2026, 12, 23, 19), at=MONDAY + 3 * HOUR, actor="agent1"))
    assert (case.clock(COMPLETION).due, case.clock(COMPLETION).started_at) == (mt(2026, 12, 23, 19), MONDAY)

    early = macd_case(MONDAY, approved_at=None)
    early.do(SetCarrierDelay(case=NUMBER, until=mt(2026, 12, 15, 19), at=MONDAY, actor="agent1"))
    early.do(Approve(case=NUMBER, at=mt(2026, 12, 16, 9), actor=OTHER))
    assert early.clock(COMPLETION).due == mt(2026, 12, 18, 9)


def test_r10_1_a_case_becomes_a_request() -> None:
    """R10.1, R10.3: `#macd` measures from the case's own start, "expedite yes" from the answer."""
    case = p(Priority.P4).becomes_macd(Macd.STANDARD, MONDAY + HOUR)
    assert (case.clock(FIRST).due, case.clock(FIRST).terms.basis) == (mt(2026, 12, 15, 9), "MACD standard")

    yes = mt(2026, 12, 14, 20)
    case.becomes_macd(Macd.EXPEDITED, yes, since=yes)
    assert (case.clock(FIRST).started_at, case.clock(FIRST).due) == (yes, yes + 4 * HOUR)
    assert case.case
    assert case.case.kind is Kind.MACD


def test_r3_10_a_decision_that_touches_no_clock_writes_none() -> None:
    """R3.10: what did not change is not written again."""
    case = p(Priority.P4).do(message(MONDAY + HOUR, public=False))

    assert case.written == 0
    assert CHARTER.plan.reminder_shares == (50, 80)
