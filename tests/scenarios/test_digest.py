"""The daily digest, and what an agent's answer to it does (R2.4, S1.2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon import act
from daemon.errors import Permanent
from daemon.model.due import Action, Ticked
from daemon.model.mail_effect import MarkContact
from daemon.model.outcome import Outcome
from daemon.model.setup import Config
from daemon.store import addresses
from daemon.store.database import transaction
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail
from tests.scenarios.test_held_by_mail import PRIMARY, SECONDARY, USER, held

pytestmark = pytest.mark.both_databases

STRANGER = "boss@private.example"
AGENT = "agent1"


def digests(desk: TestDesk) -> list[Mail]:
    """Return the digests that were sent so far."""
    return [mail for mail in desk.mails() if mail.kind == "quarantine_digest"]


def queued(done: tuple[Ticked, ...]) -> list[str]:
    """Return what the digests among what was done told of themselves."""
    return [one.detail for one in done if one.action is Action.NOTICE_QUEUED and one.detail.startswith("digest")]


def for_agent1(config: Config) -> Config:
    """Let agent1 read the digest."""
    return replace(config, plan=replace(config.plan, digest=(AGENT,)))


@pytest.fixture(autouse=True)
def _to_agent1(desk: TestDesk) -> None:
    desk.change(for_agent1)


def answer(desk: TestDesk, text: str) -> Ended:
    """Let agent1 answer the last digest."""
    return desk.agent(AGENT).replies_to(digests(desk)[-1], text)


def test_r2_4_the_desk_is_told_every_morning_of_what_is_new(desk: TestDesk) -> None:
    """R2.4: at 08:00 of the plan's zone, once; not again while nothing new comes."""
    desk.somebody(STRANGER).writes("It is me")
    same_day = queued(desk.ticks())
    desk.it_is("2026-11-17T14:59:59+00:00")
    before = queued(desk.ticks())
    desk.it_is("2026-11-17T15:00:00+00:00")

    assert (same_day, before) == ([], [])
    assert queued(desk.ticks()) == ["digest of 2026-11-17, 1 waiting, for agent1"]
    assert queued(desk.ticks()) == []
    desk.it_is("2026-11-18T15:00:00+00:00")
    assert queued(desk.ticks()) == []
    assert "It is me" in digests(desk)[0].text


def test_r2_4_it_comes_on_weekends_and_late_once(desk: TestDesk) -> None:
    """R2.4: a daemon that was down over three mornings sends one, on what came before them."""
    desk.it_is("2026-11-20T20:00:00+00:00")
    desk.somebody(STRANGER).writes("It is me")
    desk.it_is("2026-11-22T20:00:00+00:00")  # a Sunday

    assert queued(desk.ticks()) == ["digest of 2026-11-22, 1 waiting, for agent1"]
    assert queued(desk.ticks()) == []


def test_r2_4_without_names_the_on_call_member_gets_it(desk: TestDesk) -> None:
    """R2.4: of the default team."""
    desk.change(lambda config: replace(config, plan=replace(config.plan, digest=())))
    team = desk.desk.config.directory.team(desk.desk.config.directory.default_team)
    assert team is not None
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()

    assert [mail.to for mail in digests(desk)] == [f"{team.on_call}@desk.example"]


def test_s1_2_machine_mail_that_belongs_to_no_case_is_counted(desk: TestDesk) -> None:
    """S1.2: by how it ended, since the last digest."""
    for _ in range(3):
        desk.somebody(STRANGER).writes("Out of office", Auto_Submitted="auto-replied")
    desk.days_pass(1)
    desk.ticks()
    text = digests(desk)[0].text
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()

    assert "3" in text
    assert "automatic answers" in text
    assert "automatic answers" not in digests(desk)[1].text


def test_r2_4_a_long_list_is_bounded(desk: TestDesk) -> None:
    """R2.4: the newest hundred are named, and how many more wait."""
    for number in range(103):
        desk.somebody(STRANGER).writes(f"Number {number}.")
    desk.days_pass(1)
    desk.ticks()

    text = digests(desk)[0].text
    assert "Number 102." in text
    assert "Number 2." not in text
    assert "3 more" in text


def test_r2_3_a_request_whose_contacts_nobody_reaches_is_the_agents(desk: TestDesk) -> None:
    """R2.3, S3.4: nobody was asked, so the digest names it, and an agent decides."""
    with transaction(desk.desk.engine) as connection:
        for address in (PRIMARY, SECONDARY):
            addresses.mark(connection, MarkContact(address=address, why="550", at=desk.now))
    ended = held(desk)
    desk.days_pass(1)
    desk.ticks()

    decided = answer(desk, "#approve 1 secondary@acme.example")
    opened = desk.read_next()

    assert [mail.kind for mail in ended.answers if mail.kind == "held_request"] == []
    assert USER in digests(desk)[0].text
    assert decided.outcome is Outcome.AGENT_UPDATE
    assert (opened.outcome, desk.case(opened.case).requester) == (Outcome.APPROVED, SECONDARY)


def test_r2_3_what_contacts_were_asked_about_stands_in_a_part_of_its_own(desk: TestDesk) -> None:
    """R2.3: held mail is shown to agents, who need do nothing about it, and may."""
    held(desk)
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)

    assert queued(desk.ticks()) == ["digest of 2026-11-17, 2 waiting, for agent1"]
    waits, asked = digests(desk)[0].text.split("On these the customers' own contacts decide")
    assert (STRANGER in waits, USER in waits, USER in asked) == (True, False, True)
    assert "lapses on Monday 30 November 2026" in asked

    assert answer(desk, "#approve 1 secondary@acme.example").outcome is Outcome.AGENT_UPDATE
    assert desk.read_next().outcome is Outcome.APPROVED


def test_r2_3_a_held_request_alone_brings_a_digest(desk: TestDesk) -> None:
    """R2.3: once; agents see what waits for contacts without asking for it."""
    held(desk)
    desk.days_pass(1)

    assert queued(desk.ticks()) == ["digest of 2026-11-17, 1 waiting, for agent1"]
    desk.days_pass(1)
    assert queued(desk.ticks()) == []


def test_r2_6_a_mail_about_a_case_says_which(desk: TestDesk) -> None:
    """R2.6: released, it goes there."""
    case = desk.mpoc(PRIMARY).writes("Phones").case
    desk.somebody(STRANGER).replies_to(desk.last_mail(PRIMARY, case), "It is line 5.")
    desk.days_pass(1)
    desk.ticks()

    assert f"about SUP-{case}" in digests(desk)[0].text


def test_r2_4_an_answer_releases_for_a_named_mpoc(desk: TestDesk) -> None:
    """R2.4, R3.11: the case is the MPOC's, first response starts at the release; the stranger hears nothing."""
    received_at = desk.now
    desk.somebody(STRANGER).writes("It is me", "From my private address.\n")
    desk.days_pass(1)
    desk.ticks()

    decided = answer(desk, f"#release 1 {PRIMARY}")
    opened = desk.read_next()
    case = desk.case(opened.case)

    assert (decided.outcome, opened.outcome) == (Outcome.AGENT_UPDATE, Outcome.CASE_OPENED)
    assert (case.requester, case.participants, case.opened_at) == (PRIMARY, (), received_at)
    assert case.clocks["first_response"].start == desk.now
    assert desk.mails_to(STRANGER) == ()
    assert [mail.kind for mail in decided.answers] == ["commands_done"]


def test_r2_4_an_answer_discards(desk: TestDesk) -> None:
    """R2.4, S1.2: it stays stored; nobody is told."""
    first = desk.somebody(STRANGER).writes("Buy now")
    desk.somebody(STRANGER).writes("Buy more")
    desk.days_pass(1)
    desk.ticks()

    decided = answer(desk, "#discard 1\n#discard 2")
    desk.somebody(STRANGER).writes("Buy again")
    desk.days_pass(1)

    assert decided.outcome is Outcome.AGENT_UPDATE
    assert desk.outcome_of(first.mail_id) is Outcome.QUARANTINED
    assert queued(desk.ticks()) == ["digest of 2026-11-18, 1 waiting, for agent1"]


def test_r2_3_an_agent_may_decline_with_a_word(desk: TestDesk) -> None:
    """R2.3: any mail of an agent on no case will do; the sender reads the word."""
    held(desk)

    decided = desk.agent(AGENT).replies_to(_any_mail_to_agent(desk), "#decline 1 Please ask your IT desk")

    assert decided.outcome is Outcome.AGENT_UPDATE
    assert "Please ask your IT desk" in decided.told(USER).text


LEAKS = ["as at Globex", "ask primary@globex.example", "see SUP-4711"]


@pytest.mark.parametrize("word", LEAKS)
def test_s3_7_the_word_is_guarded_too(desk: TestDesk, word: str) -> None:
    """S3.7: it leaves the house; `#send-anyway` above it lets it pass."""
    desk.leaks = True
    held(desk)
    refused = desk.agent(AGENT).replies_to(_any_mail_to_agent(desk), f"#decline 1 Not here, {word}")

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert "must not read" in refused.told("agent1@desk.example").text
    passed = desk.agent(AGENT).replies_to(digests(desk)[-1], f"#send-anyway\n#decline 1 Not here, {word}")
    assert word in passed.told(USER).text


def _any_mail_to_agent(desk: TestDesk) -> Mail:
    """Give agent1 a mail of the desk's that proves them: a digest."""
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()
    return digests(desk)[-1]


WRONG = [
    pytest.param("#release 1", "primary@acme.example", id="for nobody"),
    pytest.param("#release 1 nobody@acme.example", "is no MPOC", id="no MPOC"),
    pytest.param(f"#release 7 {PRIMARY}", "no mail with the number 7", id="no such mail"),
    pytest.param("#approve 1", "no request with the number 1", id="it is quarantined, not held"),
    pytest.param("#discard", "needs the number", id="no number"),
    pytest.param("#discard 1\n#discard 1", "named twice", id="twice"),
    pytest.param("#send-anyway", "about no case", id="nothing to let go"),
    pytest.param("#discard 1\n#note", "about no case", id="with a command on a case"),
    pytest.param("#discard 1\n#priorty 2", "the nearest is", id="with a wrong command"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_s2_7_one_wrong_command_settles_nothing(desk: TestDesk, text: str, said: str) -> None:
    """S2.7: all or nothing, and the agent reads what was wrong."""
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()

    refused = answer(desk, text)
    mail = refused.told("agent1@desk.example")

    assert (refused.outcome, mail.kind) == (Outcome.COMMAND_FAILED, "command_failed")
    assert said in mail.text
    assert answer(desk, "#discard 1").outcome is Outcome.AGENT_UPDATE


def test_s2_6_no_mail_is_released_to_another_customer(desk: TestDesk) -> None:
    """S2.6: by a slip of an agent's one company would read what somebody at another wrote."""
    desk.somebody("primary@globex.example", authenticated="fail").writes("It is me")
    desk.days_pass(1)
    desk.ticks()

    refused = answer(desk, f"#release 1 {PRIMARY}")
    with pytest.raises(Permanent, match="another customer"):
        act.release_quarantined(desk.desk, 1, mpoc=PRIMARY, actor=AGENT, now=desk.now)

    assert refused.outcome is Outcome.COMMAND_FAILED
    assert "another customer" in refused.told("agent1@desk.example").text
    assert answer(desk, "#release 1 primary@globex.example").outcome is Outcome.AGENT_UPDATE


def test_r2_4_what_is_settled_cannot_be_settled_again(desk: TestDesk) -> None:
    """R2.4: the second agent reads what became of it."""
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()
    answer(desk, "#discard 1")

    assert "1 is discarded already" in answer(desk, f"#release 1 {PRIMARY}").told("agent1@desk.example").text


@pytest.mark.parametrize("writer", [PRIMARY, STRANGER, "agent2@desk.example"])
def test_s2_7_nobody_unproven_commands_the_quarantine(desk: TestDesk, writer: str) -> None:
    """S2.7, S2.8: neither a customer nor an agent's address without proof, with a digest that leaked."""
    desk.somebody(STRANGER).writes("It is me")
    desk.days_pass(1)
    desk.ticks()

    desk.somebody(writer).replies_to(digests(desk)[-1], f"#release 1 {PRIMARY}")

    assert answer(desk, "#discard 1").outcome is Outcome.AGENT_UPDATE


def test_commands_on_detained_mail_do_not_stand_on_a_case(desk: TestDesk) -> None:
    """S3.7: what an agent writes on a case goes to its customer; these commands belong elsewhere."""
    desk.somebody(STRANGER).writes("It is me")
    case = desk.mpoc(PRIMARY).writes("Phones").case

    refused = desk.assignee(case).answers(case, "#discard 1\n\nWe look into it.")

    assert refused.outcome is Outcome.COMMAND_FAILED


def test_r2_4_an_authenticated_stranger_is_answered_once_a_day(desk: TestDesk) -> None:
    """R2.4, S3.1: whatever they write; the next day again."""
    stranger = desk.somebody(STRANGER, authenticated="pass")
    for subject in ("One", "Two"):
        stranger.writes(subject)
    first = len(desk.mails_to(STRANGER))
    desk.days_pass(1.01)
    stranger.writes("Three")

    assert (first, len(desk.mails_to(STRANGER))) == (1, 2)


def test_r2_4_the_pause_between_two_answers_is_configured(desk: TestDesk) -> None:
    """R2.4: `quarantine_pause_hours`: at most one answer in so many hours."""
    pause = timedelta(hours=48)
    desk.change(lambda config: replace(config, plan=replace(config.plan, quarantine_pause=pause)))
    stranger = desk.somebody(STRANGER, authenticated="pass")
    stranger.writes("One")
    desk.days_pass(1.9)
    again = stranger.writes("Two")
    desk.days_pass(0.2)

    assert again.answers == ()
    assert len(stranger.writes("Three").answers) == 1


@pytest.mark.parametrize("found", ["", "fail", "none", "temperror"])
def test_r2_4_no_other_stranger_is_answered(desk: TestDesk, found: str) -> None:
    """R2.4, S3.1: the policy `accept` counts for customers' people, never for strangers."""
    desk.somebody(STRANGER, authenticated=found).writes("It is me")

    assert desk.mails_to(STRANGER) == ()
