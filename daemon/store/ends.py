"""How messages that were handed in ended: what `ingest` prints, a message a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from daemon.rules.subjects import tag
from daemon.store.inbox_tables import detained, inbox
from daemon.store.pending import POSTPONED
from daemon.store.tables import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How one message ended; `outcome` is None where it has not ended yet."""

    source: str
    message_id: str
    outcome: str | None
    case: str | None
    customer: str | None
    reason: str

    @property
    def is_undecided(self) -> bool:
        """Tell whether the message still waits for a reader; an agent's reply that waits names its case (S3.7)."""
        return self.outcome is None and self.case is None


def ids_of(connection: Connection, source_keys: Sequence[str]) -> tuple[int, ...]:
    """Return the ids of kept messages in the order of their source keys (pass a few hundred at most)."""
    query = select(inbox.c.source_key, inbox.c.id).where(inbox.c.source_key.in_(source_keys))
    found = {row.source_key: row.id for row in connection.execute(query)}
    return tuple(found[key] for key in source_keys)


def still_waiting(connection: Connection, ids: Sequence[int]) -> int:
    """Return how many of the messages wait for a reader or are in one's hands; parked ones rest, and do not count."""
    waiting = inbox.c.id.in_(ids) & inbox.c.state.in_(("kept", "reading"))
    return connection.execute(select(func.count()).select_from(inbox).where(waiting)).scalar_one()


def ends_of(connection: Connection, ids: Sequence[int], *, prefix: str) -> tuple[End, ...]:
    """Return how each message ended, in the order of `ids`."""
    customer = func.coalesce(cases.c.customer, func.nullif(detained.c.customer, "")).label("whose")
    query = (
        select(inbox.c.id, inbox.c.source, inbox.c.message_id, inbox.c.outcome, inbox.c.case_number, inbox.c.reason)
        .add_columns(customer, inbox.c.state, inbox.c.pending_case)
        .outerjoin(cases, cases.c.number == inbox.c.case_number)
        .outerjoin(detained, detained.c.inbox_id == inbox.c.id)
        .where(inbox.c.id.in_(ids))
    )
    ends = {
        row.id: End(
            source=row.source,
            message_id=row.message_id,
            outcome=row.outcome,
            case=_case_of(row, prefix),
            customer=row.whose,
            reason=row.reason,
        )
        for row in connection.execute(query)
    }
    return tuple(ends[mail_id] for mail_id in ids)


def _case_of(row: Row[Any], prefix: str) -> str | None:
    """Return the tag of the case that a message ended on, or on which it waits (S3.7)."""
    number = row.pending_case if row.state in POSTPONED else row.case_number
    return tag(prefix, number) if number else None
