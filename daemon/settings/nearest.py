"""The known word that a mistyped one most likely meant."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_LISTED = 12


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, or None if none is close."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word[:80].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return how a message ends: with the nearest known word, else with all of them."""
    names = tuple(known)
    found = nearest(word, names)
    if found:
        return f"did you mean `{found}`?"
    if not names:
        return "none is defined"
    listed = ", ".join(f"`{name}`" for name in names[:MAX_LISTED])
    return f"known: {listed}" + (", …" if len(names) > MAX_LISTED else "")


def shown(word: str) -> str:
    """Return a word of the file as a message may show it: short, printable."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in word)
    return clean if len(clean) <= 60 else clean[:59] + "…"
