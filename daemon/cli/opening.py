"""What commands open before they work: the configuration, the database, the desk."""

import os
from collections.abc import Iterator
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


def open_ready(config: "Config") -> "Engine":
    """Open the configured database, ready for use.

    Raises:
        Temporary: the database is away.
        Permanent: its schema is not the one this program needs, or its driver is missing.
    """
    from daemon.store.database import open_database
    from daemon.store.readiness import make_ready

    engine = open_database(config.settings.database_url)
    make_ready(engine)
    return engine


@contextmanager
def read_only() -> Iterator[tuple["Config", "Connection"]]:
    """Give the configuration, and a connection that only reads."""
    from daemon.store.database import reading

    config = load_config(choices())
    engine = open_ready(config)
    try:
        with reading(engine) as connection:
            yield config, connection
    finally:
        engine.dispose()


@contextmanager
def writable() -> Iterator[tuple["Config", "Connection"]]:
    """Give the configuration, and a connection inside one transaction."""
    from daemon.store.database import transaction

    config = load_config(choices())
    engine = open_ready(config)
    try:
        with transaction(engine) as connection:
            yield config, connection
    finally:
        engine.dispose()


@contextmanager
def opened_desk() -> Iterator["Desk"]:
    """Give an open desk; where --now lies before the last recorded event, stderr is warned."""
    from daemon.cli import log_lines
    from daemon.desk import open_desk

    log_lines.configure()
    chosen = choices()
    config = load_config(chosen)
    engine = open_ready(config)
    if chosen.now:
        _warn_of_the_past(engine, chosen)
    engine.dispose()
    desk = open_desk(config, now=chosen.clock()())
    try:
        yield desk
    finally:
        desk.engine.dispose()


def _warn_of_the_past(engine: "Engine", chosen: Choices) -> None:
    from daemon.store.database import reading
    from daemon.store.views import last_event_at

    with reading(engine) as connection:
        last = last_event_at(connection)
    if last and chosen.now and chosen.now < last:
        note(f"supportd: warning: --now {shown(chosen.now)} lies before the last recorded event, {shown(last)}")


@contextmanager
def open_unready() -> Iterator["Engine"]:
    """Give the configured database as it is, whatever its schema."""
    from daemon.store.database import open_database
    from daemon.store.readiness import make_place, probe

    engine = open_database(load_config(choices()).settings.database_url)
    try:
        make_place(engine)
        probe(engine)
        yield engine
    finally:
        engine.dispose()
