"""Programs write too: loops, bounces, vacation notes, lists (S3.2, S3.3, S3.4, R4.8)."""

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk

PRIMARY = "primary@acme.example"

AUTOMATIC = (
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated"},
    {"X_Autoreply": "yes"},
    {"Precedence": "auto_reply"},
)


@pytest.mark.parametrize("fields", AUTOMATIC, ids=lambda fields: next(iter(fields)))
def test_r4_8_an_automatic_reply_changes_nothing_and_is_never_answered(desk: TestDesk, fields: dict[str, str]) -> None:
    """R4.8, S3.2: filed on the case; no status, no answer, no reopening."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    desk.assignee(case).answers(case, "#status closed\n\nDone.")

    ended = desk.mpoc(PRIMARY).answers(case, "I am on vacation.", **fields)

    assert (ended.outcome, ended.answers) == (Outcome.AUTO_REPLY, ())
    assert desk.case(case).status == "closed"
    assert "vacation" in desk.case(case).messages[-1].text


def test_s3_2_list_mail_of_an_mpoc_opens_a_case_without_an_answer(desk: TestDesk) -> None:
    """S3.2: List-* alone only forbids our automatic answer."""
    ended = desk.mpoc(PRIMARY).writes("From our list", List_Id="<it.acme.example>")

    assert ended.outcome is Outcome.CASE_OPENED
    assert PRIMARY not in [mail.to for mail in ended.answers]


@pytest.mark.parametrize("commands", ["#status closed\n\nDone.", "#status resolved\n\nDone.", "#waiting\n\nWhich one?"])
def test_r4_8_list_mail_of_an_mpoc_changes_nothing_and_is_told(desk: TestDesk, commands: str) -> None:
    """R4.8, S3.2: it updates the case: its words are on it and with the agent; no status, no clock, no answer."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    desk.assignee(case).answers(case, commands)
    before = desk.case(case)

    ended = desk.mpoc(PRIMARY).answers(case, "It works now.", Precedence="bulk")

    after = desk.case(case)
    assert (after.status, after.waiting_on, after.clocks) == (before.status, before.waiting_on, before.clocks)
    assert ended.outcome is Outcome.CASE_UPDATED
    assert [(mail.kind, mail.to) for mail in ended.answers] == [("customer_wrote", desk.assignee(case).address)]
    assert "a program or a list sent it (precedence: bulk)" in " ".join(ended.answers[0].text.split())
    assert after.messages[-1].text == "It works now."


def test_r4_8_a_dead_address_beside_the_requesters_keeps_no_case_open(desk: TestDesk) -> None:
    """R4.8, R6.2: an outsider in Cc who cannot be reached is not the one who is silent."""
    case = desk.mpoc(PRIMARY).writes("Lines", Cc="ext@partner.example").case
    desk.assignee(case).answers(case, "#waiting\n\nWhich one?")
    path = desk.last_mail("ext@partner.example", case).reverse_path

    desk.deliver(bounce_of(path), recipients=(path,), reverse_path="")
    desk.passes_until("2026-11-30T17:00:00+00:00")

    assert desk.case(case).status == "closed_no_response"


def test_s3_2_our_own_mail_that_comes_back_is_a_loop(desk: TestDesk) -> None:
    """S3.2: kept and counted, and that is all."""
    request = desk.mpoc(PRIMARY).writes("Lines")

    back = desk.deliver(request.told(PRIMARY).octets)

    assert (back.outcome, back.answers) == (Outcome.LOOP, ())


def bounce_of(reverse_path: str) -> bytes:
    """Return a delivery report to a reverse-path."""
    return (
        f"From: MAILER-DAEMON@mx.acme.example\r\nTo: {reverse_path}\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <b1@mx.acme.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        "Final-Recipient: rfc822; primary@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n"
    ).encode()


def test_s3_4_a_bounce_to_a_signed_reverse_path_is_told_to_the_agent(desk: TestDesk) -> None:
    """S3.4: it is bound to the row it answers, recorded on the case, and the agent is told."""
    request = desk.mpoc(PRIMARY).writes("Lines")
    path = request.told(PRIMARY).reverse_path

    ended = desk.deliver(bounce_of(path), recipients=(path,), reverse_path="")

    told = ended.told(desk.assignee(request.case).address)
    assert (ended.outcome, told.kind) == (Outcome.BOUNCE, "delivery_failed")
    assert PRIMARY in told.text


def test_s3_4_a_forged_bounce_does_nothing(desk: TestDesk) -> None:
    """S3.4: only a signed reverse-path counts."""
    request = desk.mpoc(PRIMARY).writes("Lines")
    path = request.told(PRIMARY).reverse_path
    forged = path.replace("@", "a@")

    ended = desk.deliver(bounce_of(forged), recipients=(forged,), reverse_path="")

    assert (ended.outcome, ended.answers) == (Outcome.BOUNCE, ())
    assert [event.event for event in desk.case(request.case).history][-1] != "mail_bounced"


def test_s3_3_a_robot_without_any_sign_is_stopped_by_the_governor(desk: TestDesk) -> None:
    """S3.3: ten automatic answers an hour to an address; the cases are opened all the same."""
    robot = desk.mpoc(PRIMARY)
    opened = [robot.writes(f"Alarm {number}") for number in range(12)]

    answered = [ended for ended in opened if PRIMARY in [mail.to for mail in ended.answers]]
    assert all(ended.outcome is Outcome.CASE_OPENED for ended in opened)
    assert len(answered) == 10
