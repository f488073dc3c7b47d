"""Reading commands off the top of an agent's mail: lines that begin with `#`, before the text (interface.md).

Mail clients turn spaces into NBSP, quotes into curly ones and hyphens into dashes; a command reads the same.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | {"\u2019": "'", "\u201c": '"', "\u201d": '"'}
)
_UNSEEN = frozenset({"Cf", "Mn"})
_BULLETS = "*-_\u2022\u00b7\u25aa\u25cf> "
MAX_COMMANDS = 20
"""More in one mail are refused: the work that a mail can ask for stays bounded."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command as written."""

    raw: str
    name: str  # folded, without the `#`
    argument: str


@dataclass(frozen=True, slots=True)
class CommandedText:
    """An agent's text: its commands, and what is left for people."""

    commands: tuple[CommandLine, ...]
    text: str


def read_commands(text: str) -> CommandedText:
    """Split an agent's new text into the commands at its top and the text below.

    Past one command too many the rest of them is dropped: the mail is refused, and no command becomes text.
    """
    lines = text.split("\n")
    commands: list[CommandLine] = []
    for index, line in enumerate(lines):
        plain = plain_line(line)
        if plain.startswith("#") and len(plain) > 1:
            if len(commands) <= MAX_COMMANDS:
                commands.append(read_command(plain))
        elif plain:
            return CommandedText(tuple(commands), "\n".join(lines[index:]).strip())
    return CommandedText(tuple(commands), "")


def read_command(line: str) -> CommandLine:
    """Read one command, with or without its `#`."""
    plain = plain_line(line)
    name, argument, *_ = (*plain.removeprefix("#").split(None, 1), "", "")
    return CommandLine(plain, name.casefold(), argument.strip())


def plain_line(line: str) -> str:
    """Return a line as a person sees it: compatible letters made plain, what cannot be seen left out, NBSP a space."""
    if line.isascii():
        return line.strip()
    seen = (letter for letter in unicodedata.normalize("NFKC", line) if unicodedata.category(letter) not in _UNSEEN)
    return "".join(seen).translate(_DASHES).strip()


def misplaced_commands(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Return lines of a text that look like known commands, though they do not stand at its top.

    Somebody who answers below the quote, or whose client makes lists of `#note` lines, must not find an internal note
    at the customer's: such a mail is refused as a whole (S3.7).
    """
    found = []
    for line in text.split("\n"):
        bare = plain_line(line).lstrip(_BULLETS)
        if bare.startswith("#") and read_command(bare).name.strip("*_:.,;!") in names:
            found.append(bare[:100])
    return tuple(found[:MAX_COMMANDS])
