"""One run of the bench: its mails, its folder, and what it measures once, however often it is asked."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from benchmarks.corpus import Request, make_corpus
from benchmarks.floors import flush_ms, null_listener, parsing_alone
from benchmarks.measured import Measured
from benchmarks.postgresql import postgresql
from benchmarks.whole_way import SQLITE, Database, whole_way

WARM_UP = 50


class Bench:
    """What the parts of a run share; `with` ends the database server that it started."""

    def __init__(self, folder: Path, *, mails: int, seed: int, sqlite_only: bool) -> None:
        self.folder = folder
        self.seed = seed
        self.corpus = make_corpus(mails, seed=seed, name="measured")
        self.warm_up = make_corpus(WARM_UP, seed=seed, name="warm-up")
        self._sqlite_only = sqlite_only
        self._open = ExitStack()
        self._places = itertools.count(1)

    def __enter__(self) -> "Bench":
        """Begin; nothing is started yet."""
        return self

    def __exit__(self, *_how: object) -> None:
        """End the servers."""
        self._open.close()

    def more(self, name: str, mails: int) -> tuple[Request, ...]:
        """Return further mails, which no other part sends; never more than the run is measured with."""
        return make_corpus(min(mails, len(self.corpus)), seed=self.seed, name=name)

    def place(self, name: str) -> Path:
        """Return a path in this run's folder where nothing is yet."""
        return self.folder / f"{next(self._places)}-{name}"

    @cached_property
    def listening(self) -> Measured:
        """The floor of a listener that stores nothing."""
        return null_listener(self.warm_up, self.corpus)

    @cached_property
    def reading(self) -> Measured:
        """The floor of reading mails and doing nothing with them."""
        return parsing_alone(self.warm_up, self.corpus)

    @cached_property
    def flush_ms(self) -> float:
        """How long the disk takes to make a little durable."""
        return flush_ms(self.folder)

    @property
    def floor_ms(self) -> float:
        """CPU a mail that no daemon in Python could go below."""
        return self.listening.cpu_ms + self.reading.cpu_ms

    @cached_property
    def on_sqlite(self) -> Measured:
        """The daemon on SQLite."""
        return whole_way(self.place("sqlite"), SQLITE, warm_up=self.warm_up, corpus=self.corpus)

    @cached_property
    def on_postgresql(self) -> Measured | None:
        """The daemon on PostgreSQL, where there is one."""
        if not (database := self.postgresql_database()):
            return None
        return whole_way(self.place("postgresql"), database, warm_up=self.warm_up, corpus=self.corpus)

    def postgresql_database(self) -> Database | None:
        """Return an empty database on PostgreSQL; None: there is none, or none is wanted."""
        return self._new_database() if self._new_database else None

    @cached_property
    def _new_database(self) -> Callable[[], Database] | None:
        return None if self._sqlite_only else self._open.enter_context(postgresql(self.folder))
