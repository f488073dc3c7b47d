"""Reading commands off the top of an agent's mail: lines that begin with `#`, before the text (interface.md).

Mail clients turn spaces into NBSP, quotes into curly ones and hyphens into dashes, and write `<br>` or a line separator
where a line ends; people write `# status resolved`, `#Status: resolved.` or full-width letters: it reads the same.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u2018\u2019", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
)
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BREAKS = ("<br>", "<br/>", "<br />")
_NAMED = re.compile(r"([^\s:=]+)\s*[:=]?\s*(.*)", re.DOTALL)
_AROUND = " \t\"'\u00ab\u00bb"
_BEHIND = ".,;!" + _AROUND
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
    commands: list[CommandLine] = []
    for start, line in _lines(text):
        plain = plain_line(_without_break(line))
        if plain.startswith("#") and len(plain) > 1:
            if len(commands) <= MAX_COMMANDS:
                commands.append(read_command(plain))
        elif plain:
            return CommandedText(tuple(commands), text[start:].strip())
    return CommandedText(tuple(commands), "")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines of a text, each with where it begins."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _without_break(line: str) -> str:
    kept = line.rstrip()
    while kept[-6:].casefold().endswith(_BREAKS):
        kept = kept[: kept.rindex("<")].rstrip()
    return kept


def read_command(line: str) -> CommandLine:
    """Read one command, with or without its `#`."""
    plain = plain_line(line)
    found = _NAMED.fullmatch(plain.removeprefix("#").strip())
    name, argument = found.groups() if found else (plain.removeprefix("#").strip(), "")
    return CommandLine(plain, _name(name), argument.rstrip(_BEHIND).lstrip(_AROUND))


def _name(written: str) -> str:
    """Return a command's name as the table has it: `Carrier_Delay.` is carrier-delay."""
    return written.casefold().rstrip(_BEHIND).replace("_", "-") or written


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
    found = (bare for bare in bare_lines(text) if bare.startswith("#"))
    return tuple(bare[:100] for bare in found if read_command(bare).name.strip("*_:.,;!") in names)[:MAX_COMMANDS]


def bare_lines(text: str) -> Iterator[str]:
    """Give the lines of a text as a person sees them, without what makes them items of a list, or quoted."""
    return (plain_line(_without_break(line)).lstrip(_BULLETS) for _, line in _lines(text))
