"""Replies to closed cases (R5), told through real mails."""

from datetime import datetime, timedelta

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"


def closed_case(desk: TestDesk, how: str = "closed") -> int:
    """Open a case and let its technician close it, both now."""
    case = desk.mpoc(PRIMARY).writes("Phones are down").case
    desk.assignee(case).answers(case, "We are on it.")
    ended = desk.assignee(case).answers(case, f"#status {how}\n\nAll done and tested.")
    assert ended.outcome is Outcome.AGENT_UPDATE
    return case


def test_r5_1_a_reply_within_seven_days_reopens_the_same_case(desk: TestDesk) -> None:
    """R5.1, R5.5: same case, same technician, same number and priority; the customer and the technician are told."""
    case = closed_case(desk)
    technician = desk.assignee(case)

    desk.days_pass(6)
    reply = desk.mpoc(PRIMARY).answers(case, "It is down again.")

    assert (reply.outcome, reply.case) == (Outcome.CASE_REOPENED, case)
    assert desk.case(case).status == "customer_reopened"
    assert desk.assignee(case).address == technician.address
    assert reply.told(PRIMARY).kind == "reopened"
    assert "It is down again." in reply.told(technician.address).text


def test_r5_2_a_late_reply_opens_a_linked_case(desk: TestDesk) -> None:
    """R5.2: later than seven calendar days, a new P4 case is opened and linked; both say so, the answer explains it."""
    case = closed_case(desk)

    desk.days_pass(9)
    reply = desk.mpoc(PRIMARY).answers(case, "Down again")

    new, old = desk.case(reply.case), desk.case(case)
    assert reply.outcome is Outcome.FOLLOW_UP_OPENED
    assert (new.status, new.priority, old.status) == ("new", "P4", "closed")
    assert [(link.type, link.case) for link in new.links] == [("follow_up_of", old.id)]
    assert [(link.type, link.case) for link in old.links] == [("followed_up_by", new.id)]
    assert f"SUP-{case}" in reply.told(PRIMARY).text
    assert new.assignee == old.assignee  # R5.5: the same technician is preferred


DAYS = (
    # closed at, received at, in MT: the last instant that reopens, and the first that does not
    ("2026-11-02T00:00:00-07:00", "2026-11-09T23:59:59-07:00", True),
    ("2026-11-02T00:00:00-07:00", "2026-11-10T00:00:00-07:00", False),
    ("2026-11-02T23:59:59-07:00", "2026-11-09T23:59:59-07:00", True),
    ("2026-11-02T23:59:59-07:00", "2026-11-10T00:00:00-07:00", False),
    ("2026-10-28T12:00:00-06:00", "2026-11-04T23:59:59-07:00", True),  # over the change to winter time
    ("2026-10-28T12:00:00-06:00", "2026-11-05T00:00:00-07:00", False),
    ("2026-03-05T12:00:00-07:00", "2026-03-12T23:59:59-06:00", True),  # over the change to summer time
    ("2026-03-05T12:00:00-07:00", "2026-03-13T00:00:00-06:00", False),
    ("2026-12-28T12:00:00-07:00", "2027-01-04T23:59:59-07:00", True),  # over the end of the year
    ("2026-12-28T12:00:00-07:00", "2027-01-05T00:00:00-07:00", False),
)


@pytest.mark.parametrize(("closed_at", "received_at", "reopens"), DAYS)
def test_r5_1_counts_calendar_days_in_mountain_time(
    desk: TestDesk, closed_at: str, received_at: str, reopens: bool
) -> None:
    """R5.1: closed on the 1st at any hour, it can be reopened until the end of the 8th, to the second."""
    desk.it_is(closed_at)
    case = closed_case(desk)

    desk.it_is(received_at)
    reply = desk.mpoc(PRIMARY).answers(case, "Again.")

    assert (reply.case == case) is reopens


@pytest.mark.parametrize(
    ("source", "field", "reopens"),
    [
        ("imap support", "", True),  # INTERNALDATE is the receipt
        ("lmtp 192.0.2.25", "2 days ago", True),  # our own Postfix queued it
        ("lmtp 192.0.2.1", "2 days ago", False),  # nobody that we trust says so
    ],
)
def test_r5_3_what_counts_is_when_the_mail_reached_the_mailbox(
    desk: TestDesk, source: str, field: str, reopens: bool
) -> None:
    """R5.3: a daemon that was down for a week, or a relay that queued, does not cost the customer the reopening."""
    trust_postfix(desk)
    desk.it_is("2026-11-02T12:00:00-07:00")
    case = closed_case(desk)
    arrived = datetime.fromisoformat("2026-11-09T20:00:00-07:00")
    raw = reply_octets(desk.last_mail(PRIMARY, case), desk)

    desk.it_is("2026-11-16T12:00:00-07:00")
    if source.startswith("lmtp"):
        stamp = arrived.strftime("%a, %d %b %Y %H:%M:%S %z")
        raw = f"Received: from x by mx.desk.example (Postfix) with ESMTP id A; {stamp}\r\n".encode() + raw
    peer = source.rpartition(" ")[2]
    received_at = desk.now if source.startswith("lmtp") else arrived
    reply = desk.deliver(raw, source=source, peer=peer, received_at=received_at)

    assert (reply.case == case) is reopens


def trust_postfix(desk: TestDesk) -> None:
    """Believe the Received fields of the Postfix at 192.0.2.25."""
    from dataclasses import replace

    from daemon.model.setup import TrustedRelay

    relay = TrustedRelay("mx.desk.example", ("192.0.2.25",))
    desk.change(lambda config: replace(config, settings=replace(config.settings, trusted_relays=(relay,))))


def reply_octets(mail: Mail, desk: TestDesk) -> bytes:
    """Return an answer to a mail whose Date field lies in the future: it counts for nothing."""
    lines = (
        f"From: {PRIMARY}",
        "To: support@desk.example",
        f"Subject: Re: {mail.subject}",
        f"Message-ID: <{next(desk.counter)}@client.example>",
        "Date: Fri, 1 Jan 2027 00:00:00 +0000",
        f"In-Reply-To: {mail.message['Message-ID']}",
        "",
        "Again.",
        "",
    )
    return "\r\n".join(lines).encode()


def test_r5_4_a_reply_to_closed_no_response_always_opens_a_linked_case(desk: TestDesk) -> None:
    """R5.4: one minute later too; this rule beats R5.1."""
    case = closed_case(desk, "closed-no-response")

    desk.now += timedelta(minutes=1)
    reply = desk.mpoc(PRIMARY).answers(case, "Here I am.")

    assert reply.outcome is Outcome.FOLLOW_UP_OPENED
    assert desk.case(case).status == "closed_no_response"


def test_r5_6_an_answer_received_before_a_closing_by_silence_undoes_it(desk: TestDesk) -> None:
    """R5.6: received before, read after: In Progress, and the customer is told once."""
    case = closed_case(desk, "closed-no-response")
    raw = reply_octets(desk.last_mail(PRIMARY, case), desk)

    before = desk.now - timedelta(seconds=1)
    desk.now += timedelta(minutes=5)
    reply = desk.deliver(raw, received_at=before)

    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, case)
    assert desk.case(case).status == "in_progress"
    assert reply.told(PRIMARY).kind == "status_changed"


def test_r5_5_seven_days_run_again_from_the_latest_closing(desk: TestDesk) -> None:
    """R5.5: reopened and closed again, the case can be reopened for another seven days."""
    case = closed_case(desk)
    desk.days_pass(6)
    desk.mpoc(PRIMARY).answers(case, "Again.")
    desk.assignee(case).answers(case, "#status closed\n\nDone again.")

    desk.days_pass(6)
    reply = desk.mpoc(PRIMARY).answers(case, "And again.")

    assert (reply.outcome, reply.case) == (Outcome.CASE_REOPENED, case)


def test_r5_5_a_linked_case_keeps_the_participants(desk: TestDesk) -> None:
    """R5.5: a new linked case keeps the participants; the technician sees the old priority."""
    case = desk.mpoc(PRIMARY).writes("Phones", Cc="user@acme.example").case
    desk.assignee(case).answers(case, "#priority 2\n#status closed\n\nDone.")

    desk.days_pass(30)
    reply = desk.mpoc(PRIMARY).answers(case, "Again.")

    assert desk.case(reply.case).participants == ("user@acme.example",)
    assert "priority 2" in reply.told(desk.assignee(reply.case).address).text


def test_r2_6_a_participant_cannot_reopen_a_case(desk: TestDesk) -> None:
    """R2.6: a participant's reply to a closed case is held for the MPOC."""
    case = desk.mpoc(PRIMARY).writes("Phones", Cc="user@acme.example").case
    desk.assignee(case).answers(case, "#status closed\n\nDone.")

    reply = desk.somebody("user@acme.example").answers(case, "Not for me!")

    assert reply.outcome is Outcome.HELD
    assert desk.case(case).status == "closed"


def test_r5_1_an_agent_reopens_after_a_call(desk: TestDesk) -> None:
    """R5.1: a request by phone, entered by an agent, reopens the case inside the seven days."""
    case = closed_case(desk)

    desk.days_pass(3)
    desk.assignee(case).answers(case, "#reopen\n\nAs we discussed on the phone, we look at it again.")

    reopened = desk.case(case)
    assert reopened.status == "customer_reopened"
    assert reopened.clocks["first_response"].state == "met"  # the words beside it are an answer (R3.2)


def test_r5_2_what_an_agent_says_beside_a_late_reopen_is_sent(desk: TestDesk) -> None:
    """R5.2, R3.2: the words go to the customer as the desk's own, from the new case; they are no request of theirs."""
    case = closed_case(desk)
    desk.days_pass(9)

    reply = desk.assignee(case).answers(case, "#reopen\n\nWe look at it again.")

    sent = [mail for mail in reply.answers if mail.to == PRIMARY and mail.kind == "update"]
    assert ["We look at it again." in mail.text for mail in sent] == [True]
    opened = desk.case(reply.case)
    assert [(message.direction, message.public) for message in opened.messages] == [("out", True)]
    assert (opened.status, opened.clocks["update"].state) == ("in_progress", "running")


def test_s3_7_a_note_beside_a_late_reopen_stays_inside(desk: TestDesk) -> None:
    """S3.7: a note opens the linked case, stands on it as a note, and no customer reads a word of it."""
    case = closed_case(desk)
    desk.days_pass(9)

    agent = desk.assignee(case)
    words = desk.last_mail(agent.address, case).text.split()
    address = next(word for word in words if word.startswith("support+") and ".n." in word).strip(".,()")
    reply = agent.answers(case, "#reopen\n\nThe customer is difficult.", To=address)

    assert [message.public for message in desk.case(reply.case).messages] == [False]
    assert not any("difficult" in mail.text for mail in reply.answers if mail.to == PRIMARY)


def test_r4_9_an_agents_plain_reply_to_a_closed_case_changes_no_status(desk: TestDesk) -> None:
    """R4.9: it is sent, and that is all."""
    case = closed_case(desk)

    sent = desk.assignee(case).answers(case, "By the way, the bill is in the post.")

    assert sent.told(PRIMARY).kind == "update"
    assert desk.case(case).status == "closed"
