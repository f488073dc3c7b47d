"""The words of every saying, by language: a module a language, and one of its own for maintenance windows."""

from daemon.rules.sayings import windows
from daemon.rules.sayings.en import ENGLISH
from daemon.rules.sayings.fr import FRENCH

WORDS: dict[str, dict[str, str]] = {"en": ENGLISH | windows.ENGLISH, "fr": FRENCH | windows.FRENCH}
