"""Held and quarantined mail as `held` and `quarantine` print it (R2.3, R2.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from daemon.errors import Permanent
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.rules.subjects import tag
from daemon.store.inbox_tables import detained, inbox

_LIST = select(detained, inbox.c.message_id, inbox.c.sha256).join(inbox, inbox.c.id == detained.c.inbox_id)
_NAMES = {DetainedKind.HELD: "held request", DetainedKind.QUARANTINED: "quarantined mail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainedFilter:
    """Which detained mail to list, as agents settle it; `state` None asks for every state."""

    kind: DetainedKind
    state: str | None = DetainedState.OPEN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainedLine:
    """A mail that waits, or waited, for a person; `mail` is its id in `mail list`."""

    id: int
    kind: str
    state: str
    sender: str
    customer: str | None
    subject: str
    reason: str
    received_at: datetime
    lapses_at: datetime | None
    case: str | None
    settled_at: datetime | None
    settled_by: str | None
    mail: int
    message_id: str
    sha256: str


def list_detained(connection: Connection, wanted: DetainedFilter, *, prefix: str) -> Iterator[DetainedLine]:
    """Yield the detained mail that `wanted` asks for, the oldest first: it has waited longest."""
    kinds = [kind.value for kind in DetainedKind if kind.for_agents is wanted.kind]
    query = _LIST.where(detained.c.kind.in_(kinds)).order_by(detained.c.id)
    if wanted.state is not None:
        query = query.where(detained.c.state == wanted.state)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield _line(row, prefix)


def show_detained(connection: Connection, detained_id: int, *, kind: DetainedKind, prefix: str) -> DetainedLine:
    """Return one detained mail of this kind.

    Raises:
        Permanent: there is none; it names the right command where it is of the other kind.
    """
    row = connection.execute(_LIST.where(detained.c.id == detained_id)).first()
    if row is None:
        raise Permanent(f"there is no {_NAMES[kind]} {detained_id}")
    other = DetainedKind(row.kind).for_agents
    if other is not kind:
        command = "held" if other is DetainedKind.HELD else "quarantine"
        raise Permanent(f"{detained_id} is a {_NAMES[other]}: use `supportd {command}`")
    return _line(row, prefix)


def _line(row: Row[Any], prefix: str) -> DetainedLine:
    return DetainedLine(
        id=row.id,
        kind=row.kind,
        state=row.state,
        sender=row.sender,
        customer=row.customer or None,
        subject=row.subject,
        reason=row.reason,
        received_at=row.received_at,
        lapses_at=row.lapses_at,
        case=tag(prefix, row.case_number) if row.case_number else None,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        mail=row.inbox_id,
        message_id=row.message_id,
        sha256=row.sha256,
    )
