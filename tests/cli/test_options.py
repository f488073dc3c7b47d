"""The options that every command takes: --config, --json, --now, wherever they stand."""

import itertools
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli import seeds
from tests.cli.conftest import Shell, call

WORDS = ("case", "list")
PLACES = list(itertools.product(range(3), repeat=2))


@pytest.mark.parametrize(("config_at", "json_at"), PLACES)
def test_global_options_stand_anywhere(shell: Shell, rows: Engine, config_at: int, json_at: int) -> None:
    """--config and --json mean the same before the command, between its words and after them."""
    seeds.add_case(rows)
    words: list[str] = []
    for place, word in enumerate((*WORDS, "")):
        words += ["--config", str(shell.folder)] if place == config_at else []
        words += ["--json"] if place == json_at else []
        words += [word] if word else []

    answer = call(*words)

    assert (answer.status, answer.document()[0]["id"]) == (0, "SUP-1001")


def test_config_is_looked_for_in_order(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--config wins over $SUPPORTD_CONFIG, which wins over ./config."""
    broken = tmp_path / "broken"
    broken.mkdir()

    assert call("case", "list").status == 0  # ./config of the fixture
    monkeypatch.setenv("SUPPORTD_CONFIG", str(broken))
    assert call("case", "list").status == 2
    assert call("--config", str(shell.folder), "case", "list").status == 0
    monkeypatch.setenv("SUPPORTD_CONFIG", "")
    assert call("case", "list").status == 0


def test_now_stamps_what_is_done(shell: Shell) -> None:
    """--now is the instant at which a one-shot command acts; it stamps the history, in UTC."""
    words = ("case", "open", "--for", "primary@acme.example", "--subject", "Call", "--json")
    opened = shell(*words, "--now", "2026-12-18T16:30:00-07:00").document()

    assert opened["opened_at"] == "2026-12-18T23:30:00+00:00"
    assert {event["at"] for event in opened["history"]} == {"2026-12-18T23:30:00+00:00"}


def test_acting_before_the_last_event_warns(shell: Shell) -> None:
    """An instant before the last recorded event is obeyed, with a warning on stderr."""
    words = ("case", "open", "--for", "primary@acme.example", "--subject", "Call", "--json", "--now")
    assert shell(*words, "2026-12-18T10:00:00Z").err == ""

    early = shell(*words, "2026-12-17T10:00:00Z")

    assert early.status == 0
    assert "warning: --now 2026-12-17 10:00:00Z lies before the last recorded event" in early.err


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-12-18T10:00:00", "has no time zone"),
        ("2026-12-18", "has no time zone"),
        ("tomorrow", "is no instant"),
        ("2026-13-40T10:00:00Z", "is no instant"),
        ("", "is no instant"),
    ],
)
def test_an_instant_needs_a_zone(shell: Shell, written: str, said: str) -> None:
    """--now takes aware ISO 8601 only; anything else is wrong usage that says so."""
    answer = shell("tick", "--now", written)
    assert answer.status == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_run_refuses_now(shell: Shell) -> None:
    """`run` goes by the real clock."""
    answer = shell("run", "--now", "2026-12-18T10:00:00Z")
    assert (answer.status, answer.out) == (2, "")
    assert "--now is for one-shot commands" in answer.err
