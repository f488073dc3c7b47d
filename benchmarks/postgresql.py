"""A PostgreSQL for the time of a run, the one that the tests use."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.whole_way import Database


@contextmanager
def postgresql(folder: Path) -> Iterator[Callable[[], Database] | None]:
    """Start a PostgreSQL for the time of the block and give a maker of empty databases; None: there is none here."""
    from tests.servers.postgresql import PostgresqlServer, why_missing

    if reason := why_missing():
        print(f"Left out: {reason}")
        yield None
        return
    server = PostgresqlServer(folder / "pg")
    server.start()
    try:
        process = int((folder / "pg/data/postmaster.pid").read_text(encoding="ascii").split()[0])
        yield lambda: Database("PostgreSQL", server.url(), process)
    finally:
        server.kill()
