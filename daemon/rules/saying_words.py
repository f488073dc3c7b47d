"""The words of every saying, by language: a module a language."""

from daemon.rules.saying_words_en import ENGLISH
from daemon.rules.saying_words_fr import FRENCH

WORDS: dict[str, dict[str, str]] = {"en": ENGLISH, "fr": FRENCH}
