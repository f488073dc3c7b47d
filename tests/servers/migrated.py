"""A new database with the newest schema: one of a kind is migrated for the whole test process, and the others like it.

SQLite's file is copied; PostgreSQL is sent, in one go, the statements that the first migration executed.

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

READS = ("select", "show", "set")
"""Begin statements that change no database."""


def migrate(engine: Engine) -> None:
    """Give an empty database that nobody has opened yet the newest schema, as `schema.upgrade` would."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        assert not Path(file).exists(), "somebody made this database before"
        Path(file).write_bytes(_migrated())
    elif not _STATEMENTS:
        _STATEMENTS.extend(_migrate_noting(engine))
    elif not schema.current(engine):
        with engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(";\n".join(_STATEMENTS))


_STATEMENTS: list[str] = []
"""What a migration of PostgreSQL changes, once one was seen."""


def _migrate_noting(engine: Engine) -> list[str]:
    """Migrate a PostgreSQL database, and return every statement that changed it."""
    noted: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.lstrip().lower().startswith(READS):
            assert not parameters, "what is sent in one go carries its values itself"
            noted.append(statement)

    schema.upgrade(engine)
    event.remove(engine, "before_cursor_execute", note)
    return noted


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
