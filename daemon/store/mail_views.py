"""Kept mail as `mail list` and `mail show` print it, and the finding of one message by what people know of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from daemon.errors import Permanent
from daemon.rules.subjects import tag
from daemon.store.inbox_tables import inbox, octets
from daemon.store.pending import POSTPONED

STATES = ("kept", "reading", "parked", "waiting", "held_back", "done")
_HASH = re.compile(r"[0-9a-fA-F]{6,64}")
_LIST_COLUMNS = [column for column in inbox.c if column.name not in ("decision", "recipients")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFilter:
    """Which messages to list: `state` is a state or an outcome; None asks for nothing."""

    state: str | None = None
    since: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """A kept message in a list."""

    id: int
    received_at: datetime
    source: str
    mailbox: str
    message_id: str
    sender: str
    subject: str
    sha256: str
    state: str
    outcome: str | None
    case: str | None
    attempts: int
    reason: str


def list_mail(connection: Connection, wanted: MailFilter, *, prefix: str) -> Iterator[MailLine]:
    """Yield the messages that `wanted` asks for, the newest first."""
    query = select(*_LIST_COLUMNS).order_by(inbox.c.id.desc()).limit(wanted.limit)
    if wanted.state is not None:
        query = query.where((inbox.c.state if wanted.state in STATES else inbox.c.outcome) == wanted.state)
    if wanted.since is not None:
        query = query.where(inbox.c.received_at >= wanted.since)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield mail_line(row, prefix=prefix)


def mail_line(row: Row[Any], *, prefix: str) -> MailLine:
    """Return a row of `inbox` as lists print it."""
    return MailLine(
        id=row.id,
        received_at=row.received_at,
        source=row.source,
        mailbox=row.mailbox,
        message_id=row.message_id,
        sender=row.sender,
        subject=row.subject,
        sha256=row.sha256,
        state=row.state,
        outcome=row.outcome,
        case=_case_of(row, prefix),
        attempts=row.attempts,
        reason=row.reason,
    )


def _case_of(row: Row[Any], prefix: str) -> str | None:
    """Return the tag of the case that a message ended on, or on which it is an agent's reply that waits (S3.7)."""
    number = row.pending_case if row.state in POSTPONED else row.case_number
    return tag(prefix, number) if number else None


def find_mail(connection: Connection, name: str) -> Row[Any]:
    """Return the one message called `name`: its id, its Message-ID in angle brackets, or the start of its SHA-256.

    Where a Message-ID came more than once (S1.3), the first that was decided on its own merits is meant.

    Raises:
        Permanent: there is none, or a hash fits several.
    """
    if name.startswith("<"):
        return _by_message_id(connection, name)
    if name.isdecimal() and len(name) < 19:
        row = connection.execute(select(inbox).where(inbox.c.id == int(name))).first()
        if row is not None:
            return row
    if _HASH.fullmatch(name):
        return _by_hash(connection, name.lower())
    raise Permanent(f"there is no message {name!r}: give its id, its <Message-ID>, or the start of its SHA-256")


def mail_exists(connection: Connection, mail_id: int) -> bool:
    """Tell whether there is a message with this id."""
    return connection.execute(select(inbox.c.id).where(inbox.c.id == mail_id)).first() is not None


def _by_message_id(connection: Connection, message_id: str) -> Row[Any]:
    copies = func.coalesce(inbox.c.outcome, "") == "duplicate_message"
    query = select(inbox).where(inbox.c.message_id == message_id).order_by(copies, inbox.c.id).limit(1)
    row = connection.execute(query).first()
    if row is None:
        raise Permanent(f"there is no message with the Message-ID {message_id}")
    return row


def _by_hash(connection: Connection, start: str) -> Row[Any]:
    copies = func.coalesce(inbox.c.outcome, "") == "duplicate_message"
    query = select(inbox).where(inbox.c.sha256.startswith(start, autoescape=True)).order_by(copies, inbox.c.id)
    rows = connection.execute(query.limit(50)).all()
    if not rows:
        raise Permanent(f"there is no message whose id or SHA-256 starts with {start}")
    if len({row.sha256 for row in rows}) > 1:
        raise Permanent(f"several messages have a SHA-256 that starts with {start}: give more of it")
    return rows[0]


def load_octets(connection: Connection, mail_id: int) -> bytes:
    """Return the original octets of a message.

    Raises:
        Permanent: there is no such message, or it was refused before it was kept.
    """
    raw = connection.execute(select(octets.c.raw).where(octets.c.inbox_id == mail_id)).scalar()
    if raw is None:
        raise Permanent(f"message {mail_id} was refused before it was kept: only its envelope is known")
    return bytes(raw)
