"""Whatever has come due by an instant, done in order of due time (R4.3 and the clocks)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk


@dataclass(frozen=True, slots=True)
class Ticked:
    """One thing that was due: `action` as listed in interface.md."""

    action: str
    case: int | None
    at: datetime
    detail: str


def tick(desk: Desk, *, now: datetime) -> tuple[Ticked, ...]:
    """Do all that is due by `now`, each in a transaction of its own."""
    raise NotImplementedError
