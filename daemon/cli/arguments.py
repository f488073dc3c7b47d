"""What people type as arguments, read the same way by every command: cases, priorities, texts, agents."""

import re
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import click

from daemon.errors import Permanent

if TYPE_CHECKING:
    from daemon.model.setup import Config

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
PRIORITIES = ("P1", "P2", "P3", "P4")
LONGEST_TEXT = 1_000_000
_DIGITS = re.compile(r"[0-9]{1,18}")


class Priority(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.3
    """A priority, as `P1` or `1`."""

    name = "P1-P4"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the priority as JSON spells it."""
        spelt = str(value).upper()
        spelt = spelt if spelt.startswith("P") else f"P{spelt}"
        if spelt not in PRIORITIES:
            self.fail(f"{value!r} is no priority: write P1, P2, P3 or P4, or the bare digit", param, ctx)
        return spelt


ROW_ID = click.IntRange(1, 2**63 - 1)
"""The id of a row: what no database can hold is refused here."""


class Word(click.Choice[str]):
    """One of some words; `-` and `_`, upper and lower case are the same; a wrong one is answered with the nearest."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word as JSON spells it."""
        spelt = str(value).strip().lower().replace("-", "_").replace(" ", "_")
        if spelt in self.choices:
            return spelt
        near = get_close_matches(spelt, self.choices, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(self.choices)}"
        raise click.BadParameter(f"{value!r} is unknown: {hint}", ctx=ctx, param=param)


def one_of(words: Iterable[str], option: str, value: str | None) -> str | None:
    """Return `value` as one of `words`, which were too slow to load when the options were declared; None stays None.

    Raises:
        BadParameter: it is none of them; names the option and the nearest word.
    """
    if value is None:
        return None
    try:
        return Word(tuple(str(word) for word in words)).convert(value, None, click.get_current_context())
    except click.BadParameter as wrong:
        wrong.param_hint = f"'{option}'"
        raise


def text_option(help_text: str) -> Callable[[Decorated], Decorated]:
    """Return the option --text: the text itself, or `-` for standard input."""
    return click.option("--text", callback=_read_text, default="", metavar="TEXT|-", help=help_text)


def _read_text(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    from daemon.model.text import clean_text

    if value != "-":
        return clean_text(value)
    raw = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(raw) > LONGEST_TEXT:
        raise click.UsageError(f"the text on standard input is longer than {LONGEST_TEXT:,} octets")
    return clean_text(raw.decode("utf-8-sig", "replace"))


def spelt_as_case(name: str, prefix: str) -> int | None:
    """Return the number in a case's name, `SUP-1042`, `[sup-1042]` or `1042`, or None where it names none."""
    bare = name.strip().removeprefix("[").removesuffix("]").upper().removeprefix(f"{prefix.upper()}-")
    return int(bare) if _DIGITS.fullmatch(bare) else None


def case_number(name: str, config: "Config") -> int:
    """Return the number of the case that `name` names, whether or not there is such a case.

    Raises:
        UsageError: that is no name of a case.
    """
    prefix = config.plan.provider.prefix
    number = spelt_as_case(name, prefix)
    if number is None:
        raise click.UsageError(f"{name!r} names no case: write {prefix}-1042 or 1042")
    return number


def actor_option() -> Callable[[Decorated], Decorated]:
    """Return the option --by: the agent in whose name something is done."""
    return click.option("--by", "by", metavar="AGENT", default="", help="Agent (id or address) who decides this.")


def actor(by: str, config: "Config") -> str:
    """Return who does something from the shell: the named agent's id, or "command line".

    Raises:
        Permanent: no such agent is configured.
    """
    if not by:
        return "command line"
    agent = config.directory.agent(by.lower())
    if agent is None:
        raise Permanent(f"there is no agent {by!r} in agents.yaml")
    return agent.id
