"""The daemon was down: what is done when it is back, what is left out, and what waits for the mail (R3.3, R5.6).

It is Monday 16 November 2026, 09:00 in Denver; business days are 08:00-17:00 there.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import update

from daemon.model.outcome import Outcome
from daemon.model.setup import Config, ImapSettings, Security
from daemon.store import mailboxes
from daemon.store.database import transaction
from daemon.store.tables import clocks
from daemon.tick import Ticked, tick
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_silence import PRIMARY, case_after, mt, of_case, resolved_case, waiting_case

pytestmark = pytest.mark.both_databases

MANAGER = "manager@desk.example"
WEDNESDAY = "2026-11-18T09:00:00-07:00"  # when the silence of Monday 09:00 ends
THURSDAY = "2026-11-19T12:00:00-07:00"


def open_case(desk: TestDesk) -> int:
    """Let an MPOC open a case now."""
    return desk.mpoc(PRIMARY).writes("Phones are down").case


def test_r3_3_after_three_days_there_is_no_burst(desk: TestDesk) -> None:
    """R3.3: one breach, told once to two people; the reminders that came to nothing are named as skipped."""
    case = open_case(desk)
    before = desk.mails()
    desk.it_is(THURSDAY)

    done = desk.ticks()

    assert of_case(done, case) == [
        ("skipped", mt("2026-11-16T13:30:00")),
        ("skipped", mt("2026-11-16T16:12:00")),
        ("breached", mt("2026-11-17T09:00:00")),
    ]
    assert [(mail.kind, mail.to) for mail in desk.mails()[len(before) :]] == [
        ("clock_breached", desk.assignee(case).address),
        ("clock_breached", MANAGER),
    ]
    assert "50%" in done[0].detail
    assert "run out" in done[0].detail


def test_r3_3_of_two_reminders_the_later_is_sent(desk: TestDesk) -> None:
    """R3.3: down over 50 % and 80 %, back before the end: one reminder, that of 80 %."""
    case = open_case(desk)
    desk.it_is("2026-11-17T08:30:00-07:00")

    done = desk.ticks()

    assert [action for action, _ in of_case(done, case)] == ["skipped", "reminded"]
    assert "80 %" in desk.last_mail(desk.assignee(case).address, case).text


def test_everything_that_is_due_is_done_in_order_of_due_time(desk: TestDesk) -> None:
    """R3.3, R4.3: over all cases and kinds of things, however late, and though the hold's end makes a clock run."""
    first = open_case(desk)
    held = case_after(desk, "#priority 2\n#hold 2026-11-17\n\nUntil tomorrow.")
    silent = waiting_case(desk)
    desk.it_is(THURSDAY)

    done = [item for item in desk.ticks() if item.case]

    assert [item.at for item in done] == sorted(item.at for item in done)
    assert {item.case for item in done} == {first, held, silent}
    of_held = [item.action.value for item in done if item.case == held]
    assert of_held == ["hold_ended", "skipped", "skipped", "breached"]


def test_one_broken_thing_holds_up_nothing_else(desk: TestDesk) -> None:
    """R3.3: what cannot be done through a defect of ours is named and tried again; the other cases have their due."""
    broken, sound = open_case(desk), open_case(desk)
    with transaction(desk.desk.engine) as connection:
        connection.execute(update(clocks).where(clocks.c.case_number == broken).values(unit="fortnights"))
    desk.it_is(THURSDAY)

    done = desk.ticks()

    assert [(item.action, item.detail) for item in done if item.case == broken] == [
        ("skipped", "failed, tried again: ValueError")
    ]
    assert of_case(done, sound)[-1] == ("breached", mt("2026-11-17T09:00:00"))


STORIES: tuple[Callable[[TestDesk], int], ...] = (open_case, waiting_case, resolved_case)


@pytest.mark.parametrize("story", STORIES)
def test_a_second_tick_does_nothing(desk: TestDesk, story: Callable[[TestDesk], int]) -> None:
    """S1.2: each thing is done exactly once: a second tick at once finds nothing, and queues nothing."""
    case = story(desk)
    desk.it_is(THURSDAY)
    assert of_case(desk.ticks(), case)
    mails, history = len(desk.mails()), desk.case(case).history

    assert desk.ticks() == ()

    assert (len(desk.mails()), desk.case(case).history) == (mails, history)


def test_two_ticks_at_once_do_each_thing_once(desk: TestDesk) -> None:
    """R3.3: two daemons on one database (PostgreSQL), or a daemon and the command: nothing is done twice."""
    cases = [story(desk) for story in STORIES for _ in range(3)]
    desk.it_is(THURSDAY)
    start = Barrier(3)

    def run() -> tuple[Ticked, ...]:
        start.wait(10)
        return tick(desk.desk, now=desk.now)

    with ThreadPoolExecutor(3) as threads:
        done = [item for ran in [threads.submit(run) for _ in range(3)] for item in ran.result(60)]

    each = [(item.action, item.case, item.at, item.detail) for item in done if item.case]
    assert len(each) == len(set(each))
    assert {case for _, case, _, _ in each} == set(cases)
    assert len([mail for mail in desk.mails() if mail.kind == "clock_breached" and mail.to == MANAGER]) == 3


def watched(config: Config) -> Config:
    """Return the configuration with an IMAP mailbox to watch."""
    mailbox = ImapSettings("support", "imap.desk.example", 993, Security.TLS, "support", "secret")
    return replace(config, settings=replace(config.settings, imap=(mailbox,)))


def swept(desk: TestDesk, at: str) -> None:
    """Let the watch have completed a full sweep that began at an instant."""
    name = desk.desk.config.settings.imap[0].name
    with transaction(desk.desk.engine) as connection:
        mailboxes.claim_watch(connection, name, watcher="watch", now=desk.now)
        reached = mailboxes.Progress(1, 1, datetime.fromisoformat(at))
        mailboxes.record_progress(connection, name, reached, watcher="watch")


SWEEPS = (
    # when the last full sweep began: None, never; and whether the silence ends then
    (None, False),
    ("2026-11-18T08:59:59-07:00", False),
    (WEDNESDAY, True),
    ("2026-11-19T11:59:00-07:00", True),
)


@pytest.mark.parametrize("story", [waiting_case, resolved_case])
@pytest.mark.parametrize(("at", "ends"), SWEEPS)
def test_r5_6_no_ending_by_silence_before_every_mailbox_is_swept(
    desk: TestDesk, story: Callable[[TestDesk], int], at: str | None, *, ends: bool
) -> None:
    """R5.6: after an outage the mailboxes are read first; until then the ending is skipped, and says why."""
    desk.change(watched)
    case = story(desk)
    before = desk.case(case).status
    desk.it_is(THURSDAY)
    if at is not None:
        swept(desk, at)

    done = [item for item in desk.ticks() if item.case == case]

    assert (desk.case(case).status != before) is ends
    if not ends:
        assert [item.action for item in done][-1] == "skipped"
        assert "mailbox support:INBOX was not swept since (R5.6)" in done[-1].detail


def test_r5_6_what_was_postponed_is_done_later_as_of_its_due_time(desk: TestDesk) -> None:
    """R5.6: once the mailbox is swept, the next tick closes the case, as of the instant at which it was due."""
    desk.change(watched)
    case = resolved_case(desk)
    desk.it_is(THURSDAY)
    desk.ticks()
    swept(desk, THURSDAY)

    done = desk.ticks()

    assert of_case(done, case)[-1] == ("closed", mt("2026-11-18T09:00:00"))
    assert desk.case(case).closed_at == mt("2026-11-18T09:00:00")


def test_r5_6_our_own_clocks_wait_for_no_mailbox(desk: TestDesk) -> None:
    """R5.6, R3.3: a breach is told though a mailbox cannot be reached."""
    desk.change(watched)
    case = open_case(desk)
    desk.it_is("2026-11-17T10:00:00-07:00")

    assert of_case(desk.ticks(), case)[-1] == ("breached", mt("2026-11-17T09:00:00"))


@pytest.mark.parametrize("story", [waiting_case, resolved_case])
def test_r5_6_kept_mail_is_decided_before_a_silence_ends(desk: TestDesk, story: Callable[[TestDesk], int]) -> None:
    """R5.6: an answer that came in time and lies unread postpones the ending; once it is read there is no silence."""
    case = story(desk)
    desk.it_is("2026-11-18T08:59:00-07:00")
    desk.reads = False
    desk.mpoc(PRIMARY).answers(case, "It is the second floor.")
    desk.it_is(THURSDAY)

    postponed = desk.ticks()[-1]
    desk.read_next()
    done = desk.ticks()

    assert (postponed.action, postponed.case) == ("skipped", case)
    assert "not decided yet (R5.6)" in postponed.detail
    assert desk.case(case).status == "in_progress"
    assert not {"closed", "closed_no_response"} & dict(of_case(done, case)).keys()


def test_r5_6_mail_that_came_later_postpones_nothing(desk: TestDesk) -> None:
    """R5.6: what was received after the due time is no answer in time: the case is closed, and then it is read."""
    case = waiting_case(desk)
    desk.it_is("2026-11-18T09:00:01-07:00")
    desk.reads = False
    desk.mpoc(PRIMARY).answers(case, "It is the second floor.")

    done = desk.ticks()

    assert of_case(done, case)[-1][0] == "closed_no_response"
    assert desk.read_next().outcome is Outcome.FOLLOW_UP_OPENED


@pytest.mark.parametrize("story", [waiting_case, resolved_case])
def test_r5_6_an_answer_that_came_before_the_closing_undoes_it(
    desk: TestDesk, story: Callable[[TestDesk], int]
) -> None:
    """R5.6: it lay at a relay meanwhile: In Progress again, the customer told once, our clocks run again."""
    case = story(desk)
    answer = desk.last_mail(PRIMARY, case)
    desk.passes_until(THURSDAY)
    assert desk.case(case).closed_at is not None

    desk.now = mt("2026-11-18T08:59:59")  # the date that the trusted relay wrote
    undone = desk.mpoc(PRIMARY).replies_to(answer, "It is the second floor.")
    again = desk.mpoc(PRIMARY).replies_to(answer, "And the third.")

    assert (undone.outcome, undone.case) == (Outcome.CASE_UPDATED, case)
    assert (desk.case(case).status, desk.case(case).closed_at) == ("in_progress", None)
    assert undone.told(PRIMARY).kind == "status_changed"
    assert PRIMARY not in [mail.to for mail in again.answers]
    assert desk.case(case).clocks["update"].state == "running"


def test_r5_6_a_confirmation_that_came_before_the_closing_undoes_nothing(desk: TestDesk) -> None:
    """R4.4, R5.6: "confirmed", received in time and read late, says what the closing says: it stays closed."""
    case = resolved_case(desk)
    answer = desk.last_mail(PRIMARY, case)
    desk.passes_until(THURSDAY)

    desk.now = mt("2026-11-18T08:59:59")
    confirmed = desk.mpoc(PRIMARY).replies_to(answer, "Confirmed.")

    assert (confirmed.outcome, confirmed.case, confirmed.answers) == (Outcome.CASE_UPDATED, case, ())
    assert desk.case(case).status == "closed"


def test_r5_1_a_closing_by_an_agent_is_not_undone(desk: TestDesk) -> None:
    """R5.1, R5.6: only a silence is undone; a mail that crossed an agent's closing reopens the case."""
    case = case_after(desk, "We look at it.")
    answer = desk.last_mail(PRIMARY, case)
    desk.it_is(WEDNESDAY)
    desk.assignee(case).answers(case, "#status closed\n\nAll done and tested.")

    desk.now = mt("2026-11-18T08:59:59")
    crossed = desk.mpoc(PRIMARY).replies_to(answer, "It is the second floor.")

    assert (crossed.outcome, desk.case(case).status) == (Outcome.CASE_REOPENED, "customer_reopened")
