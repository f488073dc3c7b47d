"""What every command is: a name, a form for people, and what carries it out on a draft.

Its help is the saying "help NAME", its form in words the saying "form NAME": once a language in `sayings.words`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.rules.draft import Draft
from daemon.rules.sayings.saying import Fault, Saying, say

Carry = Callable[[Draft, str], Draft]
"""Takes the draft so far and what stands behind the command's name.

Raises `Fault` where it cannot be carried out: all of a mail's commands hold or none does.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, and what carries it out."""

    name: str
    carry: Carry
    repeats: bool = False  # it may stand in a mail more than once: each adds something

    @property
    def form(self) -> Saying:
        """Return how it is written."""
        return say(f"form {self.name}")

    @property
    def help(self) -> Saying:
        """Return what it does, for people."""
        return say(f"help {self.name}")


def nothing_behind(name: str, argument: str) -> None:
    """Refuse anything behind a command that takes nothing.

    Raises:
        Fault: something stands there.
    """
    if argument:
        raise Fault("too much above", command=name, rest=repr(argument))
