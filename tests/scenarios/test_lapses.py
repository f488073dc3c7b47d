"""What nobody answers lapses: held requests with a notice, challenges silently (R2.3, S2.3, R5.6)."""

import pytest

from daemon.model.due import Action, Ticked
from daemon.model.outcome import Outcome
from tests.scenarios.desk import TestDesk
from tests.scenarios.test_held_by_mail import PRIMARY, SECONDARY, USER, held, question_to

pytestmark = pytest.mark.both_databases


def lapsed_to(desk: TestDesk) -> list[str]:
    """Return who was told that a request has lapsed."""
    return sorted(mail.to for mail in desk.mails() if mail.kind == "held_lapsed")


def ticks(desk: TestDesk) -> tuple[Ticked, ...]:
    """Do what is due, and return what, but for the digest: that tells of held requests every morning."""
    return tuple(done for done in desk.ticks() if not done.detail.startswith("digest"))


def test_r2_3_an_unanswered_request_lapses_after_14_days(desk: TestDesk) -> None:
    """R2.3: its sender and each contact are told once; it stays stored."""
    ended = held(desk)
    desk.days_pass(13.9)
    early = ticks(desk)
    desk.days_pass(0.1)

    (lapsed,) = ticks(desk)

    assert (early, lapsed.action) == ((), Action.LAPSED)
    assert desk.ticks() == ()
    assert lapsed_to(desk) == [PRIMARY, SECONDARY, USER]
    assert desk.outcome_of(ended.mail_id) is Outcome.HELD


def test_r2_3_an_answer_after_the_lapse_is_told_so(desk: TestDesk) -> None:
    """R2.3: nothing is opened any more; the contact reads why."""
    held(desk)
    desk.days_pass(15)
    desk.ticks()

    late = desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")

    assert [mail.kind for mail in late.answers] == ["held_decided"]
    assert "lapsed" in late.told(PRIMARY).text


@pytest.mark.parametrize("text", ["approve", "decline"])
def test_r2_3_what_is_decided_does_not_lapse(desk: TestDesk, text: str) -> None:
    """R2.3: the first decision ends the wait."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), text)
    if text == "approve":
        desk.read_next()
    desk.days_pass(15)

    assert Action.LAPSED not in {done.action for done in desk.ticks()}
    assert lapsed_to(desk) == []


def test_r5_6_a_lapse_waits_until_mail_is_read(desk: TestDesk) -> None:
    """R5.6: an answer that came in time and lies unread decides, however late it is read."""
    held(desk)
    question = question_to(desk, PRIMARY)
    desk.days_pass(13)
    desk.reads = False
    desk.mpoc(PRIMARY).replies_to(question, "approve")
    desk.days_pass(2)

    (skipped,) = ticks(desk)
    answered = desk.read_next()

    assert (skipped.action, lapsed_to(desk)) == (Action.SKIPPED, [])
    assert answered.outcome is Outcome.APPROVED
    assert desk.read_next().outcome is Outcome.APPROVED


def test_r2_3_the_time_of_a_request_that_was_read_late_begins_when_its_contacts_are_asked(desk: TestDesk) -> None:
    """R2.3: after an outage of weeks nobody is asked what has lapsed already."""
    desk.reads = False
    desk.somebody(USER).writes("My phone is dead")
    desk.days_pass(20)
    desk.read_next()

    assert ticks(desk) == ()
    assert lapsed_to(desk) == []
