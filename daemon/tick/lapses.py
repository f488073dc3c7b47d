"""Held requests and challenges that nobody answers in time (R2.3, S2.3)."""

from collections.abc import Collection
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.model.outcome import DetainedState
from daemon.posting import Posting
from daemon.rules.detained.lapse import lapse
from daemon.store.database import Connection
from daemon.store.detained import lock_requests
from daemon.store.due import Due
from daemon.store.lapses import first_lapse
from daemon.tick.clocks import unread_mail
from daemon.tick.source import Source


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    return first_lapse(connection, now, aside, unread_mail(connection, desk))


def _lapse(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    """End it, unless somebody has answered meanwhile, or may have (R5.6): asked again under the lock."""
    request = next(iter(lock_requests(connection, [due.key])), None)
    if request is None or request.state is not DetainedState.OPEN or request.lapses_at is None:
        return None
    behind = unread_mail(connection, desk)
    if request.lapses_at > now or (behind is not None and request.lapses_at > behind.until):
        return None
    decision = lapse(request, request.lapses_at, desk.config.charter)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.LAPSED, request.case, request.lapses_at, decision.reason)


LAPSES = Source("lapses", _first, _lapse)
