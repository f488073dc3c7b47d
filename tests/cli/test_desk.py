"""A desk run from the shell: mail is taken in, cases are worked on, answers go out."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

MAIL = """From: {sender}
To: support@desk.example
Subject: {subject}
Message-ID: <{name}@mail.example>
Date: Mon, 14 Dec 2026 08:00:00 -0700

{text}
"""
LINE = ["source", "message_id", "outcome", "case", "customer", "reason"]


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """Return a folder with an MPOC's mail, a stranger's and a colleague's, in this order of names."""
    folder = tmp_path / "mails"
    folder.mkdir()
    senders = {"1": "primary@acme.example", "2": "somebody@stranger.example", "3": "user@acme.example"}
    for name, sender in senders.items():
        mail = MAIL.format(sender=sender, subject=f"Phone {name}", name=name, text=f"It is phone {name}.")
        (folder / f"{name}.eml").write_text(mail, encoding="ascii")
    return folder


def test_ingest_prints_a_line_a_message_in_order(shell: Shell, mails: Path) -> None:
    """JSON Lines in the order of the paths: what became of each message, in the fields of interface.md."""
    paths = [str(mails / f"{name}.eml") for name in (2, 1, 3)]
    lines = shell("ingest", "--json", *paths).lines()

    assert [list(line) for line in lines] == [LINE] * 3
    assert [line["outcome"] for line in lines] == ["quarantined", "case_opened", "held"]
    assert [line["message_id"] for line in lines] == [f"<{name}@mail.example>" for name in (2, 1, 3)]
    assert [line["case"] for line in lines] == [None, "SUP-1001", None]
    assert [line["customer"] for line in lines] == [None, "acme", "acme"]
    assert all(path in line["source"] for path, line in zip(paths, lines, strict=True))


def test_ingest_takes_mbox_and_standard_input(shell: Shell, mails: Path, tmp_path: Path) -> None:
    """An mbox is many messages, `-` is standard input; the same message again is a duplicate (S1.3)."""
    mails_in_order = [(mails / f"{name}.eml").read_bytes() for name in (1, 2, 3)]
    box = tmp_path / "archive.mbox"
    box.write_bytes(b"".join(b"From x Mon Dec 14 08:00:00 2026\n" + mail + b"\n" for mail in mails_in_order))

    assert [line["outcome"] for line in shell("ingest", "--json", str(box)).lines()] == [
        "case_opened",
        "quarantined",
        "held",
    ]
    again = shell("ingest", "--json", "-", stdin=mails_in_order[0]).lines()
    assert [(line["outcome"], line["source"]) for line in again] == [("duplicate_message", "standard input")]


def test_ingest_goes_on_after_a_path_that_cannot_be_read(shell: Shell, mails: Path) -> None:
    """One bad path is told on stderr and makes the status 1; the others are taken in."""
    answer = shell("ingest", "--json", str(mails / "none.eml"), str(mails / "1.eml"))

    assert answer.status == 1
    assert [line["outcome"] for line in answer.lines()] == ["case_opened"]
    assert "none.eml: No such file or directory" in answer.err


def test_received_is_the_receipt_time_and_now_the_decisions(shell: Shell, mails: Path) -> None:
    """R5.3: --received says when the mail came, --now when it is decided."""
    received, now = "2026-12-01T08:00:00+00:00", "2026-12-02T08:00:00+00:00"
    shell("ingest", "--received", received, "--now", now, str(mails / "1.eml"))

    told = shell("why", "<1@mail.example>", "--json").document()
    assert (told["received_at"], told["decided_at"]) == (received, now)


def test_why_tells_checks_facts_and_the_rule(shell: Shell, mails: Path) -> None:
    """`why` tells the checks in order, the facts and the rules, for the message and for its case."""
    shell("ingest", str(mails / "1.eml"))
    digest = shell("mail", "list", "--json").document()[0]["sha256"]

    for name in ("1", "mail:1", "<1@mail.example>", digest[:10]):
        story = shell("why", name, "--json").document()
        assert story["checks"][-1] == {"check": "new request of an MPOC", "held": True}
        assert story["facts"]["writer"] == "primary@acme.example"
        assert "R1.1" in story["rules"]
        assert story["reason"]
    for name in ("SUP-1001", "1001"):
        case = shell("why", name, "--json").document()
        assert case["events"][0]["event"] == "case_opened"
        assert case["events"][0]["rules"]
        assert [decision["id"] for decision in case["decisions"]] == [1]
        assert [clock["name"] for clock in case["clocks"]] == ["first_response"]
    assert "yes  new request of an MPOC" in shell("why", "SUP-1001").out


def test_a_case_is_worked_on_from_the_shell(shell: Shell) -> None:
    """R1.4, R4: a case from a call; commands and a public text; each prints the case as `show` does."""
    opened = shell(
        *(
            "case",
            "open",
            "--for",
            "PRIMARY@acme.example",
            "--subject",
            "Call",
            "--priority",
            "2",
            "--text",
            "-",
            "--json",
        ),
        stdin="Caller: déjà vu".encode(),
    ).document()
    assert (opened["priority"], opened["status"], opened["messages"][0]["text"]) == ("P2", "new", "Caller: déjà vu")

    words = ("case", "do", opened["id"], "--as", "agent1@desk.example", "#priority", "3,", "assign", "agent2", "--json")
    assert (
        shell(*words).document()["priority"],
        shell("case", "show", opened["id"], "--json").document()["assignee"],
    ) == (
        "P3",
        "agent2",
    )
    closing = ("case", "do", opened["id"], "--as", "agent2", "status", "closed", "--text", "-", "--json")
    closed = shell(*closing, stdin=b"Done and tested.").document()
    assert closed["status"] == "closed"
    assert closed["messages"][-1]["text"] == "Done and tested."
    assert closed == shell("case", "show", opened["id"], "--json").document()


def test_a_wrong_command_changes_nothing(shell: Shell) -> None:
    """All of the commands hold, or none; the nearest right one is named, and the status is 1."""
    case = shell("case", "open", "--for", "primary@acme.example", "--subject", "Call", "--json").document()

    answer = shell("case", "do", case["id"], "--as", "agent1", "priority", "1,", "prioritty", "2")

    assert answer.status == 1
    assert "#priority" in answer.err
    assert shell("case", "show", case["id"], "--json").document() == case


def test_the_outbox_is_seen_delivered_and_ended(shell: Shell) -> None:
    """`outbox show` prints what would go out; `deliver` sends it once; what was sent stays sent."""
    shell("case", "open", "--for", "primary@acme.example", "--subject", "Call")
    first, second = (row["id"] for row in shell("outbox", "list", "--json").document())
    preview = shell("outbox", "show", str(first)).octets
    assert preview.startswith(b"From: ")
    assert b"\r\nSubject: [SUP-1001] Call\r\n" in preview

    assert shell("outbox", "cancel", str(second), "--json").document() == {"id": second, "state": "cancelled"}
    (line,) = shell("deliver", "--json").lines()

    assert list(line) == ["id", "kind", "to", "state", "detail"]
    assert (line["id"], line["state"], line["to"]) == (first, "sent", "primary@acme.example")
    assert shell("deliver", "--json").out == ""
    assert shell("outbox", "show", str(first)).octets == preview
    for word in ("retry", "cancel"):
        assert shell("outbox", word, str(first)).status == 1
    assert shell("outbox", "retry", str(second)).status == 0
    assert [row["id"] for row in shell("deliver", "--json").lines()] == [second]


def test_held_mail_is_approved_or_declined(shell: Shell, mails: Path) -> None:
    """R2.3: approving opens the case; a settled request is settled once."""
    shell("ingest", str(mails / "3.eml"))
    held = shell("held", "list", "--json").document()[0]["id"]

    opened = shell("held", "approve", str(held), "--by", "agent1", "--json").document()

    assert opened["id"] == "SUP-1001"
    assert shell("held", "list", "--json").document() == []
    assert shell("held", "show", str(held), "--json").document()["case"] == "SUP-1001"
    assert shell("held", "decline", str(held)).status == 1


def test_quarantined_mail_is_released_or_discarded(shell: Shell, mails: Path) -> None:
    """R2.4: a release opens a case in an MPOC's name; a discarded mail stays listed."""
    shell("ingest", str(mails / "2.eml"))
    mail = shell("quarantine", "list", "--json").document()[0]["id"]
    assert "It is phone 2." in shell("quarantine", "show", str(mail)).out

    released = shell("quarantine", "release", str(mail), "--as", "primary@acme.example", "--json").document()

    assert (released["customer"], released["requester"]) == ("acme", "primary@acme.example")
    shell("ingest", "-", stdin=MAIL.format(sender="x@y.example", subject="Spam", name="9", text="Buy.").encode())
    discarded = shell("quarantine", "discard", str(mail + 1), "--json").document()
    assert discarded["state"] == "discarded"
    states = [line["state"] for line in shell("quarantine", "list", "--state", "all", "--json").document()]
    assert states == ["released", "discarded"]


def test_a_mail_is_decided_again_once_the_reason_is_mended(shell: Shell, mails: Path) -> None:
    """S1.2: a mail that waits for a person can be re-run; one that had its effect cannot."""
    shell("ingest", str(mails / "2.eml"), str(mails / "1.eml"))
    listed = (shell.folder / "customers" / "acme.yaml").read_text(encoding="utf-8")
    mended = listed.replace("primary@acme.example", "somebody@stranger.example", 1)
    mended = mended.replace("domains: [", "domains: [stranger.example, ")
    (shell.folder / "customers" / "acme.yaml").write_text(mended, encoding="utf-8")

    again = shell("mail", "retry", "<2@mail.example>", "--json").document()

    assert (again["outcome"], again["case"]) == ("case_opened", "SUP-1002")
    assert shell("quarantine", "list", "--json").document() == []
    refused = shell("mail", "retry", "2")
    assert refused.status == 1
    assert "deciding again would do everything twice" in refused.err


def test_tick_ends_a_hold_at_its_time(shell: Shell) -> None:
    """R4.3: `tick` does what is due by --now, tells it in JSON Lines, and once."""
    (shell.folder / "maintenance.yaml").unlink()  # its windows are another story
    start = ("--now", "2026-12-16T12:00:00Z")
    opening = ("case", "open", "--for", "primary@acme.example", "--subject", "Call", "--json")
    case = shell(*opening, *start).document()["id"]
    assert shell("case", "do", case, "--as", "agent1", "hold", "2026-12-18", *start).status == 0

    assert shell("tick", "--json", "--now", "2026-12-18T14:59:59Z").lines() == []
    (line,) = shell("tick", "--json", "--now", "2026-12-18T15:00:00Z").lines()

    assert (line["action"], line["case"], line["at"]) == ("hold_ended", case, "2026-12-18T15:00:00+00:00")
    assert set(line) == {"action", "case", "at", "detail"}
    assert shell("tick", "--json", "--now", "2026-12-18T15:00:00Z").lines() == []


def test_inspect_needs_no_configuration(mails: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`mail inspect` prints exactly one line a file, in order, also for what cannot be read."""
    from tests.cli.conftest import call

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUPPORTD_CONFIG", raising=False)
    (mails / "empty.eml").write_bytes(b"")
    files = [str(mails / name) for name in ("1.eml", "none.eml", "empty.eml", "2.eml")]

    lines = call("mail", "inspect", *files).lines()

    assert [line["file"] for line in lines] == files
    assert ["error" in line for line in lines] == [False, True, True, False]


def test_doctor_tells_what_proves_a_sender(shell: Shell) -> None:
    """`doctor` tries what the example needs, and says how senders are proven and which S2.8 proof holds."""
    found = shell("doctor", "--json").document()

    assert {finding["part"] for finding in found["findings"]} >= {"database", "delivery"}
    (sender,) = found["senders"]
    assert sender["mailbox"] == "support"
    assert "authenticated" in sender["senders"]
    assert "S2.8" in sender["agents"]
