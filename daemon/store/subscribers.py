"""Subscribers of the status page (R8.2): asked for, confirmed, ended, erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from daemon.model.subscriber import Scope, Subscriber, read_scope
from daemon.store.conflict import insert_into
from daemon.store.database import lock, share
from daemon.store.desk_tables import subscribers, subscriptions
from daemon.store.erasing import cancel_mail_to, erase_mail_to

LOCK = "subscribers"


def ask(connection: Connection, address: str, scopes: Collection[Scope], **known: Any) -> Subscriber:
    """Note that somebody asks for updates; nothing is sent to them before they confirm it.

    Args:
        connection: inside a transaction.
        address: lower-cased.
        scopes: what is asked for, anew if it waits; what was confirmed stays so.
        known: `language`, `token` and `asked_at` of somebody who is new; who is known keeps their own.
    """
    dialect, at = connection.dialect.name, known["asked_at"]
    connection.execute(insert_into(dialect, subscribers).on_conflict_do_nothing(), {"address": address, **known})
    row = connection.execute(select(subscribers.c.id).where(subscribers.c.address == address).with_for_update()).one()
    rows = [{"subscriber_id": row.id, "scope": str(scope), "asked_at": at} for scope in scopes]
    if rows:
        again = insert_into(dialect, subscriptions).on_conflict_do_update(
            index_elements=["subscriber_id", "scope"],
            set_={"asked_at": at},
            where=subscriptions.c.confirmed_at.is_(None),
        )
        connection.execute(again, rows)
    found = subscriber_at(connection, address)
    assert found is not None
    return found


def confirm(connection: Connection, subscriber: int, *, now: datetime, scopes: Collection[Scope] | None = None) -> None:
    """Confirm what a subscriber has asked for: these, or all."""
    waiting = (subscriptions.c.subscriber_id == subscriber) & subscriptions.c.confirmed_at.is_(None)
    if scopes is not None:
        waiting &= subscriptions.c.scope.in_([str(scope) for scope in scopes])
    connection.execute(update(subscriptions).where(waiting).values(confirmed_at=now))


def waiting(connection: Connection, subscriber: int, *, since: datetime) -> tuple[Scope, ...]:
    """Return what a subscriber has asked for at an instant or later, and has not confirmed."""
    theirs = (subscriptions.c.subscriber_id == subscriber) & subscriptions.c.confirmed_at.is_(None)
    query = select(subscriptions.c.scope).where(theirs, subscriptions.c.asked_at >= since).order_by(subscriptions.c.id)
    return tuple(scope for text in connection.execute(query).scalars() if (scope := read_scope(text)))


def speak(connection: Connection, subscriber: int, language: str) -> None:
    """Let a subscriber's mails be in a language."""
    connection.execute(update(subscribers).where(subscribers.c.id == subscriber).values(language=language))


def end(connection: Connection, subscriber: Subscriber, scopes: Collection[Scope]) -> None:
    """End subscriptions; what waits to be sent under none but these is cancelled."""
    ended = subscriptions.c.scope.in_([str(scope) for scope in scopes])
    connection.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == subscriber.id, ended))
    cancel_mail_to(connection, subscriber.address, left={str(one) for one in subscriber.scopes if one not in scopes})


def is_idle(connection: Connection, subscriber: int) -> bool:
    """Tell whether a subscriber is subscribed to nothing, nor asks for anything."""
    return connection.execute(_of(subscriber)).first() is None


def _of(subscriber: int) -> Any:
    return select(subscriptions.c.id).where(subscriptions.c.subscriber_id == subscriber)


def erase(connection: Connection, subscriber: int) -> None:
    """Forget a subscriber wholly: also who got the mails that were sent to them, or are just being queued."""
    lock(connection, LOCK)
    connection.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == subscriber))
    gone = delete(subscribers).where(subscribers.c.id == subscriber).returning(subscribers.c.address)
    address = connection.execute(gone).scalar()
    if address is not None:
        erase_mail_to(connection, address)


def forget(connection: Connection, address: str) -> bool:
    """Forget the subscriber with an address wholly; tells whether there was one."""
    found = connection.execute(select(subscribers.c.id).where(subscribers.c.address == address)).scalar()
    if found is None:
        return False
    erase(connection, found)
    return True


def subscriber_at(connection: Connection, address: str) -> Subscriber | None:
    """Return the subscriber with an address."""
    row = connection.execute(select(subscribers).where(subscribers.c.address == address)).first()
    return next(iter(_whole(connection, [row])), None) if row else None


def subscriber_with(connection: Connection, token: str) -> Subscriber | None:
    """Return the subscriber whose links bear a token."""
    row = connection.execute(select(subscribers).where(subscribers.c.token == token)).first()
    return next(iter(_whole(connection, [row])), None) if row else None


def all_subscribers(connection: Connection) -> tuple[Subscriber, ...]:
    """Return every subscriber, in the order in which they came."""
    rows = connection.execute(select(subscribers).order_by(subscribers.c.id))
    return _whole(connection, list(rows), only=None, everybody=True)


def subscribed_to(connection: Connection, scopes: Collection[Scope]) -> tuple[Subscriber, ...]:
    """Return who has confirmed at least one of these, each once, in the order in which they came.

    Nobody is erased before the transaction ends: what it queues for them is seen by who erases them.
    """
    share(connection, LOCK)
    wanted = select(subscriptions.c.subscriber_id).where(
        subscriptions.c.scope.in_([str(scope) for scope in scopes]), subscriptions.c.confirmed_at.is_not(None)
    )
    rows = connection.execute(select(subscribers).where(subscribers.c.id.in_(wanted)).order_by(subscribers.c.id))
    return _whole(connection, list(rows), only=frozenset(scopes))


def _whole(
    connection: Connection, rows: list[Row[Any]], *, only: frozenset[Scope] | None = None, everybody: bool = False
) -> tuple[Subscriber, ...]:
    """Return subscribers with their scopes; `only`: but those; `everybody`: these are all that there are."""
    confirmed: dict[int, list[Scope]] = {row.id: [] for row in rows}
    asked: dict[int, list[Scope]] = {row.id: [] for row in rows}
    query = select(subscriptions).order_by(subscriptions.c.id)
    if only is not None:
        query = query.where(subscriptions.c.scope.in_([str(scope) for scope in only]))
    elif not everybody:
        query = query.where(subscriptions.c.subscriber_id.in_(list(confirmed)))
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
