"""Mail that waits for the answer to a challenge (S2.3): what is asked about lapses, what waits for its turn does not.

Nobody has more than one open challenge; what it asks about has the same `lapses_at`.  A flood under one address is read
no further than a challenge lists.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, distinct, exists, func, select, update

from daemon.model.mail_effect import AskAbout, LapseBehind
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.store.database import lock
from daemon.store.detained import lock_requests, read_requests
from daemon.store.due import Due
from daemon.store.inbox_tables import detained

_IS_CHALLENGED = detained.c.kind == DetainedKind.CHALLENGED.value
_WAITS = _IS_CHALLENGED & (detained.c.state == DetainedState.OPEN.value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sender's mail that waits for their word, nobody having been asked: the newest first, and how many more."""

    newest: tuple[DetainedRequest, ...]
    more: int


def lock_sender(connection: Connection, sender: str) -> None:
    """Let nobody else decide whether this sender is to be challenged, until the transaction ends."""
    lock(connection, f"challenge {sender}")


def awaits_word(connection: Connection, sender: str) -> bool:
    """Tell whether any mail of a sender waits for their word."""
    return bool(connection.execute(select(exists().where(detained.c.sender == sender, _WAITS))).scalar())


def is_challenged(connection: Connection, sender: str, *, now: datetime) -> bool:
    """Tell whether a sender has an open challenge, which they can still answer."""
    is_asked = exists().where(detained.c.sender == sender, _WAITS, detained.c.lapses_at >= now)
    return bool(connection.execute(select(is_asked)).scalar())


def first_unasked(connection: Connection, aside: Collection[int]) -> Due | None:
    """Return the newest mail of a sender whose mail waits and who is not being asked; the longest waiting one first."""
    newest = func.max(detained.c.id)
    waits_since = func.min(detained.c.received_at, type_=detained.c.received_at.type)
    query = select(newest.label("id"), waits_since.label("since")).where(_WAITS).group_by(detained.c.sender)
    query = query.having(func.count(detained.c.lapses_at) == 0).order_by(newest)
    if aside:
        query = query.having(newest.not_in(aside))
    row = connection.execute(query.limit(1)).first()
    return Due(row.id, None, row.since) if row else None


def lock_unasked(connection: Connection, sender: str, *, most: int) -> Waiting:
    """Lock the newest of a sender's mails that nobody was asked about, and count the others."""
    unasked = (detained.c.sender == sender) & _WAITS & detained.c.lapses_at.is_(None)
    ids = connection.execute(select(detained.c.id).where(unasked).order_by(detained.c.id.desc()).limit(most)).scalars()
    newest = tuple(reversed(lock_requests(connection, ids.all())))
    many = connection.execute(select(func.count()).where(unasked)).scalar_one()
    return Waiting(newest, many - len(newest))


def asked_beside(connection: Connection, asked: Collection[int], *, most: int) -> set[int]:
    """Return the other mails that a challenge asked about: they lapse when the one that it names does.

    What still waits comes first, should another challenge have been answered at the very instant of this one.
    """
    named = detained.alias()
    is_beside = (detained.c.sender == named.c.sender) & (detained.c.lapses_at == named.c.lapses_at) & _IS_CHALLENGED
    is_settled = detained.c.settled_at.is_not(None)
    is_named = named.c.id.in_(asked) & (named.c.kind == DetainedKind.CHALLENGED.value)
    query = select(detained.c.id).join(named, is_beside).where(is_named, detained.c.id.not_in(asked))
    return set(connection.execute(query.order_by(is_settled, detained.c.id.desc()).limit(most)).scalars())


def ask_about(connection: Connection, effect: AskAbout) -> None:
    """Note until when the sender of these mails can answer."""
    asked = update(detained).where(detained.c.id.in_(effect.detained))
    connection.execute(asked.values(lapses_at=effect.lapses_at))


def lapse_behind(connection: Connection, effect: LapseBehind) -> None:
    """Let what waits behind a lapsed mail lapse in one statement, however much it is."""
    behind = (detained.c.sender == effect.sender) & _WAITS & detained.c.lapses_at.is_(None)
    values = {"state": DetainedState.LAPSED.value, "settled_at": effect.at, "settled_by": effect.actor}
    connection.execute(update(detained).where(behind, detained.c.id < effect.before).values(values))


def answered_challenge_of(connection: Connection, mail: int, sender: str) -> DetainedRequest | None:
    """Return the detention of a mail that its own sender ended by answering the challenge; None: there is none.

    It says so for as long as the mail lives: an agent's reply may wait a while after that (S3.7).
    """
    is_released = detained.c.state == DetainedState.RELEASED.value
    query = select(detained.c.id).where(
        detained.c.inbox_id == mail, _IS_CHALLENGED, is_released & (detained.c.settled_by == sender)
    )
    found = connection.execute(query).scalar()
    return next(iter(read_requests(connection, [found])), None) if found else None


def waiting_senders(connection: Connection, customer: str) -> int:
    """Return how many addresses at a customer have mail that waits for the answer to a challenge."""
    query = select(func.count(distinct(detained.c.sender))).where(detained.c.customer == customer, _WAITS)
    return connection.execute(query).scalar_one()
