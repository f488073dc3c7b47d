"""What becomes of detained mail, of a hold that ends and of a mail that could not be delivered (R2.3-R2.6, R4.3)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.model.case import NEW_CASE, Case, Status, WaitingOn
from daemon.model.case_effect import AddMessage, AddParticipant, ChangeStatus, LinkCases, OpenCase, Record, SetWaiting
from daemon.model.effect import Decision, Settle
from daemon.model.facts import SentMail
from daemon.model.mail_effect import MarkContact
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.rules.delivery_failure import Failure, delivery_failure
from daemon.rules.detained.releasing import Detained, Refusal, Release, decline, discard, release
from daemon.rules.due.hold_end import end_hold
from tests.rules.making import (
    ACME,
    AGENT,
    CHARTER,
    COLLEAGUE,
    NOW,
    PARTNER,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    a_request,
    fact,
    names,
    notices,
    only,
    statuses,
    the_facts,
    told,
    with_participant,
)

RELEASE = Release(ACME, ACME.mpocs[0], "agent1", NOW + timedelta(days=1))
JOINING = replace(RELEASE, adds_writer=True)


REQUEST = a_request()
ON_CALL = "night@desk.example"


def _detained(
    case: Case | None = None,
    *,
    kind: DetainedKind = DetainedKind.HELD,
    sender: str = COLLEAGUE,
    received_at: datetime = NOW,
) -> Detained:
    return Detained(
        id=5,
        mailbox="support",
        kind=kind,
        sender=sender,
        subject="My phone",
        mail=a_mail(sender, "It is dead.", subject="My phone"),
        facts=the_facts(received_at=received_at, event="mail 7 released"),
        case=case,
    )


def _released(case: Case | None = None, received_at: datetime = NOW) -> Decision:
    return release(_detained(case, received_at=received_at), RELEASE, CHARTER)


def test_an_approved_request_is_a_case_on_the_mpocs_authority() -> None:
    """R2.3: the MPOC is its requester and is told; the end user a participant and the author of the text."""
    decision = _released()
    opened = only(decision, OpenCase)

    assert decision.outcome is Outcome.APPROVED
    assert (opened.requester, [person.address for person in opened.participants]) == (PRIMARY, [COLLEAGUE])
    assert only(decision, AddMessage).author == COLLEAGUE
    assert (only(decision, Settle).state, only(decision, Settle).case) == (DetainedState.RELEASED, NEW_CASE)
    assert fact(notices(decision, "acknowledgement")[0], "on_behalf_of") == COLLEAGUE


def test_a_released_stranger_is_no_participant() -> None:
    """R2.4, S3.1: an agent opens the case for an MPOC; the stranger hears nothing of it."""
    detained = _detained(kind=DetainedKind.QUARANTINED, sender=STRANGER)
    decision = release(detained, RELEASE, CHARTER)

    assert decision.outcome is Outcome.CASE_OPENED
    assert only(decision, OpenCase).participants == ()
    assert STRANGER not in {notice.to.address for notice in notices(decision)}


MOVES = [
    pytest.param(a_case(), (), id="open: it joins"),
    pytest.param(a_case(status=Status.ON_HOLD), (Status.IN_PROGRESS,), id="on hold: it ends the hold"),
    pytest.param(a_case(status=Status.RESOLVED), (Status.IN_PROGRESS,), id="resolved: back in progress"),
    pytest.param(a_case(status=Status.SHIPPING), (), id="shipping: an update"),
    pytest.param(a_case(status=Status.CLOSED), (Status.REOPENED,), id="closed: reopened"),
]


@pytest.mark.parametrize(("case", "after"), MOVES)
def test_an_approved_reply_does_what_the_mpocs_own_would(case: Case, after: tuple[Status, ...]) -> None:
    """R2.6, R4.3, R4.4, R5.1: it joins its case, its writer too where the MPOC says so; the agent reads it."""
    decision = release(_detained(case), JOINING, CHARTER)

    assert (decision.outcome, decision.case) == (Outcome.APPROVED, 1042)
    assert statuses(decision) == after
    assert only(decision, AddParticipant).participant.address == COLLEAGUE
    reopened = (("reopened", PRIMARY),) if case.is_closed() else ()
    assert told(decision) == (*reopened, ("request_approved", COLLEAGUE), ("customer_wrote", AGENT))


def test_a_plain_approval_adds_nobody_to_a_case() -> None:
    """R2.6: a reply to an existing case is let through; its writer follows that case only on the MPOC's word."""
    assert "AddParticipant" not in names(_released(a_case()))


def test_what_the_mpoc_says_beside_the_approval_stands_on_the_case() -> None:
    """R2.3: the agent reads it with the request."""
    decision = release(_detained(), replace(RELEASE, word="By Friday, please."), CHARTER)
    said = [effect for effect in decision.effects if isinstance(effect, AddMessage)]

    assert [(message.author, message.text) for message in said][1] == (PRIMARY, "By Friday, please.")
    assert notices(decision, "case_assigned")[0].text.endswith("Acme Primary:\nBy Friday, please.")


def test_an_approved_reply_ends_the_wait_for_one() -> None:
    """R6.2: any answer stops the wait for the customer."""
    assert only(_released(a_case(waiting_on=WaitingOn.CUSTOMER)), SetWaiting).waiting_on is None


def test_the_receipt_of_a_held_reply_counts_not_its_approval() -> None:
    """R2.6, R5.1: written on the 7th day and approved on the 12th, it reopens; written on the 9th, it is a new case."""
    case = a_case(status=Status.CLOSED)
    late = Release(ACME, ACME.mpocs[0], "agent1", NOW + timedelta(days=12))
    in_time = release(_detained(case, received_at=NOW + timedelta(days=7)), late, CHARTER)

    assert statuses(in_time) == (Status.REOPENED,)
    assert names(_released(case, NOW + timedelta(days=9)))[0] == "OpenCase"


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CLOSED_NO_RESPONSE])
def test_a_late_approved_reply_opens_a_linked_case(status: Status) -> None:
    """R5.2, R5.4, R5.5: linked, its participants kept, the technician preferred; the MPOC reads why."""
    case = with_participant(a_case(status=status, assignee="agent2"))
    decision = _released(case, NOW + timedelta(days=9))
    opened = only(decision, OpenCase)

    assert {person.address for person in opened.participants} == {PARTNER, COLLEAGUE}
    assert opened.assignee == "agent2"
    assert (only(decision, LinkCases).case, only(decision, LinkCases).other) == (NEW_CASE, 1042)
    assert [notice.to.address for notice in notices(decision, "follow_up_opened")] == [PRIMARY]


def test_a_declined_request_is_answered() -> None:
    """R2.3: its sender reads the word of who declined and whom to ask."""
    decision = decline(REQUEST, ACME, Refusal("agent1", "Ask your desk.", NOW), CHARTER.plan)
    (declined,) = notices(decision)

    assert decision.outcome is Outcome.DECLINED
    assert (declined.to.address, fact(declined, "word")) == (COLLEAGUE, "Ask your desk.")
    assert only(decision, Settle).state is DetainedState.DECLINED


def test_a_discarded_mail_is_told_to_nobody() -> None:
    """R2.4: it stays stored."""
    decision = discard(REQUEST, actor="agent1", now=NOW)

    assert names(decision) == ("Settle", "EndMail")
    assert only(decision, Settle).state is DetainedState.DISCARDED


def test_a_hold_ends_at_its_date() -> None:
    """R4.3: back in progress as of that instant, however late it is done; the agent is told."""
    case = a_case(status=Status.ON_HOLD, hold_until=NOW)
    decision = end_hold(case, CHARTER)

    assert only(decision, ChangeStatus).status is Status.IN_PROGRESS
    assert only(decision, ChangeStatus).at == NOW
    assert told(decision) == (("hold_ended", AGENT),)
    assert notices(decision)[0].key == notices(end_hold(case, CHARTER))[0].key


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ON_HOLD])
def test_what_is_not_held_has_no_end(status: Status) -> None:
    """R4.3: asking is a defect of the caller."""
    with pytest.raises(ValueError, match="not on hold"):
        end_hold(a_case(status=status), CHARTER)


@pytest.mark.parametrize(("recipient", "hears"), [(PRIMARY, AGENT), (AGENT, ON_CALL)])
def test_a_mail_that_could_not_be_delivered_is_told_to_an_agent(recipient: str, hears: str) -> None:
    """S3.6: `5yz`: on the record, and to the agent; to another one where it is their own address that fails."""
    failure = Failure(SentMail(9, "update", recipient, "Phones", 1042), "550 no such user " + "x" * 900, NOW)
    decision = delivery_failure(a_case(), failure, CHARTER)

    assert only(decision, Record).detail.startswith(f"update to {recipient}: 550 no such user")
    assert len(only(decision, Record).detail) == 500
    assert told(decision) == (("delivery_failed", hears),)


@pytest.mark.parametrize(
    ("kind", "ours", "number"),
    [("challenge", "challenge", "5"), ("held_request", "held_request", "5"), ("update", "", "")],
)
def test_s3_4_an_undelivered_question_is_told_with_its_number(kind: str, ours: str, number: str) -> None:
    """S3.4: an agent must know which mail waits for an answer that nobody can give."""
    failure = Failure(SentMail(9, kind, PRIMARY, "Phones", None, 5), "550 no such user", NOW)
    (mail,) = notices(delivery_failure(None, failure, CHARTER))

    assert (fact(mail, "ours"), fact(mail, "number")) == (ours, number)


@pytest.mark.parametrize("kind", ["delivery_failed", "held", "quarantine_answer"])
def test_s3_4_what_nobody_has_to_hear_of(kind: str) -> None:
    """S3.4, S3.1: a failed word of a failure goes round for ever, and strangers' addresses are nobody's business."""
    failure = Failure(SentMail(9, kind, ON_CALL, "Phones", None), "550 no such user", NOW)

    assert told(delivery_failure(None, failure, CHARTER)) == ()


def test_s3_4_an_address_that_our_server_knows_as_dead_is_marked() -> None:
    """S3.4, S3.6: what a bounce would say an hour later is said at once."""
    sent = SentMail(9, "update", PRIMARY, "Phones", 1042)
    dead = delivery_failure(a_case(), Failure(sent, "550 no such user", NOW, is_dead=True), CHARTER)

    assert only(dead, MarkContact).address == PRIMARY
