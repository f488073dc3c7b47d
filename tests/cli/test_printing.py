"""What lists look like to people and to programs."""

import os
import pty
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

from sqlalchemy import Engine

from daemon.cli.printing import as_json, shown
from tests.cli import seeds
from tests.cli.conftest import Shell

STYLES = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(shell: Shell, columns: int, *words: str) -> list[str]:
    """Run a command on a terminal of this width and return what it shows, without its styles."""
    leader, follower = pty.openpty()
    environment = dict(os.environ) | {"COLUMNS": str(columns), "TERM": "xterm"}
    command = [sys.executable, "-m", "daemon", "--config", str(shell.folder), *words]
    subprocess.run(command, stdout=follower, stdin=follower, check=True, env=environment, timeout=60)
    os.close(follower)
    said = b""
    try:
        while piece := os.read(leader, 65_536):
            said += piece
    except OSError:  # Linux ends a terminal that nobody writes to with EIO
        pass
    os.close(leader)
    return STYLES.sub("", said.decode()).splitlines()


def test_a_narrow_terminal_folds_words_and_never_numbers(shell: Shell, rows: Engine) -> None:
    """On a terminal words are folded into the width; numbers, dates and codes stay whole."""
    for position in range(3):
        subject = f"A rather long subject that does not fit on one line of a small terminal {position}"
        seeds.add_mail(rows, message_id=f"<{position}@acme.example>", subject=subject, case_number=1001)

    lines = on_terminal(shell, 80, "mail", "list")

    assert max(len(line.rstrip()) for line in lines) <= 80
    whole = "\n".join(lines)
    for said in ("2026-12-14 15:00:00Z", "SUP-1001", "case_opened", "id", "terminal"):
        assert said in whole


def test_an_empty_list_says_so_beside_stdout(shell: Shell) -> None:
    """Nothing found is an empty stdout, a word on stderr, an empty array in JSON."""
    answer = shell("case", "list")
    assert (answer.status, answer.out, answer.err) == (0, "", "No such case.\n")
    assert shell("case", "list", "--json").document() == []


def test_instants_are_utc_for_programs_and_people() -> None:
    """Times in JSON are ISO 8601 with offset, in UTC."""
    mountain = timezone(timedelta(hours=-7))
    instant = datetime(2026, 12, 18, 16, 30, tzinfo=mountain)

    assert as_json({"at": instant, "days": (date(2026, 12, 18),), "none": None}) == {
        "at": "2026-12-18T23:30:00+00:00",
        "days": ["2026-12-18"],
        "none": None,
    }
    assert shown(instant) == "2026-12-18 23:30:00Z"
    assert shown(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00:00Z"
    assert shown(("a", "b")) == "a, b"
    assert shown("two\nlines") == "two lines"
