"""Outgoing mail as `outbox list` prints it, and the two things a person may do to a row: retry it, cancel it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from daemon.errors import Permanent
from daemon.model.notice import OutgoingMail
from daemon.model.subscriber import ERASED
from daemon.rules.subjects import tag
from daemon.store.outbox import decode
from daemon.store.tables import outbox

STATES = ("queued", "sending", "sent", "failed", "cancelled")
_LIST_COLUMNS = [column for column in outbox.c if column.name not in ("payload", "octets")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFilter:
    """Which rows to list; None asks for nothing."""

    case: int | None = None
    kind: str | None = None
    state: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLine:
    """An outgoing mail in a list; `to` holds exactly one address, `cc` none (S3.6)."""

    id: int
    kind: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    message_id: str
    case: str | None
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    last_error: str


def list_outbox(connection: Connection, wanted: OutboxFilter, *, prefix: str) -> Iterator[OutboxLine]:
    """Yield the rows that `wanted` asks for, in the order in which they were written."""
    query = select(*_LIST_COLUMNS).order_by(outbox.c.id).limit(wanted.limit)
    for column, value in (
        (outbox.c.case_number, wanted.case),
        (outbox.c.kind, wanted.kind),
        (outbox.c.state, wanted.state),
    ):
        if value is not None:
            query = query.where(column == value)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield _line(row, prefix)


def _line(row: Row[Any], prefix: str) -> OutboxLine:
    return OutboxLine(
        id=row.id,
        kind=row.kind,
        to=(row.recipient,),
        subject=row.subject,
        message_id=row.message_id,
        case=tag(prefix, row.case_number) if row.case_number else None,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )


def show_outgoing(connection: Connection, row_id: int) -> OutgoingMail:
    """Return one row, with its composed octets once there are any.

    Raises:
        Permanent: there is no such row.
    """
    row = connection.execute(select(outbox).where(outbox.c.id == row_id)).first()
    if row is None:
        raise Permanent(f"there is no outgoing mail {row_id}")
    return decode(row)


def outgoing_state(connection: Connection, row_id: int) -> str:
    """Return the state of a row, which is locked until the transaction ends.

    Raises:
        Permanent: there is no such row.
    """
    state = connection.execute(select(outbox.c.state).where(outbox.c.id == row_id).with_for_update()).scalar()
    if state is None:
        raise Permanent(f"there is no outgoing mail {row_id}")
    return str(state)


def retry_outgoing(connection: Connection, row_id: int, *, now: datetime) -> None:
    """Queue a row anew, due at once; the same bytes go out (S3.6).

    Raises:
        Permanent: there is no such row, or it was sent, or is being sent.
    """
    state = outgoing_state(connection, row_id)
    if state in ("sent", "sending"):
        raise Permanent(
            f"outgoing mail {row_id} {'was sent' if state == 'sent' else 'is being sent'}: it is not sent again"
        )
    values = {"state": "queued", "not_before": now, "attempts": 0}
    there = outbox.c.id == row_id
    if not connection.execute(update(outbox).where(there, outbox.c.recipient != ERASED).values(values)).rowcount:
        raise Permanent(f"outgoing mail {row_id} has no recipient any more: its subscriber was erased")


def cancel_outgoing(connection: Connection, row_id: int, *, reason: str) -> None:
    """Keep a row that waits from being sent.

    Raises:
        Permanent: there is no such row, or it does not wait.
    """
    state = outgoing_state(connection, row_id)
    if state not in ("queued", "failed"):
        raise Permanent(f"outgoing mail {row_id} is {state}: only what waits can be cancelled")
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(state="cancelled", last_error=reason))
