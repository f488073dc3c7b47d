"""`make demo` plays to its end, keeps what it promises, and cannot come out right by itself."""

import subprocess
import sys
from pathlib import Path

from examples.demo.__main__ import conclude
from examples.demo.company import Company
from examples.demo.postbox import Postbox
from examples.demo.stage import Stage, shortened
from examples.demo.week import Week, play

ROOT = Path(__file__).parents[2]
MINUTE = 60


def test_the_demo_comes_out_right_within_a_minute(tmp_path: Path) -> None:
    """The real daemon plays the whole week; every promise is kept, and nothing is left behind."""
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        check=False,
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=2 * MINUTE,  # the minute is for a machine that does nothing else
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "✗" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert list(tmp_path.iterdir()) == []


def empty_week(tmp_path: Path) -> Week:
    """Return a week in which nothing has happened."""
    company = Company(tmp_path, 0, 0, 0)
    stage = Stage()
    return Week(company, Postbox(company, lambda _mail: None), stage, old_subject="", recent="", old="")


def test_one_broken_promise_fails_the_demo(tmp_path: Path) -> None:
    """Exit status 0 is for a week in which all came out right."""
    week = empty_week(tmp_path)
    week.check("the sun rises", came_out=True)
    assert conclude(week) == 0

    week.check("pigs fly", came_out=False)
    assert conclude(week) == 1


def test_a_week_in_which_nothing_was_checked_fails(tmp_path: Path) -> None:
    """No promise is no success."""
    assert conclude(empty_week(tmp_path)) == 1


def test_a_mail_that_never_comes_is_a_broken_promise(tmp_path: Path) -> None:
    """The next chapter is still played."""
    week = empty_week(tmp_path)

    def late(week: Week) -> None:
        raise TimeoutError("in vain")

    play(week, (("late", late), ("fine", lambda week: week.check("fine", came_out=True))))

    assert [came_out for _, came_out in week.verdicts] == [False, True]


def test_mails_are_shown_without_the_thread_they_quote() -> None:
    """Only what is new in a mail is worth the screen, folded to its width."""
    text = "New " + "word " * 30 + "\n\nOn Mon, 16 Nov 2026, Desk <support@desk.example> wrote:\n> old\n"

    lines = shortened(text, 40)

    assert max(map(len, lines)) <= 40
    assert "old" not in "".join(lines)
