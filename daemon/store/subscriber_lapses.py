"""Subscriptions that end by themselves (R8.2): never confirmed, or to an incident that is over for long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, String, cast, delete, exists, literal, select

from daemon.store.desk_tables import incidents, subscribers, subscriptions
from daemon.store.subscribers import erase

_SCOPE = literal("incident:", String) + cast(incidents.c.case_number, String)
MANY = 500


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What was asked for, or is over, before these instants is at its end."""

    asked: datetime
    resolved: datetime


def is_lapsing(connection: Connection, cutoffs: Cutoffs) -> bool:
    """Tell whether anything is at its end."""
    return any(connection.execute(query.limit(1)).first() for query in (_unconfirmed(cutoffs), _over(cutoffs)))


def _unconfirmed(cutoffs: Cutoffs) -> Select[tuple[int]]:
    late = subscriptions.c.confirmed_at.is_(None) & (subscriptions.c.asked_at <= cutoffs.asked)
    return select(subscriptions.c.id).where(late)


def _over(cutoffs: Cutoffs) -> Select[tuple[int]]:
    """Return subscriptions to incidents that are over for long; the index of scopes finds them by incident."""
    query = select(subscriptions.c.id).join(incidents, subscriptions.c.scope == _SCOPE)
    return query.where(incidents.c.resolved_at <= cutoffs.resolved)


def end_lapsed(connection: Connection, cutoffs: Cutoffs) -> tuple[int, int]:
    """End what is at its end, at most MANY of each; returns how many subscriptions, and of how many erased people."""
    ended: list[int] = []
    for query in (_unconfirmed(cutoffs), _over(cutoffs)):
        ended += [row.id for row in connection.execute(query.limit(MANY))]
    whose = select(subscriptions.c.subscriber_id).where(subscriptions.c.id.in_(ended)).distinct()
    people = list(connection.execute(whose).scalars())
    connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(ended)))
    return len(ended), _erase_idle(connection, people)


def _erase_idle(connection: Connection, people: Collection[int]) -> int:
    """Erase those of the people who are subscribed to nothing any more."""
    busy = exists().where(subscriptions.c.subscriber_id == subscribers.c.id)
    idle = connection.execute(select(subscribers.c.id).where(subscribers.c.id.in_(people), ~busy)).scalars().all()
    for one in idle:
        erase(connection, one)
    return len(idle)
