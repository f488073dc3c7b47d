"""Opening the database, and transactions that mean what they say.

SQLite: stock pysqlite sends no BEGIN before a SAVEPOINT and delays it otherwise, so the driver is put into autocommit
and every transaction begins with `BEGIN IMMEDIATE`: the facts a rule reads are locked from the first statement on.
PostgreSQL: READ COMMITTED, rows locked where they are read (`FOR UPDATE`), advisory locks for what is no row.
Errors never show bound values: these are people's mail.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, String, bindparam, create_engine, event, func, make_url, select
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
)

from daemon.errors import Permanent, Temporary

__all__ = ["Connection", "Engine", "lock", "open_database", "reading", "transaction", "writes_alone"]

BEYOND_LIMITS = frozenset({"54000", "54001", "54011", "54023"})
"""PostgreSQL's class 54, which drivers count among the operational errors."""

BUSY_MILLISECONDS = 30_000
TURN_PAUSES = tuple(min(0.0002 * 1.3**step, 0.004) for step in range(100))
"""How a writer waits for its turn on SQLite, in seconds, 0.37 in all; then SQLite waits, by pauses that grow to 0.1 s:
for so long the database would stand idle while everybody waits."""
TRUSTED_SECONDS = 1.0
"""For so long a connection that lay idle is taken to live still; later it is asked first."""

_WE_BEGIN = "supportd_begins"
"""Marks an engine whose driver leaves it to us to begin transactions."""

LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
"""A PostgreSQL whose machine vanished is noticed within 20 s."""
_SESSION = "SELECT set_config('idle_in_transaction_session_timeout', %s, false)"
_FLUSHED = """
    SELECT set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), false)
"""
"""250 promises that a mail outlives a crash of the server (S1.1): a commit that does not wait for the disk is none."""
_UNFLUSHED = "SELECT set_config('synchronous_commit', 'off', false)"
MOST_IDLE_SECONDS = 20
"""So long a transaction may do nothing: the locks of a daemon that stands still or vanished are released then."""


def open_database(url: str, *, flushes: bool = True) -> Engine:
    """Return an engine for `url`; nothing is connected yet.

    Args:
        url: where it is (SQLAlchemy's form).
        flushes: whether each commit waits until the disk has it.  One that does not outlives the end of our processes,
            and a crash of the machine as soon as any later commit was flushed (decision 0058).

    Raises:
        Permanent: the URL names a database that is neither SQLite nor PostgreSQL, or its driver is missing.
    """
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(url, synchronous="FULL" if flushes else "NORMAL")
    if kind != "postgresql":
        raise Permanent(f"database {kind!r} is not supported: use sqlite or postgresql")
    try:
        return _open_postgresql(url, commits=_FLUSHED if flushes else _UNFLUSHED)
    except ModuleNotFoundError as missing:
        raise Permanent("PostgreSQL needs its driver: pip install 'supportd[postgresql]'") from missing


def _open_postgresql(url: str, *, commits: str) -> Engine:
    """Open a database on another machine perhaps: what stands still there or here must hold up nobody for long."""
    engine = create_engine(url, hide_parameters=True, pool_size=5, connect_args=LINE)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.execute(_SESSION, (f"{MOST_IDLE_SECONDS}s",))
        connection.execute(commits)
        connection.commit()

    _ask_the_idle(engine)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Have a pooled connection asked whether it lives, where it lay idle; all are replaced where one does not."""

    @event.listens_for(engine, "checkin")
    def laid_aside(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def asked(connection: Any, record: Any, _lent: Any) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as trouble:
            raise InvalidatePoolError from trouble


def _open_sqlite(url: str, *, synchronous: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        execution_options={_WE_BEGIN: True},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _begin(connection: Connection) -> None:
    """Begin a transaction where the driver does not; an event of the engine's would be asked at each statement."""
    if _WE_BEGIN in connection.get_execution_options():
        connection.exec_driver_sql("BEGIN")


def _begin_alone(connection: Connection) -> None:
    """Begin a transaction that writes: on SQLite as its only writer, soon after the one before has ended."""
    if _WE_BEGIN in connection.get_execution_options() and not _took_turn(connection.connection.driver_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _took_turn(driver: Any) -> bool:
    """Begin within the pauses; False: SQLite is to wait, or to say what is wrong."""
    driver.execute("PRAGMA busy_timeout=0")
    try:
        for pause in TURN_PAUSES:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as trouble:
                if trouble.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(pause)
            else:
                return True
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection inside one transaction: committed at the end, rolled back on any exception.

    Raises:
        Temporary: the database is away, locked, full, damaged, or refuses writes.
    """
    with _temporary(), engine.begin() as connection:
        _begin_alone(connection)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that only reads: it blocks no writer on either database.

    Raises:
        Temporary: the database is away.
    """
    with _temporary(), engine.begin() as connection:
        _begin(connection)
        yield connection


@contextmanager
def _temporary() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, DisconnectionError) as trouble:
        if getattr(getattr(trouble, "orig", None), "sqlstate", None) in BEYOND_LIMITS:
            raise  # what we asked for can never be stored: that mail is set aside, the others go on
        raise Temporary(f"database: {_first_line(trouble)}") from trouble
    except DBAPIError as trouble:
        is_damaged = type(trouble) is DatabaseError  # SQLite: no database, or a malformed one
        if trouble.connection_invalidated or is_damaged:
            raise Temporary(f"database: {_first_line(trouble)}") from trouble
        raise


def _first_line(trouble: Exception) -> str:
    original = getattr(trouble, "orig", None) or trouble
    return (str(original).strip() or type(original).__name__).splitlines()[0]


_NAMED = func.hashtextextended(bindparam("name", type_=String), 0)
_LOCK = select(func.pg_advisory_xact_lock(_NAMED))
_SHARE = select(func.pg_advisory_xact_lock_shared(_NAMED))


def writes_alone(engine: Engine) -> bool:
    """Tell whether a transaction that writes has the database for itself, so that it can hold up nobody's lock."""
    return engine.dialect.name == "sqlite"


def lock(connection: Connection, name: str) -> None:
    """Hold the named lock until the transaction ends; on SQLite every writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"name": name})


def share(connection: Connection, name: str) -> None:
    """Hold the named lock together with others who share it, against those who hold it alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE, {"name": name})
