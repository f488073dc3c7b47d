"""A new database with the newest schema: one is migrated for the whole test process, each SQLite test copies its file.

What the migrations themselves do is tried in tests/store/test_schema.py, by `daemon.store.schema.upgrade`.
"""

import functools
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from daemon.store import schema
from daemon.store.database import open_database


def migrate(engine: Engine) -> None:
    """Give an empty database the newest schema, as `schema.upgrade` would."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        Path(file).write_bytes(_migrated())
    else:
        schema.upgrade(engine)


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "supportd.db"
        engine = open_database(f"sqlite:///{file}")
        schema.upgrade(engine)
        engine.dispose()  # the last connection takes the log into the file
        return file.read_bytes()
