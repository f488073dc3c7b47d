"""Customers' mails that look alike (R7): agents on duty are told, and nothing follows but what one of them orders."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.model.incident import Storm
from daemon.model.outcome import Outcome
from daemon.store.database import reading
from daemon.store.incidents import incidents_of, storms_since
from daemon.tick import tick
from tests.scenarios.desk import Ended, TestDesk
from tests.scenarios.post import Mail

ACME, GLOBEX, INITECH = "primary@acme.example", "primary@globex.example", "primary@initech.example"
AGENT, FRENCH = "agent1@desk.example", "agent3@desk.example"
WORDS = {
    ACME: ("Phones are down", "No dial tone on any of our phones since five minutes.\n"),
    GLOBEX: ("Trunk is down", "There is no dial tone, and nobody can make calls.\n"),
    INITECH: ("URGENT phones", "All phones down, no dial tone here.\n"),
}
NEWS = "A fibre is cut. A crew is on its way."


def storm(desk: TestDesk) -> dict[str, int]:
    """Let three customers write of one trouble; returns their cases."""
    return {writer: desk.mpoc(writer).writes(*said).case for writer, said in WORDS.items()}


def told_of(desk: TestDesk) -> tuple[Mail, ...]:
    """Return every mail about a storm."""
    return tuple(mail for mail in desk.mails() if mail.kind == "storm")


def storms(desk: TestDesk) -> tuple[Storm, ...]:
    """Return what is remembered of storms."""
    with reading(desk.desk.engine) as connection:
        return storms_since(connection, desk.now - timedelta(days=1))


def answer(desk: TestDesk, text: str, agent: str = "agent1") -> Ended:
    """Let an agent answer the mail about a storm."""
    writer = desk.agent(agent)
    (mail,) = [mail for mail in told_of(desk) if mail.to == writer.address]
    return writer.replies_to(mail, text)


@pytest.mark.both_databases
def test_r7_1_three_customers_one_mail_one_master(desk: TestDesk) -> None:
    """R7.1: the agents on duty are told once; `#p1g` makes the master, its children are linked and told the news."""
    cases = storm(desk)
    desk.now += timedelta(seconds=30)

    (done,) = desk.ticks()

    assert "3 customers" in done.detail
    assert sorted(mail.to for mail in told_of(desk)) == [AGENT, FRENCH]  # both of the voice team are on duty
    (mail,) = [mail for mail in told_of(desk) if mail.to == AGENT]
    for case in cases.values():
        assert f"SUP-{case}" in mail.text
    for word in ("Acme Corporation", "Globex", "Initech", "dial", "Voice", "#p1g"):
        assert word in mail.text

    ended = answer(desk, f"#p1g Telephone calls fail\n\n{NEWS}")

    assert ended.outcome is Outcome.CASE_OPENED
    assert [(mail.kind, mail.to) for mail in ended.answers if mail.to in cases] == [
        ("incident_joined", writer) for writer in cases
    ]
    assert all(NEWS in ended.told(writer).text for writer in cases)
    with reading(desk.desk.engine) as connection:
        (incident,) = incidents_of(connection, [ended.case])
    assert (incident.title, incident.products, len(incident.updates)) == ("Telephone calls fail", ("voice",), 1)
    assert {link.case for link in desk.case(ended.case).links} == {f"SUP-{case}" for case in cases.values()}
    (kept,) = storms(desk)
    assert kept.incident == ended.case
    assert ": 3" in next(mail.text for mail in ended.answers if mail.kind == "commands_done")


def test_r7_2_the_radar_alone_changes_nothing(desk: TestDesk) -> None:
    """R7.2: no case changes, no customer hears of it; without an answer it stays so."""
    cases = storm(desk)
    before = [desk.case(case) for case in cases.values()]
    known = len(desk.mails())

    desk.ticks()

    assert [mail.kind for mail in desk.mails()[known:]] == ["storm", "storm"]
    assert [desk.case(case) for case in cases.values()] == before


@pytest.mark.both_databases
def test_s2_7_two_nodes_tell_once(desk: TestDesk) -> None:
    """S1.1: whoever ticks second finds that it was told; a later tick does, too."""
    storm(desk)
    other = replace(desk.desk)

    tick(desk.desk, now=desk.now)
    tick(other, now=desk.now)
    desk.now += timedelta(minutes=5)
    desk.ticks()

    assert len(told_of(desk)) == 2
    assert len(storms(desk)) == 1


def test_r7_1_the_radar_can_be_switched_off(desk: TestDesk) -> None:
    """`radar.enabled: false`: nobody is told."""
    desk.change(
        lambda config: replace(config, plan=replace(config.plan, radar=replace(config.plan.radar, is_on=False)))
    )
    storm(desk)

    desk.ticks()

    assert told_of(desk) == ()


def test_r7_1_two_customers_are_no_storm(desk: TestDesk) -> None:
    """Three are the least, whatever two of them write, and one who writes five times is one."""
    for _ in range(5):
        desk.mpoc(ACME).writes(*WORDS[ACME])
        desk.mpoc(GLOBEX).writes(*WORDS[GLOBEX])

    desk.ticks()

    assert told_of(desk) == ()


def test_r7_1_what_belongs_to_a_master_is_no_news(desk: TestDesk) -> None:
    """R7.1: cases that joined already do not count, nor what is written of an open incident in its words."""
    agent = desk.somebody(AGENT, authenticated="pass")
    agent.writes("A master", "#p1g Phones: no dial tone\n")
    storm(desk)

    desk.ticks()

    assert told_of(desk) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("I look into it.", id="plain text"),
        pytest.param("#status closed", id="another command"),
        pytest.param("#p1g Calls fail\n#note\n\nx", id="two commands"),
        pytest.param("#help", id="help"),
    ],
)
def test_s2_7_anything_else_is_answered_with_what_can_be_done(desk: TestDesk, text: str) -> None:
    """S2.7: only `#p1g` can be said in answer; nothing else happens."""
    cases = storm(desk)
    desk.ticks()

    ended = answer(desk, text)

    (back,) = ended.answers
    assert (back.kind, back.to) == ("command_failed", AGENT)
    assert "#p1g TITLE" in back.text
    assert {desk.case(case).status for case in cases.values()} == {"new"}
    assert storms(desk)[0].incident is None


def test_r7_1_a_second_agent_is_told_that_it_is_one_already(desk: TestDesk) -> None:
    """R7.1: one master a storm; the second answer names it, in the agent's language."""
    storm(desk)
    desk.ticks()
    master = answer(desk, "#p1g Telephone calls fail").case

    ended = answer(desk, "#p1g Les appels échouent", agent="agent3")

    assert ended.outcome is Outcome.COMMAND_FAILED
    assert f"SUP-{master}" in ended.told(FRENCH).text


@pytest.mark.parametrize("text", ["#p1g Acme Corporation cannot call", "#p1g Calls fail\n\nGlobex reported it first."])
def test_s3_7_the_title_and_the_news_name_no_customer(desk: TestDesk, text: str) -> None:
    """S3.7: the guard reads both; nothing of it happens."""
    storm(desk)
    desk.ticks()

    ended = answer(desk, text)

    assert ended.outcome is Outcome.COMMAND_FAILED
    assert [mail.to for mail in ended.answers] == [AGENT]
    assert storms(desk)[0].incident is None


def test_s2_7_a_forged_answer_does_nothing(desk: TestDesk) -> None:
    """S2.7, S2.8: the mail was signed for its reader: nobody else's answer counts, nor one to a made-up mail."""
    cases = storm(desk)
    desk.ticks()
    (mail,) = [mail for mail in told_of(desk) if mail.to == AGENT]

    for writer in (desk.mpoc(ACME), desk.somebody("agent2@desk.example"), desk.somebody("stranger@else.example")):
        writer.replies_to(mail, "#p1g All is lost")
    desk.somebody(AGENT).writes("Re: One incident?", "#p1g All is lost")

    assert storms(desk)[0].incident is None
    assert all(not desk.case(case).links for case in cases.values())


def test_r7_1_more_of_a_storm_is_no_news(desk: TestDesk) -> None:
    """Within the pause nobody is told again, however often the same customers write."""
    for _ in range(3):
        storm(desk)
        desk.ticks()
        desk.now += timedelta(minutes=20)

    assert len(told_of(desk)) == 2


def test_s2_6_no_customer_reads_of_another(desk: TestDesk) -> None:
    """S2.6: what customers get names neither each other nor each other's cases."""
    cases = storm(desk)
    desk.ticks()
    answer(desk, f"#p1g Telephone calls fail\n\n{NEWS}")

    for writer in cases:
        said = "".join(mail.text for mail in desk.mails_to(writer))
        others = [other for other in cases if other != writer]
        assert not any(f"SUP-{cases[other]}" in said for other in others)
        assert not any(other.partition("@")[2] in said for other in others)
