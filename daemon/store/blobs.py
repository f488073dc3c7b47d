"""Attachments, stored once by hash (S4.4)."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection, select

from daemon.store.conflict import insert_into
from daemon.store.prepared import Prepared
from daemon.store.tables import blobs


def store(connection: Connection, sha256: str, raw: bytes) -> None:
    """Keep these octets under their hash; known ones add nothing."""
    _store(connection.dialect.name).rows(connection, {"sha256": sha256, "raw": raw})


@cache
def _store(dialect: str) -> Prepared:
    return Prepared(insert_into(dialect, blobs).on_conflict_do_nothing())


def load(connection: Connection, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return the octets of each hash that is stored."""
    rows = connection.execute(select(blobs).where(blobs.c.sha256.in_(list(hashes))))
    return {row.sha256: row.raw for row in rows}
