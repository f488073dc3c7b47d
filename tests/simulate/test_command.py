"""`supportd simulate`: the same engine on rows in memory; nothing is written; one load tells one story."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.cli.conftest import Answer, Shell

EXAMPLE_LOAD = Path(__file__).parents[2] / "examples/load.yaml"
DECEMBER = ("--from", "2026-12-14", "--to", "2027-01-15")
FIELDS = ["at", "action", "case", "detail", "to", "kind"]


def simulated(shell: Shell, *words: str) -> list[dict[str, Any]]:
    """Return the story of a rehearsal."""
    answer = shell("simulate", "--json", *words)
    assert answer.status == 0, answer.err
    return answer.lines()


def actions(lines: list[dict[str, Any]], case: str) -> list[str]:
    """Return what happened to a case, mails left out."""
    return [line["action"] for line in lines if line["case"] == case and line["action"] != "mail"]


def mails(lines: list[dict[str, Any]], case: str, to: str) -> list[str]:
    """Return the kinds of the mails that somebody would get on a case."""
    return [line["kind"] for line in lines if line["case"] == case and line["to"] == to]


def loaded(shell: Shell, tmp_path: Path, text: str, *words: str) -> Answer:
    """Rehearse a load."""
    (tmp_path / "load.yaml").write_text(text)
    return shell("simulate", "--json", *DECEMBER, "--load", "load.yaml", *words)


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_example_load_tells_its_stories(shell: Shell) -> None:
    """R6.2, R4.4, R5.2, R4.3: each story of examples/load.yaml comes out as the plan says, in order of time."""
    lines = simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD))

    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert {tuple(line) for line in lines} == {tuple(FIELDS)}
    customer = mails(lines, "SUP-1001", "primary@acme.example")
    assert customer == ["acknowledgement", "update", "answer_reminder", "status_changed"]
    assert actions(lines, "SUP-1001")[-2:] == ["closed_no_response", "status_changed"]
    assert "breached" in actions(lines, "SUP-1002")
    assert "hold_ended" in actions(lines, "SUP-1003")
    assert "follow_up_opened" in actions(lines, "SUP-1004")
    assert "refused" not in {line["action"] for line in lines}


def test_r4_3_a_hold_ends_at_its_date(shell: Shell) -> None:
    """R4.3: the hold of the example ends when the business day opens, 08:00 MT."""
    lines = simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD))

    assert [line["at"] for line in lines if line["action"] == "hold_ended"] == ["2027-01-04T15:00:00+00:00"]


def test_time_passes_on_a_copy_of_the_desk(shell: Shell) -> None:
    """R3.3: without a load the present cases live on as nobody writes; numbers go on in a later load."""
    shell("case", "open", "--for", "primary@acme.example", "--subject", "Fax", "--now", "2026-12-14T09:00-07:00")

    lines = simulated(shell, *DECEMBER)
    assert "breached" in actions(lines, "SUP-1001")
    assert "clock_breached" in mails(lines, "SUP-1001", "manager@desk.example")

    later = simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD))
    assert {line["case"] for line in later if line["action"] == "case_opened"} == {"SUP-1002", "SUP-1003", "SUP-1004"}
    empty = simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD), "--empty")
    assert "SUP-1001" in {line["case"] for line in empty if line["action"] == "case_opened"}


def test_a_thread_goes_on_from_the_real_desk(shell: Shell, tmp_path: Path) -> None:
    """R4.2: a load may continue a case of the present desk by its number; its keys are known."""
    shell("case", "open", "--for", "primary@acme.example", "--subject", "Fax", "--now", "2026-12-14T09:00-07:00")
    load = "- {at: 2026-12-14 10:00, from: primary@acme.example, answers: SUP-1001, text: And the printer.}\n"

    lines = loaded(shell, tmp_path, load).lines()
    assert actions(lines, "SUP-1001")[0] == "case_updated"


def test_nothing_is_written_to_the_real_desk(shell: Shell, tmp_path: Path) -> None:
    """A rehearsal leaves every file of the desk as it was, to the octet; where there was no database there is none."""
    before = digests(tmp_path)
    simulated(shell, *DECEMBER, "--cases", "5")
    assert digests(tmp_path) == before

    shell("case", "open", "--for", "primary@acme.example", "--subject", "Fax", "--now", "2026-12-14T09:00-07:00")
    before = digests(tmp_path)
    simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD), "--cases", "5")
    assert digests(tmp_path) == before


def test_the_same_seed_tells_the_same_story(shell: Shell) -> None:
    """The same seed gives the same output to the byte, the calendar too; another seed another one."""

    def told(seed: int) -> tuple[bytes, bytes]:
        answer = shell("simulate", "--json", *DECEMBER, "--cases", "25", "--seed", str(seed), "--ics", "desk.ics")
        assert answer.status == 0, answer.err
        return answer.octets, Path("desk.ics").read_bytes()

    assert told(7) == told(7)
    assert told(7) != told(8)


def test_a_made_up_load_meets_every_ending(shell: Shell) -> None:
    """R4.4, R5.1, R6.2: among some dozens of made-up cases are breaches, confirmations, silences and reopenings."""
    lines = simulated(shell, "--from", "2026-09-01", "--to", "2026-12-31", "--cases", "80", "--seed", "3")
    found = {line["action"] for line in lines}

    assert found >= {"case_opened", "case_updated", "case_reopened", "breached", "reminded", "closed"}
    assert found >= {"closed_no_response", "hold_ended", "agent_acted", "priority_changed"}
    assert sum(line["action"] == "case_opened" for line in lines) == 80


def test_people_get_a_line_each_and_a_summary(shell: Shell) -> None:
    """Without --json each line says when, what, which case, and to whom; stderr counts."""
    answer = shell("simulate", *DECEMBER, "--load", str(EXAMPLE_LOAD))

    assert "2026-12-14 16:00:00Z  case_opened         SUP-1001" in answer.out
    assert "acknowledgement → primary@acme.example" in answer.out
    assert "3 case_opened" in answer.err


def test_the_calendar_can_be_read_back(shell: Shell) -> None:
    """--ics: due times, breaches, holds and closings as RFC 5545 events, each UID once, the same in every rehearsal."""
    simulated(shell, *DECEMBER, "--load", str(EXAMPLE_LOAD), "--ics", "desk.ics")
    events = Calendar.from_ical(Path("desk.ics").read_bytes()).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in events}

    assert len(by_uid) == len(events)
    assert str(by_uid["SUP-1002.first_response.1.due@desk.example"]["SUMMARY"]).startswith(
        "SUP-1002: first response due"
    )
    assert by_uid["SUP-1003.hold_ended.1@desk.example"].decoded("DTSTART").isoformat() == "2027-01-04T15:00:00+00:00"
    assert "SUP-1001.closed_no_response.1@desk.example" in by_uid
    assert any(uid.startswith("SUP-1002.update") and ".breach@" in uid for uid in by_uid)


FAULTS = [
    ("from: primary@acme.example", "load.yaml:1:1: a load is a list"),
    ("- at: 2026-12-14 09:00\n  from: primary@acme.example\n  text: x", "load.yaml:1:3: a mail needs a `subject`"),
    ("- {at: soon, from: primary@acme.example, subject: x}", "`at` is no instant: write 2026-12-14 09:00"),
    ("- {at: 2026-12-14 09:00, form: primary@acme.example}", "an event has either `from` (a mail) or `agent`"),
    ("- {at: 2026-12-14 09:00, from: me, subject: x}", "`from` is no address: write one as primary@"),
    ("- {at: 2026-12-14 09:00, from: a@b.example, subjet: x}", "unknown key `subjet`: did you mean `subject`?"),
    ("- {at: 2026-12-14 09:00, agent: agnt1, case: 1001, text: x}", "`agnt1` is no agent: did you mean `agent1`?"),
    (
        "- {at: 2026-12-14 09:00, agent: agent1, case: fax, text: x}",
        "no earlier mail has `label: fax`: none is defined",
    ),
    ("- {at: 2026-12-14 09:00, agent: agent1, case: 1001}", "an agent's event has commands"),
    ("- {at: 2026-12-14 09:00, agent: agent1, text: x}", "name the `case`"),
    ("- {at: 2026-12-14 09:00, from: a@b.example, subject: x, to_plus: mcad}", "did you mean `macd`?"),
    ("- &a [*a", "load.yaml:1"),
    ('{"at": "2026-12-14 09:00", "from": "a@b.example"}\n{"at"', "load.yaml:2:6: no JSON"),
    ('{"at": "2026-12-14 09:00", "from": "a@b.example", "subject": {}}', "load.yaml:1:1: `subject` is text"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_a_wrong_load_is_refused_with_its_line(shell: Shell, tmp_path: Path, text: str, said: str) -> None:
    """A fault of a load names file, line and what would be right; nothing is rehearsed; the status is 2."""
    answer = loaded(shell, tmp_path, text)

    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


def test_json_lines_are_a_load_too(shell: Shell, tmp_path: Path) -> None:
    """An event a line."""
    lines = '{"at": "2026-12-14T16:00:00Z", "from": "primary@acme.example", "subject": "Fax", "label": "fax"}\n'
    lines += '{"at": "2026-12-14T17:00:00Z", "agent": "agent1", "case": "fax", "do": ["status closed"]}\n'

    told = loaded(shell, tmp_path, lines).lines()
    assert actions(told, "SUP-1001")[:2] == ["case_opened", "agent_acted"]


def test_what_the_rules_refuse_is_told_with_its_line(shell: Shell, tmp_path: Path) -> None:
    """R4.9: a command that the plan does not allow changes nothing; the story says so, and goes on."""
    load = (
        "- {at: 2026-12-14 09:00, from: primary@acme.example, subject: Fax, label: fax}\n"
        "- {at: 2026-12-14 10:00, agent: agent1, case: fax, do: [status closed-no-response]}\n"
    )
    (refused,) = (line for line in loaded(shell, tmp_path, load).lines() if line["action"] == "refused")

    assert refused["detail"].startswith("load.yaml:2: ")
    assert refused["case"] == "SUP-1001"


def test_r3_1_the_hour_that_comes_twice_shifts_no_clock(shell: Shell, tmp_path: Path) -> None:
    """R3.1: hours run 24x7: when summer time ends a P2.s update is due 2 hours after the reply."""
    load = (
        "- {at: 2026-11-01 00:50, from: primary@acme.example, subject: Fax, label: fax}\n"
        "- {at: 2026-11-01 01:27, agent: agent1, case: fax, do: [priority 2], text: We look.}\n"
    )
    (tmp_path / "load.yaml").write_text(load)
    lines = simulated(shell, "--from", "2026-11-01", "--to", "2026-11-02", "--load", "load.yaml")
    told = [(line["at"], line["action"]) for line in lines if line["action"] in ("reminded", "breached", "skipped")]

    assert told == [
        ("2026-11-01T08:27:00+00:00", "reminded"),
        ("2026-11-01T09:03:00+00:00", "reminded"),
        ("2026-11-01T09:27:00+00:00", "breached"),
    ]


def test_events_outside_the_time_are_warned_of(shell: Shell) -> None:
    """What lies outside --from and --to does not happen, and stderr says so."""
    answer = shell("simulate", "--json", "--from", "2026-12-15", "--to", "2026-12-16", "--load", str(EXAMPLE_LOAD))

    assert answer.status == 0
    assert "lie outside --from and --to" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-12-14", "--to", "2026-12-13"), "nothing would pass"),
        (("--from", "soon", "--to", "2026-12-13"), "is no date: write 2026-12-14"),
        (("--from", "2026-12-14"), "--to"),
        ((*DECEMBER, "--load", "nowhere.yaml"), "nowhere.yaml: No such file or directory"),
        ((*DECEMBER, "--ics", "nowhere/desk.ics"), "nowhere/desk.ics: No such file or directory"),
    ],
)
def test_misuse_is_one_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    """A wrong word is answered in one line that says what would be right."""
    answer = shell("simulate", *words)

    assert answer.status in (1, 2)
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_r11_1_a_year_of_maintenance(shell: Shell) -> None:
    """R11.1, R11.4, R11.5: every window of the year stands in the story, every notice comes at its time."""
    lines = simulated(shell, "--from", "2026-12-01", "--to", "2027-11-30", "--empty")
    windows = [line for line in lines if line["action"] == "maintenance"]
    sent = [(line["at"], line["kind"]) for line in lines if line["to"] == "primary@initech.example"]

    for name, count in (("Monthly", 12), ("Chat", 52), ("Portal", 18)):
        assert sum(line["detail"].startswith(name) for line in windows) == count
    assert [kind for _, kind in sent].count("maintenance_begun") == 12
    assert [kind for _, kind in sent].count("maintenance_ahead") == 12 + 18
    assert ("2026-12-12T05:00:00+00:00", "maintenance_ahead") in sent
    assert ("2027-03-20T04:00:00+00:00", "maintenance_begun") in sent


def test_r11_7_an_edit_is_rehearsed_with_its_corrections(shell: Shell) -> None:
    """R11.7: what was told in earnest is copied: moved in the file, the rehearsal shows whom that would reach."""
    for now in ("2026-12-05T12:00:00-07:00", "2026-12-11T22:00:00-07:00"):
        shell("tick", "--now", now)
    file = shell.folder / "maintenance.yaml"
    moved = "    moved: [{date: 2026-12-18, to: 2026-12-20}]\n"
    file.write_text(file.read_text().replace("    # moved: ", f"{moved}    # moved: "))

    lines = simulated(shell, *DECEMBER, "--ics", "desk.ics")
    assert [line["kind"] for line in lines if line["kind"].startswith("maintenance")][:3] == ["maintenance_changed"] * 3
    events = Calendar.from_ical(Path("desk.ics").read_bytes()).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in events}
    assert by_uid["monthly:2026-12-18@desk.example"].decoded("DTSTART").isoformat() == "2026-12-21T05:00:00+00:00"
    assert by_uid["monthly:2026-12-18.end@desk.example"].decoded("DTSTART").isoformat() == "2026-12-21T11:00:00+00:00"
