"""R1.1: every case gets a technician at once, the least loaded one on duty, in a fair order."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from daemon.model.charter import Charter
from daemon.model.facts import Load
from daemon.model.people import Directory
from daemon.model.plan import MailboxPolicy
from daemon.rules.assignment import assignee_or_on_call, is_on_duty, team_for, technician
from tests.rules.making import CHARTER, DIRECTORY, MAILBOX, NOW, PLAN, mt

VOICE_MAILBOX = PLAN.mailboxes[1]
TEAMS = [
    pytest.param("anything", VOICE_MAILBOX, "voice", id="the mailbox names it"),
    pytest.param("messenger is slow", VOICE_MAILBOX, "voice", id="the mailbox beats a product"),
    pytest.param("My phone is broken", MAILBOX, "voice", id="a keyword"),
    pytest.param("PHONE", MAILBOX, "voice", id="in capitals"),
    pytest.param("Broken phone!", MAILBOX, "voice", id="with a full stop or the like"),
    pytest.param("[urgent] (phone) broken", MAILBOX, "voice", id="in brackets"),
    pytest.param("voice: no tone", MAILBOX, "voice", id="the product itself"),
    pytest.param("Bad call quality today", MAILBOX, "voice", id="a keyword of two words"),
    pytest.param("call about quality", MAILBOX, "support", id="two words apart are no keyword"),
    pytest.param("The SIP-trunk is down", MAILBOX, "voice", id="a keyword with a hyphen"),
    pytest.param("microphone", MAILBOX, "support", id="part of a word is none"),
    pytest.param("messenger is slow", MAILBOX, "support", id="a product without a team"),
    pytest.param("messenger and phone", MAILBOX, "voice", id="a product with a team beside one without"),
    pytest.param("", MAILBOX, "support", id="no subject"),
]


@pytest.mark.parametrize(("subject", "mailbox", "team"), TEAMS)
def test_the_team_is_the_mailboxs_else_the_products_else_the_default(
    subject: str, mailbox: MailboxPolicy, team: str
) -> None:
    """R1.1: the team by address or product, else the default one."""
    assert team_for(subject, mailbox, DIRECTORY).id == team


def _assigned(*loads: Load, at: datetime = NOW, charter: Charter = CHARTER) -> str:
    team = charter.directory.team("support")
    assert team is not None
    return technician(team, loads, charter, at=at).id


EARLY, LATE = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
LOADS = [
    pytest.param((), "agent1", id="nobody ever had one: the first of the team"),
    pytest.param((Load("agent1", 1, EARLY),), "agent2", id="who never had one goes first"),
    pytest.param((Load("agent1", 3, EARLY), Load("agent2", 2, LATE)), "agent2", id="fewer open cases"),
    pytest.param((Load("agent1", 2, LATE), Load("agent2", 2, EARLY)), "agent2", id="as many, longer ago"),
    pytest.param((Load("agent1", 2, EARLY), Load("agent2", 2, LATE)), "agent1", id="as many, longer ago, reversed"),
    pytest.param((Load("agent1", 0, None), Load("agent2", 0, EARLY)), "agent1", id="never against once"),
    pytest.param((Load("night", 0, None), Load("gone", 0, None)), "agent1", id="loads of others do not matter"),
]


@pytest.mark.parametrize(("loads", "agent"), LOADS)
def test_the_least_loaded_in_a_fair_order(loads: tuple[Load, ...], agent: str) -> None:
    """R1.1: fewest open cases; of equals, who got one the longest ago."""
    assert _assigned(*loads) == agent


def test_equal_technicians_take_turns() -> None:
    """R1.1: thirty cases among two agents who close none come out fifteen each, in turns."""
    loads = {"agent1": Load("agent1", 0, None), "agent2": Load("agent2", 0, None)}
    order = []
    for minute in range(30):
        agent = _assigned(*loads.values(), at=NOW + timedelta(minutes=minute))
        loads[agent] = Load(agent, loads[agent].open_cases + 1, NOW + timedelta(minutes=minute))
        order.append(agent)

    assert order == ["agent1", "agent2"] * 15


HOURS = [
    (mt(2026, 11, 18, 7, 59, 59), False),
    (mt(2026, 11, 18, 8), True),
    (mt(2026, 11, 18, 16, 59, 59), True),
    (mt(2026, 11, 18, 17), False),
    (mt(2026, 11, 21, 12), False),
    (mt(2026, 11, 2, 8), True),
    (mt(2027, 3, 15, 8), True),
]


@pytest.mark.parametrize(("at", "on_duty"), HOURS)
def test_duty_is_half_open_on_the_plans_wall_clock(at: datetime, *, on_duty: bool) -> None:
    """R1.1: on duty from the opening on, no longer at the end, by the wall clock in either time."""
    assert is_on_duty(DIRECTORY.agents[0], PLAN, at) is on_duty
    assert _assigned(at=at) == ("agent1" if on_duty else "night")


def _with_away(*away: tuple[date, date]) -> Charter:
    agents = (replace(DIRECTORY.agents[0], away=away), *DIRECTORY.agents[1:])
    return Charter(PLAN, replace(DIRECTORY, agents=agents))


@pytest.mark.parametrize(
    ("first", "last", "agent"),
    [(17, 18, "agent2"), (18, 18, "agent2"), (18, 25, "agent2"), (16, 17, "agent1"), (19, 25, "agent1")],
)
def test_who_is_away_gets_nothing(first: int, last: int, agent: str) -> None:
    """R1.1: an absence counts from its first day to its last, both included."""
    charter = _with_away((date(2026, 11, first), date(2026, 11, last)))

    assert _assigned(charter=charter) == agent


def test_with_everybody_away_it_is_the_on_call_member() -> None:
    """R1.1: with nobody on duty, the team's on-call member, whatever their own hours."""
    away = ((date(2026, 11, 18), date(2026, 11, 18)),)
    agents = tuple(replace(agent, away=away) for agent in DIRECTORY.agents)

    assert _assigned(charter=Charter(PLAN, replace(DIRECTORY, agents=agents))) == "night"


def test_a_case_of_somebody_who_left_is_the_on_call_members() -> None:
    """R1.1: a case is never nobody's, though its assignee or team is not configured any more."""
    assert assignee_or_on_call("agent2", "support", DIRECTORY).id == "agent2"
    assert assignee_or_on_call("gone", "voice", DIRECTORY).id == "night"
    assert assignee_or_on_call("gone", "gone", DIRECTORY).id == "night"


def test_a_member_who_left_is_passed_over() -> None:
    """R1.1: a team that still lists somebody who is configured no more works on."""
    directory = Directory(
        customers=(),
        agents=DIRECTORY.agents[1:],
        teams=DIRECTORY.teams,
        products=(),
        default_team="support",
    )

    assert _assigned(charter=Charter(PLAN, directory)) == "agent2"
