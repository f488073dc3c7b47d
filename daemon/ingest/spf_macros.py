"""The macro language of SPF: names that are made from who sends (RFC 7208 7).

A text is read once into pieces and made a name for each mail.  The letters that only an explanation may hold (`c`, `r`,
`t`) make a name unsound.  What is made is cut to the length of a name; whether it is one, the name system tells.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from daemon.ingest.name_system import LONGEST_NAME

_PIECE = re.compile(
    r"%\{(?P<letter>[a-z])(?P<parts>[0-9]*)(?P<turned>r?)(?P<delimiters>[-.+,/_=]*)\}|%(?P<sign>[%_-])|(?P<plain>[!-$&-~]+)",
    re.IGNORECASE | re.ASCII,
)
_LETTERS = frozenset("slodiphv")
_LETTERS_OF_EXPLANATIONS = frozenset("crt")
_SIGNS = {"%": "%", "_": " ", "-": "%20"}
_TOP_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)


class Unsound(Exception):
    """A record breaks the grammar or asks for too much: `permerror` (RFC 7208 2.6.7)."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What stands in `%{}`."""

    letter: str  # lower-cased
    parts: int  # how many of the right-most ones are kept; 0: all
    is_turned: bool
    delimiters: str
    is_escaped: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a name is made from."""

    pieces: tuple[str | Macro, ...]
    ends_in_macro: bool

    @property
    def letters(self) -> frozenset[str]:
        """Return the macro letters in it."""
        return frozenset(piece.letter for piece in self.pieces if isinstance(piece, Macro))

    def name(self, value: Callable[[str], str]) -> str:
        """Make the name, its left labels cut where it would be too long (RFC 7208 7.3).

        Args:
            value: gives what a macro letter stands for.
        """
        parts = (piece if isinstance(piece, str) else _made(piece, value(piece.letter)) for piece in self.pieces)
        name = "".join(parts).removesuffix(".")
        return name if len(name) <= LONGEST_NAME else name[-LONGEST_NAME - 1 :].partition(".")[2]


def read_pattern(text: str) -> Pattern:
    """Read a `domain-spec`: a macro-string that ends in a top label or a macro.

    Raises:
        Unsound: it breaks the grammar.
    """
    pattern = read_macros(text)
    if pattern.letters & _LETTERS_OF_EXPLANATIONS or not (pattern.ends_in_macro or _ends_in_top_label(text)):
        raise Unsound(text)
    return pattern


def read_macros(text: str) -> Pattern:
    """Read a `macro-string`.

    Raises:
        Unsound: it breaks the grammar.
    """
    pieces: list[str | Macro] = []
    at, ends_in_macro = 0, False
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            raise Unsound(text)
        pieces.append(_piece(found))
        at, ends_in_macro = found.end(), not found["plain"]
    return Pattern(tuple(pieces), ends_in_macro)


def _piece(found: re.Match[str]) -> str | Macro:
    letter, parts = found["letter"], found["parts"]
    if not letter:
        return found["plain"] or _SIGNS[found["sign"]]
    count = (parts or "").lstrip("0")
    if letter.lower() not in _LETTERS | _LETTERS_OF_EXPLANATIONS or (parts and not count):
        raise Unsound(found[0])
    return Macro(
        letter.lower(), int(count[:4] or 0), bool(found["turned"]), found["delimiters"] or ".", letter.isupper()
    )


def _ends_in_top_label(text: str) -> bool:
    """Tell whether a text ends in a dot and a top label, with or without a last dot."""
    _, dot, label = text.removesuffix(".").rpartition(".")
    return bool(dot) and bool(_TOP_LABEL.fullmatch(label)) and not label.isdigit()


def _made(macro: Macro, value: str) -> str:
    """Part a value at the delimiters, turn it round, keep its right-most parts and join them with dots."""
    parts = re.split(f"[{re.escape(macro.delimiters)}]", value)
    if macro.is_turned:
        parts.reverse()
    made = ".".join(parts[-macro.parts :])
    return quote(made, safe="", errors="replace") if macro.is_escaped else made
