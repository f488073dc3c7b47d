"""Making a database ready for use: SQLite is created and upgraded, PostgreSQL is only checked."""

from pathlib import Path

from sqlalchemy import Engine

from daemon.errors import Permanent
from daemon.store.database import reading, transaction
from daemon.store.schema import current, newest, require_newest, upgrade


def make_ready(engine: Engine) -> None:
    """Create and upgrade an SQLite database; refuse a PostgreSQL one whose schema is not the newest.

    Raises:
        Temporary: the database is away, or cannot be written.
        Permanent: the schema is old (PostgreSQL), or newer than this program; the folder cannot be made.
    """
    make_reachable(engine)
    require_not_newer(engine)
    if engine.dialect.name == "sqlite":
        upgrade(engine)
    require_newest(engine)


def require_not_newer(engine: Engine) -> None:
    """Refuse a schema that a later supportd made, before an upgrade stumbles over it.

    Raises:
        Permanent: with what to do.
    """
    if current(engine) > newest():
        require_newest(engine)


def make_reachable(engine: Engine) -> None:
    """Create the folder of an SQLite file, and connect for real.

    Raises:
        Temporary: the database is away.
        Permanent: the folder cannot be made.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as trouble:
            raise Permanent(f"database: cannot make the folder of {file}: {trouble.strerror}") from trouble
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1")


def try_writing(engine: Engine) -> None:
    """Write for real, what stands there already.

    Raises:
        Temporary: the database is away, full, or refuses writes.
    """
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
