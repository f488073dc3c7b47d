"""`supportd maintenance announce`, `cancel` and `follow-up` (R11.3, R11.6, R11.7)."""

import pytest

from tests.cli.conftest import Shell

NOW = ("--now", "2026-12-05T12:00:00-07:00")
FILE = """name: Replacement of a switch
start: 2026-12-05 23:00
end: "2026-12-06 02:00"
products: [voice]
impact: outage
description: A switch is replaced.
reason: It is broken.
"""


def announce(shell: Shell, text: str, *words: str):  # type: ignore[no-untyped-def]
    """Announce what a file says."""
    file = shell.folder.parent / "tonight.yaml"
    file.write_text(text)
    return shell("maintenance", "announce", str(file), *words, *NOW)


def test_r11_6_a_file_is_announced_and_cancelled(shell: Shell) -> None:
    """R11.6, R11.7: its contacts are told at once; it stands in the list, and is cancelled by its name."""
    done = announce(shell, FILE, "--json")
    assert done.status == 0, done.err
    key = done.document()["window"]
    assert done.document() == {"window": key, "done": "announced", "told": 2}
    kinds = [row["kind"] for row in shell("outbox", "list", "--json").document()]
    assert kinds.count("maintenance_ahead") == 2
    listed = shell("maintenance", "list", "--json", *NOW).document()
    assert key in {one["window"] for one in listed}

    cancelled = shell("maintenance", "cancel", key, *NOW)
    assert cancelled.status == 0, cancelled.err
    assert "2 contacts told" in cancelled.err
    again = shell("maintenance", "cancel", key, *NOW)
    assert again.status == 1
    assert "cancelled already" in again.err


def test_r11_3_a_follow_up_to_a_planned_window(shell: Shell) -> None:
    """R11.3: named as the list names it, once its contacts were told of it; the same text goes out once."""
    follow_up = ("maintenance", "follow-up", "monthly:2026-12-18", "--text", "Calls are set up faster.")
    early = shell(*follow_up, *NOW)
    assert early.status == 1
    assert "has not begun" in early.err

    late = ("--now", "2026-12-19T12:00:00-07:00")
    untold = shell(*follow_up, *late)
    assert untold.status == 1
    assert "no contact was told of it" in untold.err
    for instant in ("2026-12-05T12:00:00-07:00", "2026-12-19T11:00:00-07:00"):
        shell("tick", "--now", instant)
    done = shell(*follow_up, *late)
    assert done.status == 0, done.err
    again = shell(*follow_up, *late)
    assert again.status == 1
    assert "sent already" in again.err
    assert shell("maintenance", "follow-up", "monthly:2026-12-17", "--text", "x", *NOW).status == 1


def test_r11_6_the_same_file_again_tells_nobody_twice(shell: Shell) -> None:
    """R11.6: a command typed twice is refused, with the name of the window; once that is cancelled it is not."""
    key = announce(shell, FILE.replace("[voice]", "[voice, voice]"), "--json").document()["window"]
    again = announce(shell, FILE)

    assert again.status == 1
    assert key in again.err
    assert [row["kind"] for row in shell("outbox", "list", "--json").document()].count("maintenance_ahead") == 2
    shell("maintenance", "cancel", key, *NOW)
    assert announce(shell, FILE).status == 0


def test_r11_7_another_hour_is_no_second_window(shell: Shell) -> None:
    """R11.7: the file again with other hours: refused, with the first one's name and how it is changed."""
    key = announce(shell, FILE, "--json").document()["window"]
    again = announce(shell, FILE.replace("02:00", "03:00"))

    assert again.status == 1
    assert f"#window {key}" in again.err
    assert f"supportd maintenance cancel {key}" in again.err


def test_r11_3_a_cancelled_window_is_not_followed_up(shell: Shell) -> None:
    """R11.3: of what was called off there is nothing to tell."""
    key = announce(shell, FILE, "--json").document()["window"]
    shell("maintenance", "cancel", key, *NOW)
    late = shell("maintenance", "follow-up", key, "--text", "New.", "--now", "2026-12-07T12:00:00-07:00")

    assert late.status == 1
    assert "it was cancelled" in late.err


@pytest.mark.parametrize("start", ["2026-12-05T23:00Z", "2026-12-05 23:00 EST", "2026-12-05 23:00-05:00", "2026-12-05"])
def test_r11_2_another_clock_is_refused(shell: Shell, start: str) -> None:
    """R11.2: times are those of the plan's wall clock: a zone behind one is not cut off in silence."""
    refused = announce(shell, FILE.replace("start: 2026-12-05 23:00", f'start: "{start}"'))

    assert refused.status == 2
    assert "tonight.yaml:2:8: write it as `2026-12-05 23:00`" in refused.err


def test_r3_1_a_time_that_the_clock_skips_is_refused(shell: Shell) -> None:
    """R3.1: 02:30 in the night in which the clocks go forward is no time, as by mail."""
    text = FILE.replace("2026-12-05 23:00", "2027-03-14 02:30").replace("2026-12-06 02:00", "2027-03-14 04:00")
    refused = announce(shell, text)

    assert refused.status == 1
    assert "the nearest is 2027-03-14 03:00" in refused.err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("end: ", "ende: ", "tonight.yaml:3:1: unknown key `ende`"),
        ("reason: It is broken.\n", "", "`reason`"),
        ("[voice]", "[voce]", "tonight.yaml:4:12: no product `voce`"),
        ("2026-12-05 23:00", "tonight", "tonight.yaml:2:8"),
        ("2026-12-06 02:00", "2026-12-05 22:00", "ends before it begins"),
        ("2026-12-05 23:00", "2026-12-05 22:00", "--confirm"),
        ("A switch", "Acme Corporation's switch", "Acme Corporation"),
        ("2026-12-06 02:00", "2026-12-16 02:00", "days"),
        ("reason: It is broken.", 'reason: "  "', "must not be empty"),
    ],
)
def test_r11_2_what_cannot_be_announced_is_refused(shell: Shell, before: str, after: str, said: str) -> None:
    """R11.2, R11.6: one line that says what, where, and what to do; nothing is announced."""
    assert before in FILE
    refused = announce(shell, FILE.replace(before, after))

    assert refused.status in (1, 2)
    assert said in refused.err
    assert shell("outbox", "list", "--json").document() == []


def test_r11_6_inside_the_day_with_confirmation(shell: Shell) -> None:
    """R11.6: announced inside 05:00-23:00 only when confirmed."""
    assert announce(shell, FILE.replace("2026-12-05 23:00", "2026-12-05 22:00"), "--confirm").status == 0


def test_r11_7_a_planned_window_is_cancelled_in_its_file(shell: Shell) -> None:
    """R11.7: the shell says where a planned one is cancelled."""
    refused = shell("maintenance", "cancel", "monthly:2026-12-18", *NOW)

    assert refused.status == 1
    assert "maintenance.yaml" in refused.err
    assert shell("maintenance", "cancel", "nothing", *NOW).status == 1


def test_a_file_that_is_not_there_is_refused_in_one_line(shell: Shell) -> None:
    """Bad input gets a clear answer."""
    refused = shell("maintenance", "announce", "/nowhere.yaml", *NOW)

    assert refused.status == 2
    assert "cannot be read" in refused.err
