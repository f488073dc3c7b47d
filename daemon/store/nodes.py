"""Which daemons live: each says so every few seconds, and is believed for a while, by the database's clock (S1.2).

What a silent one had claimed is given back by the others, wherever it ran.  One that only stood still, and goes on,
finds its claims gone: whatever it writes about a mail is checked against the claim, in the same transaction.  The
machines need not agree on the time: the instants of this table come from the database alone.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, column, delete, event, func, select, table

from daemon.claimant import node_of
from daemon.clock import system_clock
from daemon.store.claims import claimants, release_everything_of
from daemon.store.conflict import insert_into
from daemon.store.instant import Instant
from daemon.store.tables import nodes

BELIEVED = timedelta(seconds=18)
"""So long after its last word a daemon is believed to live."""
REMEMBERED = timedelta(days=1)
"""So long a silent one is remembered: it may go on, and claim something before it has said that it lives."""


def present(connection: Connection) -> datetime:
    """Return the instant by the database's clock; SQLite has none but this machine's."""
    if connection.dialect.name == "sqlite":
        return system_clock()
    now: datetime = connection.execute(select(func.clock_timestamp(type_=Instant()))).scalar_one()
    return now


def say_alive(connection: Connection, name: str) -> datetime:
    """Have a daemon believed from now on; returns now."""
    now = present(connection)
    statement = insert_into(connection.dialect.name, nodes).values(name=name, believed_until=now + BELIEVED)
    fresh = {"believed_until": statement.excluded.believed_until}
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh))
    return now


def say_ended(connection: Connection, name: str) -> None:
    """Forget a daemon that ends in order."""
    connection.execute(delete(nodes).where(nodes.c.name == name))


def forget_the_long_silent(connection: Connection) -> None:
    """Forget the daemons that have been silent for too long to go on."""
    connection.execute(delete(nodes).where(nodes.c.believed_until <= present(connection) - REMEMBERED))


def silent_holders(connection: Connection) -> tuple[str, ...]:
    """Return the daemons that hold something, and have not said for too long that they live."""
    holders = {node_of(claimant) for claimant in claimants(connection, "")}
    where = nodes.c.name.in_(holders) & _is_silent(present(connection))
    return tuple(connection.execute(select(nodes.c.name).where(where)).scalars())


def _is_silent(now: datetime) -> ColumnElement[bool]:
    """Whoever is believed for longer than anybody can be spoke before the clock was set back."""
    return (nodes.c.believed_until <= now) | (nodes.c.believed_until > now + BELIEVED)


def name_sessions(engine: Engine, name: str) -> None:
    """Have each session of this process be known as one of a daemon's; call it before work begins."""
    if engine.dialect.name == "sqlite":
        return

    @event.listens_for(engine, "connect")
    def tell(connection: Any, _record: Any) -> None:
        connection.execute("SELECT set_config('application_name', %s, false)", (_session_name(name),))
        connection.commit()

    engine.dispose()


def _session_name(name: str) -> str:
    """Return a daemon's name with what tells it from others first: PostgreSQL cuts it off after 63 octets."""
    host, _, process = name.rstrip("/").partition("/")
    return f"supportd {process}@{host}".encode("ascii", "replace").decode()[:63]


def end_sessions(connection: Connection, name: str) -> None:
    """Have PostgreSQL end what a silent daemon has open, and with it its locks: several may wait for each other."""
    if connection.dialect.name == "sqlite":
        return
    is_open = (_sessions.c.application_name == _session_name(name)) & (_sessions.c.pid != func.pg_backend_pid())
    here = _sessions.c.datname == func.current_database()
    connection.execute(select(func.pg_terminate_backend(_sessions.c.pid)).where(is_open, here))


_sessions = table("pg_stat_activity", column("pid"), column("datname"), column("application_name"))


def cover(connection: Connection, name: str) -> int | None:
    """Give back what a silent daemon holds; returns how many mails, in and out; None: it has spoken meanwhile."""
    where = (nodes.c.name == name) & _is_silent(present(connection))
    if connection.execute(select(nodes.c.name).where(where).with_for_update()).first() is None:
        return None
    return release_everything_of(connection, name)
