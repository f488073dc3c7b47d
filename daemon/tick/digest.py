"""The daily digest of what waits for agents and contacts (R2.3, R2.4, S1.2)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.posting import Posting
from daemon.rules.detained.deciders import deciders
from daemon.rules.detained.digest import Digest, digest_keys, due_digest, send_digest
from daemon.store.addresses import bounced_among
from daemon.store.answers import any_queued
from daemon.store.database import Connection, Engine, lock
from daemon.store.digest import Asked, asked_of, backlog, is_anything_new, last_digest_at
from daemon.store.due import Due
from daemon.tick.source import Source

DAY = timedelta(days=1)

_DONE: WeakKeyDictionary[Engine, datetime] = WeakKeyDictionary()
"""The digest that each database is known to need no more: it is asked about at every due thing."""


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    digest = due_digest(now, desk.config.plan)
    if digest.day.toordinal() in aside or _DONE.get(desk.engine) == digest.due:
        return None
    if not _is_wanted(connection, desk, digest):
        _DONE[desk.engine] = digest.due
        return None
    return Due(digest.day.toordinal(), None, digest.due)


def _is_wanted(connection: Connection, desk: Desk, digest: Digest) -> bool:
    """Tell whether nobody has it yet, there is somebody to have it, and there is news for them."""
    keys = digest_keys(digest, desk.config.charter)
    if not keys or any_queued(connection, keys):
        return False
    return is_anything_new(connection, since=last_digest_at(connection), until=digest.due)


def _unreachable(connection: Connection, desk: Desk) -> tuple[Asked, ...]:
    """Return for which customers held requests wait of whose contacts none can be reached (S3.4)."""
    return tuple(asked for asked in asked_of(connection) if not _is_reachable(connection, desk, asked))


def _is_reachable(connection: Connection, desk: Desk, asked: Asked) -> bool:
    customer = desk.config.directory.customer(asked[0])
    addresses = [mpoc.email for mpoc in deciders(customer, is_macd=asked[1])] if customer else []
    return len(bounced_among(connection, addresses)) < len(addresses)


def _send(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    lock(connection, "digest")
    digest = due_digest(now, desk.config.plan)
    if digest.due != due.at or not _is_wanted(connection, desk, digest):
        return None
    since = last_digest_at(connection) or digest.due - DAY
    waiting = backlog(connection, since=since, until=now, unreachable=_unreachable(connection, desk))
    decision = send_digest(digest, waiting, desk.config.charter)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.NOTICE_QUEUED, None, digest.due, decision.reason)


DIGEST = Source("digest", _first, _send)
