"""A new database with the newest schema: one is migrated for the whole test process, each SQLite test copies its file.

What the migrations themselves do is tried in tests/store/test_schema.py, by `daemon.store.schema.upgrade`.
"""

import functools
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from daemon.store import schema
from daemon.store.database import open_database


def migrate(engine: Engine) -> None:
    """Give an empty database that nobody has opened yet the newest schema, as `schema.upgrade` would."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        assert not Path(file).exists(), "somebody made this database before"
        Path(file).write_bytes(_migrated())
    else:
        schema.upgrade(engine)


def trust_the_machine(engine: Engine) -> None:
    """Let commits to SQLite stay in memory for a while: no test loses power, and none of these reads the disk."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def trust(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    engine.dispose()  # connections from before still flush


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "supportd.db"
        engine = open_database(f"sqlite:///{file}")
        schema.upgrade(engine)
        engine.dispose()  # the last connection takes the log into the file
        return file.read_bytes()
