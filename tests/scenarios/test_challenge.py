"""Senders who prove nothing are asked (S2.3): the challenge, its answer, and what neither of them may do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from daemon import act
from daemon.model.outcome import DetainedKind, Outcome
from daemon.model.plan import Unauthenticated
from daemon.model.setup import Config
from daemon.store.database import reading
from daemon.store.detained_views import DetainedFilter, list_detained
from daemon.store.inbox_tables import detained
from tests.scenarios import reports
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail

pytestmark = pytest.mark.both_databases

PRIMARY, SECOND, USER = "primary@acme.example", "secondary@acme.example", "user@acme.example"
AGENT = "agent1@desk.example"


def challenging(config: Config, **more: object) -> Config:
    """Return the configuration with every mailbox challenging, as the plan's default is."""
    mailboxes = tuple(
        replace(mailbox, unauthenticated=Unauthenticated.CHALLENGE, **more)  # type: ignore[arg-type]
        for mailbox in config.plan.mailboxes
    )
    return replace(config, plan=replace(config.plan, mailboxes=mailboxes))


@pytest.fixture
def desk(desk: TestDesk) -> TestDesk:
    """The example company's desk, which challenges whom nothing authenticates."""
    desk.change(challenging)
    return desk


def challenges(desk: TestDesk, address: str) -> tuple[Mail, ...]:
    """Return the challenges that somebody got."""
    return tuple(mail for mail in desk.mails_to(address) if mail.kind == "challenge")


def states(desk: TestDesk) -> list[tuple[str, str]]:
    """Return the kind and state of all detained mail, the oldest first."""
    with reading(desk.desk.engine) as connection:
        rows = connection.execute(select(detained.c.kind, detained.c.state).order_by(detained.c.id))
        return [(row.kind, row.state) for row in rows]


def test_s2_3_who_complained_of_our_mail_is_asked_all_the_same(desk: TestDesk) -> None:
    """S2.3, S3.4: their mail waits for that very answer; once it came they are somebody who writes again."""
    opened = desk.somebody(PRIMARY, authenticated="pass").writes("Phones are down")
    mail = opened.told(PRIMARY)
    desk.deliver(reports.complaint(mail), recipients=(mail.reverse_path,), reverse_path="fbl@isp.example")
    waits = desk.mpoc(PRIMARY).writes("Now the fax is down")

    desk.mpoc(PRIMARY).replies_to(waits.told(PRIMARY), "Yes.")

    assert "acknowledgement" in [told.kind for told in desk.read_next().answers]


def test_s2_3_a_contact_is_asked_and_their_answer_lets_the_mail_through(desk: TestDesk) -> None:
    """S2.3, R3.11: the mail waits for the answer; the case is dated at its receipt, first response at its release."""
    written_at = desk.now
    first = desk.mpoc(PRIMARY).writes("Phones are down", "All of them.\n")
    asked = first.told(PRIMARY)
    desk.days_pass(2)
    answer = desk.mpoc(PRIMARY).replies_to(asked, "Yes.")
    opened = desk.read_next()

    assert (first.outcome, answer.outcome, opened.outcome) == (
        Outcome.CHALLENGED,
        Outcome.APPROVED,
        Outcome.CASE_OPENED,
    )
    assert (asked.kind, len(first.answers), answer.answers) == ("challenge", 1, ())
    case = desk.case(opened.case)
    assert (case.requester, case.opened_at) == (PRIMARY, written_at)
    assert case.clocks["first_response"].start == desk.now
    assert desk.outcome_of(first.mail_id) is Outcome.CASE_OPENED
    assert states(desk) == [("challenged", "released")]
    assert desk.last_mail(PRIMARY, opened.case).kind == "acknowledgement"


def test_s2_3_only_the_mails_that_were_asked_about_are_let_through(desk: TestDesk) -> None:
    """S2.3, S2.7: one challenge at a time; what came behind, perhaps by somebody else, is asked about in its turn."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    later = [desk.mpoc(PRIMARY).writes(subject) for subject in ("Doors too", "Close all my cases")]
    desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes")
    opened = desk.read_next()
    desk.ticks()
    asked = challenges(desk, PRIMARY)[-1]

    assert [(mail.outcome, mail.answers) for mail in later] == [(Outcome.CHALLENGED, ())] * 2
    assert opened.mail_id == first.mail_id
    assert states(desk) == [("challenged", "released"), ("challenged", "open"), ("challenged", "open")]
    assert ("Doors too" in asked.text, "Close all my cases" in asked.text) == (True, True)

    answer = desk.mpoc(PRIMARY).replies_to(asked, "2")
    assert (answer.outcome, desk.read_next().mail_id) == (Outcome.APPROVED, later[0].mail_id)
    assert states(desk)[1:] == [("challenged", "released"), ("challenged", "declined")]
    assert desk.outcome_of(later[1].mail_id) is Outcome.CHALLENGED


@pytest.mark.parametrize("how", ["yes", "no", "lapse", "#release 1 primary@acme.example", "#discard 1"])
def test_s2_3_however_a_challenge_ends_what_waits_behind_is_asked_about(desk: TestDesk, how: str) -> None:
    """S2.3: one forged mail does not silence a contact: the mail that they wrote behind it gets its question."""
    forged = desk.mpoc(PRIMARY).writes("A forged mail").told(PRIMARY)
    own = desk.mpoc(PRIMARY).writes("Our whole site is down")
    desk.ticks()
    assert own.answers == ()

    if how == "lapse":
        desk.days_pass(3)
    elif how.startswith("#"):
        desk.somebody(AGENT, authenticated="pass").writes("Quarantine", how)
    else:
        desk.mpoc(PRIMARY).replies_to(forged, how)
    desk.ticks()
    desk.reads_all()
    asked = challenges(desk, PRIMARY)[-1]

    assert len(challenges(desk, PRIMARY)) == 2
    assert "Our whole site is down" in asked.text
    assert desk.mpoc(PRIMARY).replies_to(asked, "Yes!").outcome is Outcome.APPROVED
    assert desk.read_next().mail_id == own.mail_id


def test_s3_3_a_flood_is_asked_about_twice(desk: TestDesk) -> None:
    """S2.3, S3.3, S4.2: what nobody owns up to ends: no mail of ours for each lapse, and nothing waits for ever."""
    for number in range(30):
        desk.mpoc(PRIMARY).writes(f"Mail {number}")
    desk.passes_until((desk.now + timedelta(days=10)).isoformat())
    asked = challenges(desk, PRIMARY)

    assert len(asked) == 2
    assert asked[1].text.count("Subject: Mail") == 10
    assert ("Mail 29" in asked[1].text, "too: 19." in asked[1].text) == (True, True)
    assert {state for _, state in states(desk)} == {"lapsed"}


def test_s2_3_somebody_in_the_middle_of_a_flood_comes_through(desk: TestDesk) -> None:
    """S2.3: each no brings the next question, until theirs is among those that are listed."""
    desk.mpoc(PRIMARY).writes("A forged mail")
    own = desk.mpoc(PRIMARY).writes("Our whole site is down")
    for number in range(12):
        desk.mpoc(PRIMARY).writes(f"Forged {number}")
    for _ in range(2):
        desk.mpoc(PRIMARY).replies_to(challenges(desk, PRIMARY)[-1], "no")
        desk.ticks()
    asked = challenges(desk, PRIMARY)[-1]
    desk.mpoc(PRIMARY).replies_to(asked, f"only {states(desk).index(('challenged', 'open')) + 1}")

    assert "Our whole site is down" in asked.text
    assert desk.read_next().mail_id == own.mail_id


def test_s2_3_what_asks_back_is_no_yes(desk: TestDesk) -> None:
    """S2.3: the mail waits on, and is explained once more; what is said to that decides."""
    first = desk.mpoc(PRIMARY).writes("Cancel all lines").told(PRIMARY)
    asked = desk.mpoc(PRIMARY).replies_to(first, "What is this? I know nothing of this mail.")
    again = desk.mpoc(PRIMARY).replies_to(asked.told(PRIMARY), "Who are you?")

    assert (asked.outcome, asked.told(PRIMARY).kind, again.answers) == (Outcome.CHALLENGED, "challenge", ())
    assert "whether you wrote this mail" in asked.told(PRIMARY).text
    assert states(desk) == [("challenged", "open")]
    assert desk.mpoc(PRIMARY).replies_to(asked.told(PRIMARY), "Oh, yes").outcome is Outcome.APPROVED


def test_s2_3_an_agents_mail_takes_a_plain_yes(desk: TestDesk) -> None:
    """S2.3, S2.7: it commands; less than a yes lets nothing through."""
    first = desk.agent("agent1").writes("Call", "#for primary@acme.example\nLine dead\n").told(AGENT)
    vague = desk.agent("agent1").replies_to(first, "Please hurry")

    assert (vague.outcome, states(desk)) == (Outcome.CHALLENGED, [("challenged", "open")])
    assert desk.agent("agent1").replies_to(first, "Yes").outcome is Outcome.APPROVED


def test_s2_3_a_no_after_a_yes_reaches_the_technician(desk: TestDesk) -> None:
    """S2.3, S1.2: the forged mail is a case by then: whoever has that case reads it."""
    first = desk.mpoc(PRIMARY).writes("Cancel all lines").told(PRIMARY)
    desk.mpoc(PRIMARY).replies_to(first, "yes")
    case = desk.read_next().case
    back = desk.mpoc(PRIMARY).replies_to(first, "Sorry, that was not me!")

    assert (back.outcome, back.case, [mail.kind for mail in back.answers]) == (
        Outcome.DECLINED,
        case,
        ["customer_wrote"],
    )


def test_s2_3_a_mail_after_a_settled_challenge_is_asked_about(desk: TestDesk) -> None:
    """S2.3: an answer vouches for its mail, not for whatever comes later under the address."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes")
    desk.read_next()

    assert desk.mpoc(PRIMARY).writes("Doors too").outcome is Outcome.CHALLENGED
    assert len(challenges(desk, PRIMARY)) == 2


def test_s2_3_nobody_has_two_open_challenges(desk: TestDesk) -> None:
    """S2.3: while an answer to the last one would count, on its last afternoon too, no other is sent."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.mpoc(PRIMARY).writes("Doors too")
    desk.it_is("2026-11-17T07:30:00+00:00")  # half past midnight in Denver
    desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes")
    desk.ticks()
    desk.reads_all()
    second = challenges(desk, PRIMARY)[-1]
    desk.it_is("2026-11-20T07:00:00+00:00")

    assert desk.mpoc(PRIMARY).writes("And the lifts").answers == ()
    assert desk.mpoc(PRIMARY).replies_to(second, "yes").outcome is Outcome.APPROVED


def test_s2_3_a_flood_under_one_address_is_one_challenge(desk: TestDesk) -> None:
    """S2.3, S3.3: whoever the address is of, a contact, a colleague or an agent, and however they spell it."""
    for address in (PRIMARY, USER, AGENT):
        for number in range(5):
            desk.somebody(address.upper() if number % 2 else address).writes(f"Mail {number}")

    assert [len(challenges(desk, address)) for address in (PRIMARY, USER, AGENT)] == [1, 1, 1]


def test_s2_3_what_nobody_is_asked_about_stands_in_the_digest(desk: TestDesk) -> None:
    """R2.4, S2.3: it would otherwise wait unseen behind somebody else's mail."""
    desk.passes_until((desk.now + timedelta(days=1)).isoformat())
    desk.mpoc(PRIMARY).writes("The first mail")
    desk.mpoc(PRIMARY).writes("Phones are down")
    desk.passes_until((desk.now + timedelta(days=1)).isoformat())
    digests = [mail for mail in desk.mails() if mail.kind == "quarantine_digest"]

    assert "Phones are down" in digests[-1].text
    assert "The first mail" not in digests[-1].text


def test_s2_3_an_answer_whose_client_drops_the_thread_is_known_by_its_address(desk: TestDesk) -> None:
    """S2.3, S2.8: the challenge asks for its answer at an address that was signed for its reader alone."""
    asked = desk.mpoc(PRIMARY).writes("Phones are down").told(PRIMARY)
    address = asked.message["Reply-To"]
    stolen = desk.mpoc(SECOND).writes("Re: Did you write?", "yes", To=address)
    answer = desk.mpoc(PRIMARY).writes("Re: Did you write?", "yes", To=address)

    assert (stolen.outcome, answer.outcome) == (Outcome.CHALLENGED, Outcome.APPROVED)
    assert desk.read_next().outcome is Outcome.CASE_OPENED


def test_s2_3_a_new_mail_to_the_address_of_a_challenge_is_no_answer(desk: TestDesk) -> None:
    """S2.3: an address book offers it; what it says lets nothing through, and is heard as what it is."""
    address = desk.mpoc(PRIMARY).writes("A forged mail").told(PRIMARY).message["Reply-To"]
    text = "The printers on the second floor print nothing.\nNone of them does, since noon.\n"
    new = desk.mpoc(PRIMARY).writes("Printers", text, To=address)

    assert (new.outcome, states(desk)) == (Outcome.CASE_OPENED, [("challenged", "open")])
    assert desk.mpoc(PRIMARY).writes("Printers", "Please hurry", To=address).outcome is Outcome.CHALLENGED
    assert desk.mpoc(PRIMARY).writes("Re: Did you write?", "No!", To=address).outcome is Outcome.DECLINED


def test_s2_5_a_challenges_address_among_others_settles_nothing(desk: TestDesk) -> None:
    """S2.5, S2.8: put into Cc of a mail to a contact, it must not make an answer of their "thanks" to all."""
    address = desk.mpoc(PRIMARY).writes("Phones are down").told(PRIMARY).message["Reply-To"]
    desk.somebody(PRIMARY, authenticated="pass").writes("Lunch?", "yes", To=f"{SECOND}, {address}")

    assert states(desk)[0] == ("challenged", "open")


def test_s2_3_a_second_answer_does_nothing(desk: TestDesk) -> None:
    """S2.3: a quick word twice opens nothing twice; whoever has more to say is heard."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    asked = first.told(PRIMARY)
    desk.mpoc(PRIMARY).replies_to(asked, "yes")
    desk.read_next()
    again = desk.mpoc(PRIMARY).replies_to(asked, "Yes, it was me.")
    more = desk.mpoc(PRIMARY).replies_to(asked, "By the way:\nthe printers on the second floor are down as well.")

    assert (again.outcome, again.case, again.answers) == (Outcome.APPROVED, 0, ())
    assert more.outcome in (Outcome.CASE_OPENED, Outcome.CASE_UPDATED)


def test_s2_3_what_the_answer_says_beside_goes_with_the_mail(desk: TestDesk) -> None:
    """S2.3, S1.2: it opens no case of its own, and nothing is lost: it is on the case, and its technician reads it."""
    first = desk.mpoc(PRIMARY).writes("Phones are down", "All of them.\n")
    desk.days_pass(1)
    answer = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "Yes, that was me.\n\nThe second floor is down too.")
    opened = desk.read_next()
    messages = desk.case(opened.case).messages
    (told,) = [mail for mail in opened.answers if mail.kind == "case_assigned"]

    assert (answer.outcome, opened.outcome) == (Outcome.APPROVED, Outcome.CASE_OPENED)
    assert [message.author for message in messages] == [PRIMARY, PRIMARY]
    assert "second floor" in messages[1].text
    assert messages[1].received_at == desk.now
    assert "All of them." in told.text
    assert "The second floor is down too." in told.text
    with reading(desk.desk.engine) as connection:
        assert connection.execute(select(detained.c.case_number)).scalar_one() == opened.case


@pytest.mark.parametrize("ticks", [True, False])
def test_s2_3_a_late_yes_lets_a_lapsed_mail_through(desk: TestDesk, *, ticks: bool) -> None:
    """S2.3: it is the same proof as before; a word that is no yes is told what became of the mail, and the way."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.days_pass(3.01)
    desk.ticks() if ticks else None
    vague = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "Please hurry")
    yes = desk.mpoc(PRIMARY).replies_to(vague.told(PRIMARY), "Yes, it was me.")

    assert (vague.told(PRIMARY).kind, yes.outcome) == ("challenge_late", Outcome.APPROVED)
    assert desk.read_next().mail_id == first.mail_id


def test_s2_3_a_late_answer_that_says_more_is_a_mail_like_any(desk: TestDesk) -> None:
    """S2.3: after three days the answer itself still proves its writer (S2.2)."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.days_pass(3.01)
    desk.ticks()
    late = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "The printers are down.\nAll of them, since noon.")

    assert late.outcome is Outcome.CASE_OPENED
    assert states(desk) == [("challenged", "lapsed")]


def test_s2_3_a_yes_after_a_no_lets_the_mail_through(desk: TestDesk) -> None:
    """S2.3: who said no by mistake may say so."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    denial = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "No")
    yes = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "Sorry, yes it was me.")

    assert (denial.outcome, yes.outcome) == (Outcome.DECLINED, Outcome.APPROVED)
    assert desk.read_next().mail_id == first.mail_id


def test_s2_3_who_answers_what_an_agent_put_aside_is_told_so(desk: TestDesk) -> None:
    """S2.3: nothing comes of their yes, and they do not wait for it in vain."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.somebody(AGENT, authenticated="pass").writes("Quarantine", "#discard 1")
    late = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes")

    assert (late.told(PRIMARY).kind, "put this mail aside" in late.told(PRIMARY).text) == ("challenge_late", True)


def test_s2_3_the_answer_counts_by_its_receipt(desk: TestDesk) -> None:
    """R5.3, S2.3: received in time and read after an outage, it lets the mail through all the same."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    desk.days_pass(2.9)
    desk.reads = False
    desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes")
    desk.reads = True
    desk.days_pass(4)

    assert desk.read_next().outcome is Outcome.APPROVED
    assert desk.read_next().outcome is Outcome.CASE_OPENED


VACATION = [
    {"Auto_Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"X_Autoreply": "yes"},
    {"Subject": "Automatic reply: Did you write to us?"},
    {"List_Id": "<staff.acme.example>"},
]


@pytest.mark.parametrize("marks", VACATION, ids=lambda marks: next(iter(marks)))
def test_s3_2_a_vacation_note_answers_no_challenge(desk: TestDesk, marks: dict[str, str]) -> None:
    """S3.2, S2.3: a program says nothing about who wrote."""
    first = desk.mpoc(PRIMARY).writes("Phones are down")
    note = desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "I am away until Monday.", **marks)

    assert (note.outcome, note.answers) == (Outcome.AUTO_REPLY, ())
    assert states(desk) == [("challenged", "open")]


def test_s2_3_an_answer_under_a_failed_authentication_lets_nothing_through(desk: TestDesk) -> None:
    """S2.2: who has got hold of the challenge and cannot pass for the domain has got nothing."""
    asked = desk.mpoc(PRIMARY).writes("Phones are down").told(PRIMARY)
    forged = desk.somebody(PRIMARY, authenticated="fail").replies_to(asked, "yes")

    assert (forged.outcome, forged.answers) == (Outcome.QUARANTINED, ())
    assert states(desk)[0] == ("challenged", "open")


@pytest.mark.parametrize("other", [SECOND, USER, AGENT, "boss@private.example", "primary@globex.example"])
def test_s2_3_nobody_else_answers_a_challenge(desk: TestDesk, other: str) -> None:
    """S2.3, S2.8: its Message-ID is signed for one address; in other hands it says nothing."""
    asked = desk.mpoc(PRIMARY).writes("Phones are down").told(PRIMARY)
    desk.somebody(other).replies_to(asked, "yes")

    assert states(desk)[0] == ("challenged", "open")


def test_s2_3_a_failed_authentication_is_never_challenged(desk: TestDesk) -> None:
    """S2.3: what the domain's owner disowns must not make us write to them; an agent sees it."""
    forged = desk.somebody(PRIMARY, authenticated="fail").writes("Phones are down")

    assert (forged.outcome, forged.answers) == (Outcome.QUARANTINED, ())


def test_s2_3_strangers_are_never_challenged(desk: TestDesk) -> None:
    """S3.1: nobody unknown gets a mail that they could have us send to somebody else."""
    for number in range(20):
        mail = desk.somebody(f"stranger{number}@unknown.example").writes("Hello")
        assert (mail.outcome, mail.answers) == (Outcome.QUARANTINED, ())


def test_s2_3_a_colleague_is_challenged_at_their_own_address_and_then_held(desk: TestDesk) -> None:
    """S2.3, R2.3: the answer proves the colleague; whether a case comes of it is still the MPOC's to say."""
    first = desk.somebody(USER).writes("My phone is dead")
    asked = first.told(USER)
    answer = desk.somebody(USER).replies_to(asked, "yes")
    held = desk.read_next()

    assert (first.outcome, answer.outcome, held.outcome) == (Outcome.CHALLENGED, Outcome.APPROVED, Outcome.HELD)
    assert desk.mails_to(USER)[-1].kind == "held"
    assert states(desk) == [("held", "open")]


def test_s3_3_invented_colleagues_are_challenged_so_far_and_no_further(desk: TestDesk) -> None:
    """S3.3: anybody can invent addresses at a listed domain; what is beyond a day's answers waits for an agent."""
    bound = desk.desk.config.plan.governor.address_day
    outcomes = [desk.somebody(f"user{n}@acme.example").writes("Hello").outcome for n in range(bound + 3)]

    assert outcomes == [Outcome.CHALLENGED] * bound + [Outcome.QUARANTINED] * 3
    assert desk.mpoc(PRIMARY).writes("Phones are down").outcome is Outcome.CHALLENGED  # whom we know is always asked


def test_s3_3_a_challenge_is_an_answer_to_the_governor(desk: TestDesk) -> None:
    """S3.3: past its bounds the row is written as cancelled; the mail waits all the same."""
    bounds = replace(desk.desk.config.plan.governor, address_hour=0)
    desk.change(lambda config: replace(config, plan=replace(config.plan, governor=bounds)))
    mail = desk.mpoc(PRIMARY).writes("Phones are down")

    assert (mail.outcome, mail.answers) == (Outcome.CHALLENGED, ())
    assert states(desk) == [("challenged", "open")]


def test_s3_3_what_the_governor_held_up_is_asked_about_when_it_may_be(desk: TestDesk) -> None:
    """S2.3, S3.3: it does not wait for the sender to write once more, nor lapse unasked behind what they write then."""
    bounds = desk.desk.config.plan.governor
    desk.change(lambda config: replace(config, plan=replace(config.plan, governor=replace(bounds, address_hour=0))))
    desk.mpoc(PRIMARY).writes("Phones are down")
    desk.ticks()
    assert challenges(desk, PRIMARY) == ()

    desk.change(lambda config: replace(config, plan=replace(config.plan, governor=bounds)))
    desk.mpoc(PRIMARY).writes("Doors too")
    desk.ticks()
    (asked,) = challenges(desk, PRIMARY)
    assert ("Phones are down" in asked.text, "Doors too" in asked.text) == (True, True)
    desk.mpoc(PRIMARY).replies_to(asked, "yes")
    assert states(desk) == [("challenged", "released")] * 2


def test_s3_2_what_must_not_be_answered_is_quarantined_instead(desk: TestDesk) -> None:
    """S3.2: nobody could be asked about it, so that it would lapse unseen; an agent sees it."""
    mail = desk.mpoc(PRIMARY).writes("Phones are down", Precedence="bulk")

    assert (mail.outcome, mail.answers) == (Outcome.QUARANTINED, ())


def test_s2_3_a_participant_is_asked_too(desk: TestDesk) -> None:
    """S2.3, S3.1: somebody an MPOC put in Cc; let through, their mail is an update of the case."""
    guest = "guest@elsewhere.example"
    case = desk.somebody(PRIMARY, authenticated="pass").writes("Phones", Cc=guest).case
    first = desk.somebody(guest).writes(f"Re: [SUP-{case}] Phones", "It is the switch.\n")
    desk.somebody(guest).replies_to(first.told(guest), "yes")
    update = desk.read_next()

    assert (first.outcome, update.outcome, update.case) == (Outcome.CHALLENGED, Outcome.CASE_UPDATED, case)


def test_s2_2_who_is_authenticated_is_not_asked(desk: TestDesk) -> None:
    """S2.2, S2.3: the challenge is for those of whom nothing is known."""
    mail = desk.somebody(PRIMARY, authenticated="pass").writes("Phones are down")

    assert (mail.outcome, challenges(desk, PRIMARY)) == (Outcome.CASE_OPENED, ())


def test_s1_3_a_better_copy_of_a_challenged_mail_is_decided(desk: TestDesk) -> None:
    """S1.3: the same mail comes again by a way that authenticates it: that one counts, and nothing waits any more."""
    head = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
    raw = b"From: primary@acme.example\r\nSubject: Phones\r\nMessage-ID: <same@acme.example>\r\n\r\nDown.\r\n"
    first = desk.deliver(raw)
    again = desk.deliver(raw)
    better = desk.deliver(head + raw, peer="127.0.0.1")

    assert (first.outcome, again.outcome) == (Outcome.CHALLENGED, Outcome.DUPLICATE_MESSAGE)
    assert better.outcome is Outcome.CASE_OPENED
    assert desk.outcome_of(first.mail_id) is Outcome.DUPLICATE_MESSAGE
    assert states(desk) == [("challenged", "discarded")]
    asked = first.told(PRIMARY)
    assert desk.mpoc(PRIMARY).replies_to(asked, "yes").outcome is Outcome.APPROVED  # politely nothing


def test_r2_4_an_agent_may_release_or_discard_what_waits(desk: TestDesk) -> None:
    """R2.4, S2.3: an agent who rang the contact up need not wait for the answer."""
    first, second = (desk.mpoc(PRIMARY).writes(subject) for subject in ("Phones", "Doors"))
    with reading(desk.desk.engine) as connection:
        wanted = DetainedFilter(kind=DetainedKind.QUARANTINED)
        rows = tuple(list_detained(connection, wanted, prefix="SUP"))
    case = act.release_quarantined(desk.desk, rows[0].id, mpoc=PRIMARY, actor="agent1", now=desk.now)
    act.discard_quarantined(desk.desk, rows[1].id, actor="agent1", now=desk.now)

    assert [row.kind for row in rows] == ["challenged", "challenged"]
    assert desk.case(case).requester == PRIMARY
    assert states(desk) == [("challenged", "released"), ("challenged", "discarded")]
    assert desk.mpoc(PRIMARY).replies_to(first.told(PRIMARY), "yes").outcome is Outcome.APPROVED
    assert desk.outcome_of(second.mail_id) is Outcome.QUARANTINED


def test_s2_3_the_challenge_names_no_message_id_that_nobody_vouches_for(desk: TestDesk) -> None:
    """S2.8, S3.2: it goes to the address on file, not to Reply-To, automatic, and outside any thread."""
    first = desk.mpoc(PRIMARY).writes("Phones", Reply_To="thief@private.example")
    asked = first.told(PRIMARY)

    assert [mail.to for mail in first.answers] == [PRIMARY]
    assert (asked.message["In-Reply-To"], asked.message["References"]) == (None, None)
    assert asked.message["Auto-Submitted"] == "auto-replied"
    assert asked.reverse_path.startswith("support+b.")
    assert "Please help" not in asked.text  # S3.8
