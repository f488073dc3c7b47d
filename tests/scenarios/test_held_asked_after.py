"""A colleague who asks after their own held request: nobody is asked twice, and nothing of it is lost (R2.3, S1.2)."""

import pytest

from daemon import act
from daemon.model.outcome import DetainedState, Outcome
from daemon.store.database import reading
from daemon.store.detained import read_requests
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.test_digest import digests, for_agent1
from tests.scenarios.test_held_by_mail import PRIMARY, USER, held, kinds_to, question_to

pytestmark = pytest.mark.both_databases


def asks_after(desk: TestDesk, text: str = "Any news? It is line 5.\n") -> Ended:
    """Let the colleague answer our mail about their request."""
    (about,) = [mail for mail in desk.mails_to(USER) if mail.kind == "held"]
    return desk.somebody(USER).replies_to(about, text)


def state_of(desk: TestDesk, number: int) -> DetainedState:
    """Return what became of a held mail."""
    with reading(desk.desk.engine) as connection:
        (request,) = read_requests(connection, [number])
        return request.state


def test_r2_3_who_asks_after_their_request_makes_no_second_one(desk: TestDesk) -> None:
    """R2.3: held with it; no contact is asked, nobody is answered, and no list of what waits names it."""
    desk.change(for_agent1)
    held(desk)
    asked = asks_after(desk)
    desk.days_pass(1)
    desk.ticks()

    assert (asked.outcome, asked.answers) == (Outcome.HELD, ())
    assert "Mail that waits: 1" in digests(desk)[-1].subject


def test_r2_3_what_was_said_meanwhile_comes_onto_the_case(desk: TestDesk) -> None:
    """R2.3: next after the request; the technician reads it, and its writer hears of the approval once."""
    held(desk)
    asks_after(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    opened, added = desk.read_next(), desk.read_next()

    assert (opened.outcome, added.outcome, added.case) == (Outcome.APPROVED, Outcome.APPROVED, opened.case)
    assert [message.author for message in desk.case(opened.case).messages] == [USER, USER]
    assert "It is line 5." in added.told(desk.assignee(opened.case).address).text
    assert kinds_to(desk, USER) == ["held", "request_approved"]


def test_r2_3_the_same_from_the_shell(desk: TestDesk) -> None:
    """R2.3: an agent who approves the request brings it all onto the case."""
    held(desk)
    asks_after(desk)
    case = act.approve_held(desk.desk, 1, actor="agent1", now=desk.now)

    assert desk.read_next().case == case


@pytest.mark.parametrize("text", ["decline", "approve"])
def test_r2_3_it_ends_with_the_request(desk: TestDesk, text: str) -> None:
    """R2.3: declined with it, or released with it."""
    held(desk)
    asks_after(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), text)
    desk.reads_all()

    ended = DetainedState.DECLINED if text == "decline" else DetainedState.RELEASED
    assert [state_of(desk, number) for number in (1, 2)] == [ended, ended]


def test_r2_3_it_lapses_with_the_request_and_is_told_once(desk: TestDesk) -> None:
    """R2.3: fourteen days after the contacts were asked about the request itself."""
    held(desk)
    desk.days_pass(10)
    asks_after(desk)
    desk.days_pass(4)
    desk.ticks()

    assert [state_of(desk, number) for number in (1, 2)] == [DetainedState.LAPSED, DetainedState.LAPSED]
    assert kinds_to(desk, USER) == ["held", "held_lapsed"]


def test_r5_6_an_answer_that_came_in_time_takes_the_lapse_of_both_back(desk: TestDesk) -> None:
    """R5.6: it was received before the lapse, and read after it."""
    held(desk)
    asks_after(desk)
    desk.days_pass(15)
    desk.ticks()
    desk.days_pass(-2)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")

    opened, added = desk.read_next(), desk.read_next()
    assert (added.outcome, added.case) == (Outcome.APPROVED, opened.case)


def test_r2_6_an_answer_to_the_same_mail_after_the_approval_is_one_on_the_case(desk: TestDesk) -> None:
    """R2.6: its writer follows that; after a refusal it is a request of its own."""
    held(desk)
    desk.mpoc(PRIMARY).replies_to(question_to(desk, PRIMARY), "approve")
    case = desk.read_next().case

    late = asks_after(desk)

    assert (late.outcome, late.case) == (Outcome.CASE_UPDATED, case)


def test_s2_5_nobody_else_speaks_to_somebodys_request(desk: TestDesk) -> None:
    """S2.5: a colleague who got hold of that mail makes a request of their own."""
    ended = held(desk)
    other = desk.somebody("other@acme.example").replies_to(ended.told(USER), "Mine too.")

    assert "held_request" in [mail.kind for mail in other.answers]
