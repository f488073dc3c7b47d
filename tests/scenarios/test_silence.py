"""What happens while the customer says nothing, and what ends it (R4.3, R4.4, R4.6, R4.8, R6), as stories.

It is Monday 16 November 2026, 09:00 in Denver; business days are 08:00-17:00 there.
"""

from datetime import datetime

import pytest

from daemon.model.outcome import Outcome
from daemon.tick import Ticked
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_machines import bounce_of

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"
NEXT_WEEK = "2026-11-23T12:00:00-07:00"


def mt(instant: str) -> datetime:
    """Return an instant on Denver's winter clock."""
    return datetime.fromisoformat(f"{instant}-07:00")


def case_after(desk: TestDesk, text: str) -> int:
    """Open a case, answer it, and let its technician write this, all of it now."""
    case = desk.mpoc(PRIMARY).writes("Phones are down").case
    desk.assignee(case).answers(case, "We are on it.")
    ended = desk.assignee(case).answers(case, text)
    assert ended.outcome is Outcome.AGENT_UPDATE, ended.reason
    return case


def waiting_case(desk: TestDesk) -> int:
    """Return a case on which the customer's answer is awaited since now (R6.1)."""
    return case_after(desk, "#waiting\n\nWhich phones?")


def resolved_case(desk: TestDesk) -> int:
    """Return a case on which the customer's confirmation is awaited since now (R4.4)."""
    return case_after(desk, "#status resolved\n\nIt should work again.")


def of_case(done: tuple[Ticked, ...], case: int) -> list[tuple[str, datetime]]:
    """Return what was done on a case, and as of when."""
    return [(item.action.value, item.at) for item in done if item.case == case]


def last_kind(desk: TestDesk, address: str, case: int) -> str:
    """Return the kind of the last mail that somebody got on a case."""
    return desk.last_mail(address, case).kind


def test_r6_2_silence_ends_in_closed_no_response(desk: TestDesk) -> None:
    """R6.2: reminded after a business day, the technician warned half a day before, closed after two."""
    case = waiting_case(desk)

    done = desk.passes_until(NEXT_WEEK)

    assert of_case(done, case) == [
        ("reminded", mt("2026-11-17T09:00:00")),
        ("reminded", mt("2026-11-17T13:30:00")),
        ("closed_no_response", mt("2026-11-18T09:00:00")),
    ]
    closed = desk.case(case)
    assert (closed.status, closed.closed_at) == ("closed_no_response", mt("2026-11-18T09:00:00"))
    assert {clock.state for clock in closed.clocks.values()} <= {"met", "stopped"}
    assert [mail.kind for mail in desk.mails_to(PRIMARY)][-2:] == ["answer_reminder", "status_changed"]
    assert "reply to this mail" in desk.last_mail(PRIMARY, case).text  # how to resume
    assert last_kind(desk, desk.assignee(case).address, case) == "silence_warning"


def test_r5_4_after_that_a_reply_opens_a_linked_case(desk: TestDesk) -> None:
    """R5.4: one minute after the closing by silence is after it: the customer resumes by a linked case."""
    case = waiting_case(desk)
    desk.passes_until("2026-11-18T09:01:00-07:00")

    reply = desk.mpoc(PRIMARY).answers(case, "Sorry, all of them.")

    assert reply.outcome is Outcome.FOLLOW_UP_OPENED


def test_r6_2_any_answer_in_between_stops_it(desk: TestDesk) -> None:
    """R6.2: an answer on Tuesday ends the wait; nothing is closed, and our own clock runs on."""
    case = waiting_case(desk)
    desk.passes_until("2026-11-17T15:00:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "All of them.")

    done = desk.passes_until("2026-11-18T12:00:00-07:00")

    answered = desk.case(case)
    assert (answered.status, answered.waiting_on) == ("in_progress", None)
    assert answered.clocks["waiting"].state == "met"
    assert "closed_no_response" not in dict(of_case(done, case))


WRITTEN = [
    pytest.param(
        "One more thing: since when?",
        [
            ("reminded", mt("2026-11-18T14:00:00")),
            ("reminded", mt("2026-11-19T09:30:00")),
            ("closed_no_response", mt("2026-11-19T14:00:00")),
        ],
        id="a reply",
    ),
    pytest.param("#note\nThey are on holiday.", [("closed_no_response", mt("2026-11-18T09:00:00"))], id="a note"),
]


@pytest.mark.parametrize(("text", "then"), WRITTEN)
def test_r6_2_a_reply_keeps_the_case_open_a_note_does_not(
    desk: TestDesk, text: str, then: list[tuple[str, datetime]]
) -> None:
    """R6.2: by a reply after the warning two business days of trying begin anew; a note reaches no customer."""
    case = waiting_case(desk)
    desk.passes_until("2026-11-17T14:00:00-07:00")
    desk.assignee(case).answers(case, text)

    assert of_case(desk.passes_until(NEXT_WEEK), case) == then


def test_r4_2_a_first_reply_leaves_a_wait_and_a_vendor(desk: TestDesk) -> None:
    """R4.2, R6.2, R3.6: what was said in a note before the first reply still holds after it, in the database too."""
    vendor = desk.desk.config.plan.vendors[0].id
    waits, follows = (desk.mpoc(PRIMARY).writes(subject).case for subject in ("Phones are down", "No dial tone"))
    for case, command in ((waits, "#waiting"), (follows, f"#vendor {vendor}")):
        assigned = desk.last_mail(desk.assignee(case).address, case)
        desk.assignee(case).replies_to(assigned, f"#note\n{command}")
        desk.assignee(case).replies_to(assigned, "Please see above.")

    assert (desk.case(waits).status, desk.case(waits).waiting_on) == ("in_progress", "customer")
    assert desk.case(waits).clocks["waiting"].state == "running"
    now = desk.case(follows)
    assert (now.status, now.waiting_on, now.vendor) == ("in_progress", "vendor", vendor)


def test_r3_4_a_case_on_hold_is_not_closed_by_silence(desk: TestDesk) -> None:
    """R3.4, R4.3, R6.2: on hold no clock runs; the two business days of trying are those after it."""
    case = case_after(desk, "#hold 2026-11-23\n#waiting\n\nWhich phones? We go on next Monday.")

    done = desk.passes_until("2026-11-27T12:00:00-07:00")

    assert ("reminded", mt("2026-11-24T08:00:00")) in of_case(done, case)
    assert of_case(done, case)[-1] == ("closed_no_response", mt("2026-11-25T08:00:00"))


def test_r4_4_an_unconfirmed_case_is_closed(desk: TestDesk) -> None:
    """R4.4: reminded after a business day, closed after two; the seven days of R5.1 remain."""
    case = resolved_case(desk)

    done = desk.passes_until("2026-11-24T12:00:00-07:00")

    assert of_case(done, case) == [
        ("reminded", mt("2026-11-17T09:00:00")),
        ("closed", mt("2026-11-18T09:00:00")),
    ]
    assert [mail.kind for mail in desk.mails_to(PRIMARY)][-2:] == ["confirmation_reminder", "status_changed"]
    assert "25 November 2026" in desk.last_mail(PRIMARY, case).text
    assert desk.mpoc(PRIMARY).answers(case, "It is down again.").outcome is Outcome.CASE_REOPENED


def test_r4_4_anything_but_a_confirmation_takes_the_work_up_again(desk: TestDesk) -> None:
    """R4.4: a reply after the reminder returns the case to In Progress; nothing closes it."""
    case = resolved_case(desk)
    desk.passes_until("2026-11-17T12:00:00-07:00")
    desk.mpoc(PRIMARY).answers(case, "No, it is still dead.")

    done = desk.passes_until("2026-11-18T12:00:00-07:00")

    assert desk.case(case).status == "in_progress"
    assert "closed" not in dict(of_case(done, case))


def test_r4_3_a_hold_ends_at_the_opening_of_its_day(desk: TestDesk) -> None:
    """R4.3: on its date the case is In Progress again, the agent is told, and our clock runs on from there."""
    case = case_after(desk, "#hold 2026-11-20\n\nThe part comes on Friday.")

    done = desk.passes_until("2026-11-20T08:00:00-07:00")

    assert of_case(done, case) == [("hold_ended", mt("2026-11-20T08:00:00"))]
    assert last_kind(desk, desk.assignee(case).address, case) == "hold_ended"
    update = desk.case(case).clocks["update"]
    assert (update.state, update.due) == ("running", mt("2026-11-24T08:00:00"))


def test_r4_3_a_reply_ends_a_hold_at_once(desk: TestDesk) -> None:
    """R4.3: the customer's reply ends the hold; on its date nothing is left to end."""
    case = case_after(desk, "#hold 2026-11-20\n\nThe part comes on Friday.")
    desk.days_pass(1)
    desk.mpoc(PRIMARY).answers(case, "It is here already.")

    done = desk.passes_until("2026-11-20T09:00:00-07:00")

    assert desk.case(case).status == "in_progress"
    assert "hold_ended" not in dict(of_case(done, case))


def test_r4_6_a_reply_to_a_shipping_case_is_an_update(desk: TestDesk) -> None:
    """R4.6: the status stays, and the update clock stands still until the expected delivery date."""
    case = case_after(desk, "#status shipping 2026-11-20\n\nA new phone is on its way.")
    desk.mpoc(PRIMARY).answers(case, "Thank you, we wait.")

    done = desk.passes_until("2026-11-19T17:00:00-07:00")

    shipping = desk.case(case)
    assert (shipping.status, of_case(done, case)) == ("shipping", [])
    assert [pause.why for pause in shipping.clocks["update"].pauses] == ["shipping"]
    assert "reminded" in dict(of_case(desk.passes_until("2026-11-25T17:00:00-07:00"), case))


SILENCES = {"#waiting\n\nWhich phones?": "in_progress", "#status resolved\n\nDone.": "resolved_follow_up"}


@pytest.mark.parametrize("text", SILENCES)
def test_r4_8_a_bounce_is_no_silence(desk: TestDesk, text: str) -> None:
    """R4.8, S3.4: our question bounced: the clock of silence stops, the agent reads so, nothing is closed."""
    case = case_after(desk, text)
    path = desk.last_mail(PRIMARY, case).reverse_path
    desk.days_pass(0.01)

    bounced = desk.deliver(bounce_of(path), recipients=(path,), reverse_path="")
    done = desk.passes_until("2026-11-20T12:00:00-07:00")

    told = bounced.told(desk.assignee(case).address)
    assert (told.kind, "no silence" in told.text) == ("delivery_failed", True)
    assert (desk.case(case).status, of_case(done, case)) == (SILENCES[text], [])
    assert desk.case(case).clocks["waiting"].state == "paused"


def test_r4_8_the_technicians_next_reply_starts_the_time_anew(desk: TestDesk) -> None:
    """R4.8, R6.2: written to once more, the customer has two whole business days again; a note changes nothing."""
    case = waiting_case(desk)
    technician, path = desk.assignee(case), desk.last_mail(PRIMARY, case).reverse_path
    done_mail = desk.last_mail(technician.address, case)
    desk.deliver(bounce_of(path), recipients=(path,), reverse_path="")
    desk.it_is("2026-11-19T10:00:00-07:00")
    technician.replies_to(done_mail, "#note\nI called, and they have a new address.")
    assert desk.case(case).clocks["waiting"].state == "paused"
    technician.replies_to(done_mail, "As I said on the telephone: which phones?")

    done = desk.passes_until("2026-11-24T12:00:00-07:00")

    assert of_case(done, case)[-1] == ("closed_no_response", mt("2026-11-23T10:00:00"))


def test_r4_8_a_delay_is_only_recorded(desk: TestDesk) -> None:
    """S3.4: a mail that is merely late pauses nothing and tells nobody; it stands in the history."""
    case = waiting_case(desk)
    path = desk.last_mail(PRIMARY, case).reverse_path
    late = bounce_of(path).replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")

    delayed = desk.deliver(late, recipients=(path,), reverse_path="")

    assert delayed.answers == ()
    assert desk.case(case).clocks["waiting"].state == "running"
    assert desk.case(case).history[-1].event == "mail_bounced"


def test_r4_8_a_vacation_note_is_no_answer(desk: TestDesk) -> None:
    """R4.8: an auto-reply stops no clock: the case is closed all the same."""
    case = waiting_case(desk)
    desk.mpoc(PRIMARY).answers(case, "I am away until Monday.", Auto_Submitted="auto-replied")

    done = desk.passes_until("2026-11-18T12:00:00-07:00")

    assert of_case(done, case)[-1] == ("closed_no_response", mt("2026-11-18T09:00:00"))
