"""How a check inside a value says exactly which part of it is wrong.

pydantic places an error at the field; a refusal carries the path from there on, so that the fault stands at the very
key or item.
"""

from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from daemon.settings.node import Path

REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is wrong: `path` leads from the field to it."""

    message: str
    path: Path = ()
    at_key: bool = False  # the key is wrong, not its value


def refused(*refusals: Refusal) -> PydanticCustomError:
    """Return the error to raise from a pydantic validator."""
    text = "; ".join(refusal.message for refusal in refusals)
    return PydanticCustomError(REFUSAL, "{text}", {"text": text, "refusals": refusals})


def refuse(message: str) -> PydanticCustomError:
    """Return the error that the whole value is wrong."""
    return refused(Refusal(message))
