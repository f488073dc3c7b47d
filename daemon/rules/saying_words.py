"""The words of every saying, by language: a module a language, and one of its own for maintenance windows."""

from daemon.rules import window_words
from daemon.rules.saying_words_en import ENGLISH
from daemon.rules.saying_words_fr import FRENCH

WORDS: dict[str, dict[str, str]] = {"en": ENGLISH | window_words.ENGLISH, "fr": FRENCH | window_words.FRENCH}
