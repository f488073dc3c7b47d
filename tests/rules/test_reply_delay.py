"""Which of an agent's mails wait, and what the guard, the waiting time and a crossing do to a decision (S3.7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.model.case import Case, Priority, Status, WaitingOn
from daemon.model.effect import Decision, Queue
from daemon.model.mail import Purpose
from daemon.model.mail_effect import EndMail, Postpone, Readmit
from daemon.model.outcome import Outcome
from daemon.model.readmission import PendingReply, PendingState, Readmission, Readmitted
from daemon.model.replies import OtherReply, ReplyFacts
from tests.rules.making import (
    AGENT,
    AGENT2,
    NOW,
    PRIMARY,
    a_case,
    a_mail,
    a_reference,
    charter_with,
    decided,
    mt,
    names,
    only,
    the_facts,
    told,
)

CHARTER = charter_with(reply_delay=timedelta(seconds=60))
NOTE = "They have not paid since the summer, so the manager says: no discount."
LEAKS = ReplyFacts(notes=(NOTE,))


def answered(text: str, case: Case, replies: ReplyFacts | None = None, **facts: Any) -> Decision:
    """Return what becomes of agent1's answer to a mail on a case."""
    known = {"references": (a_reference(case.number, Purpose.ANSWER),), "replies": replies or ReplyFacts()}
    return decided(a_mail(AGENT, text), the_facts(case, **known | facts), CHARTER)


def pending(mail: int, state: PendingState, sender: str = AGENT, **more: Any) -> PendingReply:
    """Return a reply on the case of these tests."""
    known: dict[str, Any] = {"received_at": NOW, "until": NOW, "case": 1042} | more
    return PendingReply(mail=mail, sender=sender, state=state, text=f"text of {mail}", **known)


WAITS = (
    ("We are looking into it.", a_case()),
    ("#status resolved\n\nTry again.", a_case()),
    ("#status resolved", a_case()),
    ("#waiting", a_case()),
    ("#note\n#status resolved\n\nFor us only.", a_case()),  # the customer is told of the status
    ("#priority 2", a_case(priority=Priority.P3)),
    ("It works again.", a_case(status=Status.CLOSED)),
)
AT_ONCE = (
    ("#note\n\nFor us only.", a_case()),
    ("#time 25m", a_case()),
    ("#help", a_case()),
    ("#prioritty 2\n\nHello.", a_case()),
    ("We are looking into it.", a_case(priority=Priority.P1)),
    ("We are looking into it.", a_case(priority=Priority.P1G)),
    ("#priority 1\n\nA technician comes.", a_case()),
    ("#priority 3\n\nIt is better.", a_case(priority=Priority.P1)),
    ("#p1g\n\nWe work on it.", a_case()),
    (f"#for {PRIMARY}\n\nThe fax.", a_case()),
    ("#stop", a_case()),
    ("#stop\n\nBetter.", a_case()),
    ("#send-anyway", a_case()),
)


@pytest.mark.parametrize(("text", "case"), WAITS)
def test_s3_7_what_a_customer_would_read_waits(text: str, case: Case) -> None:
    """S3.7: its only effect is to wait, a minute from its receipt; nobody is told anything."""
    decision = answered(text, case)

    assert names(decision) == ("Postpone",)
    waits = only(decision, Postpone)
    assert (waits.state, waits.until, waits.case) == (PendingState.WAITING, NOW + timedelta(seconds=60), 1042)


@pytest.mark.parametrize(("text", "case"), AT_ONCE)
def test_s3_7_everything_else_is_decided_at_once(text: str, case: Case) -> None:
    """S3.7: what reaches no customer, what is urgent, what opens a case, and the two words about other replies."""
    assert "Postpone" not in names(answered(text, case))


@pytest.mark.parametrize(("text", "case"), WAITS)
def test_s3_7_what_has_waited_is_decided_as_without_waiting(text: str, case: Case) -> None:
    """S3.7: released, it does what it would have done, dated at its receipt."""
    waited = Readmitted(Readmission.WAITED, NOW + timedelta(seconds=61))
    later = answered(text, case, readmitted=waited, now=NOW + timedelta(seconds=61))

    references = (a_reference(case.number, Purpose.ANSWER),)
    at_once = decided(a_mail(AGENT, text), the_facts(case, references=references))
    assert later.effects == at_once.effects


def test_s3_7_one_that_is_read_late_waits_for_what_lies_behind_it() -> None:
    """S3.7, R5.6: a `#stop` that came in time may be unread."""
    assert names(answered("Hello.", a_case(), now=NOW + timedelta(days=1))) == ("Postpone",)


OVERTAKEN = ("#status resolved", "#status closed", "#hold monday", "#waiting", "#status closed-no-response")


@pytest.mark.parametrize("command", OVERTAKEN)
def test_s3_7_the_customers_word_in_between_is_not_overwritten(command: str) -> None:
    """S3.7, R4.3, R4.4, R6.2: what rests on the customer's silence is refused as a whole."""
    waited = Readmitted(Readmission.WAITED, NOW)
    wrote = ReplyFacts(customer_wrote_at=NOW + timedelta(seconds=1))

    assert answered(f"{command}\n\nHello.", a_case(), wrote, readmitted=waited).outcome is Outcome.COMMAND_FAILED
    before = replace(wrote, customer_wrote_at=NOW - timedelta(seconds=1))
    assert answered(f"{command}\n\nHello.", a_case(), before, readmitted=waited).outcome is Outcome.AGENT_UPDATE


@pytest.mark.parametrize("text", ["Hello.", "#priority 2\n\nHello.", "#status shipping\n\nIt is on its way."])
def test_s3_7_what_does_not_rest_on_silence_crosses(text: str) -> None:
    """S3.7, R4.6: sent all the same, as letters cross."""
    waited, wrote = Readmitted(Readmission.WAITED, NOW), ReplyFacts(customer_wrote_at=NOW + timedelta(seconds=1))

    assert answered(text, a_case(), wrote, readmitted=waited).outcome is Outcome.AGENT_UPDATE


def test_r4_9_a_reply_written_before_the_reopening_does_not_begin_its_work() -> None:
    """R4.9, R3.11: the customer reopened the case while the reply waited: it stays Customer Reopened."""
    waited, wrote = Readmitted(Readmission.WAITED, NOW), ReplyFacts(customer_wrote_at=NOW + timedelta(seconds=1))

    assert "ChangeStatus" not in names(answered("Hello.", a_case(status=Status.REOPENED), wrote, readmitted=waited))


def test_s3_7_an_agent_may_wait_anew_on_a_case_that_waits() -> None:
    """S3.7: a case that waited before is not put to rest by the reply."""
    waited, wrote = Readmitted(Readmission.WAITED, NOW), ReplyFacts(customer_wrote_at=NOW + timedelta(seconds=1))
    case = a_case(waiting_on=WaitingOn.CUSTOMER)

    assert answered("Hello.", case, wrote, readmitted=waited).outcome is Outcome.AGENT_UPDATE


def test_s3_7_a_leak_is_held_back_until_the_same_time_tomorrow() -> None:
    """S3.7: its agent alone is told; on the wall clock, over a change of the clocks too."""
    decision = answered(NOTE, a_case(), LEAKS)
    assert names(decision) == ("Postpone", "Queue")
    assert told(decision) == (("reply_held_back", AGENT),)
    assert only(decision, Postpone).until == mt(2026, 11, 19, 10)

    autumn = mt(2026, 10, 31, 10)
    assert only(answered(NOTE, a_case(), LEAKS, now=autumn), Postpone).until == mt(2026, 11, 1, 10)


@pytest.mark.parametrize(
    ("text", "priority"), [(NOTE, Priority.P1), (NOTE, Priority.P1G), (f"#priority 1\n{NOTE}", Priority.P4)]
)
def test_s3_7_on_an_urgent_case_the_team_hears_of_it(text: str, priority: Priority) -> None:
    """S3.7: the agent, the team's members on duty and the one on call, each once."""
    decision = answered(text, a_case(priority=priority), LEAKS)

    assert sorted(address for _, address in told(decision)) == [AGENT, AGENT2, "night@desk.example"]


def test_s3_7_a_later_reply_takes_the_place_of_one_that_is_held_back() -> None:
    """S3.7: also where it is held back itself; other agents', other cases' and waiting ones are left alone."""
    replies = ReplyFacts(
        pending=(
            pending(1, PendingState.HELD_BACK),
            pending(2, PendingState.HELD_BACK, AGENT2),
            pending(3, PendingState.HELD_BACK, case=7),
            pending(4, PendingState.WAITING),
        )
    )
    waited = Readmitted(Readmission.WAITED, NOW)

    assert only(answered("Hello.", a_case(), replies, readmitted=waited), EndMail).mail == 1
    assert only(answered(NOTE, a_case(), replace(replies, notes=(NOTE,))), EndMail).mail == 1
    assert "EndMail" not in names(answered("#note\n\nHello.", a_case(), replies))
    assert "EndMail" not in names(answered("Hello.", a_case(), replies))  # it waits itself: nothing has happened yet


def test_s3_7_the_two_words_concern_the_writers_own_replies() -> None:
    """S3.7: `#stop` ends whatever has not been sent, `#send-anyway` lets go what is held back."""
    replies = ReplyFacts(
        pending=(
            pending(1, PendingState.WAITING),
            pending(2, PendingState.HELD_BACK),
            pending(3, PendingState.WAITING, AGENT2),
            pending(4, PendingState.HELD_BACK, case=7),
        )
    )
    stopped = answered("#stop", a_case(), replies)
    assert [effect.mail for effect in stopped.effects if isinstance(effect, EndMail)] == [1, 2]
    assert only(answered("#send-anyway", a_case(), replies), Readmit).mail == 2
    others = replace(replies, pending=replies.pending[2:])
    assert answered("#stop", a_case(), others).outcome is Outcome.COMMAND_FAILED
    assert answered("#send-anyway", a_case(), others).outcome is Outcome.COMMAND_FAILED


CROSSING = OtherReply(agent=AGENT2, received_at=NOW - timedelta(minutes=5), text="It is the router.")


def test_s3_7_crossed_replies_have_one_key_a_pair_whoever_is_first() -> None:
    """S3.7: agent1 hears of agent2 and agent2 of agent1, by the same keys from either side."""
    waited = Readmitted(Readmission.WAITED, NOW)
    first = answered("It is the card.", a_case(), ReplyFacts(crossing=(CROSSING,)), readmitted=waited)
    waiting = pending(9, PendingState.WAITING, received_at=NOW)
    facts = the_facts(
        a_case(),
        references=(a_reference(1042, Purpose.ANSWER),),
        replies=ReplyFacts(pending=(waiting,)),
        readmitted=waited,
        received_at=CROSSING.received_at,
    )
    second = decided(a_mail(AGENT2, "It is the router."), facts, CHARTER)

    assert crossed_keys(first) == crossed_keys(second)
    assert len(crossed_keys(first)) == 2


@pytest.mark.parametrize("text", ["#note\n\nFor us.", "#time 25m", "#priority 1"])
def test_s3_7_only_a_public_reply_crosses(text: str) -> None:
    """S3.7: notes and commands are no answer to the customer."""
    assert crossed_keys(answered(text, a_case(), ReplyFacts(crossing=(CROSSING,)))) == set()


def crossed_keys(decision: Decision) -> set[str]:
    """Return the keys of the notices about crossed replies."""
    queued = (effect.notice for effect in decision.effects if isinstance(effect, Queue))
    return {notice.key for notice in queued if notice.kind == "replies_crossed"}
