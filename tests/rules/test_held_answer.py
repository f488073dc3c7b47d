"""Whose answer to a held request counts, what it says, and until when (R2.3, R2.6, R10.2)."""

from datetime import timedelta

import pytest

from daemon.model.case_effect import AddMessage
from daemon.model.effect import Settle
from daemon.model.facts import Facts
from daemon.model.mail import Authentication, Purpose
from daemon.model.mail_effect import EndMail, Readmit
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import DetainedRequest, Readmission, Readmitted
from daemon.rules.detained.answer import answer_of, is_waiting
from daemon.rules.detained.words import Answer
from tests.rules.making import (
    ACME,
    APPROVER,
    COLLEAGUE,
    NOW,
    OTHER,
    PRIMARY,
    a_case,
    a_mail,
    a_reference,
    a_request,
    decided,
    fact,
    names,
    notices,
    only,
    policy_with,
    seen,
    the_facts,
    told,
)

APPROVE, JOIN, DECLINE = Purpose.HELD_APPROVE, Purpose.HELD_JOIN, Purpose.HELD_DECLINE
LATE = NOW + timedelta(seconds=1)
SOON = NOW - timedelta(seconds=1)


def answering(*purposes: Purpose, request: DetainedRequest | None = None, about: int = 5) -> Facts:
    """Return the facts of a mail to the signed addresses of a question."""
    addresses = tuple(a_reference(about, purpose) for purpose in purposes)
    return the_facts(answered=request or a_request(), address_references=addresses)


SAID = [
    ((), "approve", Answer.APPROVE),
    ((), "hello", None),
    ((APPROVE,), "", Answer.APPROVE),
    ((APPROVE,), "Thank you for asking.", Answer.APPROVE),
    ((APPROVE,), "approve and add", Answer.JOIN),
    ((JOIN,), "yes", Answer.JOIN),
    ((APPROVE, JOIN), "", Answer.JOIN),
    ((DECLINE,), "Ask IT first.", Answer.DECLINE),
    ((DECLINE,), "approve", None),
    ((APPROVE,), "no", None),
    ((APPROVE,), "Do not approve this, please.", None),
    ((JOIN,), "Wait until Monday", None),
    ((APPROVE,), "Who is that?", None),
    ((APPROVE,), "approve\n\nIt is not urgent.", Answer.APPROVE),
    ((APPROVE, DECLINE), "", None),
    ((Purpose.APPROVE,), "", None),
]


@pytest.mark.parametrize(("purposes", "text", "answer"), SAID)
def test_r2_3_addresses_and_words_must_agree(purposes: tuple[Purpose, ...], text: str, answer: Answer | None) -> None:
    """R2.3: what contradicts itself decides nothing."""
    sighting = seen(a_mail(PRIMARY, text), answering(*purposes))

    assert answer_of(sighting, a_request()) is answer


def test_r2_3_an_address_made_for_another_request_says_nothing() -> None:
    """R2.3: each question has addresses of its own."""
    sighting = seen(a_mail(PRIMARY, ""), answering(APPROVE, about=6))

    assert answer_of(sighting, a_request()) is None


@pytest.mark.parametrize(
    ("state", "lapses_at", "waits"),
    [
        (DetainedState.OPEN, LATE, True),
        (DetainedState.OPEN, SOON, True),  # nobody has been told of a lapse yet
        (DetainedState.LAPSED, LATE, True),  # received in time, read late (R5.6)
        (DetainedState.LAPSED, NOW, False),
        (DetainedState.LAPSED, SOON, False),
        (DetainedState.RELEASED, LATE, False),
        (DetainedState.DECLINED, LATE, False),
        (DetainedState.DISCARDED, LATE, False),
    ],
)
def test_r5_6_an_answer_received_before_the_lapse_undoes_it(
    state: DetainedState, lapses_at: object, waits: bool
) -> None:
    """R5.6: what counts is when the answer reached the mailbox; what was decided stays decided."""
    assert is_waiting(a_request(state=state, lapses_at=lapses_at), NOW) is waits


WHO = [
    pytest.param(PRIMARY, {}, {}, True, id="a case contact"),
    pytest.param(OTHER, {}, {}, True, id="an MPOC who was asked and is no case contact any more"),
    pytest.param(PRIMARY, {"authentication": Authentication.FAIL}, {}, False, id="forged"),
    pytest.param(COLLEAGUE, {}, {}, False, id="the sender"),
    pytest.param(PRIMARY, {}, {"customer": "globex"}, False, id="another customer's request"),
    pytest.param(PRIMARY, {}, {"kind": DetainedKind.QUARANTINED}, False, id="quarantined mail"),
    pytest.param(PRIMARY, {}, {"is_macd": True}, False, id="a MACD request, no approver"),
    pytest.param(APPROVER, {}, {"is_macd": True}, True, id="a MACD request, its approver"),
    pytest.param(PRIMARY, {}, {"sender": PRIMARY}, False, id="a contact's own mail of before they were one"),
]


@pytest.mark.parametrize(("writer", "mail", "request_", "counts"), WHO)
def test_r2_3_whose_answer_counts(
    writer: str, mail: dict[str, object], request_: dict[str, object], *, counts: bool
) -> None:
    """R2.2, R2.3, R10.2, S2.6: an MPOC of that customer who may decide, and is proven."""
    decision = decided(a_mail(writer, "approve", **mail), the_facts(answered=a_request(**request_)))

    assert (decision.checks[-1].check == "answer on a held request") is counts


def test_s2_2_the_policy_accept_proves_no_answer() -> None:
    """S2.2: only authentication, or a mail that was signed for this very address."""
    charter = policy_with(unauthenticated=Unauthenticated.ACCEPT)
    mail = a_mail(PRIMARY, "approve", authentication=Authentication.NONE)
    facts = the_facts(answered=a_request(), references=(a_reference(0, Purpose.HELD, made_for_sender=False),))

    assert decided(mail, facts, charter).outcome is Outcome.CASE_OPENED


def test_r2_3_an_approval_has_the_mail_decided_again() -> None:
    """R2.3, R3.11: on this MPOC's authority, as of the receipt of the answer."""
    decision = decided(a_mail(PRIMARY, "Approve and add\nFor Friday."), the_facts(answered=a_request()))

    assert only(decision, Readmit).readmitted == Readmitted(Readmission.JOINED, NOW, PRIMARY, word="For Friday.")
    assert (only(decision, Settle).state, only(decision, Settle).actor) == (DetainedState.RELEASED, PRIMARY)
    assert names(decision) == ("Settle", "Readmit")


def test_r2_3_a_refusal_ends_the_mail() -> None:
    """R2.3: its sender alone is told, with the word."""
    decision = decided(a_mail(PRIMARY, "No\nAsk IT."), the_facts(answered=a_request()))

    assert told(decision) == (("declined", COLLEAGUE),)
    assert fact(notices(decision)[0], "word") == "Ask IT."
    assert (only(decision, EndMail).mail, only(decision, EndMail).outcome) == (7, Outcome.DECLINED)


@pytest.mark.parametrize(
    ("state", "by", "verdict", "name"),
    [
        (DetainedState.RELEASED, PRIMARY, "approved", "Acme Primary"),
        (DetainedState.DECLINED, "agent1@desk.example", "declined", "Robin One"),
        (DetainedState.RELEASED, "command line", "approved", "Example Desk"),
        (DetainedState.LAPSED, "daemon", "lapsed", ""),
    ],
)
def test_r2_3_a_late_answer_is_told_who_was_first(state: DetainedState, by: str, verdict: str, name: str) -> None:
    """R2.3: who, what; and nothing is decided."""
    request = a_request(state=state, settled_by=by, lapses_at=SOON)
    decision = decided(a_mail(OTHER, "approve"), the_facts(answered=request))
    (late,) = notices(decision)

    assert names(decision) == ("Queue",)
    assert (late.to.address, late.to.language, fact(late, "verdict"), fact(late, "by")) == (OTHER, "fr", verdict, name)


def test_r2_3_a_late_answers_words_go_to_the_case() -> None:
    """R2.3: what an MPOC writes is not lost."""
    request = a_request(state=DetainedState.RELEASED, settled_by=PRIMARY, case=1042)
    decision = decided(a_mail(OTHER, "no\nHe has left."), the_facts(a_case(), answered=request, references=()))

    assert only(decision, AddMessage).case == 1042
    assert {kind for kind, _ in told(decision)} == {"customer_wrote", "held_decided"}


def test_s2_6_never_to_another_customers_case() -> None:
    """S2.6: a row that names a foreign case opens no way to it."""
    request = a_request(state=DetainedState.RELEASED, settled_by=PRIMARY, case=1042)
    facts = the_facts(a_case(customer="globex"), answered=request, references=())

    assert ACME.id == request.customer
    assert names(decided(a_mail(OTHER, "no\nHe has left."), facts)) == ("Queue",)
