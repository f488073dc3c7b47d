"""What commands open before they work: the configuration, the database, the desk."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daemon.cli.options import Choices, choices
from daemon.cli.printing import note, shown

if TYPE_CHECKING:
    from daemon.desk import Desk
    from daemon.model.setup import Config
    from daemon.store.database import Connection, Engine


def load_config(chosen: Choices) -> "Config":
    """Load the configuration that the global options name.

    Raises:
        ConfigInvalid: with every fault found.
    """
    from daemon.settings import load

    return load(chosen.folder(), os.environ, chosen.clock()().astimezone(ZoneInfo("UTC")).date())


@contextmanager
def _opened(config: "Config", prepare: "Callable[[Engine], None]") -> Iterator["Engine"]:
    """Give the configured database, prepared; it is let go whatever happens.

    Raises:
        Temporary: the database is away.
        Permanent: its driver is missing, or its schema is not the one this program needs.
    """
    from daemon.store.database import open_database

    engine = open_database(config.settings.database_url)
    try:
        prepare(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def read_only() -> Iterator[tuple["Config", "Connection"]]:
    """Give the configuration, and a connection that only reads."""
    from daemon.store.database import reading
    from daemon.store.readiness import make_ready

    config = load_config(choices())
    with _opened(config, make_ready) as engine, reading(engine) as connection:
        yield config, connection


@contextmanager
def writable() -> Iterator[tuple["Config", "Connection"]]:
    """Give the configuration, and a connection inside one transaction."""
    from daemon.store.database import transaction
    from daemon.store.readiness import make_ready

    config = load_config(choices())
    with _opened(config, make_ready) as engine, transaction(engine) as connection:
        yield config, connection


@contextmanager
def open_unready() -> Iterator["Engine"]:
    """Give the configured database as it is, whatever its schema."""
    from daemon.store.readiness import make_reachable

    with _opened(load_config(choices()), make_reachable) as engine:
        yield engine


@contextmanager
def open_ready() -> Iterator["Engine"]:
    """Give the configured database, of the newest schema."""
    from daemon.store.readiness import make_ready

    with _opened(load_config(choices()), make_ready) as engine:
        yield engine


@contextmanager
def open_target(url: str, password: str) -> Iterator["Engine"]:
    """Give another database than the configured one, as it is.

    Raises:
        Permanent: the URL names none that we can use.
        Temporary: it is away.
    """
    from daemon.store.copying import full_url
    from daemon.store.database import open_database
    from daemon.store.readiness import make_reachable

    engine = open_database(full_url(url, password))
    try:
        make_reachable(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_desk() -> Iterator["Desk"]:
    """Give an open desk; where --now lies before the last recorded event, stderr is warned."""
    from daemon.cli import log_lines
    from daemon.desk import open_desk
    from daemon.store.readiness import make_ready

    log_lines.configure()
    chosen = choices()
    config = load_config(chosen)
    with _opened(config, make_ready) as engine:
        _warn_of_the_past(engine, chosen)
    desk = open_desk(config, now=chosen.clock()())
    try:
        yield desk
    finally:
        desk.engine.dispose()


def _warn_of_the_past(engine: "Engine", chosen: Choices) -> None:
    if chosen.now is None:
        return
    from daemon.store.database import reading
    from daemon.store.views import last_event_at

    with reading(engine) as connection:
        last = last_event_at(connection)
    if last and chosen.now < last:
        note(f"supportd: warning: --now {shown(chosen.now)} lies before the last recorded event, {shown(last)}")
