"""What the README tells a newcomer to type is there."""

import re

import click

from daemon.cli.root import root
from tests.repository.sources import ROOT

COMMAND = re.compile(r"supportd (?:--config \S+ )?([a-z]+)(?: ([a-z]+)\b)?")


def text() -> str:
    """Return the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    """`make demo`, `make run` and the others are targets, each with its line in `make help`."""
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"demo", "run"} <= named
    assert named - targets == set()


def test_every_command_that_the_readme_shows_exists() -> None:
    """Lines after a `$`, and commands in backquotes."""
    typed = re.findall(r"^\$ .*?\b(supportd .*)$|`(supportd [^`]+)`", text(), re.MULTILINE)
    commands = [match for line in typed for match in COMMAND.findall(" ".join(line))]

    assert len(commands) >= 8
    assert [words for words in commands if not exists(*words)] == []


def exists(command: str, inner: str) -> bool:
    """Tell whether the command line knows `supportd COMMAND`, and INNER where that is a group."""
    found = root.commands.get(command)
    return found is not None and (not isinstance(found, click.Group) or inner in found.commands)
