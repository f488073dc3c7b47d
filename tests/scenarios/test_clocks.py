"""The desk's clocks as people meet them (R3), told through real mails and the passing of time.

It is Monday 16 November 2026, 09:00 in Denver; business days are 08:00-17:00 there.
"""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import Priority
from daemon.model.promises import Contract, PriorityTimes, Vendor, business_days, minutes
from daemon.model.setup import Config
from daemon.store.clock_views import ClockView
from daemon.tick import Ticked
from tests.scenarios.desk import TestDesk

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"
MANAGER = "manager@desk.example"


def mt(instant: str) -> datetime:
    """Return an instant of November 2026 or later, on Denver's winter clock."""
    return datetime.fromisoformat(f"{instant}-07:00")


def opened(desk: TestDesk) -> int:
    """Let an MPOC open a case now."""
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def worked_on(desk: TestDesk, priority: int = 4) -> int:
    """Open a case of a priority that its technician has answered, all of it now."""
    case = opened(desk)
    desk.assignee(case).answers(case, f"#priority {priority}\n\nWe are on it." if priority != 4 else "We are on it.")
    return case


def clock(desk: TestDesk, case: int, name: str) -> ClockView:
    """Return a clock of a case as it stands now."""
    return desk.case(case).clocks[name]


def of_case(done: tuple[Ticked, ...], case: int) -> list[tuple[str, datetime]]:
    """Return what was done on a case, and as of when."""
    return [(item.action.value, item.at) for item in done if item.case == case]


def kinds_to(desk: TestDesk, address: str, *kinds: str) -> list[str]:
    """Return which mails of these kinds somebody got."""
    return [mail.kind for mail in desk.mails_to(address) if mail.kind in kinds]


PLAN_ROWS = (
    # received, first response due: the plan's own examples for P4
    ("2026-12-18T16:30:00", "2026-12-21T16:30:00"),
    ("2026-12-19T12:00:00", "2026-12-22T08:00:00"),
    ("2026-12-16T17:00:00", "2026-12-18T08:00:00"),
    ("2026-11-25T10:00:00", "2026-11-27T10:00:00"),  # over Thanksgiving
)


@pytest.mark.parametrize(("received", "due"), PLAN_ROWS)
def test_r3_1_a_first_response_is_due_a_business_day_later(desk: TestDesk, received: str, due: str) -> None:
    """R3.1, R3.11: a P4 mail runs from its receipt on the business calendar, to the second."""
    desk.it_is(f"{received}-07:00")

    first = clock(desk, opened(desk), "first_response")

    assert (first.start, first.due, first.state) == (mt(received), mt(due), "running")


def test_r3_2_a_reply_meets_the_first_response_not_the_acknowledgement(desk: TestDesk) -> None:
    """R3.2: the automatic acknowledgement meets nothing, a note neither; the public reply does, and updates begin."""
    case = opened(desk)
    assert kinds_to(desk, PRIMARY, "acknowledgement") == ["acknowledgement"]
    desk.assignee(case).answers(case, "#note\nLooks like the trunk.")
    assert clock(desk, case, "first_response").state == "running"

    desk.it_is("2026-11-16T11:00:00-07:00")
    desk.assignee(case).answers(case, "We are on it.")

    assert clock(desk, case, "first_response").met_at == mt("2026-11-16T11:00:00")
    assert clock(desk, case, "update").due == mt("2026-11-18T11:00:00")


def test_r3_2_each_public_reply_starts_the_next_interval(desk: TestDesk) -> None:
    """R3.2: an update is met by a public reply, which starts the next one; a customer's mail starts none."""
    case = worked_on(desk)
    desk.it_is("2026-11-17T15:00:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "Any news?")
    assert clock(desk, case, "update").due == mt("2026-11-18T09:00:00")

    desk.assignee(case).answers(case, "The carrier is looking.")

    assert clock(desk, case, "update").due == mt("2026-11-19T15:00:00")


def test_r3_3_reminders_and_the_breach_are_told_once_each(desk: TestDesk) -> None:
    """R3.3: at 50 % and 80 % of the business day the agent is reminded; the breach is told to two, and recorded."""
    case = opened(desk)

    done = desk.passes_until("2026-11-20T09:00:00-07:00")

    assert of_case(done, case) == [
        ("reminded", mt("2026-11-16T13:30:00")),
        ("reminded", mt("2026-11-16T16:12:00")),
        ("breached", mt("2026-11-17T09:00:00")),
    ]
    agent = desk.assignee(case).address
    assert kinds_to(desk, agent, "clock_reminder", "clock_breached") == ["clock_reminder"] * 2 + ["clock_breached"]
    assert kinds_to(desk, MANAGER, "clock_breached") == ["clock_breached"]
    assert clock(desk, case, "first_response").state == "breached"
    assert [line.at for line in desk.case(case).history if line.event == "breached"] == [mt("2026-11-17T09:00:00")]


def test_r3_3_a_late_reply_is_a_breach_whoever_noticed(desk: TestDesk) -> None:
    """R3.3: a clock that was met too late is told of once, though it ran out while nobody looked."""
    case = opened(desk)
    desk.it_is("2026-11-17T09:30:00-07:00")
    desk.assignee(case).answers(case, "Sorry, we are on it.")

    first, again = desk.ticks(), desk.ticks()

    assert of_case(first, case) == [("breached", mt("2026-11-17T09:00:00"))]
    assert again == ()
    assert kinds_to(desk, MANAGER, "clock_breached") == ["clock_breached"]


def test_r3_3_a_reply_in_time_is_none_though_it_is_read_late(desk: TestDesk) -> None:
    """R3.3, R5.3: what counts is when the agent's mail came; a reply of 08:59 that is read at 09:30 meets the clock."""
    case = opened(desk)
    answer = desk.last_mail(desk.assignee(case).address, case)
    desk.it_is("2026-11-17T08:59:00-07:00")
    desk.assignee(case).replies_to(answer, "We are on it.")

    desk.it_is("2026-11-17T09:30:00-07:00")

    assert desk.ticks() == ()
    assert clock(desk, case, "first_response").state == "met"


PAUSES = (
    # what stops the clocks, and the reason that stands on the pause
    ("#waiting\n\nWhich phones?", "waits for the customer"),
    ("#hold 2026-11-30\n\nUntil the spare part is here.", "on hold"),
    ("#status resolved\n\nIt should work again.", "resolved, the confirmation is awaited"),
)


@pytest.mark.parametrize(("text", "why"), PAUSES)
def test_r3_4_no_clock_runs_while_the_case_waits(desk: TestDesk, text: str, why: str) -> None:
    """R3.4, R3.11: on hold, waiting for the customer, resolved: the update clock is paused, and nobody is reminded."""
    case = worked_on(desk, priority=2)
    desk.it_is("2026-11-16T09:30:00-07:00")
    desk.assignee(case).answers(case, text)

    done = desk.passes_until("2026-11-17T08:00:00-07:00")

    update = clock(desk, case, "update")
    assert (update.state, [pause.why for pause in update.pauses]) == ("paused", [why])
    assert of_case(done, case) == []


def test_r3_4_after_the_pause_the_rest_of_the_time_runs(desk: TestDesk) -> None:
    """R3.4, R3.10: the pause stands on the clock as an interval, and moves the due time by as much."""
    case = worked_on(desk, priority=2)
    desk.it_is("2026-11-16T09:30:00-07:00")
    desk.assignee(case).answers(case, "#waiting\n\nWhich phones?")
    desk.it_is("2026-11-16T13:30:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "All of them.")

    update = clock(desk, case, "update")

    assert [(pause.from_, pause.to) for pause in update.pauses] == [(mt("2026-11-16T09:30:00"), desk.now)]
    assert update.due == mt("2026-11-16T15:30:00")


def test_r3_5_an_etr_replaces_the_updates_until_it_passes(desk: TestDesk) -> None:
    """R3.5: a P2 with an ETR tomorrow has no update due today; the customer is told, and then it runs out."""
    case = worked_on(desk, priority=2)

    told = desk.assignee(case).answers(case, "#etr 2026-11-17 12:00\n\nThe carrier needs a day.")
    quiet = desk.passes_until("2026-11-16T20:00:00-07:00")
    done = desk.passes_until("2026-11-17T13:00:00-07:00")

    assert "17 November 2026" in told.told(PRIMARY).text
    assert of_case(quiet, case) == []
    assert of_case(done, case)[-1] == ("breached", mt("2026-11-17T12:00:00"))


def test_r3_6_a_vendors_times_take_the_place_of_ours(desk: TestDesk) -> None:
    """R3.6: waiting for a vendor, the case follows the vendor's response and then its updates; the customer is told."""
    vendor = Vendor("carrier-a", "Carrier A", response=minutes(240), update=business_days(1))
    desk.change(lambda config: replace(config, plan=replace(config.plan, vendors=(vendor,))))
    case = worked_on(desk, priority=2)

    told = desk.assignee(case).answers(case, "#vendor carrier-a\n\nWe have asked the carrier.")
    first = clock(desk, case, "update").due
    desk.it_is("2026-11-16T12:00:00-07:00")
    desk.assignee(case).answers(case, "They are working on it.")

    assert "Carrier A" in told.told(PRIMARY).text
    assert first == mt("2026-11-16T13:00:00")
    assert clock(desk, case, "update").due == mt("2026-11-17T12:00:00")


def with_contract(config: Config) -> Config:
    """Return the configuration with a contract for acme: P4 within two hours."""
    times = PriorityTimes(Allowance(120, TimeUnit.MINUTES), business_days(1))
    contract = Contract(priority_times=((Priority.P4, times),))
    customers = tuple(replace(c, contract=contract) if c.id == "acme" else c for c in config.directory.customers)
    return replace(config, directory=replace(config.directory, customers=customers))


def test_r3_7_a_contract_replaces_the_plans_times(desk: TestDesk) -> None:
    """R3.7: acme has a contract of two hours, which the clock names as its basis; others have the plan's."""
    desk.change(with_contract)
    case, other = opened(desk), desk.mpoc("primary@initech.example").writes("Phones").case

    assert clock(desk, case, "first_response").due == mt("2026-11-16T11:00:00")
    assert clock(desk, case, "first_response").basis == "P4, contract of acme"
    assert clock(desk, other, "first_response").due == mt("2026-11-17T09:00:00")


def test_r3_8_a_change_of_priority_keeps_the_start(desk: TestDesk) -> None:
    """R3.8: P3 an hour after the receipt is due four hours after the receipt; the customer is told."""
    case = opened(desk)
    desk.it_is("2026-11-16T10:00:00-07:00")

    told = desk.assignee(case).answers(case, "#priority 3\n#note")

    assert clock(desk, case, "first_response").due == mt("2026-11-16T13:00:00")
    assert told.told(PRIMARY).kind == "status_changed"


def test_r3_11_a_breach_by_reclassification_is_told_as_such(desk: TestDesk) -> None:
    """R3.11: P1 after an hour would have been due after 15 minutes: a breach by reclassification, set apart."""
    case = opened(desk)
    desk.it_is("2026-11-16T10:00:00-07:00")
    desk.assignee(case).answers(case, "#priority 1\n#note")

    done = desk.ticks()

    assert of_case(done, case) == [("breached", desk.now)]
    assert clock(desk, case, "first_response").breach == "by reclassification"
    assert "reclassif" in desk.last_mail(MANAGER, case).text
    assert of_case(desk.passes_until("2026-11-18T10:00:00-07:00"), case) == []


def test_r3_9_an_mpoc_on_a_p1_gets_an_update_on_demand(desk: TestDesk) -> None:
    """R3.9: the first mail of an MPOC starts 15 minutes, the second starts nothing, the agent's reply meets them."""
    case = worked_on(desk, priority=1)
    desk.it_is("2026-11-16T09:20:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "What is going on?")
    desk.it_is("2026-11-16T09:25:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "Hello?")
    assert clock(desk, case, "on_demand").due == mt("2026-11-16T09:35:00")

    desk.it_is("2026-11-16T09:30:00-07:00")
    desk.assignee(case).answers(case, "The router is being replaced.")

    assert clock(desk, case, "on_demand").state == "met"
    assert clock(desk, case, "update").due == mt("2026-11-16T10:30:00")


def test_r3_9_on_demand_runs_out_like_any_clock(desk: TestDesk) -> None:
    """R3.9, R3.3: nobody answered within the 15 minutes: reminded twice, then a breach of its own."""
    case = worked_on(desk, priority=1)
    desk.mpoc(PRIMARY).answers(case, "What is going on?")

    done = desk.passes_until("2026-11-16T09:16:00-07:00")

    assert [action for action, _ in of_case(done, case)] == ["reminded", "reminded", "breached"]
    assert clock(desk, case, "on_demand").state == "breached"


def test_r3_11_on_reopening_both_clocks_start_anew(desk: TestDesk) -> None:
    """R3.11, R3.4: a closing stops the clocks; a reopening starts first response and updates from the reply."""
    case = worked_on(desk)
    desk.assignee(case).answers(case, "#status closed\n\nAll done and tested.")
    assert {clock(desk, case, name).state for name in ("first_response", "update")} == {"met"}

    desk.it_is("2026-11-17T10:00:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "It is down again.")

    assert clock(desk, case, "first_response").due == mt("2026-11-18T10:00:00")
    assert clock(desk, case, "update").due == mt("2026-11-19T10:00:00")
    assert {clock(desk, case, name).state for name in ("first_response", "update")} == {"running"}


def test_r3_11_a_reopened_case_follows_no_etr_of_before(desk: TestDesk) -> None:
    """R3.5, R3.11: on reopening the update clock starts anew, in the database too."""
    case = worked_on(desk)
    desk.assignee(case).answers(case, "#etr 2026-11-30 12:00\n\nNext week.")
    desk.assignee(case).answers(case, "#status closed\n\nDone earlier.")
    desk.it_is("2026-11-17T10:00:00-07:00")

    desk.mpoc(PRIMARY).answers(case, "It is down again.")

    assert (desk.case(case).status, desk.case(case).etr) == ("customer_reopened", None)
    assert clock(desk, case, "update").due == mt("2026-11-19T10:00:00")
