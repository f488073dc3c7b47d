"""What agents are told of their commands, in their language."""

import string

import pytest

from daemon.rules.saying_words import WORDS
from daemon.rules.sayings import Fault, say


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
