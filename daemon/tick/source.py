"""Where due things come from: one value a kind of them, so that another kind is a row in `SOURCES`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from daemon.model.due import Ticked
from daemon.store.database import Connection
from daemon.store.due import Due

First = Callable[[Connection, Desk, datetime, Collection[int]], Due | None]
"""Return what is due first by an instant, but for the keys that are set aside."""

Do = Callable[[Connection, Desk, Due, datetime], Ticked | None]
"""Do it, inside its own transaction, at an instant; None: somebody else did, or it is not due any more."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of things that come due: how the first is found, and what is done about it.

    `do` locks what it is about, reads it again, and returns None where it is not due any more.
    """

    name: str
    first: First
    do: Do
