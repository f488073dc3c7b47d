"""Mail that waits for the answer to a challenge, and the challenges that were sent (S2.3)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, distinct, func, select

from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.store.database import lock
from daemon.store.detained import read_requests
from daemon.store.inbox_tables import detained
from daemon.store.outbox import about_of
from daemon.store.tables import outbox

_WAITS = (detained.c.kind == DetainedKind.CHALLENGED.value) & (detained.c.state == DetainedState.OPEN.value)
_UNSENT = ("cancelled", "failed")  # nobody can answer these


def lock_challenged(connection: Connection, sender: str, *, since: datetime) -> tuple[DetainedRequest, ...]:
    """Return a sender's mails that wait for the answer to a challenge, the oldest first, and whether it was sent since.

    Until the transaction ends nobody else decides whether this sender is to be challenged.
    """
    lock(connection, f"challenge {sender}")
    ids = connection.execute(select(detained.c.id).where(detained.c.sender == sender, _WAITS)).scalars().all()
    asked = _asked_about(connection, sender, since) if ids else frozenset()
    return tuple(replace(request, is_asked=request.id in asked) for request in read_requests(connection, ids))


def answered_challenge_of(connection: Connection, mail: int, sender: str) -> DetainedRequest | None:
    """Return the detention of a mail that its own sender ended by answering the challenge; None: there is none.

    It says so for as long as the mail lives: an agent's reply may wait a while after that (S3.7).
    """
    is_released = detained.c.state == DetainedState.RELEASED.value
    query = select(detained.c.id).where(
        detained.c.inbox_id == mail,
        detained.c.kind == DetainedKind.CHALLENGED.value,
        is_released & (detained.c.settled_by == sender),
    )
    found = connection.execute(query).scalar()
    return next(iter(read_requests(connection, [found])), None) if found else None


def _asked_about(connection: Connection, sender: str, since: datetime) -> frozenset[int]:
    """Return the detained mails of a sender that they were really asked about of late."""
    is_challenge = (outbox.c.kind == NoticeKind.CHALLENGE.value) & outbox.c.state.not_in(_UNSENT)
    query = select(outbox.c.payload).where(outbox.c.recipient == sender, outbox.c.created_at >= since, is_challenge)
    asked = (about_of(payload["notice"]) for payload in connection.execute(query).scalars())
    return frozenset(number for number in asked if number is not None)


def waiting_senders(connection: Connection, customer: str) -> int:
    """Return how many addresses at a customer have mail that waits for the answer to a challenge."""
    query = select(func.count(distinct(detained.c.sender))).where(detained.c.customer == customer, _WAITS)
    return connection.execute(query).scalar_one()
