"""Holds that end (R4.3)."""

from collections.abc import Collection
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.case import Status
from daemon.model.due import Action, Ticked
from daemon.posting import Posting
from daemon.rules.due.hold_end import end_hold
from daemon.store.cases import lock_cases
from daemon.store.database import Connection
from daemon.store.due import Due, first_hold
from daemon.tick.source import Source


def _first(connection: Connection, _desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    return first_hold(connection, now, aside)


def _end(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    case = lock_cases(connection, [due.key])[0]
    if case.status is not Status.ON_HOLD or case.hold_until is None or case.hold_until > now:
        return None
    apply(connection, end_hold(case, desk.config.charter), Posting(desk, now, None), cases=(case,))
    return Ticked(Action.HOLD_ENDED, case.number, case.hold_until, "back in progress (R4.3)")


HOLDS = Source("holds", _first, _end)
