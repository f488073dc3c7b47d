"""A resolved case is confirmed, by a plain word or by its confirm address; anything else reopens the work (R4.4)."""

import re

import pytest

from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

PRIMARY = "primary@acme.example"
USER = "user@acme.example"


@pytest.fixture
def resolved(desk: TestDesk) -> int:
    """A case whose work is done, with a participant."""
    number = desk.mpoc(PRIMARY).writes("Invoices are late", "Where are they?\n").case
    desk.assignee(number).answers(number, f"#cc {USER}\n#status resolved\n\nThey are on their way.")
    return number


def confirm_address(mail: Mail) -> str:
    """Return the confirm address that a mail names."""
    found = re.search(r"support\+\d+\.k\.\d+\.[a-z2-7]{26}@desk\.example", mail.text)
    assert found, mail.text
    return found.group()


def test_r4_4_a_mail_to_the_confirm_address_closes(desk: TestDesk, resolved: int) -> None:
    """R4.4: the mail that told of the resolution names an address; a mail to it, empty or not, confirms."""
    address = confirm_address(desk.last_mail(PRIMARY, resolved))
    desk.days_pass(0.1)

    reply = desk.mpoc(PRIMARY).writes("done", "\n", To=address)

    assert reply.outcome is Outcome.CASE_UPDATED
    assert desk.case(resolved).status == "closed"
    assert desk.case(resolved).clocks["waiting"].state == "met"
    assert reply.told(PRIMARY).kind == "status_changed"


def test_r4_4_the_confirm_address_is_for_its_recipient(desk: TestDesk, resolved: int) -> None:
    """S2.8: somebody else who got hold of the address confirms nothing."""
    address = confirm_address(desk.last_mail(PRIMARY, resolved))

    other = desk.mpoc("secondary@acme.example").writes("done", "\n", To=address)

    assert other.outcome is Outcome.CASE_OPENED
    assert desk.case(resolved).status == "resolved_follow_up"


def test_r2_6_a_participant_does_not_confirm(desk: TestDesk, resolved: int) -> None:
    """R2.6: a participant gets no confirm address, and their word of confirmation is an answer: the work goes on."""
    told = desk.last_mail(USER, resolved)

    desk.somebody(USER).answers(resolved, "Confirmed\n")

    assert "confirmed" not in told.text
    assert not re.search(r"\.k\.\d+\.", told.text)
    assert desk.case(resolved).status == "in_progress"


def test_r4_4_a_second_confirmation_reopens_nothing(desk: TestDesk, resolved: int) -> None:
    """R4.4: the confirm address of a case that is closed by now confirms again, and that is all."""
    address = confirm_address(desk.last_mail(PRIMARY, resolved))
    desk.mpoc(PRIMARY).writes("done", "\n", To=address)
    desk.days_pass(1)

    reply = desk.mpoc(PRIMARY).writes("done", "\n", To=address)

    assert reply.outcome is Outcome.CASE_UPDATED
    assert desk.case(resolved).status == "closed"
    assert reply.answers == ()


@pytest.mark.parametrize("word", ["Confirmed", "It works now, thanks!", "Merci, c'est réglé.", "All good"])
def test_r4_4_a_plain_word_closes(desk: TestDesk, resolved: int, word: str) -> None:
    """R4.4: a word of confirmation as the whole new text closes, in either language."""
    desk.mpoc(PRIMARY).answers(resolved, word)

    assert desk.case(resolved).status == "closed"


@pytest.mark.parametrize("words", ["Confirmed, but the second one is missing", "It works?", "No", "ok, and the fax?"])
def test_r4_4_anything_else_reopens_the_work(desk: TestDesk, resolved: int, words: str) -> None:
    """R4.4: whatever says more than a confirmation returns the case to In Progress, and nothing counts down."""
    desk.mpoc(PRIMARY).answers(resolved, words)

    assert desk.case(resolved).status == "in_progress"
    assert desk.case(resolved).clocks["waiting"].state == "met"


def test_r4_1_everybody_on_the_case_reads_of_its_closing(desk: TestDesk, resolved: int) -> None:
    """R4.1: another contact confirms; the requester and the participant are told too, each in a mail of their own."""
    secondary = desk.mpoc("secondary@acme.example")

    reply = secondary.replies_to(desk.last_mail(PRIMARY, resolved), "Confirmed")

    assert desk.case(resolved).status == "closed"
    told = {mail.to for mail in reply.answers if mail.kind == "status_changed"}
    assert told == {PRIMARY, USER, secondary.address}
