"""Subscriptions to the status page that end by themselves, and the subscribers who then have none (R8.2, S3.1)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import structlog

from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.rules.subscribing import AFTERWARDS, QUESTION
from daemon.store.database import Connection, Engine, lock
from daemon.store.due import Due
from daemon.store.subscriber_lapses import Cutoffs, end_lapsed, is_lapsing
from daemon.store.subscribers import LOCK
from daemon.tick.source import Source

HOUR = timedelta(hours=1)
_KEY = 0

_QUIET: WeakKeyDictionary[Engine, tuple[datetime, datetime]] = WeakKeyDictionary()
"""From when until when each database needs nothing: it is asked about at every due thing, and an hour late is soon."""

log = structlog.get_logger()


def _cutoffs(now: datetime) -> Cutoffs:
    return Cutoffs(asked=now - QUESTION, resolved=now - AFTERWARDS)


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    since, until = _QUIET.get(desk.engine, (now, now))
    if since <= now < until or _KEY in aside:
        return None
    if not is_lapsing(connection, _cutoffs(now)):
        _QUIET[desk.engine] = (now, now + HOUR)
        return None
    return Due(_KEY, None, now)


def _end(connection: Connection, _desk: Desk, due: Due, now: datetime) -> Ticked | None:
    lock(connection, LOCK)
    ended, erased = end_lapsed(connection, _cutoffs(now))
    if not ended:
        return None
    log.info("subscription.lapsed", ended=ended, erased=erased)
    return Ticked(Action.LAPSED, None, due.at, f"{ended} subscriptions ended, {erased} subscribers erased (R8.2)")


SUBSCRIBERS = Source("subscribers", _first, _end)
