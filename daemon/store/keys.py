"""The signing keys (S2.8): made on first use, shared by every daemon on this database, rotated without a gap.

A new key verifies at once, and signs once every daemon has had time to learn of it: they look every minute.  A key that
was rotated out verifies for a set time more; then it is refused, and deleted by the next rotation.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from daemon.credentials import Keyring
from daemon.model.setup import Config
from daemon.store.database import lock
from daemon.store.tables import signing_keys

KEY_OCTETS = 32
LEARNING = timedelta(minutes=2)
"""How long a new key waits before it signs: a daemon that did not know it yet would take its mails for strangers'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """What may be told of a key that is kept here."""

    id: int
    fingerprint: str
    state: str  # signs, verifies, expired
    created_at: datetime | None = None  # None: configured, nobody knows
    retired_at: datetime | None = None
    verifies_until: datetime | None = None


def keyring(connection: Connection, config: Config, *, now: datetime) -> Keyring:
    """Return the keys to sign and verify with: the configured ones, else those kept here (made if there are none)."""
    if config.settings.signing_secrets:
        return Keyring(config.settings.signing_secrets)
    lock(connection, "signing keys")
    stored = stored_keys(connection, kept=kept_for(config), now=now)
    if not stored:
        _make(connection, now)
        stored = stored_keys(connection, kept=kept_for(config), now=now)
    return Keyring(stored)


def known_keys(connection: Connection, config: Config, *, now: datetime) -> Keyring | None:
    """Return the keys as they now stand, none are made; None: there are none."""
    known = config.settings.signing_secrets or stored_keys(connection, kept=kept_for(config), now=now)
    return Keyring(known) if known else None


def kept_for(config: Config) -> timedelta:
    """Return how long a key that was rotated out still verifies."""
    return timedelta(days=config.plan.key_days)


def stored_keys(connection: Connection, *, kept: timedelta, now: datetime) -> tuple[bytes, ...]:
    """Return the keys kept here that verify, the one that signs first; none are made."""
    rows = [row for row in _rows(connection) if row.retired_at is None or row.retired_at + kept > now]
    signs = _signing(rows, now)
    return tuple(row.secret for row in sorted(rows, key=lambda row: row is not signs))


def list_keys(connection: Connection, config: Config, *, now: datetime) -> Iterator[StoredKey]:
    """Yield what may be told of each key: of configured ones little, for a person may have chosen them."""
    for number, _ in enumerate(config.settings.signing_secrets, start=1):
        yield StoredKey(id=number, fingerprint="", state="signs" if number == 1 else "verifies")
    if not config.settings.signing_secrets:
        yield from _list_stored(connection, kept=kept_for(config), now=now)


def _list_stored(connection: Connection, *, kept: timedelta, now: datetime) -> Iterator[StoredKey]:
    rows = _rows(connection)
    signs = _signing(rows, now)
    for row in rows:
        until = row.retired_at + kept if row.retired_at else None
        expired = until is not None and until <= now
        yield StoredKey(
            id=row.id,
            fingerprint=hashlib.sha256(row.secret).hexdigest()[:16],
            state="signs" if row is signs else "expired" if expired else "verifies",
            created_at=row.created_at,
            retired_at=row.retired_at,
            verifies_until=until,
        )


def rotate(connection: Connection, *, kept: timedelta, now: datetime) -> int:
    """Make a new key, rotate the others out, and delete what verifies no more; returns how many were deleted."""
    lock(connection, "signing keys")
    gone = connection.execute(delete(signing_keys).where(signing_keys.c.retired_at <= now - kept)).rowcount
    connection.execute(update(signing_keys).where(signing_keys.c.retired_at.is_(None)).values(retired_at=now))
    _make(connection, now)
    return gone


def _make(connection: Connection, now: datetime) -> None:
    connection.execute(insert(signing_keys).values(secret=secrets.token_bytes(KEY_OCTETS), created_at=now))


def _rows(connection: Connection) -> list[Row[Any]]:
    """Return every key kept here, the newest first."""
    return list(connection.execute(select(signing_keys).order_by(signing_keys.c.id.desc())))


def _signing(rows: list[Row[Any]], now: datetime) -> Row[Any] | None:
    """Return the newest key that everybody knows by now, else the oldest: with one key there is no choice."""
    known = (row for row in rows if row.created_at <= now - LEARNING)
    return next(known, rows[-1] if rows else None)
