"""`supportd maintenance list`: the calendar of windows with their notices (R11)."""

from typing import Any

import pytest

from tests.cli.conftest import Shell

DECEMBER = ("--from", "2026-12-01", "--to", "2026-12-31")
MOVED = """
    moved: [{date: 2026-12-18, to: 2026-12-20, hours: "21:00-03:00"}]
    cancelled: [2027-01-15]
"""


def listed(shell: Shell, *words: str, now: str = "2026-12-05T12:00:00-07:00") -> dict[str, Any]:
    """Return the windows by their keys."""
    answer = shell("maintenance", "list", "--json", "--now", now, *words)
    assert answer.status == 0, answer.err
    return {one["window"]: one for one in answer.document()}


def edit(shell: Shell, before: str, after: str) -> None:
    """Change maintenance.yaml."""
    file = shell.folder / "maintenance.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_r11_1_the_coming_year_with_every_notice(shell: Shell) -> None:
    """R11.1, R11.4, R11.5: from now on for a year, by default; windows that nobody is told of stand in it too."""
    windows = listed(shell)
    monthly = windows["monthly:2026-12-18"]

    assert (monthly["start"], monthly["end"]) == ("2026-12-19T05:00:00+00:00", "2026-12-19T11:00:00+00:00")
    assert [(notice["step"], notice["at"]) for notice in monthly["notices"]] == [
        ("1 week before", "2026-12-12T05:00:00+00:00"),
        ("start", "2026-12-19T05:00:00+00:00"),
        ("end", "2026-12-19T11:00:00+00:00"),
    ]
    assert windows["chat-certificates:2026-12-11"]["notices"] == []
    assert [notice["step"] for notice in windows["portal-updates:2026-12-22"]["notices"]] == ["24 hours before"]
    assert sum(key.startswith("monthly") for key in windows) == 12
    assert [one["start"] for one in windows.values()] == sorted(one["start"] for one in windows.values())


def test_r11_7_moved_and_cancelled_ones_are_marked(shell: Shell) -> None:
    """R11.7: where it would be, and what will not be."""
    edit(shell, "    # moved: ", f"{MOVED}    # moved: ")
    windows = listed(shell)

    assert windows["monthly:2026-12-18"]["moved_from"] == "2026-12-19T05:00:00+00:00"
    assert windows["monthly:2026-12-18"]["start"] == "2026-12-21T04:00:00+00:00"
    assert (windows["monthly:2027-01-15"]["state"], windows["monthly:2027-01-15"]["notices"]) == ("cancelled", [])
    told = shell("maintenance", "list", *DECEMBER).out
    assert "moved from 2026-12-18 22:00 MST" in told


def test_r11_1_what_was_told_is_counted(shell: Shell) -> None:
    """R11.1: after the notice went out, it is done; how many contacts were told stands beside it."""
    for now in ("2026-12-05T12:00:00-07:00", "2026-12-11T22:00:00-07:00"):
        shell("tick", "--now", now)
    ahead, start, _ = listed(shell, now="2026-12-19T03:00:00-07:00")["monthly:2026-12-18"]["notices"]

    assert (ahead["done_at"], ahead["told"]) == ("2026-12-12T05:00:00+00:00", 3)
    assert (start["done_at"], start["told"]) == (None, 0)
    row = next(row for row in shell("maintenance", "list", *DECEMBER).out.splitlines() if "monthly:" in row)
    assert "2026-12-18 22:00 MST  2026-12-19 04:00 MST" in row
    assert "1 week before 2026-12-11 22:00 MST (3 told); start" in row


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-12-31", "--to", "2026-12-01"), "lies after the last"),
        (("--from", "2026-12-01", "--to", "2046-12-01"), "more than ten years"),
        (("--from", "9999-12-31"), "past all calendars"),
        (("--from", "soon"), "is no day: write it as 2026-12-18"),
    ],
)
def test_misuse_is_one_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    """A wrong day is answered in one line."""
    answer = shell("maintenance", "list", *words)

    assert (answer.status, answer.err.count("\n")) == (2, 1)
    assert said in answer.err


def test_a_time_without_windows_says_so(shell: Shell) -> None:
    """On stderr; stdout stays empty."""
    answer = shell("maintenance", "list", "--from", "2026-12-02", "--to", "2026-12-03")

    assert (answer.status, answer.out) == (0, "")
    assert "No maintenance in this time." in answer.err
