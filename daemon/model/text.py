"""Cleaning of text at the edge: what comes in is made fit for databases, logs, headers and terminals, once.

PostgreSQL refuses NUL and lone surrogates; terminals and header fields are moved by control characters.
"""

import re

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_BREAKS = ("\u2028", "\u2029", "\x85")
_SPACE = re.compile(r"\s+")
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\t\n"


def clean_text(text: str) -> str:
    """Return `text` with LF line ends and without NUL, lone surrogates and control characters but tab and newline."""
    if text.isprintable() or _unusual(text).isprintable():  # nothing that is taken out below is
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unified.isascii():
        for line_break in _BREAKS:
            unified = unified.replace(line_break, "\n")
    return _UNWANTED.sub("", unified)


def _unusual(text: str) -> str:
    """Return what is left of `text` without printable ASCII, tabs and newlines."""
    octets = text.encode("utf-8", "surrogatepass").translate(None, delete=_ORDINARY)
    return octets.decode("utf-8", "surrogatepass")


def clean_line(text: str, *, longest: int) -> str:
    """Return `text` as one clean line of at most `longest` characters, for subjects, names and reasons.

    Marks that turn the direction of writing go too: they can make a name look like another.
    """
    if text.isprintable():  # the only white space is the space, and no mark is invisible
        return " ".join(text.split())[:longest].rstrip()
    return _SPACE.sub(" ", _INVISIBLE.sub("", clean_text(text))).strip()[:longest].rstrip()
