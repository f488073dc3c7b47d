"""A whole database copied into an empty one: SQLite to PostgreSQL, back, or to another of its kind.

All or nothing: one transaction on each side, in which nobody else writes; what was written is read again and compared
before it is committed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from daemon.errors import Permanent
from daemon.store import nodes, schema
from daemon.store.database import lock, reading, transaction
from daemon.store.plain_rows import (
    PLAIN_TABLES,
    Checksum,
    checksum,
    number_from,
    numbered_up_to,
    read_rows,
    row_count,
    write_rows,
)
from daemon.store.tables import nodes as node_rows


@dataclass(frozen=True, slots=True)
class Step:
    """How far the copy of one table is."""

    table: str
    rows: int  # copied so far
    of: int


def full_url(written: str, password: str) -> str:
    """Return a target as the program names databases: SQLAlchemy's URL, with its password.

    Raises:
        Permanent: it names no database that we can use.
    """
    try:
        url = make_url(written)
    except ArgumentError as fault:
        raise Permanent(
            f"{written!r} is no database: write `sqlite:///PATH` or `postgresql://USER@HOST/NAME`"
        ) from fault
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg", password=password or url.password)
    return url.render_as_string(hide_password=False)


def copy_database(source: Engine, target: Engine, *, on_step: Callable[[Step], None]) -> int:
    """Copy every row; returns how many there are.

    Args:
        source: of the newest schema; nobody runs on it.
        target: empty; its schema is made.
        on_step: told of each batch.

    Raises:
        Permanent: a daemon runs, the target is not empty, or the copy is not the same; nothing is copied.
        Temporary: one of the databases is away.
    """
    if source.url == target.url:
        raise Permanent("the target is the database itself")
    require_silence(source)
    _require_empty(target)
    schema.upgrade(target)
    with transaction(source) as old, transaction(target) as new:
        _keep_others_out(old, new)
        _require_no_rows(new)
        try:
            return sum(_copy_table(old, new, table, on_step) for table in PLAIN_TABLES)
        except DBAPIError as refused:
            if refused.connection_invalidated:
                raise
            raise Permanent(f"the target refuses a row: {str(refused.orig).splitlines()[0]}") from refused


def require_silence(source: Engine) -> None:
    """Refuse a database on which a daemon lives.

    Raises:
        Permanent: one does, or did until a few seconds ago.
    """
    with reading(source) as connection:
        lives = node_rows.c.believed_until > nodes.present(connection)
        found = connection.execute(select(node_rows.c.name).where(lives)).scalars().first()
    if found is not None:
        host, _, process = found.rstrip("/").partition("/")
        raise Permanent(
            f"a daemon runs on this database (host {host}, process {process.partition('-')[0]}): stop it first; "
            f"one that was killed is believed to live for {nodes.BELIEVED.seconds} s more"
        )


def _require_empty(target: Engine) -> None:
    """Refuse a target with anything in it, before its schema is touched."""
    with reading(target) as connection:
        found = set(inspect(connection).get_table_names())
        known = {table.name for table in PLAIN_TABLES}
        if found - known - {"alembic_version"}:
            raise Permanent(f"the target holds something else already: table {min(found - known)}")
        _require_no_rows(connection, among=found)


def _require_no_rows(connection: Connection, among: Iterable[str] | None = None) -> None:
    tables = [table for table in PLAIN_TABLES if among is None or table.name in among]
    filled = [table.name for table in tables if connection.execute(select(table).limit(1)).first() is not None]
    if filled:
        raise Permanent(f"the target is not empty: there are rows in {', '.join(filled)}")


def _keep_others_out(old: Connection, new: Connection) -> None:
    """Let nobody write meanwhile; on SQLite a transaction does by itself.  One side waits while the other works."""
    for connection in (old, new):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            lock(connection, "copy")
            names = ", ".join(f'"{table.name}"' for table in PLAIN_TABLES)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _copy_table(old: Connection, new: Connection, table: Table, on_step: Callable[[Step], None]) -> int:
    read, done, total = Checksum(), 0, row_count(old, table)
    on_step(Step(table.name, 0, total))
    for written in write_rows(new, table, read.counting(read_rows(old, table))):
        done += written
        on_step(Step(table.name, done, total))
    last = numbered_up_to(old, table)
    if last is not None:
        number_from(new, table, last)
    if checksum(new, table) != read:
        raise Permanent(f"the copy of {table.name} is not the same: nothing was copied")
    return done
