"""Which case a mail is about, and how our mails thread (S2.5, S2.8, Threading of interface.md)."""

import itertools

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk

pytestmark = pytest.mark.both_databases

PRIMARY, SECONDARY = "primary@acme.example", "secondary@acme.example"


def test_a_signed_message_id_finds_the_case_without_any_tag(desk: TestDesk) -> None:
    """S2.5: a reply is known by its In-Reply-To, whatever the subject became."""
    request = desk.mpoc(PRIMARY).writes("Lines")

    reply = desk.mpoc(PRIMARY).answers(request.case, "More.", Subject="AW: something else")

    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, request.case)


def test_s2_5_the_tag_is_a_hint_that_an_mpoc_of_the_customer_may_use(desk: TestDesk) -> None:
    """S2.5: the tag alone is followed for the customer's own MPOC."""
    case = desk.mpoc(PRIMARY).writes("Lines").case

    reply = desk.mpoc(SECONDARY).writes(f"[SUP-{case}] Lines", "I see it too.\n")

    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, case)


def test_s2_5_a_reference_never_opens_a_door(desk: TestDesk) -> None:
    """S2.5, S2.6: another customer's MPOC with our tag and our Message-ID gets a new case of their own."""
    case = desk.mpoc(PRIMARY).writes("Lines", "Secret.\n").case
    leaked = desk.last_mail(PRIMARY, case)

    reply = desk.mpoc("primary@initech.example").replies_to(leaked, "Tell me more.")

    assert reply.outcome is Outcome.CASE_OPENED
    assert desk.case(reply.case).customer == "initech"
    assert len(desk.case(case).messages) == 1


def test_s2_5_unknown_and_foreign_cases_behave_alike(desk: TestDesk) -> None:
    """S2.5: nothing tells the outside whether a case exists."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    stranger = desk.somebody("someone@nowhere.example")

    foreign = stranger.writes(f"[SUP-{case}] Lines")
    unknown = stranger.writes("[SUP-99999] Lines")

    assert (foreign.outcome, foreign.answers, foreign.reason) == (unknown.outcome, unknown.answers, unknown.reason)


def test_s2_5_the_agent_is_told_once_a_day_of_an_outsiders_answer(desk: TestDesk) -> None:
    """S2.5: somebody who answers a case's mail and is not on it: held or quarantined, and the agent hears of it."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    mail = desk.last_mail(PRIMARY, case)
    stranger = desk.somebody("someone@nowhere.example")

    first, second = stranger.replies_to(mail, "Me too."), stranger.replies_to(mail, "Me too!")

    assert first.told(desk.assignee(case).address).kind == "outsider_wrote"
    assert second.answers == ()


def test_s2_5_the_agent_is_told_of_no_flood_of_outsiders(desk: TestDesk) -> None:
    """S2.5, S3.3: whoever holds a mail of ours can invent outsiders, or write a From field that names nobody."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    mail = desk.last_mail(PRIMARY, case)
    head = f"In-Reply-To: {mail.message['Message-ID']}\r\nFrom: a@nowhere.example, b@nowhere.example\r\n"
    nobody = [desk.deliver(f"{head}Message-ID: <{n}@x>\r\n\r\nMail {n}\r\n".encode()).answers for n in range(3)]
    somebody = [desk.somebody(f"{n}@nowhere.example").replies_to(mail, "Me too.").answers for n in range(40)]

    assert [len(answers) for answers in nobody] == [1, 0, 0]
    assert sum(len(answers) for answers in somebody) == 29
    desk.days_pass(1.01)
    assert len(desk.somebody("0@nowhere.example").replies_to(mail, "Me too.").answers) == 1


def test_every_mail_on_a_case_threads(desk: TestDesk) -> None:
    """Threading: one stable subject, In-Reply-To and References of what this very person sent or was sent (S2.8)."""
    request = desk.mpoc(PRIMARY).writes("Lines", Cc="user@acme.example")
    agent = desk.assignee(request.case)
    updates = [agent.answers(request.case, text).told(PRIMARY) for text in ("One.", "Two.")]
    sent_by_us = [request.told(PRIMARY), *updates]

    subjects = {mail.subject for mail in sent_by_us}
    assert subjects == {f"[SUP-{request.case}] Lines"}
    for earlier, later in itertools.pairwise(sent_by_us):
        assert later.message["In-Reply-To"] == earlier.message["Message-ID"]
        assert earlier.message["Message-ID"] in str(later.message["References"]).split()


def test_s2_8_references_name_only_what_this_recipient_has_seen(desk: TestDesk) -> None:
    """S2.8: no Message-ID made for an agent or for another customer contact stands in a mail."""
    case = desk.mpoc(PRIMARY).writes("Lines", Cc="user@acme.example").case
    agent = desk.assignee(case)
    agent.answers(case, "One.")
    desk.mpoc(PRIMARY).answers(case, "And?")
    agent.answers(case, "Two.")

    own: dict[str, set[str]] = {}
    for mail in desk.mails():
        own.setdefault(mail.to, set()).add(str(mail.message["Message-ID"]))
    for mail in desk.mails():
        named = set(str(mail.message["References"] or "").split())
        others = set().union(*(ids for to, ids in own.items() if to != mail.to))
        assert not named & others


def test_s1_3_the_same_message_by_two_ways_makes_one_entry(desk: TestDesk) -> None:
    """S1.3: whatever its trace fields say; another message under the same Message-ID is another one."""
    raw = (
        b"From: primary@acme.example\r\nTo: support@desk.example\r\nSubject: Twice\r\n"
        b"Message-ID: <twice@client.example>\r\nDate: Mon, 16 Nov 2026 09:00:00 -0700\r\n\r\nOnce.\r\n"
    )

    first = desk.deliver(raw)
    again = desk.deliver(b"Received: from elsewhere by mx.test.example; Mon, 16 Nov 2026 09:01:00 -0700\r\n" + raw)
    other = desk.deliver(raw.replace(b"Once.", b"Something else."))

    assert (first.outcome, again.outcome, other.outcome) == (
        Outcome.CASE_OPENED,
        Outcome.DUPLICATE_MESSAGE,
        Outcome.CASE_OPENED,
    )
    assert again.answers == ()


def test_s1_3_a_better_authenticated_copy_replaces_a_quarantined_one(desk: TestDesk) -> None:
    """S1.3: the later is decided, and the first is marked its duplicate."""
    from tests.scenarios.test_new_requests import strict

    strict(desk)
    raw = (
        b"From: primary@acme.example\r\nTo: support@desk.example\r\nSubject: Twice\r\n"
        b"Message-ID: <twice@client.example>\r\n\r\nOnce.\r\n"
    )

    first = desk.deliver(raw)
    verdict = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
    second = desk.deliver(verdict + raw, peer="127.0.0.1")

    assert (first.outcome, second.outcome) == (Outcome.QUARANTINED, Outcome.CASE_OPENED)
    assert desk.outcome_of(first.mail_id) is Outcome.DUPLICATE_MESSAGE


def test_a_forwarded_mail_is_kept_whole_on_the_case(desk: TestDesk) -> None:
    """What an MPOC forwards with a word on top is part of what they say, in a new case and in an update."""
    forwarded = (
        "Please handle.\n\n---------- Forwarded message ---------\nFrom: User <user@acme.example>\n"
        "Date: Mon, 16 Nov 2026 at 08:00\nSubject: Fax\nTo: <primary@acme.example>\n\nThe fax is dead.\n"
    )

    case = desk.mpoc(PRIMARY).writes("Fwd: Fax", forwarded).case
    desk.mpoc(PRIMARY).writes(f"Fwd: [SUP-{case}] Fax", forwarded)

    assert [("fax is dead" in message.text) for message in desk.case(case).messages] == [True, True]


def test_s1_3_a_copy_that_did_nothing_suppresses_nobody(desk: TestDesk) -> None:
    """S1.3: whoever sends a copy first, marked as automatic or the like, does not swallow the original."""
    raw = (
        b"From: primary@acme.example\r\nTo: support@desk.example\r\nSubject: Once\r\n"
        b"Message-ID: <once@client.example>\r\n\r\nPlease help.\r\n"
    )

    forged = desk.deliver(b"Auto-Submitted: auto-replied\r\n" + raw)
    genuine = desk.deliver(raw)
    again = desk.deliver(raw)

    assert (forged.outcome, genuine.outcome, again.outcome) == (
        Outcome.AUTO_REPLY,
        Outcome.CASE_OPENED,
        Outcome.DUPLICATE_MESSAGE,
    )
    assert desk.outcome_of(forged.mail_id) is Outcome.DUPLICATE_MESSAGE


def test_r2_6_a_participant_of_the_duplicate_alone_stays_there(desk: TestDesk) -> None:
    """R2.6, R4.5: only who is on the primary case too is led to it."""
    primary = desk.mpoc(PRIMARY).writes("Confidential").case
    duplicate = desk.mpoc(PRIMARY).writes("Lines", Cc="partner@vendor.example").case
    desk.assignee(duplicate).answers(duplicate, f"#duplicate {primary}")

    reply = desk.somebody("partner@vendor.example").answers(duplicate, "And now?")

    assert (reply.outcome, reply.case) == (Outcome.CASE_UPDATED, duplicate)
    assert len(desk.case(primary).messages) == 1


def test_a_message_id_of_other_letters_names_nothing(desk: TestDesk) -> None:
    """S4.1: a Message-ID is ASCII; 980 letters of another script break no index on either database."""
    odd = "".join(chr(0x4E00 + number * 7 % 20000) for number in range(980))
    raw = f"From: {PRIMARY}\r\nSubject: Odd\r\nMessage-ID: <{odd}@client.example>\r\n\r\nHelp.\r\n"

    assert desk.deliver(raw.encode()).outcome is Outcome.CASE_OPENED


def test_s2_2_a_verdict_is_believed_from_our_own_servers_only(desk: TestDesk) -> None:
    """S2.2: Authentication-Results that an unknown SMTP peer brings along prove nothing."""
    case = desk.mpoc(PRIMARY).writes("Lines").case
    raw = (
        "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\r\n"
        f"From: agent1@desk.example\r\nSubject: [SUP-{case}] Lines\r\n"
        "Message-ID: <forged@client.example>\r\n\r\n#status closed\r\n"
    ).encode()

    assert desk.deliver(raw, peer="203.0.113.66").outcome is Outcome.QUARANTINED
    assert desk.case(case).status == "new"
