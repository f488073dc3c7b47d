"""Plain text out of `text/enriched` (RFC 1896) and its forerunner `text/richtext` (RFC 1341 7.1.3)."""

import re

_COMMAND = re.compile(r"<(<|/?[A-Za-z0-9-]{1,60}>)")
_DROPPED = frozenset({"param", "comment"})
_LINE_BREAKS = frozenset({"nl", "np", "paragraph"})
_BREAKS = re.compile(r"\n+")


def from_enriched(text: str) -> str:
    """Return the words of an enriched text: a lone line break is a space, of several one is left out."""
    return "".join(_words(_BREAKS.sub(lambda breaks: breaks[0][1:] or " ", text)))


def from_richtext(text: str) -> str:
    """Return the words of a richtext, in which every line break is a space and `<nl>` is one."""
    return "".join(_words(text.replace("\n", " ")))


def _words(text: str) -> list[str]:
    """Return what stands between the commands, and what the commands themselves stand for."""
    found: list[str] = []
    at, dropping = 0, ""
    for command in _COMMAND.finditer(text):
        if not dropping:
            found.append(text[at : command.start()])
        at = command.end()
        name = command[1].rstrip(">").lower()
        if dropping:
            dropping = "" if name == "/" + dropping else dropping
        elif name in _DROPPED:
            dropping = name
        else:
            found.append("<" if name in {"<", "lt"} else "\n" if name in _LINE_BREAKS else "")
    return found if dropping else [*found, text[at:]]
