"""Escalation: whom a level reaches, what an escalation does, and which words ask for one (R9)."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.model.charter import Charter
from daemon.model.effect import Effect, Queue
from daemon.model.notice import Notice
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, EscalationLevel
from daemon.model.promise_effect import Escalate
from daemon.rules.customers.escalation_wish import asks_to_escalate
from daemon.rules.escalation import Call, escalate, escalate_further, manager_for, next_level
from tests.rules.making import DIRECTORY, NOW, PLAN, WEEKDAYS, a_case, commanded, fact, mt, notices

LEVELS = (
    EscalationLevel(1, "Support", ("agent1",)),
    EscalationLevel(2, "Manager", ("boss", "deputy"), on_call="oncall", products=(("voice", "voiceboss"),)),
    EscalationLevel(3, "Vice president", ("vice",)),
    EscalationLevel(4, "Chief executive", ("chief",)),
)
MANAGERS = tuple(
    Agent(key, f"The {key}", f"{key}@desk.example", duty=WEEKDAYS)
    for key in ("boss", "deputy", "oncall", "voiceboss", "vice", "chief")
)
CHARTER = Charter(PLAN, replace(DIRECTORY, agents=DIRECTORY.agents + MANAGERS, escalation=LEVELS))
BILL = "The bill is wrong"
SATURDAY = mt(2026, 11, 21, 12)


@pytest.mark.parametrize(
    ("level", "subject", "at", "reached"),
    [
        (2, BILL, NOW, "boss"),
        (2, "No sound on any phone", NOW, "voiceboss"),
        (2, BILL, SATURDAY, "oncall"),
        (2, "No sound on any phone", SATURDAY, "oncall"),
        (2, BILL, mt(2026, 11, 18, 7, 59, 59), "oncall"),
        (2, BILL, mt(2026, 11, 18, 8), "boss"),
        (2, BILL, mt(2026, 11, 18, 16, 59, 59), "boss"),
        (2, BILL, mt(2026, 11, 18, 17), "oncall"),
        (2, BILL, mt(2026, 11, 26, 10), "oncall"),
        (3, BILL, SATURDAY, "vice"),
        (4, BILL, NOW, "chief"),
    ],
)
def test_r9_1_whom_a_level_reaches(level: int, subject: str, at: datetime, reached: str) -> None:
    """R9.1: the manager of the product line; in off-hours, weekends and holidays the manager on call."""
    manager = manager_for(level, a_case(subject=subject), CHARTER, at=at)

    assert manager is not None
    assert manager.id == reached


def test_r9_1_of_several_managers_who_is_on_duty() -> None:
    """R9.1: a manager who is away is not told while another of the level is there."""
    away = replace(MANAGERS[0], away=((NOW.date(), NOW.date()),))
    directory = replace(CHARTER.directory, agents=(*DIRECTORY.agents, away, *MANAGERS[1:]))

    manager = manager_for(2, a_case(subject=BILL), Charter(PLAN, directory), at=NOW)

    assert manager is not None
    assert manager.id == "deputy"


@pytest.mark.parametrize(("at_level", "to_level"), [(1, 2), (2, 3), (3, 4), (4, None)])
def test_r9_2_one_level_at_a_time(at_level: int, to_level: int | None) -> None:
    """R9.2: each escalation goes to the next level; above the last there is none."""
    level = next_level(a_case(escalation_level=at_level), CHARTER.directory)

    assert (level.level if level else None) == to_level


def the_notices(effects: tuple[Effect, ...]) -> dict[str, Notice]:
    """Return what an escalation queues, by kind."""
    return {effect.notice.kind.value: effect.notice for effect in effects if isinstance(effect, Queue)}


def test_r9_2_everybody_is_told() -> None:
    """R9.2: the manager gets the history and 60 minutes, the agent the news, the customer how to go on."""
    call = Call(by="primary@acme.example", at=NOW, event="mail 7", history="all of it")
    escalated = escalate(a_case(subject=BILL), CHARTER, call)

    assert escalated is not None
    assert escalated.effects[0] == Escalate(
        case=1042, level=2, to="boss", at=NOW, actor="primary@acme.example", why="R9.2"
    )
    told = the_notices(escalated.effects)
    assert (told["escalated"].to.address, told["escalated"].text) == ("boss@desk.example", "all of it")
    assert fact(told["escalated"], "due") == "2026-11-18T18:00:00+00:00"
    assert fact(told["escalation_report"], "reached") == "The boss"
    assert escalated.answer is not None
    assert (fact(escalated.answer, "reached"), fact(escalated.answer, "next_title")) == ("The boss", "Vice president")


def test_r9_2_on_the_last_level_it_is_told_again() -> None:
    """R9.2: above the chief executive is nobody: a further escalation reaches them again."""
    escalated = escalate(a_case(escalation_level=4), CHARTER, Call(by="x", at=NOW, event="mail 7"))

    assert escalated is not None
    assert escalated.reach.manager.id == "chief"
    assert escalated.answer is not None
    assert fact(escalated.answer, "next_title") == ""


def test_r9_2_one_mail_of_an_agent_escalates_once() -> None:
    """R9.2: one level at a time: `#escalate` that stands twice in a mail is refused, and reaches nobody."""
    decision = commanded("#escalate\n#escalate\nDear customer", a_case(subject=BILL), charter=CHARTER)

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert "#escalate can stand only once in a mail" in decision.reason
    assert [notice.kind for notice in notices(decision)] == ["command_failed"]


def test_r9_3_without_an_answer_the_next_level_is_told() -> None:
    """R9.3: the vice president learns who did not answer, the customer whom it reaches now."""
    case = a_case(escalation_level=2, escalated_to="boss")
    effects = escalate_further(case, CHARTER, at=NOW, event="clock 9", history="all of it")

    told = the_notices(effects)
    assert told["escalated"].to.address == "vice@desk.example"
    assert fact(told["escalated"], "unanswered") == "The boss"
    assert fact(told["escalation_answer"], "unanswered") == "yes"


def test_r9_3_above_the_last_level_is_nobody() -> None:
    """R9.3: a silent chief executive is on the record; nobody else can be told."""
    assert escalate_further(a_case(escalation_level=4, escalated_to="chief"), CHARTER, at=NOW, event="clock 9") == ()


def test_r9_1_a_desk_without_levels_escalates_to_nobody() -> None:
    """R9.1: where no level is configured nothing is promised."""
    bare = Charter(PLAN, DIRECTORY)

    assert escalate(a_case(), bare, Call(by="x", at=NOW, event="mail 7")) is None
    assert manager_for(2, a_case(), bare, at=NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "escalate", "Escalate!", "ESCALATE.", "Please escalate", "please escalate this case", "Escalation",
        "Escalate to level 3", "escalate to the next level", "Please escalate to the manager", "I want to escalate",
        "Escalate this ticket please\n\nIt has been two days.", "\n\nescalate, thanks\nBob", "Hello, escalate this",
        "Hello, please escalate my ticket", "Escalate now please", "Hi, please escalate this now, thank you",
        "Bonjour, merci d\u2019escalader mon dossier, s\u2019il vous plaît",
        "Escalade", "Merci d\u2019escalader", "Je souhaite escalader ce dossier",
        "Escalader au niveau 3", "escalader au niveau suivant", "faire remonter ce dossier",
    ],
)  # fmt: skip
def test_r9_1_first_lines_that_ask(text: str) -> None:
    """R9.1: a first line that says so escalates, in both languages, case-blind, with or without courtesy."""
    assert asks_to_escalate(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Please do not escalate", "Who can escalate?", "Escalate?", "We may escalate this if it goes on",
        "The escalator is broken", "It is down.\nescalate", "No need to escalate", "escalate " * 20,
        "I was told to escalate my privileges on the server, how does that work", "Pas d'escalade", "escalated",
        "Hello, please do not escalate my ticket", "Escalate now please or not", "Hello please thanks",
        "Our escalation contact is Bob",
    ],
)  # fmt: skip
def test_r9_1_first_lines_that_do_not(text: str) -> None:
    """R9.1: a line that says anything else, asks, or stands further down escalates nothing."""
    assert not asks_to_escalate(text)
