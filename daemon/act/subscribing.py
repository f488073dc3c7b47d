"""Subscriptions to the status page (R8.2): asked for, confirmed, changed, ended, erased; each call one transaction.

Whoever has the token of a subscriber got it by mail at that address, so it stands for the double opt-in (S3.1).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.case import CaseNumber
from daemon.model.subscriber import TOKEN_LENGTH, Scope, ScopeKind, Subscriber, is_token
from daemon.posting import Posting
from daemon.rules.subscribing import QUESTION, is_the_desks, question
from daemon.store import subscribers
from daemon.store.addresses import bounced_among, is_muted
from daemon.store.database import Connection, lock, reading, transaction
from daemon.store.incidents import incidents_of

LONGEST_NUMBER = 18

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for on the page."""

    address: str  # lower-cased, of strict form
    language: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A scope, and what the page calls it; "" where it is there no more."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of one subscriber."""

    subscriber: Subscriber
    confirmed: tuple[Named, ...]
    waiting: tuple[Named, ...]  # asked for, and not too long ago to be confirmed


def ask(desk: Desk, wanted: Wanted, *, now: datetime) -> None:
    """Note what somebody asks for, and ask the owner of the address once a day whether it was they (S3.1).

    Nothing happens for an address that is the desk's, that takes no mail or complained, or where nothing that is asked
    for is there; nobody but the owner of the address learns which it was.
    """
    if is_the_desks(wanted.address, desk.config.charter):
        return
    with transaction(desk.engine) as connection:
        lock(connection, subscribers.LOCK)
        names = _offered(connection, desk, wanted.scopes)
        if not names or _is_left_alone(connection, wanted.address, now):
            return
        known = {"language": wanted.language, "token": _token(desk), "asked_at": now}
        found = subscribers.ask(connection, wanted.address, [one.scope for one in names], **known)
        if not found.scopes and found.language != wanted.language:
            subscribers.speak(connection, found.id, wanted.language)
            found = replace(found, language=wanted.language)
        asked = tuple((one.scope, one.name) for one in names)
        apply(connection, question(found, asked, desk.config.charter, now=now), Posting(desk, now, None), cases=())
    log.info("subscription.asked", scopes=[str(one.scope) for one in names])


def _is_left_alone(connection: Connection, address: str, now: datetime) -> bool:
    return bool(bounced_among(connection, [address])) or is_muted(connection, address, now=now)


def _token(desk: Desk) -> str:
    return (desk.new_token() + desk.new_token())[:TOKEN_LENGTH]


def confirm(desk: Desk, token: str, scopes: tuple[Scope, ...], *, now: datetime) -> bool:
    """Confirm these of what was asked for within the last three days; once more is harmless.

    Returns:
        Whether there is such a subscriber.
    """

    def confirmed(connection: Connection, found: Subscriber) -> None:
        waiting = subscribers.waiting(connection, found.id, since=now - QUESTION)
        wanted = [scope for scope in waiting if scope in scopes]
        subscribers.confirm(connection, found.id, now=now, scopes=wanted)
        log.info("subscription.confirmed", scopes=[str(scope) for scope in wanted])

    return _changed(desk, token, confirmed)


def add(desk: Desk, token: str, scopes: tuple[Scope, ...], *, now: datetime) -> bool:
    """Subscribe somebody to more; whoever has the link needs no other question."""

    def added(connection: Connection, found: Subscriber) -> None:
        wanted = [one.scope for one in _offered(connection, desk, scopes)]
        known = {"language": found.language, "token": found.token, "asked_at": now}
        subscribers.ask(connection, found.address, wanted, **known)
        subscribers.confirm(connection, found.id, now=now, scopes=wanted)
        log.info("subscription.confirmed", scopes=[str(scope) for scope in wanted])

    return _changed(desk, token, added)


def speak(desk: Desk, token: str, language: str) -> bool:
    """Let somebody's mails be in another language."""
    return _changed(desk, token, lambda connection, found: subscribers.speak(connection, found.id, language))


def end(desk: Desk, token: str, scopes: tuple[Scope, ...]) -> bool:
    """End subscriptions, with the mails that wait to be sent under them alone; whoever has no other is erased."""

    def ended(connection: Connection, found: Subscriber) -> None:
        subscribers.end(connection, found, scopes)
        for scope in scopes:
            log.info("subscription.ended", scope=str(scope), why="asked for")
        if subscribers.is_idle(connection, found.id):
            _erase(connection, found)

    return _changed(desk, token, ended)


def erase(desk: Desk, token: str) -> bool:
    """Forget somebody wholly."""
    return _changed(desk, token, _erase)


def _erase(connection: Connection, found: Subscriber) -> None:
    subscribers.erase(connection, found.id)
    log.info("subscriber.erased", why="asked for")


def erase_address(desk: Desk, address: str) -> bool:
    """Forget the subscriber with an address, as an operator was asked to; tells whether there was one."""
    with transaction(desk.engine) as connection:
        found = subscribers.forget(connection, address)
    if found:
        log.info("subscriber.erased", why="by an operator")
    return found


def _changed(desk: Desk, token: str, change: Callable[[Connection, Subscriber], None]) -> bool:
    """Change the subscriber whose links bear a token, under lock; tells whether there is one."""
    if not is_token(token):
        return False
    with transaction(desk.engine) as connection:
        lock(connection, subscribers.LOCK)
        found = subscribers.subscriber_with(connection, token)
        if found is not None:
            change(connection, found)
    return found is not None


def standing_of(desk: Desk, token: str, *, now: datetime) -> Standing | None:
    """Return what stands of the subscriber whose links bear a token."""
    if not is_token(token):
        return None
    with reading(desk.engine) as connection:
        found = subscribers.subscriber_with(connection, token)
        if found is None:
            return None
        waiting = subscribers.waiting(connection, found.id, since=now - QUESTION)
        return Standing(found, _named(connection, desk, found.scopes), _named(connection, desk, waiting))


def name_of(desk: Desk, scope: Scope) -> str:
    """Return what the page calls a scope; "" where there is none such."""
    with reading(desk.engine) as connection:
        return _named(connection, desk, (scope,))[0].name


def _named(connection: Connection, desk: Desk, scopes: tuple[Scope, ...]) -> tuple[Named, ...]:
    """Return scopes with their names; one that is not there has none."""
    products = {product.id: product.name for product in desk.config.directory.products}
    titles = {str(one.case): one.title for one in incidents_of(connection, _numbers(scopes))}
    names = {ScopeKind.PLATFORM: products, ScopeKind.INCIDENT: titles}
    return tuple(Named(scope, names[scope.kind].get(scope.of, "")) for scope in scopes)


def _numbers(scopes: tuple[Scope, ...]) -> list[CaseNumber]:
    numbers = (scope.of for scope in scopes if scope.kind is ScopeKind.INCIDENT and len(scope.of) <= LONGEST_NUMBER)
    return [CaseNumber(int(number)) for number in numbers if number.isascii() and number.isdigit()]


def _offered(connection: Connection, desk: Desk, scopes: tuple[Scope, ...]) -> tuple[Named, ...]:
    """Return what of these can be subscribed to: platforms, and incidents that are not over; each once."""
    found = _named(connection, desk, tuple(dict.fromkeys(scopes)))
    over = {str(one.case) for one in incidents_of(connection, _numbers(scopes)) if one.resolved_at is not None}
    is_over = (one.scope.kind is ScopeKind.INCIDENT and one.scope.of in over for one in found)
    return tuple(one for one, gone in zip(found, is_over, strict=True) if one.name and not gone)
