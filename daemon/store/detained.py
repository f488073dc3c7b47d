"""Mail that waits for a person: held for an MPOC (R2.3) or quarantined for agents (R2.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from daemon.model.effect import Detain, Settle
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.store.conflict import insert_into
from daemon.store.inbox_tables import detained, inbox

MOST_WITH = 50
"""Mails that come onto a case with the request that they waited with."""


@dataclass(frozen=True, slots=True)
class DetainedMail:
    """What is listed of a detained mail."""

    inbox_id: int
    sender: str
    subject: str
    received_at: datetime


def insert_detained(connection: Connection, mail: DetainedMail, detain: Detain) -> int:
    """Detain a mail and return its number; its one entry is kept for good, and opened again where it is there."""
    row = {
        "inbox_id": mail.inbox_id,
        "kind": detain.kind.value,
        "state": "open",
        "reason": detain.reason,
        "customer": detain.customer,
        "sender": mail.sender,
        "subject": mail.subject,
        "received_at": mail.received_at,
        "lapses_at": detain.lapses_at,
        "case_number": detain.case,
        "is_macd": detain.is_macd,
        "waits_with": detain.waits_with,
    }
    statement = insert_into(connection.dialect.name, detained)
    again = statement.on_conflict_do_update(
        index_elements=["inbox_id"], set_=row | {"settled_at": None, "settled_by": None}
    )
    number: int = connection.execute(again.returning(detained.c.id), row).scalar_one()
    return number


def lock_detained(connection: Connection, detained_id: int) -> Row[Any] | None:
    """Read a detained mail under lock."""
    return connection.execute(select(detained).where(detained.c.id == detained_id).with_for_update()).first()


def lock_requests(connection: Connection, ids: Collection[int]) -> tuple[DetainedRequest, ...]:
    """Read those of these detained mails that exist under lock, always in the same order."""
    if not ids:
        return ()
    query = _REQUESTS.where(detained.c.id.in_(ids)).order_by(detained.c.id)
    return tuple(_request(row) for row in connection.execute(query.with_for_update(of=detained)))


def read_requests(connection: Connection, ids: Collection[int]) -> tuple[DetainedRequest, ...]:
    """Read those of these detained mails that exist, without lock: who decides on one of them locks it."""
    query = _REQUESTS.where(detained.c.id.in_(ids)).order_by(detained.c.id)
    return tuple(_request(row) for row in connection.execute(query))


def lock_detention_of(connection: Connection, inbox_id: int) -> DetainedRequest | None:
    """Read the detention of a mail under lock; None: it was never detained."""
    query = _REQUESTS.where(detained.c.inbox_id == inbox_id).with_for_update(of=detained)
    row = connection.execute(query).first()
    return _request(row) if row else None


def lock_waiting_with(connection: Connection, request: int) -> tuple[DetainedRequest, ...]:
    """Read under lock what its writer said about a held request while it waited, the oldest first (R2.3).

    What lapsed with it is read too: an answer that came in time takes the lapse back (R5.6).
    """
    said = _waits_with(request, DetainedState.OPEN, DetainedState.LAPSED)
    query = _REQUESTS.where(said).order_by(detained.c.id).limit(MOST_WITH)
    return tuple(_request(row) for row in connection.execute(query.with_for_update(of=detained)))


def _waits_with(request: int, *states: DetainedState) -> ColumnElement[bool]:
    return and_(detained.c.waits_with == request, detained.c.state.in_([state.value for state in states]))


_REQUESTS = select(detained, inbox.c.message_id, inbox.c.size).join(inbox, inbox.c.id == detained.c.inbox_id)


def _request(row: Row[Any]) -> DetainedRequest:
    return DetainedRequest(
        id=row.id,
        mail=row.inbox_id,
        kind=DetainedKind(row.kind),
        state=DetainedState(row.state),
        customer=row.customer,
        sender=row.sender,
        subject=row.subject,
        received_at=row.received_at,
        lapses_at=row.lapses_at,
        settled_by=row.settled_by or "",
        case=row.case_number,
        is_macd=row.is_macd,
        message_id=row.message_id,
        size=row.size,
    )


def settle(connection: Connection, effect: Settle) -> None:
    """End a detention; what waits with a request that is not let through ends with it."""
    values: dict[str, Any] = {"state": effect.state.value, "settled_at": effect.at, "settled_by": effect.actor}
    if effect.case is not None:
        values["case_number"] = effect.case
    connection.execute(update(detained).where(detained.c.id == effect.detained).values(values))
    if effect.state is not DetainedState.RELEASED:
        connection.execute(update(detained).where(_waits_with(effect.detained, DetainedState.OPEN)).values(values))


def discard_of(connection: Connection, inbox_id: int, *, at: datetime, by: str) -> None:
    """Discard the detention of a mail whose better copy was decided (S1.3)."""
    values = {"state": "discarded", "settled_at": at, "settled_by": by}
    connection.execute(
        update(detained).where(detained.c.inbox_id == inbox_id, detained.c.state == "open").values(values)
    )
