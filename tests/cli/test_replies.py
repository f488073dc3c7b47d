"""Agents' replies that wait, on a desk that is run by one-shot commands (S3.7)."""

from typing import Any

import pytest

from daemon.model.outcome import Outcome
from tests.cli.conftest import Shell

RECEIVED, SOON, LATER = (f"2026-12-18T23:{clock}+00:00" for clock in ("30:00", "30:59", "31:00"))


@pytest.fixture
def reply(shell: Shell) -> bytes:
    """Return a technician's reply on a case, at a desk where replies wait a minute."""
    path = shell.folder / "supportd.yaml"
    path.write_text(path.read_text().replace("reply_delay: 0 ", "reply_delay: 60 "))
    opening = ("--for", "primary@acme.example", "--subject", "Call", "--now", "2026-12-18T23:00:00+00:00")
    case = shell("case", "open", *opening, "--json").document()
    (row,) = [
        row for row in shell("outbox", "list", "--json").document() if row["to"] == [f"{case['assignee']}@desk.example"]
    ]
    lines = (
        f"From: {row['to'][0]}",
        "To: support@desk.example",
        "Subject: Re: Call",
        "Message-ID: <reply@desk.example>",
        f"In-Reply-To: {row['message_id']}",
        "",
        "#priority 2",
        "We are looking into it.",
    )
    return "\r\n".join(lines).encode()


def priority(shell: Shell) -> Any:
    """Return the priority of the case."""
    return shell("case", "show", "SUP-1001", "--json").document()["priority"]


def test_s3_7_tick_lets_a_reply_go_whose_time_is_over(shell: Shell, reply: bytes) -> None:
    """S3.7: no outcome and no failure while it waits; a tick before the minute is over leaves it alone."""
    taken = shell("ingest", "-", "--json", "--received", RECEIVED, "--now", RECEIVED, stdin=reply)
    assert [(line["outcome"], line["case"]) for line in taken.lines()] == [(None, "SUP-1001")]
    assert taken.status == 0

    shell("tick", "--now", SOON)
    (waiting,) = shell("mail", "list", "--state", "waiting", "--json").document()
    assert (waiting["case"], waiting["outcome"], priority(shell)) == ("SUP-1001", None, "P4")

    shell("tick", "--now", LATER)
    assert shell("mail", "list", "--state", "waiting", "--json").document() == []
    assert priority(shell) == "P2"


def test_s3_7_why_tells_what_a_waiting_reply_waits_for(shell: Shell, reply: bytes) -> None:
    """S3.7: the decision so far, its rule and until when."""
    shell("ingest", "-", "--received", RECEIVED, "--now", RECEIVED, stdin=reply)

    told = shell("why", "<reply@desk.example>", "--json").document()

    assert (told["state"], told["rules"]) == ("waiting", ["S3.7"])
    assert "waits until 23:31:00 UTC" in told["reason"]
    assert {"check": "agent, proven", "held": True} in told["checks"]


def test_s3_7_a_reply_that_is_taken_in_late_is_decided_at_once(shell: Shell, reply: bytes) -> None:
    """S3.7: its minute is over by then, and no `#stop` came with it."""
    taken = shell("ingest", "-", "--json", "--received", RECEIVED, "--now", LATER, stdin=reply)

    assert [line["outcome"] for line in taken.lines()] == [Outcome.AGENT_UPDATE]
