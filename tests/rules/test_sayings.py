"""What agents are told of their commands, in their language."""

import re
import string
from pathlib import Path

import pytest

from daemon.rules.commands.table import BY_NAME, COMMANDS, help_text
from daemon.rules.sayings.saying import Fault, say
from daemon.rules.sayings.words import WORDS


def values(sentence: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_language_has_every_saying_with_the_same_values(language: str) -> None:
    """A language is complete or it is not offered."""
    assert WORDS[language].keys() == WORDS["en"].keys()
    for name, sentence in WORDS["en"].items():
        assert values(WORDS[language][name]) == values(sentence), name


def test_a_fault_is_told_in_the_agents_language_with_its_hint() -> None:
    """A hint inside a saying is in the same language."""
    fault = Fault("no command", word="statsu", hint=say("nearest", form="#status"))

    assert str(fault) == "there is no command #statsu; the nearest is: #status"
    assert fault.saying.words("fr") == "il n'y a pas de commande #statsu ; la plus proche est : #status"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_command_has_its_form_and_its_help_in_every_language(language: str) -> None:
    """interface.md: each command with its help text; the form begins with the name that is typed."""
    for command in COMMANDS:
        assert command.form.words(language).split()[0] == f"#{command.name}"
        assert command.help.words(language)
    assert help_text(language).count("\n") == len(COMMANDS) - 1


def test_every_command_of_the_interface_is_in_the_table() -> None:
    """interface.md: what it lists is there, and nothing is there that it does not list."""
    text = (Path(__file__).parents[2] / "docs/interface.md").read_text().split("## Commands in an agent's mail")[1]
    listed = set(re.findall(r"`#([a-z0-9-]+)", text.split("\n## ", maxsplit=1)[0]))

    assert listed == {command.name for command in COMMANDS}


def test_the_agents_guide_explains_every_command_and_no_other() -> None:
    """docs/agents-guide.md: the table of commands is the program's."""
    text = (Path(__file__).parents[2] / "docs/agents-guide.md").read_text()
    chapter = text.split("## 4. Commands")[1].split("\n## ", maxsplit=1)[0]
    rows = [line.split("|")[1] for line in chapter.splitlines() if line.startswith("| `#")]

    assert {name for row in rows for name in re.findall(r"`#([a-z0-9-]+)", row)} == set(BY_NAME)


def test_the_french_sayings_are_french() -> None:
    """A saying that is the English one copied was forgotten; figures and forms of commands may be alike."""
    same = {name for name, sentence in WORDS["en"].items() if WORDS["fr"][name] == sentence and " " in sentence}

    assert {name for name in same if not name.startswith("form ")} <= {"some minutes", "one minutes"}
