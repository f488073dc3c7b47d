"""S2.3: who is challenged, what an answer says, and what it does."""

from datetime import timedelta
from time import perf_counter

import pytest

from daemon.model.effect import Detain, Queue, Settle
from daemon.model.facts import AnswerCounts
from daemon.model.mail import Authentication, MachineMarks, Purpose
from daemon.model.mail_effect import AskAbout, LapseBehind, Readmit
from daemon.model.notice import NEW
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import DetainedRequest, Readmission
from daemon.rules.detained.asking import ask_in_turn
from daemon.rules.detained.challenge_words import Answer, Said, answer_in, is_brief
from daemon.rules.detained.lapse import lapse
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
    fact,
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
    }
    return DetainedRequest(**known | fields)  # type: ignore[arg-type]


def answering(request: DetainedRequest, **fields: object) -> dict[str, object]:
    """Return the facts of a mail that answers the challenge about this one."""
    reference = a_reference(request.id, Purpose.CHALLENGE)
    return {"answered": request, "references": (reference,), **fields}


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
    """S2.3: what comes meanwhile waits for its turn."""
    behind = decided(a_mail(PRIMARY, **NO_PROOF), the_facts(awaits_word=True), CHALLENGING)

    assert (told(behind), only(behind, Detain).lapses_at) == ((), None)


def test_s3_8_a_challenge_carries_no_word_of_the_mail() -> None:
    """S3.8: whoever writes under somebody's address must not have us bring them their text, nor a long subject."""
    mail = a_mail(PRIMARY, "Buy this!", subject="x" * 5_000, **NO_PROOF)
    (asking,) = notices(decided(mail, the_facts(size=2_048), CHALLENGING))

    assert "Buy" not in str(asking)
    assert len(str(asking)) < 1_500
    assert '"size": 2048' in fact(asking, "mails")


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
    pytest.param({}, {"references": (a_reference(4, Purpose.CHALLENGE),)}, id="another number"),
    pytest.param({}, {"references": (a_reference(5, Purpose.HELD),)}, id="another purpose"),
    pytest.param({}, {"references": ()}, id="no signed Message-ID"),
]


@pytest.mark.parametrize(("fields", "facts"), NO_ANSWERS)
def test_s2_3_what_is_no_answer_is_judged_as_ordinary_mail(fields: dict[str, object], facts: dict[str, object]) -> None:
    """S2.3: the number, the purpose and the person must all be right."""
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


STATES = [
    pytest.param({"state": DetainedState.LAPSED}, Outcome.APPROVED, "Readmit", id="lapsed"),
    pytest.param({}, Outcome.APPROVED, "Readmit", id="past its time, and no tick yet"),
    pytest.param(
        {"state": DetainedState.DECLINED, "settled_by": PRIMARY}, Outcome.APPROVED, "Readmit", id="their own no"
    ),
    pytest.param({"state": DetainedState.DISCARDED, "settled_by": AGENT}, Outcome.APPROVED, "Queue", id="put aside"),
    pytest.param({"state": DetainedState.DISCARDED, "settled_by": "daemon"}, Outcome.APPROVED, "", id="a better copy"),
    pytest.param({"state": DetainedState.RELEASED, "settled_by": AGENT}, Outcome.APPROVED, "", id="an agent was first"),
    pytest.param({"kind": DetainedKind.HELD}, Outcome.APPROVED, "", id="let through, and held for the MPOC"),
]


@pytest.mark.parametrize(("fields", "outcome", "does"), STATES)
def test_s2_3_what_a_late_yes_does(fields: dict[str, object], outcome: Outcome, does: str) -> None:
    """S2.3: what only its own address has ended comes through; of what became of the rest they hear once."""
    late = asked(lapses_at=NOW - DAY, **fields)
    decision = decided(a_mail(PRIMARY, "Yes"), the_facts(**answering(late)), CHALLENGING)

    assert decision.outcome is outcome
    assert (does in names(decision)) is bool(does)
    assert bool(decision.effects) is bool(does)


@pytest.mark.parametrize("text", ["Please hurry", "What is this?", "I know nothing of it"])
def test_s2_3_only_a_plain_yes_revives(text: str) -> None:
    """S2.3: anything less is told how it stands, and how the mail still comes through."""
    late = asked(state=DetainedState.LAPSED, lapses_at=NOW - DAY)
    decision = decided(a_mail(PRIMARY, text), the_facts(**answering(late)), CHALLENGING)

    assert told(decision) == (("challenge_late", PRIMARY),)
    assert notices(decision)[0].about == 5


def several() -> dict[str, object]:
    """Return the facts of an answer to a challenge that asked about the mails 5, 4 and 3 at once."""
    return answering(asked(), asked_beside=(asked(id=4, mail=2), asked(id=3, mail=1)))


ANSWERS = [
    ("yes", (5, 4, 3), ()),
    ("4", (4,), (5, 3)),
    ("Yes, 5 and 3.", (5, 3), (4,)),
    ("no", (), (5, 4, 3)),
    ("No, 4", (), (4,)),
    ("Please hurry", (), ()),
]


@pytest.mark.parametrize(("text", "through", "declined"), ANSWERS)
def test_s2_3_one_answer_settles_all_that_was_asked_about(
    text: str, through: tuple[int, ...], declined: tuple[int, ...]
) -> None:
    """S2.3: by a word for all of them, or by their numbers; of several mails nothing vague lets any through."""
    decision = decided(a_mail(PRIMARY, text), the_facts(**several()), CHALLENGING)
    settled = [effect for effect in decision.effects if isinstance(effect, Settle)]

    assert {one.detained for one in settled if one.state is DetainedState.RELEASED} == set(through)
    assert {one.detained for one in settled if one.state is DetainedState.DECLINED} == set(declined)
    assert names(decision).count("Readmit") == len(through)


def test_s2_3_an_unclear_answer_is_explained_once() -> None:
    """S2.3: the mail waits on; the second explanation has the key of the first, so that it is none."""
    first, second = (
        decided(a_mail(PRIMARY, text), the_facts(event=event, **answering(asked())), CHALLENGING)
        for text, event in (("What is this?", "mail 8"), ("Who are you?", "mail 9"))
    )

    assert (first.outcome, names(first), fact(notices(first)[0], "again")) == (Outcome.CHALLENGED, ("Queue",), "yes")
    assert notices(first)[0].key == notices(second)[0].key


def test_s2_3_an_agents_mail_takes_a_plain_yes() -> None:
    """S2.3, S2.7: it commands."""
    facts = the_facts(**answering(asked(sender=AGENT)))

    assert decided(a_mail(AGENT, "Please hurry"), facts, CHALLENGING).outcome is Outcome.CHALLENGED
    assert decided(a_mail(AGENT, "Yes"), facts, CHALLENGING).outcome is Outcome.APPROVED


def test_s2_3_what_waited_is_asked_about_in_its_turn() -> None:
    """S2.3: the newest names the challenge, all that it lists lapse together, and the older ones are counted."""
    waiting = tuple(asked(id=number, mail=number, lapses_at=None) for number in (9, 8))
    decision = ask_in_turn(waiting, 4, CHALLENGING, now=NOW)
    asking = only(decision, AskAbout)

    assert (asking.detained, asking.lapses_at) == ((9, 8), NOW + 3 * DAY)
    assert (told(decision), notices(decision)[0].about) == ((("challenge", PRIMARY),), 9)
    assert fact(notices(decision)[0], "more") == "4"


def test_s2_3_what_a_challenge_counted_lapses_with_it() -> None:
    """S2.3, S3.3: what came later does not."""
    behind = only(lapse(asked(), NOW, CHALLENGING), LapseBehind)

    assert (behind.sender, behind.before) == (PRIMARY, 5)


SAYINGS = {
    Said.NO: (
        *("No", "No.", "no, I did not", "Non.", "Nein", "Hi, no.", "This was not me!", "It wasn't me", "STOP"),
        *("I didn't write that.", "I did not send this!", "I have never sent this mail", "Phishing!", "Nope, not mine"),
        *("Ce n'est pas moi.", "Je n'ai pas écrit ce message", "Je n\u2019ai jamais envoyé cela", "Nicht von mir"),
        *("Hello,\n\nthat was not me.", "Dear support team,\nI did not write this.", "Bonjour, ce n'est pas moi."),
        *("Dear support,\n\nthank you.\n\nI didn't write that.", "Hello,\n\nI haven't sent anything.", "Unsubscribe."),
        *("This is spam!", "Someone else used my account", "My account was hacked", "wrong person", "False"),
        *("Das war ich nicht", "This looks like phishing to me", "None of them", "I did not write you the mail"),
    ),
    Said.YES: (
        *(
            "Yes",
            "Oui",
            "ja",
            "It was me",
            "oui c'est moi",
            "No problem, yes it was me.",
            "That's mine",
            "I did.",
            "ok",
        ),
        *("That is mine.\n\nNo, wait: also check line 3.", "Hello,\n\nyes, I did.\nI have not sent the logs yet."),
        *("Stop the line at once, please: it was me who wrote.", "It wasn't my colleague, it was me.", "Das war ich"),
        *(
            "Sorry, yes it was me",
            "Please do not send me such mails; yes I wrote it.",
            "Yes, it was me. When do you come?",
        ),
    ),
    Said.ASSENT: (
        *("", "Hello", "No problem", "Nothing to add", "Note that the line is down", "Nonetheless, please hurry."),
        *("The phones are dead.\nI have not sent the logs yet.", "Since 8 this morning. " * 20 + "\nWhen do you come?"),
    ),
    Said.UNCLEAR: (
        *(
            "Who are you?",
            "What is this? I know nothing of this mail.",
            "Not sure what you mean?",
            "Yes?",
            "Unknown to me",
        ),
        *(
            "I don't recognize this mail",
            "I know nothing about it.",
            "Delete it please",
            "Qui êtes-vous ?",
            "That was me?",
        ),
        *("I never sent a mail from my phone before, but yes this is me", "No, but I did write the other one"),
        *("Je ne connais pas ce message", "Hello,\n\nplease explain.\nWhat mail?", "Keine Ahnung"),
    ),
}


@pytest.mark.parametrize(("said", "text"), [(said, text) for said, texts in SAYINGS.items() for text in texts])
def test_s2_3_what_an_answer_says(said: Said, text: str) -> None:
    """S2.3: an outraged or puzzled answer is the last that should let a forged mail through."""
    assert answer_in(text, [5]).said is said


@pytest.mark.parametrize(
    ("text", "said", "named"),
    [
        ("17", Said.YES, {17}),
        ("#17 and 18", Said.YES, {17, 18}),
        ("yes, only 18", Said.YES, {18}),
        ("yes, all", Said.YES, set()),
        ("99", Said.ASSENT, set()),
        ("no 17", Said.NO, {17}),
    ],
)
def test_s2_3_an_answer_names_mails_by_their_numbers(text: str, said: Said, named: set[int]) -> None:
    """S2.3: only those that were asked about; where one mail was, any number is something else."""
    assert answer_in(text, [17, 18]) == Answer(said, frozenset(named))
    assert answer_in(text, [17]).named == frozenset()


@pytest.mark.parametrize(
    "line", ["no ", "not ", "yes, ", "a" * 50, "? ", "hello ", "#1, ", "i did ", "1", "1 ", "no idea "]
)
def test_s4_2_a_long_answer_is_read_in_no_time(line: str) -> None:
    """S4.2: the text that is looked at is bounded, and no word is read twice over."""
    began = perf_counter()
    answer_in(f"1 {line * 100_000}", range(10))
    answer_in(f"1 {line * 30}!", range(10))

    assert perf_counter() - began < 0.5


def test_s2_3_much_text_is_no_quick_word() -> None:
    """S2.3: a line without attachments is; nothing that somebody may miss."""
    assert is_brief(a_mail(PRIMARY, "Yes, that was me."))
    assert not is_brief(a_mail(PRIMARY, "x" * 81))
    assert not is_brief(a_mail(PRIMARY, "Yes.\nThe second floor too."))
