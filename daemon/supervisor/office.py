"""What is in force now: one configuration and the desk opened with it, swapped as a whole at a reload."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.desk import Desk, random_token
from daemon.errors import ConfigInvalid, Fault, SupportdError, Temporary
from daemon.model.setup import Config
from daemon.settings import fingerprint, load
from daemon.store.database import Engine, open_database, reading, transaction
from daemon.store.keys import keyring, known_keys
from daemon.store.readiness import make_ready
from daemon.supervisor.aside import aside

GONE = "was here and is gone: put it back; one without entries says so (`windows: []`), or restart without it"


class Office:
    """The present configuration, and how another takes its place."""

    def __init__(self, folder: Path, environment: Mapping[str, str], clock: Clock) -> None:
        """Load the configuration and open its database; call it before any thread runs.

        Raises:
            ConfigInvalid: with every fault.
            Permanent: the database's driver is missing.
        """
        self._folder = folder
        self._environment = environment
        self._clock = clock
        self._config = aside(_begin, folder, dict(environment), self._today())
        self._desk: Desk | None = None
        self._swapping = threading.Lock()  # a reload and rotated keys may come at the same instant
        self.engine: Engine = open_database(self._config.settings.database_url)

    def config(self) -> Config:
        """Return the configuration in force; a unit of work asks once."""
        return self._config

    def desk(self) -> Desk:
        """Return the open desk; a unit of work asks once.

        Raises:
            Temporary: it is not open yet, since the database is away.
        """
        if self._desk is None:
            raise Temporary("the desk is not open yet")
        return self._desk

    def open(self) -> None:
        """Open the desk.

        Raises:
            Temporary: the database is away.
        """
        self._desk = self._opened(self._config)

    def reload(self) -> Config:
        """Put the configuration that now lies in the folder in force; on any error the old one stays.

        Raises:
            ConfigInvalid: with every fault, or for files that vanished, or changed while they were read.
            Temporary: the database is away.
        """
        before = fingerprint(self._folder)
        fresh = load(self._folder, self._environment, self._today())
        self._refuse_what_is_in_the_making(fresh, is_still=fingerprint(self._folder) == before)
        if fresh.settings.database_url != self._config.settings.database_url:
            raise ConfigInvalid((Fault("supportd.yaml", 1, 1, "another database needs a restart of supportd"),))
        with self._swapping:
            desk = self._opened(fresh)
            self._config, self._desk = fresh, desk
        return fresh

    def _refuse_what_is_in_the_making(self, fresh: Config, *, is_still: bool) -> None:
        """Refuse files of which one is written or replaced at this moment: half of them would be taken for all (S4.6).

        An optional file that vanishes would otherwise count as one without entries: every window cancelled, and mailed.
        """
        gone = sorted(self._config.files - fresh.files)
        if gone:
            raise ConfigInvalid(tuple(Fault(name, 1, 1, GONE) for name in gone))
        if not is_still:
            raise ConfigInvalid((Fault(str(self._folder), 1, 1, "its files changed while they were read"),))

    def renew_keys(self) -> bool:
        """Take up keys that were rotated since (S2.8); tells whether others are in force now.

        Raises:
            Temporary: the database is away; the old keys stay.
        """
        with self._swapping, reading(self.engine) as connection:
            desk = self.desk()
            keys = known_keys(connection, desk.config, now=self._clock())
            if keys is None or keys == desk.keyring:
                return False
            self._desk = replace(desk, keyring=keys)
            return True

    def _today(self) -> date:
        return self._clock().astimezone(ZoneInfo("UTC")).date()

    def _opened(self, config: Config) -> Desk:
        with transaction(self.engine) as connection:
            keys = keyring(connection, config, now=self._clock())
        if self._desk:
            return replace(self._desk, config=config, keyring=keys)
        return Desk(self.engine, config, keys, random_token)


def _begin(folder: Path, environment: Mapping[str, str], today: date) -> Config:
    """Load the configuration, and make or upgrade an SQLite database; one in trouble says so when it is readied."""
    config = load(folder, environment, today)
    engine = open_database(config.settings.database_url)
    if engine.dialect.name == "sqlite":
        with suppress(SupportdError):
            make_ready(engine)
    engine.dispose()
    return config
