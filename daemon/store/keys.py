"""The signing keys (S2.8): made on first use, shared by every daemon on this database."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, select

from daemon.credentials import Keyring
from daemon.store.database import lock
from daemon.store.tables import signing_keys

KEY_OCTETS = 32


def keyring(connection: Connection, *, configured: tuple[bytes, ...], now: datetime) -> Keyring:
    """Return the keys to sign and verify with: the configured ones, else those kept here (made if there are none)."""
    if configured:
        return Keyring(configured)
    lock(connection, "signing keys")
    stored = stored_keys(connection)
    if not stored:
        connection.execute(insert(signing_keys).values(secret=secrets.token_bytes(KEY_OCTETS), created_at=now))
        stored = stored_keys(connection)
    return Keyring(stored)


def stored_keys(connection: Connection) -> tuple[bytes, ...]:
    """Return the keys kept here, the newest first; none are made."""
    query = select(signing_keys.c.secret).where(signing_keys.c.retired_at.is_(None)).order_by(signing_keys.c.id.desc())
    return tuple(connection.execute(query).scalars())
