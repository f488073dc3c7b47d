"""What the outbox knows of invoices: which went, what the billing desk was told (R12.1)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from daemon.model.invoice import SentInvoice, ToldInvoices
from daemon.store.tables import history, outbox, signing_keys

AT_ONCE = 500
"""So many keys are asked for by one statement."""

_ROW = (
    outbox.c.id,
    outbox.c.payload,
    outbox.c.recipient,
    outbox.c.state,
    outbox.c.created_at,
    outbox.c.sent_at,
    outbox.c.key,
)


def sent_invoices(connection: Connection, keys: dict[str, str]) -> tuple[SentInvoice, ...]:
    """Return the invoices that were queued, in their order.

    Args:
        connection: the connection.
        keys: the keys that invoices may have, each with its customer's id.
    """
    rows = sorted(_rows(connection, tuple(keys)), key=lambda row: int(row.id))
    return tuple(_sent(row, keys[row.key]) for row in rows)


def told_invoices(connection: Connection, keys: Sequence[str]) -> tuple[ToldInvoices, ...]:
    """Return the reports that were queued under these keys, in their order."""
    rows = sorted(_rows(connection, keys), key=lambda row: int(row.id))
    return tuple(ToldInvoices(row.id, row.created_at, _refused(row)) for row in rows)


def began_at(connection: Connection) -> datetime | None:
    """Return since when the desk is known to be there: its first event, or its first key."""
    event = connection.execute(select(history.c.at).order_by(history.c.id).limit(1)).scalar()
    key = connection.execute(select(func.min(signing_keys.c.created_at, type_=signing_keys.c.created_at.type))).scalar()
    return min(filter(None, (event, key)), default=None)


def _rows(connection: Connection, keys: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(keys), AT_ONCE):
        yield from connection.execute(select(*_ROW).where(outbox.c.key.in_(keys[start : start + AT_ONCE])))


def _sent(row: Any, customer: str) -> SentInvoice:
    sha256 = next((ref["sha256"] for ref in row.payload["notice"]["attachments"]), "")
    return SentInvoice(customer, row.id, sha256, row.recipient, row.state, row.created_at, row.sent_at)


def _refused(row: Any) -> frozenset[str]:
    return frozenset(dict(row.payload["notice"]["facts"]).get("refused", "").splitlines())
