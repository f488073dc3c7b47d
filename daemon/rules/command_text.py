"""Reading commands off the top of an agent's mail: lines that begin with `#`, before the text (interface.md).

Mail clients turn spaces into NBSP, quotes into curly ones and hyphens into dashes; a command reads the same.
"""

from dataclasses import dataclass

_PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u200b": "",
        "\ufeff": "",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
    }
)
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
        plain = line.translate(_PLAIN).strip()
        if plain.startswith("#") and len(plain) > 1:
            if len(commands) <= MAX_COMMANDS:
                commands.append(read_command(plain))
        elif plain:
            return CommandedText(tuple(commands), "\n".join(lines[index:]).strip())
    return CommandedText(tuple(commands), "")


def read_command(line: str) -> CommandLine:
    """Read one command, with or without its `#`."""
    plain = line.translate(_PLAIN).strip()
    name, argument, *_ = (*plain.removeprefix("#").split(None, 1), "", "")
    return CommandLine(plain, name.casefold(), argument.strip())
