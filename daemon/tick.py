"""Whatever has come due by an instant, done in order of due time, exactly once however late (R4.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.case import CaseNumber, Status
from daemon.posting import Posting
from daemon.rules.hold_end import end_hold
from daemon.store.cases import holds_due, lock_cases
from daemon.store.database import reading, transaction

BATCH = 100


@dataclass(frozen=True, slots=True)
class Ticked:
    """One thing that was due: `action` as listed in interface.md."""

    action: str
    case: int | None
    at: datetime
    detail: str


def tick(desk: Desk, *, now: datetime) -> tuple[Ticked, ...]:
    """Do all that is due by `now`, each in a transaction of its own."""
    return tuple(_end_holds(desk, now))


def _end_holds(desk: Desk, now: datetime) -> Iterator[Ticked]:
    while True:
        with reading(desk.engine) as connection:
            due = holds_due(connection, now=now, limit=BATCH)
        if not due:
            return
        for number in due:
            ended = _end_hold(desk, number, now)
            if ended is not None:
                yield ended


def _end_hold(desk: Desk, number: CaseNumber, now: datetime) -> Ticked | None:
    """End one hold; None: somebody else ended or moved it meanwhile."""
    with transaction(desk.engine) as connection:
        case = next(iter(lock_cases(connection, [number])))
        if case.status is not Status.ON_HOLD or case.hold_until is None or case.hold_until > now:
            return None
        apply(connection, end_hold(case, desk.config.charter), Posting(desk, now, None), cases=(case,))
        return Ticked("hold_ended", number, case.hold_until, "back in progress (R4.3)")
