"""Attachments, stored once by hash (S4.4)."""

from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from daemon.store.tables import blobs


def store(connection: Connection, sha256: str, raw: bytes) -> None:
    """Keep these octets under their hash; known ones add nothing."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(blobs).values(sha256=sha256, raw=raw).on_conflict_do_nothing())


def load(connection: Connection, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return the octets of each hash that is stored."""
    rows = connection.execute(select(blobs).where(blobs.c.sha256.in_(list(hashes))))
    return {row.sha256: row.raw for row in rows}
