"""Migrations, up and down, with what they hold; and what a database in trouble is called."""

import sqlite3
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from daemon.apply import apply
from daemon.errors import Permanent, Temporary
from daemon.posting import Posting
from daemon.store import schema
from daemon.store.cases import agent_loads, read_case
from daemon.store.database import Engine, open_database, reading, transaction
from daemon.store.metadata import metadata
from tests.servers.migrated import migrate
from tests.servers.postgresql import PostgresqlServer
from tests.store.making import NOW, a_decision, a_desk, kept, opening, queued


def _downgrade(engine: Engine, revision: str) -> None:
    with as_file(files("daemon._migrations")) as folder, transaction(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_the_migrations_make_what_the_program_expects(engine: Engine) -> None:
    """S1.1: on both databases the schema equals the tables as the program sees them."""
    assert schema.current(engine) == schema.newest()
    assert schema.differences(engine) == ()


def test_tests_make_further_databases_like_the_first(postgresql: PostgresqlServer) -> None:
    """House style 15: what is sent to PostgreSQL in one go is the schema that the migrations make."""
    for _ in range(2):
        engine = open_database(postgresql.url())
        migrate(engine)
        assert schema.current(engine) == schema.newest()
        assert schema.differences(engine) == ()
        engine.dispose()


def test_up_is_repeatable_and_keeps_what_is_there(engine: Engine) -> None:
    """interface.md: every command upgrades an SQLite database; the newest is left alone."""
    with transaction(engine) as connection:
        number = apply(connection, a_decision(opening()), Posting(a_desk(engine), NOW, None), cases=()) or 0
    schema.upgrade(engine)
    with transaction(engine) as connection:
        assert read_case(connection, number) is not None


def test_down_and_up_again_with_rows_in_it(engine: Engine) -> None:
    """House style 15: down takes every table, full ones too; up makes the same schema and numbers again."""
    kept(engine, 1, 2)
    queued(engine)
    with transaction(engine) as connection:
        first = apply(connection, a_decision(opening()), Posting(a_desk(engine), NOW, None), cases=())

    _downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    assert schema.current(engine) == ""
    schema.upgrade(engine)

    assert schema.differences(engine) == ()
    with transaction(engine) as connection:
        assert apply(connection, a_decision(opening()), Posting(a_desk(engine), NOW, None), cases=()) == first


def test_an_old_schema_is_refused_by_name(database_url: str) -> None:
    """interface.md: on PostgreSQL a command that finds an old schema names `db upgrade`."""
    engine = open_database(database_url)
    with pytest.raises(Permanent, match="supportd db upgrade"):
        schema.require_newest(engine)
    engine.dispose()


def test_a_newer_schema_is_refused(engine: Engine) -> None:
    """An older program never writes into a newer database."""
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Permanent, match="newer than this supportd"):
        schema.require_newest(engine)


def test_every_table_is_made(engine: Engine) -> None:
    """What the program names is there."""
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_an_exception_takes_the_transaction_back(engine: Engine) -> None:
    """architecture.md 5: all of a decision or nothing."""

    def fail() -> None:
        with transaction(engine) as connection:
            apply(connection, a_decision(opening()), Posting(a_desk(engine), NOW, None), cases=())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(engine) as connection:
        assert agent_loads(connection) == ()


def test_a_database_that_is_away_is_a_temporary_trouble(tmp_path: Path) -> None:
    """S1.5: `Temporary`, in one line, so that a listener answers 451."""
    for url in (f"sqlite:///{tmp_path / 'no' / 'folder.db'}", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        engine = open_database(url)
        with pytest.raises(Temporary, match=r"^database: .+$"), transaction(engine):
            pass
        engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """S1.5: damage on disk is no traceback."""
    file = tmp_path / "supportd.db"
    file.write_bytes(b"not a database at all" * 100)
    engine = open_database(f"sqlite:///{file}")

    with pytest.raises(Temporary, match="database: file is not a database"), transaction(engine):
        pass
    engine.dispose()


def test_postgresql_compresses_octets_by_lz4_where_it_can(postgresql: PostgresqlServer) -> None:
    """S1.1: what is kept before each 250 costs the server little; one without LZ4 keeps its own way."""
    engine = open_database(postgresql.url())
    schema.upgrade(engine)
    with reading(engine) as connection:
        ways = connection.exec_driver_sql(WAYS).scalar() or []
        found = connection.exec_driver_sql(COMPRESSED).all()
    engine.dispose()

    assert {tuple(row) for row in found} == {(column, "l" if "lz4" in ways else "") for column in OCTETS}


OCTETS = ("blobs.raw", "octets.raw", "outbox.octets")
WAYS = "SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'"
COMPRESSED = """
    SELECT attrelid::regclass || '.' || attname, attcompression::text FROM pg_attribute
    WHERE atttypid = 'bytea'::regtype AND attrelid IN ('blobs'::regclass, 'octets'::regclass, 'outbox'::regclass)
"""


def test_only_two_kinds_of_database_are_taken() -> None:
    """interface.md: SQLite or PostgreSQL."""
    with pytest.raises(Permanent, match="use sqlite or postgresql"):
        open_database("mysql://root@127.0.0.1/x")


@pytest.mark.parametrize(("flushes", "synchronous"), [(True, 2), (False, 1)])
def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path, *, flushes: bool, synchronous: int) -> None:
    """S1.1, architecture.md 5: WAL, synchronous=FULL, foreign keys; NORMAL where a later commit will flush."""
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}", flushes=flushes)
    with reading(engine) as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()

    assert found == ["wal", synchronous, 1]


def test_a_writer_waits_for_no_reader(tmp_path: Path) -> None:
    """architecture.md 5: a report that reads for long holds nobody up."""
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    schema.upgrade(engine)
    with reading(engine) as reader:
        reader.exec_driver_sql("SELECT count(*) FROM inbox").scalar()
        kept(engine, 1)
        assert reader.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 0
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (1,)
