"""Subscribers of the status page (R8.2): asked for, confirmed, ended, erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from daemon.model.subscriber import Scope, Subscriber, read_scope
from daemon.store.conflict import insert_into
from daemon.store.desk_tables import subscribers, subscriptions


def ask(connection: Connection, address: str, scopes: Collection[Scope], **known: Any) -> Subscriber:
    """Note that somebody asks for updates; nothing is sent to them before they confirm it.

    Args:
        connection: inside a transaction.
        address: lower-cased.
        scopes: what is asked for; what was confirmed stays so.
        known: `language`, `token` and `asked_at` of somebody who is new; who is known keeps their own.
    """
    dialect, at = connection.dialect.name, known["asked_at"]
    connection.execute(insert_into(dialect, subscribers).on_conflict_do_nothing(), {"address": address, **known})
    row = connection.execute(select(subscribers.c.id).where(subscribers.c.address == address).with_for_update()).one()
    rows = [{"subscriber_id": row.id, "scope": str(scope), "asked_at": at} for scope in scopes]
    if rows:
        connection.execute(insert_into(dialect, subscriptions).on_conflict_do_nothing(), rows)
    found = subscriber_at(connection, address)
    assert found is not None
    return found


def confirm(connection: Connection, subscriber: int, *, now: datetime) -> None:
    """Confirm all that a subscriber has asked for."""
    waiting = (subscriptions.c.subscriber_id == subscriber) & subscriptions.c.confirmed_at.is_(None)
    connection.execute(update(subscriptions).where(waiting).values(confirmed_at=now))


def end(connection: Connection, subscriber: int, scope: Scope) -> None:
    """End one subscription."""
    this = (subscriptions.c.subscriber_id == subscriber) & (subscriptions.c.scope == str(scope))
    connection.execute(delete(subscriptions).where(this))


def erase(connection: Connection, subscriber: int) -> None:
    """Forget a subscriber wholly."""
    connection.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == subscriber))
    connection.execute(delete(subscribers).where(subscribers.c.id == subscriber))


def subscriber_at(connection: Connection, address: str) -> Subscriber | None:
    """Return the subscriber with an address."""
    row = connection.execute(select(subscribers).where(subscribers.c.address == address)).first()
    return next(iter(_whole(connection, [row])), None) if row else None


def subscriber_with(connection: Connection, token: str) -> Subscriber | None:
    """Return the subscriber whose links bear a token."""
    row = connection.execute(select(subscribers).where(subscribers.c.token == token)).first()
    return next(iter(_whole(connection, [row])), None) if row else None


def subscribed_to(connection: Connection, scopes: Collection[Scope]) -> tuple[Subscriber, ...]:
    """Return who has confirmed at least one of these, each once, in the order in which they came."""
    wanted = select(subscriptions.c.subscriber_id).where(
        subscriptions.c.scope.in_([str(scope) for scope in scopes]), subscriptions.c.confirmed_at.is_not(None)
    )
    rows = connection.execute(select(subscribers).where(subscribers.c.id.in_(wanted)).order_by(subscribers.c.id))
    return _whole(connection, list(rows), only=frozenset(scopes))


def _whole(
    connection: Connection, rows: list[Row[Any]], *, only: frozenset[Scope] | None = None
) -> tuple[Subscriber, ...]:
    """Return subscribers with their scopes; `only`: but those."""
    confirmed: dict[int, list[Scope]] = {row.id: [] for row in rows}
    asked: dict[int, list[Scope]] = {row.id: [] for row in rows}
    query = select(subscriptions).order_by(subscriptions.c.id)
    if only is None:
        query = query.where(subscriptions.c.subscriber_id.in_(list(confirmed)))
    else:
        query = query.where(subscriptions.c.scope.in_([str(scope) for scope in only]))
    for one in connection.execute(query):
        scope = read_scope(one.scope)
        if scope is not None and one.subscriber_id in confirmed:
            (asked if one.confirmed_at is None else confirmed)[one.subscriber_id].append(scope)
    return tuple(
        Subscriber(
            id=row.id,
            address=row.address,
            language=row.language,
            token=row.token,
            asked_at=row.asked_at,
            scopes=tuple(confirmed[row.id]),
            asked=tuple(asked[row.id]),
        )
        for row in rows
    )
