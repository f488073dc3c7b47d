"""Every event that the program logs is listed in `daemon.log`, and every listed one is logged."""

import re

from daemon.log import EVENTS
from tests.repository.sources import ROOT

_LOGGED = re.compile(r"""\.(?:info|warning|error|exception)\(\s*"([a-z_]+\.[a-z_]+)\"""")
_BY_NAME = re.compile(r"""^_EVENTS = (\{.*\})$""", re.MULTILINE)


def logged() -> set[str]:
    """Return the names of all events in the sources."""
    texts = [path.read_text() for path in sorted((ROOT / "daemon").rglob("*.py"))]
    direct = {name for text in texts for name in _LOGGED.findall(text)}
    by_name = {
        name for text in texts for table in _BY_NAME.findall(text) for name in re.findall(r'"(\w+\.\w+)"', table)
    }
    return direct | by_name


def test_events_are_listed_in_one_place() -> None:
    """An event that is not listed is explained nowhere; a listed one that nobody logs misleads."""
    assert logged() == set(EVENTS)


def test_events_are_named_noun_past_verb() -> None:
    """House style 8: one name, `noun.past_verb`, in lower case."""
    assert [name for name in EVENTS if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*\.[a-z_]+", name)] == []
