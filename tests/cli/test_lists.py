"""What lists and `show` print: the documents of interface.md, and tables for people."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.cli import seeds
from tests.cli.conftest import Shell

HEAD_KEYS = "id subject kind status priority customer requester assignee participants"
DATE_KEYS = "opened_at closed_at hold_until etr waiting_on escalation_level"
REST_KEYS = "links messages history clocks macd expected_delivery vendor minutes_worked"
CASE_KEYS = f"{HEAD_KEYS} {DATE_KEYS} {REST_KEYS}".split(" ")


@pytest.fixture
def case(rows: Engine) -> int:
    """Return a case with a message, an attachment, a note, a participant and a link."""
    number = seeds.add_case(rows)
    other = seeds.add_case(rows, subject="Again", status="closed", closed_at=seeds.START)
    mail = seeds.add_mail(rows, case_number=number)
    for public, text in ((True, "All phones."), (False, "Line card?")):
        message = seeds.add(
            rows,
            "messages",
            case_number=number,
            inbox_id=mail,
            incoming=public,
            author="primary@acme.example" if public else "agent1",
            public=public,
            automatic=False,
            text=text,
            received_at=seeds.START,
            message_id="<m1@acme.example>",
        )
    file = {"name": "log.txt", "content_type": "text/plain", "size": 3, "sha256": "ab" * 32}
    seeds.add(rows, "attachments", message_id=message, **file)
    who = {"address": "user@acme.example", "name": "User", "added_at": seeds.START, "added_by": "agent1"}
    seeds.add(rows, "participants", case_number=number, **who)
    seeds.add(rows, "links", case_number=number, type="follow_up_of", other=other)
    seeds.add_event(rows, number, inbox_id=mail)
    return number


def test_case_show_has_the_shape_of_the_interface(shell: Shell, case: int) -> None:
    """`case show --json` prints every field of interface.md, in its order, with names as in the subject tag."""
    shown = shell("case", "show", str(case), "--json").document()

    assert list(shown) == CASE_KEYS
    assert shown["id"] == f"SUP-{case}"
    assert shown["links"] == [{"type": "follow_up_of", "case": f"SUP-{case + 1}"}]
    assert shown["participants"] == ["user@acme.example"]
    assert shown["opened_at"] == "2026-12-14T15:00:00+00:00"
    assert shown["clocks"] == {}
    assert [(m["direction"], m["public"], m["text"]) for m in shown["messages"]] == [
        ("in", True, "All phones."),
        ("out", False, "Line card?"),
    ]
    assert shown["messages"][1]["attachments"] == [
        {"name": "log.txt", "content_type": "text/plain", "size": 3, "sha256": "ab" * 32}
    ]
    assert shown["history"] == [
        {"at": "2026-12-14T15:00:00+00:00", "actor": "primary@acme.example", "event": "opened", "detail": "by mail"}
    ]


@pytest.mark.parametrize("spelt", ["{}", "SUP-{}", "sup-{}", "[SUP-{}]"])
def test_a_case_is_named_by_tag_or_number(shell: Shell, case: int, spelt: str) -> None:
    """Commands take SUP-1042, sup-1042 and the bare number."""
    assert shell("case", "show", spelt.format(case), "--json").document()["id"] == f"SUP-{case}"


def test_case_show_is_a_page_for_people(shell: Shell, case: int) -> None:
    """Without --json the case is shown with its messages, notes marked as internal, and its history."""
    page = shell("case", "show", str(case)).out
    for said in ("Phones are down", "All phones.", "(internal note)", "log.txt", "follow up of", "by mail"):
        assert said in page


FILTERS: list[tuple[list[str], list[int]]] = [
    ([], [5, 4, 3, 2, 1]),
    (["--open"], [5, 2, 1]),
    (["--status", "closed"], [3]),
    (["--status", "on-hold"], [2]),
    (["--customer", "globex"], [5]),
    (["--assignee", "agent2"], [4]),
    (["--limit", "2"], [5, 4]),
    (["--limit", "2", "--all"], [5, 4, 3, 2, 1]),
    (["--open", "--customer", "acme"], [2, 1]),
]


@pytest.mark.parametrize(("words", "found"), FILTERS, ids=lambda value: " ".join(map(str, value)))
def test_case_list_filters(shell: Shell, rows: Engine, words: list[str], found: list[int]) -> None:
    """`case list` prints the newest first; --open leaves out what is closed or a duplicate (R4)."""
    closed = {"closed_at": seeds.START}
    settings: tuple[dict[str, Any], ...] = (
        {},
        {"status": "on_hold"},
        {"status": "closed"} | closed,
        {"status": "duplicate", "assignee": "agent2"},
        {"status": "customer_reopened", "customer": "globex"},
    )
    numbers = [seeds.add_case(rows, **values) for values in settings]

    listed = [line["id"] for line in shell("case", "list", *words, "--json").document()]

    assert listed == [f"SUP-{numbers[position - 1]}" for position in found]


def test_case_list_shows_fifty_unless_asked(shell: Shell, rows: Engine) -> None:
    """The newest 50 are listed by default, all with --all, a row a line in a pipe, however long."""
    for position in range(60):
        seeds.add_case(rows, subject=f"Case {position} " + "long " * 60)

    assert len(shell("case", "list", "--json").document()) == 50
    assert len(shell("case", "list", "--json", "--all").document()) == 60
    assert len(shell("case", "list", "--all").out.splitlines()) == 61


def test_subjects_are_text_not_markup(shell: Shell, rows: Engine) -> None:
    """S4.5: what a customer wrote is data in a table: no styling, no emoji names."""
    seeds.add_case(rows, subject="[bold]x[/bold] :smile: [/]")
    assert "[bold]x[/bold] :smile: [/]" in shell("case", "list").out


def test_mail_list_and_its_filters(shell: Shell, rows: Engine) -> None:
    """`mail list` prints every message ever kept, the newest first, by state or outcome and since an instant."""
    first = seeds.add_mail(rows, case_number=seeds.add_case(rows))
    later = seeds.START + timedelta(hours=1)
    second = seeds.add_mail(rows, message_id="<m2@acme.example>", state="parked", outcome=None, received_at=later)

    listed = shell("mail", "list", "--json").document()
    assert [line["id"] for line in listed] == [second, first]
    assert listed[1]["case"] == "SUP-1001"
    wanted = {"id", "received_at", "source", "message_id", "sha256", "state", "outcome", "case", "attempts", "reason"}
    assert wanted <= set(listed[0])
    for words in (["--state", "parked"], ["--since", "2026-12-14T09:00:00-07:00"]):
        assert [line["id"] for line in shell("mail", "list", *words, "--json").document()] == [second]
    assert [line["id"] for line in shell("mail", "list", "--state", "case-opened", "--json").document()] == [first]


def test_mail_show_prints_the_octets_as_they_came(shell: Shell, rows: Engine) -> None:
    """`mail show` prints the original octets, found by id, Message-ID or start of the SHA-256."""
    raw = seeds.RAW + bytes(range(256))
    mail = seeds.add_mail(rows, raw)
    digest = shell("mail", "list", "--json").document()[0]["sha256"]

    for name in (str(mail), "<m1@acme.example>", digest, digest[:12].upper()):
        assert shell("mail", "show", name).octets == raw


def test_s3_3_people_see_why_an_answer_was_not_sent(shell: Shell, rows: Engine) -> None:
    """S3.3: a row that the governor cancelled stands in the list with its reason, in the table and as JSON."""
    why = "10 answers to primary@acme.example within an hour"
    seeds.add_outgoing(rows, "stopped", state="cancelled", last_error=why)

    assert why in shell("outbox", "list", "--state", "cancelled").out
    assert [row["last_error"] for row in shell("outbox", "list", "--json").document()] == [why]


def test_s3_3_a_list_says_that_answers_leave_in_numbers(shell: Shell, rows: Engine) -> None:
    """S3.3: who looks at the outbox while the alarm rings is told on stderr, and only then."""
    file = shell.folder / "supportd.yaml"
    file.write_text(file.read_text().replace("\npolicies:\n", "\npolicies:\n  governor: {alarm_hour: 2}\n"))
    for key in ("one", "two"):
        seeds.add_outgoing(rows, key)
    soon, later = ((seeds.START + timedelta(minutes=minutes)).isoformat() for minutes in (5, 90))

    assert "2 automatic answers within an hour" in shell("--now", soon, "outbox", "list").err
    assert shell("--now", later, "outbox", "list").err == ""


def test_outbox_list_and_its_filters(shell: Shell, rows: Engine) -> None:
    """`outbox list` prints rows in the order of writing; `to` is one address, `cc` empty (S3.6)."""
    case = seeds.add_case(rows)
    seeds.add_outgoing(rows, "one", case_number=case, state="sent", sent_at=seeds.START)
    seeds.add_outgoing(rows, "two", kind="held", case_number=None)

    sent, queued = shell("outbox", "list", "--json").document()
    assert (sent["to"], sent["cc"], sent["case"], sent["state"]) == (["primary@acme.example"], [], "SUP-1001", "sent")
    assert queued["case"] is None
    for words in (["--case", "sup-1001"], ["--state", "sent"], ["--kind", "acknowledgement"]):
        assert [row["id"] for row in shell("outbox", "list", *words, "--json").document()] == [sent["id"]]
    assert shell("outbox", "show", str(sent["id"])).octets == b"Subject: composed\r\n\r\nHello\r\n"


def test_held_and_quarantined_mail_is_listed_apart(shell: Shell, rows: Engine) -> None:
    """R2.3, R2.4: each list holds its own kind, what waits unless all is asked for; show gives the text."""
    held = seeds.add_detained(rows, seeds.add_mail(rows))
    strange = seeds.add_detained(rows, seeds.add_mail(rows, message_id="<m2@x.example>"), kind="quarantined")
    done = seeds.add_mail(rows, message_id="<m3@x.example>")
    seeds.add_detained(rows, done, kind="quarantined", state="discarded", settled_at=seeds.START, settled_by="agent1")

    assert [line["id"] for line in shell("held", "list", "--json").document()] == [held]
    assert [line["id"] for line in shell("quarantine", "list", "--json").document()] == [strange]
    assert len(shell("quarantine", "list", "--state", "all", "--json").document()) == 2
    assert shell("held", "show", str(held), "--json").document()["text"].strip() == "All phones."
    wrong = shell("held", "show", str(strange))
    assert (wrong.status, wrong.err) == (1, f"supportd: {strange} is a quarantined mail: use `supportd quarantine`\n")


def test_case_list_says_how_many_there_are(shell: Shell, rows: Engine) -> None:
    """Where fewer are listed than there are, stderr says so; where all are, it is silent."""
    for _ in range(3):
        seeds.add_case(rows)

    assert "2 of 3: --all lists every one" in shell("case", "list", "--limit", "2", "--json").err
    assert shell("case", "list", "--limit", "3").err == ""
    assert shell("case", "list", "--limit", "2", "--all").err == ""


def test_case_list_refuses_a_customer_that_is_none(shell: Shell, rows: Engine) -> None:
    """A mistyped customer is answered with the nearest; one that left is known by its cases."""
    seeds.add_case(rows, customer="former")
    refused = shell("case", "list", "--customer", "acne")

    assert (refused.status, "did you mean `acme`?" in refused.err) == (2, True)
    assert len(shell("case", "list", "--customer", "former", "--json").document()) == 1
    assert shell("case", "list", "--customer", "ACME", "--json").document() == []
