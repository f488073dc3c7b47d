"""What contacts and colleagues are told of a held request: no more than holds, and all that they need (R2.3, R2.6)."""

from daemon.model.mail_effect import MarkContact
from daemon.model.outcome import Outcome
from daemon.store import addresses
from daemon.store.database import transaction
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_held_by_mail import PRIMARY, SECONDARY, USER, held, kinds_to, question_to
from tests.scenarios.test_held_flood import HOUR, flood


def closed_for_user(desk: TestDesk) -> int:
    """Let a case be closed that a colleague follows."""
    case = desk.mpoc(PRIMARY).writes("Phones", Cc=USER).case
    desk.assignee(case).answers(case, "#status closed\n\nDone.")
    return case


def test_r10_2_a_contact_hears_that_a_request_is_a_macd(desk: TestDesk) -> None:
    """R10.2, R10.3: what it may cost, and who may approve it; haste is nothing that a colleague orders."""
    held(desk, To="support+macd@desk.example")
    standard = question_to(desk, PRIMARY).text
    held(desk, "other@acme.example", To="support+expedite@desk.example")
    hasty = question_to(desk, PRIMARY).text
    held(desk, "third@acme.example")

    assert "It is a MACD request" in standard
    assert "your licences and your bill" in standard
    assert "Acme Primary may approve such requests" in standard
    assert "expedited" not in standard
    assert 'reply "expedite yes" as the first line to the acknowledgement' in hasty
    assert "MACD" not in question_to(desk, PRIMARY).text


def test_s3_3_a_colleague_is_asked_for_nothing_that_their_contact_cannot_do(desk: TestDesk) -> None:
    """R2.3, S3.3: a contact who was spared has no question to answer; an agent sees to it."""
    flood(desk, HOUR + 1, found="pass")
    spared, asked = desk.mails_to(f"user{HOUR}@acme.example")[-1], desk.mails_to("user0@acme.example")[-1]

    assert (spared.kind, asked.kind) == ("held", "held")
    assert "14 days" in asked.text
    assert "14 days" not in spared.text
    assert "our agents will see to it" in spared.text
    assert "Acme Primary" in spared.text


def test_s3_4_nor_where_no_contact_can_be_reached(desk: TestDesk) -> None:
    """R2.3, S3.4: mail to all of them bounces."""
    with transaction(desk.desk.engine) as connection:
        for address in (PRIMARY, SECONDARY):
            addresses.mark(connection, MarkContact(address=address, why="550", at=desk.now))

    assert "our agents will see to it" in held(desk).told(USER).text


def test_r2_6_who_follows_the_case_already_is_not_offered_to_be_added(desk: TestDesk) -> None:
    """R2.6: a participant's wish to reopen is approved or declined; a stranger's answer may add its writer."""
    case = closed_for_user(desk)
    desk.somebody(USER).answers(case, "Not for me.")
    participants = question_to(desk, PRIMARY).text
    desk.somebody("other@acme.example").replies_to(desk.last_mail(PRIMARY, case), "Nor for me.")

    assert '"approve and add"' not in participants
    assert '"approve and add"' in question_to(desk, PRIMARY).text


def test_r2_3_a_colleague_hears_that_their_request_has_become_a_case(desk: TestDesk) -> None:
    """R2.3: in the thread of the case, which they follow and may add to; after "approve" and what an agent approves."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    opened = desk.read_next()
    told = opened.told(USER)

    assert told.kind == "request_approved"
    assert f"Acme Primary has approved your message to us. It is on case SUP-{opened.case} now" in told.text
    added = desk.somebody(USER).replies_to(told, "It is line 5.")
    assert (added.outcome, added.case) == (Outcome.CASE_UPDATED, opened.case)


def test_r2_6_who_is_not_added_to_a_case_hears_nothing_of_it(desk: TestDesk) -> None:
    """R2.6, S3.1: only whoever follows it is written to on it."""
    case = desk.mpoc(PRIMARY).writes("Phones").case
    desk.somebody(USER).replies_to(desk.last_mail(PRIMARY, case), "It is line 5.")
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    desk.read_next()
    desk.somebody("other@acme.example").replies_to(desk.last_mail(PRIMARY, case), "And line 6.")
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve and add")
    desk.read_next()

    assert kinds_to(desk, USER) == ["held"]
    assert kinds_to(desk, "other@acme.example") == ["held", "request_approved"]


def test_r2_6_a_participant_hears_that_the_case_goes_on_as_they_asked(desk: TestDesk) -> None:
    """R2.6, R5.1: they follow it already."""
    case = closed_for_user(desk)
    desk.somebody(USER).answers(case, "Not for me.")
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    reopened = desk.read_next()

    assert (reopened.case, desk.case(case).status) == (case, "customer_reopened")
    assert reopened.told(USER).kind == "request_approved"
