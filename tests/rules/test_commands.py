"""The commands of an agent's mail: how they are written, which hold, and what is said of those that do not."""

import pytest

from daemon.model.case import Case, Link, LinkType, Participant, Priority, Status, WaitingOn
from daemon.model.case_effect import (
    AddParticipant,
    Assign,
    ChangeStatus,
    LinkCases,
    SetPriority,
    SetWaiting,
    UnlinkCases,
)
from daemon.model.effect import Effect
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import RecordTime
from daemon.rules.commands.table import BY_NAME, COMMANDS, help_text
from daemon.rules.commands.text import MAX_COMMANDS, CommandLine, read_command, read_commands
from tests.rules.making import AGENT, NOW, a_case, commanded, duplicate_of, fact, mt, notices, only, statuses

WRITTEN = [
    pytest.param("#status closed", ("status", "closed"), id="plain"),
    pytest.param("  #Status   Closed  ", ("status", "Closed"), id="blanks and capitals"),
    pytest.param("#status\u00a0closed", ("status", "closed"), id="a no-break space"),
    pytest.param("#status\tclosed", ("status", "closed"), id="a tab"),
    pytest.param("#status\u2003closed", ("status", "closed"), id="an em space"),
    pytest.param("# status closed", ("status", "closed"), id="a space after the sign"),
    pytest.param("\ufeff#status closed\u200b", ("status", "closed"), id="invisible marks"),
    pytest.param("#hold 2026\u201112\u201301", ("hold", "2026-12-01"), id="hyphens made long"),
    pytest.param("#assign \u201cVoice line\u201d", ("assign", "Voice line"), id="curly quotes"),
    pytest.param("#Status: resolved", ("status", "resolved"), id="a colon"),
    pytest.param("#status : resolved", ("status", "resolved"), id="a colon after a space, as in French"),
    pytest.param("#status=resolved", ("status", "resolved"), id="an equals sign"),
    pytest.param("#status resolved.", ("status", "resolved"), id="a full stop"),
    pytest.param("#note...", ("note", ""), id="dots behind the name"),
    pytest.param("#carrier_delay 2026-12-01", ("carrier-delay", "2026-12-01"), id="an underscore for the hyphen"),
    pytest.param("#send\u2010anyway", ("send-anyway", ""), id="a typographic hyphen"),
    pytest.param("\uff03\uff53\uff54\uff41\uff54\uff55\uff53\u3000resolved", ("status", "resolved"), id="full width"),
    pytest.param("#status resolved<br>", ("status", "resolved"), id="a written line break"),
    pytest.param("#status resolved <BR /><br/>", ("status", "resolved"), id="two written line breaks"),
    pytest.param("#vendor \u00ab Carrier One \u00bb", ("vendor", "Carrier One"), id="guillemets"),
    pytest.param("#vendor \u2018Carrier One\u2019", ("vendor", "Carrier One"), id="single curly quotes"),
    pytest.param("#help", ("help", ""), id="nothing behind"),
]


@pytest.mark.parametrize(("line", "read"), WRITTEN)
def test_a_command_reads_the_same_however_a_client_wrote_it(line: str, read: tuple[str, str]) -> None:
    """interface.md: lines that begin with `#`; NBSP, long hyphens and capitals change nothing."""
    found = read_commands(line).commands

    assert [(command.name, command.argument) for command in found] == [read]


TEXTS = [
    pytest.param("#note\nhello", 1, "hello", id="text below"),
    pytest.param("\n\n#note\n\n#time\n\n\nhello\n", 2, "hello", id="blank lines between"),
    pytest.param("hello\n#note", 0, "hello\n#note", id="after text there is no command"),
    pytest.param("#note\nhello\n#time 5m", 1, "hello\n#time 5m", id="a command after text is text"),
    pytest.param("#\nhello", 0, "#\nhello", id="a lone sign is text"),
    pytest.param("hello\n\n  world", 0, "hello\n\n  world", id="no command"),
    pytest.param("", 0, "", id="nothing"),
]


@pytest.mark.parametrize(("text", "commands", "rest"), TEXTS)
def test_commands_stand_at_the_top(text: str, commands: int, rest: str) -> None:
    """interface.md: at the top of the reply, before the text."""
    read = read_commands(text)

    assert (len(read.commands), read.text) == (commands, rest)


def test_too_many_commands_are_refused_and_none_becomes_text() -> None:
    """S2.7: a line that begins with `#` at the top never reaches the customer, however many there are."""
    decision = commanded("#priority 1\n" * (MAX_COMMANDS + 30) + "Hello", a_case())

    assert read_commands("#priority 1\n" * 50_000 + "Hello").text == "Hello"
    assert decision.outcome is Outcome.COMMAND_FAILED
    assert decision.reason == "a mail carries at most 20 commands"


def test_the_shell_reads_commands_without_the_sign() -> None:
    """interface.md: `case do` takes the same commands without `#`."""
    assert read_command("status closed") == CommandLine("status closed", "status", "closed")


CLOSED = a_case(status=Status.CLOSED)
DONE: list[tuple[str, Case, type[Effect], dict[str, object]]] = [
    ("#status in-progress", a_case(status=Status.NEW), ChangeStatus, {"status": Status.IN_PROGRESS, "until": None}),
    ("#status IN_PROGRESS", a_case(status=Status.ON_HOLD), ChangeStatus, {"status": Status.IN_PROGRESS}),
    ("#status shipping", a_case(), ChangeStatus, {"status": Status.SHIPPING, "until": None}),
    ("#status shipping 2026-12-01", a_case(), ChangeStatus, {"until": mt(2026, 12, 1, 8)}),
    ("#status shipping saturday", a_case(status=Status.SHIPPING), ChangeStatus, {"until": mt(2026, 11, 23, 8)}),
    ("#status resolved", a_case(), ChangeStatus, {"status": Status.RESOLVED}),
    ("#status closed", a_case(), ChangeStatus, {"status": Status.CLOSED, "at": NOW, "actor": AGENT}),
    ("#status closed-no-response", a_case(), ChangeStatus, {"status": Status.CLOSED_NO_RESPONSE}),
    ("#hold 2026-12-01", a_case(), ChangeStatus, {"status": Status.ON_HOLD, "until": mt(2026, 12, 1, 8)}),
    ("#hold monday", a_case(), ChangeStatus, {"until": mt(2026, 11, 23, 8)}),
    ("#hold wednesday", a_case(), ChangeStatus, {"until": mt(2026, 11, 25, 8)}),
    ("#hold tomorrow", a_case(status=Status.ON_HOLD), ChangeStatus, {"until": mt(2026, 11, 19, 8)}),
    ("#hold 2026-11-26", a_case(), ChangeStatus, {"until": mt(2026, 11, 27, 8)}),
    ("#priority 1", a_case(), SetPriority, {"priority": Priority.P1}),
    ("#priority p2", a_case(), SetPriority, {"priority": Priority.P2}),
    ("#assign agent2", a_case(), Assign, {"assignee": "agent2", "team": "support"}),
    ("#assign Kim Two", a_case(), Assign, {"assignee": "agent2"}),
    ("#assign AGENT2@desk.example", a_case(), Assign, {"assignee": "agent2"}),
    ("#assign voice", a_case(), Assign, {"assignee": "agent2", "team": "voice"}),
    ("#assign Voice line", a_case(), Assign, {"assignee": "agent2", "team": "voice"}),
    ("#waiting", a_case(), SetWaiting, {"waiting_on": WaitingOn.CUSTOMER}),
    ("#cc new@acme.example", a_case(), AddParticipant, {"participant": Participant("new@acme.example")}),
    ("#cc <New@Elsewhere.Example>", a_case(), AddParticipant, {"participant": Participant("new@elsewhere.example")}),
    ("#reopen", CLOSED, ChangeStatus, {"status": Status.REOPENED}),
]


@pytest.mark.parametrize(("line", "case", "kind", "fields"), DONE, ids=[row[0] for row in DONE])
def test_a_command_does_what_it_says(line: str, case: Case, kind: type[Effect], fields: dict[str, object]) -> None:
    """interface.md, R4.3, R4.9, R3.8, R6.1, R2.6: each command and its effect on the case in hand."""
    decision = commanded(line, case)
    effect = only(decision, kind)

    assert decision.outcome is Outcome.AGENT_UPDATE
    assert {name: getattr(effect, name) for name in fields} == fields
    assert effect.case == case.number


ON_HOLD = a_case(status=Status.ON_HOLD)
REFUSED: list[tuple[str, Case, str]] = [
    ("#stauts closed", a_case(), "there is no command #stauts; the nearest is: #status in-progress|shipping [DATE]|"),
    ("#hodl monday", a_case(), "there is no command #hodl; the nearest is: #hold DATE"),
    ("#xyzzy", a_case(), "there is no command #xyzzy; #help lists all commands"),
    ("#status closd", a_case(), "'closd' is no status; did you mean closed?"),
    ("#status", a_case(), "'' is no status; there are: in-progress, shipping, resolved, closed, closed-no-response"),
    ("#status closed now", a_case(), "#status closed takes nothing more, 'now' is too much"),
    ("#status in-progress", a_case(), "the case is in-progress and cannot become in-progress, only closed, "),
    ("#status resolved", CLOSED, "the case is closed and cannot become resolved, only customer-reopened"),
    (
        "#status in-progress",
        a_case(status=Status.CLOSED_NO_RESPONSE),
        "the case is closed-no-response and cannot become in-progress, only nothing",
    ),
    ("#status closed-no-response", a_case(status=Status.NEW), "the case is new and cannot become closed-no-response"),
    ("#hold", a_case(), "#hold needs a date (R4.3): #hold 2026-12-01, #hold monday"),
    ("#hold soon", a_case(), "'soon' is no date: write it as 2026-11-25, tomorrow or monday"),
    ("#hold 2026-02-30", a_case(), "'2026-02-30' is no date"),
    ("#hold 2026-11-18", a_case(), "2026-11-18 is not after today (2026-11-18)"),
    ("#hold 2026-11-17", a_case(), "2026-11-17 is not after today (2026-11-18)"),
    ("#hold 2028-11-18", a_case(), "2028-11-18 is more than a year away"),
    ("#priority 5", a_case(), "'5' is no priority: write 1, 2, 3 or 4"),
    ("#priority P1G", a_case(), "'P1G' is no priority: write 1, 2, 3 or 4"),
    ("#priority 4", a_case(), "the case has priority P4 already"),
    ("#assign agent1", a_case(), "the case is Robin One's already"),
    ("#assign nobody", a_case(), "'nobody' is no agent and no team; there are: agent1, agent2, night, support, voice"),
    ("#assign", a_case(), "'' is no agent and no team"),
    ("#waiting please", a_case(), "#waiting takes nothing more, 'please' is too much"),
    ("#waiting", CLOSED, "a closed case waits for nobody"),
    ("#duplicate 1042", a_case(), "a case cannot be a duplicate of itself"),
    ("#duplicate 9", a_case(), "this customer has no case SUP-9"),
    ("#duplicate soon", a_case(), "'soon' is no case: write its number, such as SUP-1042"),
    ("#duplicate ABC-9", a_case(), "'ABC-9' is no case: write its number, such as SUP-1042"),
    ("#cc", a_case(), "'' is no e-mail address"),
    (
        "#cc two@acme.example, three@acme.example",
        a_case(),
        "'two@acme.example, three@acme.example' is no e-mail address",
    ),
    ("#cc primary@acme.example", a_case(), "primary@acme.example follows the case already"),
    ("#cc agent2@desk.example", a_case(), "agent2@desk.example cannot follow this case"),
    ("#cc support+1042@desk.example", a_case(), "support+1042@desk.example cannot follow this case"),
    ("#cc new@globex.example", a_case(), "new@globex.example cannot follow this case"),
    ("#for colleague@acme.example", a_case(), "colleague@acme.example is no MPOC of any customer (R2.2)"),
    ("#reopen", a_case(), "the case is open"),
    ("#reopen now", CLOSED, "#reopen takes nothing more, 'now' is too much"),
    ("#note this", a_case(), "#note takes nothing more, 'this' is too much"),
]


@pytest.mark.parametrize(("line", "case", "fault"), REFUSED, ids=[f"{row[0]} {row[1].status}" for row in REFUSED])
def test_a_wrong_command_is_answered_with_what_would_be_right(line: str, case: Case, fault: str) -> None:
    """S2.7, interface.md: the line, what is wrong with it, and the text back; to the agent alone."""
    decision = commanded(f"{line}\nDear customer", case)
    (failed,) = notices(decision)

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert fact(failed, "faults").startswith(f"{line}: {fault}")
    assert failed.text == f"{line}\n\nDear customer"
    assert failed.to.address == AGENT
    assert len(decision.effects) == 1


ONE_WRONG = ("#priority 1\n#hold never", "#hold never\n#priority 1", "#status closed\n#cc nobody", "#note\n#wait")


@pytest.mark.parametrize("text", ONE_WRONG)
def test_all_of_a_mails_commands_hold_or_none(text: str) -> None:
    """interface.md: a wrong one changes nothing and sends nothing to the customer."""
    decision = commanded(f"{text}\nDear customer", a_case())

    assert [notice.kind for notice in notices(decision)] == ["command_failed"]
    assert len(decision.effects) == 1


TWICE = [
    "#macd standard\n#macd expedited",
    "#hold monday\n#hold 2026-12-01",
    "#priority 2\n#Priority: 3",
    "#status in-progress\n#status closed",
]


@pytest.mark.parametrize("text", TWICE)
def test_s2_7_a_command_that_stands_twice_is_refused(text: str) -> None:
    """S2.7: which of two dates, priorities or statuses is meant is not guessed."""
    decision = commanded(f"{text}\nDear customer", a_case(status=Status.NEW))
    (failed,) = notices(decision)
    again = text.splitlines()[1]

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert f"{again}: #{read_commands(again).commands[0].name} can stand only once in a mail" in fact(failed, "faults")
    assert len(decision.effects) == 1


SETTLING = {"approve", "decline", "release", "discard"}


def test_r10_4_what_adds_up_may_stand_twice() -> None:
    """R10.4, R2.6: minutes are summed, and each address follows; so it is with detained mails; no other repeats."""
    decision = commanded("#time 20\n#time 5\n#cc one@acme.example\n#cc two@acme.example\nDone.", a_case())

    assert decision.outcome is Outcome.AGENT_UPDATE
    assert [effect.minutes for effect in decision.effects if isinstance(effect, RecordTime)] == [20, 5]
    assert len([effect for effect in decision.effects if isinstance(effect, AddParticipant)]) == 2
    assert {command.name for command in COMMANDS if command.repeats} == {"time", "cc"} | SETTLING


def test_every_fault_is_told_at_once() -> None:
    """House style: all faults, not only the first."""
    (failed,) = notices(commanded("#hold never\n#priority 9\n#xyzzy", a_case()))

    assert [line.split(":")[0] for line in fact(failed, "faults").splitlines()] == [
        "#hold never",
        "#priority 9",
        "#xyzzy",
    ]


def test_help_lists_every_command_and_does_nothing() -> None:
    """interface.md: #help answers with the list; the rest of the mail waits."""
    decision = commanded("#help\n#status closed\nDone.", a_case())
    (answer,) = notices(decision)

    assert fact(answer, "help") == help_text("en")
    assert all(command.form.words("en") in help_text("en") for command in COMMANDS)
    assert set(BY_NAME) >= {
        "status",
        "hold",
        "priority",
        "assign",
        "note",
        "waiting",
        "duplicate",
        "cc",
        "for",
        "reopen",
    }
    assert len(decision.effects) == 1


PRIMARY_CASE, ITS_DUPLICATE = a_case(1), duplicate_of(2, 1)
FOREIGN_CASE = a_case(9, customer="globex")


def test_a_duplicate_is_linked_to_the_end_of_the_chain() -> None:
    """R4.9: chains of duplicates end at their root; the customer is told its number."""
    decision = commanded("#duplicate SUP-2\nWe go on there.", a_case(), ITS_DUPLICATE, PRIMARY_CASE)

    assert only(decision, LinkCases).other == 1
    assert only(decision, LinkCases).type is LinkType.DUPLICATE_OF
    assert statuses(decision) == (Status.DUPLICATE,)
    assert fact(notices(decision, "update")[0], "primary") == "1"


def test_a_circle_of_duplicates_is_refused() -> None:
    """R4.9: the primary cannot become a duplicate of its own duplicate, nor of that one's."""
    decision = commanded("#duplicate 3", PRIMARY_CASE, duplicate_of(3, 2), ITS_DUPLICATE)

    assert decision.outcome is Outcome.COMMAND_FAILED
    assert "a circle of duplicates has no primary" in decision.reason


def test_another_customers_case_is_no_primary() -> None:
    """S2.6: it is refused in the words for a case that is not there."""
    there = commanded("#duplicate 9", a_case(), FOREIGN_CASE)
    not_there = commanded("#duplicate 9", a_case())

    assert there.outcome is Outcome.COMMAND_FAILED
    assert there.reason == not_there.reason


@pytest.mark.parametrize("line", ["#status in-progress", "#reopen"])
def test_an_agent_takes_a_duplicate_up_again(line: str) -> None:
    """R4.9: Duplicate becomes In Progress only by an agent, and the link is removed."""
    decision = commanded(line, ITS_DUPLICATE, PRIMARY_CASE)

    assert only(decision, UnlinkCases).other == 1
    assert statuses(decision) == (Status.IN_PROGRESS,)


def test_other_ties_stay_when_a_duplicate_is_taken_up() -> None:
    """R4.9: only the link to the primary is cut."""
    case = a_case(2, Status.DUPLICATE, links=(Link(LinkType.FOLLOW_UP_OF, 8), Link(LinkType.DUPLICATE_OF, 1)))

    assert only(commanded("#reopen", case), UnlinkCases).other == 1
