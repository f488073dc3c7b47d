"""S2.3: who is challenged, what an answer says, and what it does."""

from datetime import date, timedelta

import pytest

from daemon.model.effect import Detain, Queue, Settle
from daemon.model.facts import AnswerCounts
from daemon.model.mail import Authentication, MachineMarks, Purpose
from daemon.model.mail_effect import Readmit
from daemon.model.notice import NEW
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import DetainedRequest, Readmission
from daemon.rules.detained.challenge_words import denies, is_brief
from tests.rules.making import (
    AGENT,
    COLLEAGUE,
    NOW,
    PARTNER,
    PRIMARY,
    STRANGER,
    a_case,
    a_mail,
    a_reference,
    decided,
    names,
    notices,
    only,
    policy_with,
    the_facts,
    told,
    with_participant,
)

CHALLENGING = policy_with(unauthenticated=Unauthenticated.CHALLENGE)
STRICT = policy_with(unauthenticated=Unauthenticated.CHALLENGE, require_authentication=True)
DAY = timedelta(days=1)
NO_PROOF = {"authentication": Authentication.NONE}


def asked(**fields: object) -> DetainedRequest:
    """Return a mail of an MPOC's address that waits for the answer to its challenge."""
    known: dict[str, object] = {
        "id": 5,
        "mail": 3,
        "kind": DetainedKind.CHALLENGED,
        "state": DetainedState.OPEN,
        "customer": "acme",
        "sender": PRIMARY,
        "subject": "Phones",
        "received_at": NOW - DAY,
        "lapses_at": NOW + 2 * DAY,
        "settled_by": "",
        "case": None,
        "is_asked": True,
    }
    return DetainedRequest(**known | fields)  # type: ignore[arg-type]


def answering(request: DetainedRequest, **fields: object) -> dict[str, object]:
    """Return the facts of a mail that answers the challenge about this one."""
    reference = a_reference(request.id, Purpose.CHALLENGE)
    return {"answered": request, "references": (reference,), "challenged": (request,), **fields}


WHO = [
    pytest.param(PRIMARY, "none", CHALLENGING, "challenged", id="a contact"),
    pytest.param(PRIMARY, "temporary", CHALLENGING, "challenged", id="a contact whose domain could not be asked"),
    pytest.param(PRIMARY, "fail", CHALLENGING, "quarantined", id="authentication failed"),
    pytest.param(PRIMARY, "pass", CHALLENGING, "case_opened", id="authenticated"),
    pytest.param(COLLEAGUE, "none", CHALLENGING, "challenged", id="a colleague"),
    pytest.param(AGENT, "none", CHALLENGING, "challenged", id="an agent"),
    pytest.param(AGENT, "fail", CHALLENGING, "quarantined", id="an agent whose authentication failed"),
    pytest.param(AGENT, "none", STRICT, "quarantined", id="an agent whom no answer could prove"),
    pytest.param(PRIMARY, "none", STRICT, "challenged", id="a contact, strictly"),
    pytest.param(STRANGER, "none", CHALLENGING, "quarantined", id="a stranger"),
]


@pytest.mark.parametrize(("sender", "how", "charter", "outcome"), WHO)
def test_s2_3_who_is_challenged(sender: str, how: str, charter: object, outcome: str) -> None:
    """S2.3, S3.1: whoever the desk knows and nothing speaks for or against; never a stranger."""
    mail = a_mail(sender, authentication=Authentication(how))
    decision = decided(mail, the_facts(), charter)  # type: ignore[arg-type]

    assert decision.outcome == outcome
    assert (("challenge", sender) in told(decision)) is (outcome == "challenged")


def test_s2_3_a_participant_is_known_on_their_case_alone() -> None:
    """S2.3, S2.5: the participant of a case is asked; without the case they are a stranger."""
    partner = a_mail(PARTNER, **NO_PROOF)
    own = {"references": (a_reference(made_for_sender=False),)}

    assert decided(partner, the_facts(with_participant(a_case()), **own), CHALLENGING).outcome is Outcome.CHALLENGED
    assert decided(partner, the_facts(a_case(), **own), CHALLENGING).outcome is Outcome.QUARANTINED


def test_s2_3_the_mail_waits_three_days_by_the_wall_clock() -> None:
    """S2.3: and the notice is about this very mail."""
    decision = decided(a_mail(PRIMARY, **NO_PROOF), the_facts(), CHALLENGING)
    detain = only(decision, Detain)

    assert (detain.kind, detain.lapses_at, detain.customer) == (DetainedKind.CHALLENGED, NOW + 3 * DAY, "acme")
    assert notices(decision)[0].about == NEW


def test_s2_3_never_more_than_one_challenge_is_open() -> None:
    """S2.3: unless the first was never sent: then this one is asked about."""
    mail = a_mail(PRIMARY, **NO_PROOF)
    behind = decided(mail, the_facts(challenged=(asked(),)), CHALLENGING)

    assert (told(behind), only(behind, Detain).lapses_at) == ((), None)
    assert told(decided(mail, the_facts(challenged=(asked(is_asked=False),)), CHALLENGING)) == (("challenge", PRIMARY),)


def test_s3_3_the_governor_cancels_a_challenge() -> None:
    """S3.3: it is written with its reason, and not sent; what nobody is asked about does not lapse."""
    busy = the_facts(answers=AnswerCounts(address_hour=10))
    decision = decided(a_mail(PRIMARY, **NO_PROOF), busy, CHALLENGING)

    assert "governor" in only(decision, Queue).cancelled
    assert only(decision, Detain).lapses_at is None


def test_s2_3_the_answer_lets_the_mail_through() -> None:
    """S2.3: released, and decided again on the word of its very address; nothing else happens."""
    decision = decided(a_mail(PRIMARY, "Yes", **NO_PROOF), the_facts(**answering(asked())), CHALLENGING)
    again = only(decision, Readmit)

    assert (decision.outcome, names(decision)) == (Outcome.APPROVED, ("Settle", "Readmit"))
    assert (again.mail, again.readmitted.why, again.readmitted.by) == (3, Readmission.CHALLENGE, PRIMARY)
    assert only(decision, Settle).state is DetainedState.RELEASED


NO_ANSWERS = [
    pytest.param({"sender": COLLEAGUE}, {}, id="somebody else's mail"),
    pytest.param({"lapses_at": NOW - DAY / 24}, {}, id="after its time"),
    pytest.param({"lapses_at": NOW - DAY / 24, "state": DetainedState.LAPSED}, {}, id="lapsed"),
    pytest.param({}, {"references": (a_reference(4, Purpose.CHALLENGE),)}, id="another number"),
    pytest.param({}, {"references": (a_reference(5, Purpose.HELD),)}, id="another purpose"),
    pytest.param({}, {"references": ()}, id="no signed Message-ID"),
]


@pytest.mark.parametrize(("fields", "facts"), NO_ANSWERS)
def test_s2_3_what_is_no_answer_is_judged_as_ordinary_mail(fields: dict[str, object], facts: dict[str, object]) -> None:
    """S2.3: the number, the purpose, the person and the time must all be right."""
    known = the_facts(**answering(asked(**fields)) | facts)
    decision = decided(a_mail(PRIMARY, "Yes"), known, CHALLENGING)

    assert decision.outcome is Outcome.CASE_OPENED
    assert "Readmit" not in names(decision)


def test_s2_3_an_answer_received_before_the_lapse_counts() -> None:
    """S2.3, R5.6: a tick that came first costs nobody their mail."""
    lapsed = asked(state=DetainedState.LAPSED, lapses_at=NOW)

    assert "Readmit" in names(decided(a_mail(PRIMARY, "Yes"), the_facts(**answering(lapsed)), CHALLENGING))


@pytest.mark.parametrize("text", ["Yes", "", "oui c'est moi"])
def test_s2_3_an_unproven_answer_is_none(text: str) -> None:
    """S2.2: authentication failed, so that no reference proves anything."""
    mail = a_mail(PRIMARY, text, authentication=Authentication.FAIL)
    decision = decided(mail, the_facts(**answering(asked())), CHALLENGING)

    assert (decision.outcome, names(decision)) == (Outcome.QUARANTINED, ("Detain",))


def test_s3_2_a_mark_that_only_asks_for_no_answer_is_no_program() -> None:
    """S3.2: people's mail servers write `X-Auto-Response-Suppress`; `Precedence: bulk` is a vacation program's."""
    facts = the_facts(**answering(asked()))
    person = a_mail(PRIMARY, "Yes", marks=MachineMarks("", "x-auto-response-suppress: all"))
    program = a_mail(PRIMARY, "Away", marks=MachineMarks("", "precedence: bulk"))

    assert decided(person, facts, CHALLENGING).outcome is Outcome.APPROVED
    assert (decided(program, facts, CHALLENGING).outcome, decided(program, facts, CHALLENGING).effects) == (
        Outcome.AUTO_REPLY,
        (),
    )


@pytest.mark.parametrize("answer", ["Yes", "No."])
def test_s2_3_what_waits_behind_is_asked_about_next(answer: str) -> None:
    """S2.3: the oldest of the others, once; its time is its own."""
    others = (asked(id=6, mail=4, subject="Doors", is_asked=False), asked(id=7, mail=8, is_asked=False))
    facts = the_facts(**answering(asked(), challenged=(asked(), *others)))
    (next_one,) = notices(decided(a_mail(PRIMARY, answer), facts, CHALLENGING), "challenge")

    assert (next_one.about, next_one.subject) == (6, "Doors")


DENIALS = [
    "No",
    "No.",
    "no, I did not",
    "Non.",
    "This was not me!",
    "It wasn't me",
    "I didn't write that.",
    "I have never sent this mail",
    "Phishing!",
    "Ce n'est pas moi.",
    "Je n'ai pas écrit ce message",
    "Je n\u2019ai jamais envoyé cela",
    "Hello,\n\nthat was not me.",
    "Dear support team,\nI did not write this.",
    "Bonjour, ce n'est pas moi.",
    "Hi, no.",
    "This is spam!",
    "STOP",
    "Unsubscribe.",
    "Nein",
]
CONSENTS = [
    "Yes",
    "Oui",
    "",
    "It was me",
    "No problem",
    "Nothing to add",
    "Note that the line is down",
    "Nonetheless, please hurry.",
    "That is mine.\n\nNo, wait: also check line 3.",
    "Hello,\n\nyes, I did.\nI have not sent the logs yet.",
    "Hello",
    "Stop the line at once, please: it was me who wrote.",
]


@pytest.mark.parametrize("text", DENIALS)
def test_s2_3_who_did_not_write_lets_nothing_through(text: str) -> None:
    """S2.3: an outraged answer is the last that should let a forged mail through."""
    assert denies(text)


@pytest.mark.parametrize("text", CONSENTS)
def test_s2_3_anything_else_is_an_answer(text: str) -> None:
    """S2.3: one word is enough, in any language."""
    assert not denies(text)


def test_s2_3_much_text_is_no_quick_word() -> None:
    """S2.3: a line without attachments is; nothing that somebody may miss."""
    assert is_brief(a_mail(PRIMARY, "Yes, that was me."))
    assert not is_brief(a_mail(PRIMARY, "x" * 81))
    assert not is_brief(a_mail(PRIMARY, "Yes.\nThe second floor too."))


@pytest.mark.parametrize(("days", "outcome"), [(3, Outcome.APPROVED), (4, Outcome.CASE_OPENED)])
def test_s2_3_a_mail_asked_about_in_its_turn_is_answered_within_days_of_that(days: int, outcome: Outcome) -> None:
    """S2.3: it has no time of its own, so its challenge's date counts."""
    reference = a_reference(5, Purpose.CHALLENGE, issued_on=NOW.date() - days * DAY)
    facts = the_facts(**answering(asked(lapses_at=None)) | {"references": (reference,)})

    assert decided(a_mail(PRIMARY, "Yes"), facts, CHALLENGING).outcome is outcome


def test_s2_3_an_old_reference_vouches_for_its_own_day_only() -> None:
    """S2.2: a challenge lapses long before its signature does."""
    old = a_reference(5, Purpose.CHALLENGE, issued_on=date(2026, 11, 1))
    facts = the_facts(**answering(asked(lapses_at=NOW - DAY)) | {"references": (old,)})

    assert decided(a_mail(PRIMARY, "Yes"), facts, CHALLENGING).outcome is Outcome.CASE_OPENED
