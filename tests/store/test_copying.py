"""`supportd db copy`: every table, row by row, from each kind of database to each."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Engine, LargeBinary, String, Table, insert, null, select

from daemon.apply import apply
from daemon.errors import Permanent
from daemon.model.case import NEW_CASE
from daemon.posting import Posting
from daemon.store import nodes, schema
from daemon.store.copying import Step, copy_database
from daemon.store.database import open_database, transaction
from daemon.store.every_table import EVERY_TABLE
from daemon.store.inbox_tables import inbox
from daemon.store.instant import Instant
from daemon.store.plain_rows import PLAIN_TABLES, checksum
from tests.store.making import NOW, a_decision, a_desk, kept, opening, queued

ROWS = 7
WORDS = ("", "é—電話", "a\nb\t'\"\\%s :x", "x" * 3_000)


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")], ids=" to ".join)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """A database of the newest schema, and an empty one."""
    engines = tuple(open_database(_url(request, tmp_path, kind, number)) for number, kind in enumerate(request.param))
    schema.upgrade(engines[0])
    yield engines[0], engines[1]
    for engine in engines:
        engine.dispose()


def _url(request: pytest.FixtureRequest, folder: Path, kind: str, number: int) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/{number}.db"
    url: str = request.getfixturevalue("postgresql").url()
    return url


def value_of(column: Any, chance: random.Random, number: int) -> Any:
    """Return something that the column takes; another one in each row where it must be."""
    if column.foreign_keys or (column.primary_key and not isinstance(column.type, String)):
        return number
    if column.nullable and chance.random() < 0.3:
        return null()
    return next(make for kind, make in MAKERS if isinstance(column.type, kind))(column, chance, number)


def _text(column: Any, chance: random.Random, number: int) -> str:
    return f"{number}{chance.choice(WORDS)}"[: column.type.length]


def _octets(column: Any, chance: random.Random, number: int) -> bytes:
    most = 32 if column.table.name == "signing_keys" else 70_000  # keys are unique, and an index takes no large ones
    return number.to_bytes(2) + chance.randbytes(chance.choice((0, 9, most)))


MAKERS: tuple[tuple[type, Callable[[Any, random.Random, int], Any]], ...] = (
    (JSON, lambda _c, chance, _n: chance.choice((None, {"é": [1, 2.50, 10**20, None]}, [], "text", JSON.NULL))),
    (Instant, lambda _c, chance, _n: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.getrandbits(48))),
    (LargeBinary, _octets),
    (Boolean, lambda _c, chance, _n: chance.random() < 0.5),
    (String, _text),
    (object, lambda _c, chance, _n: chance.randrange(2**31)),
)


def fill(engine: Engine, seed: int, rows: int = ROWS) -> None:
    """Put rows of every kind into every table."""
    chance = random.Random(seed)
    with transaction(engine) as connection:
        for table in EVERY_TABLE.sorted_tables:
            for number in range(1, rows + 1):
                values = {column.name: value_of(column, chance, number) for column in table.columns}
                connection.execute(insert(table).values(values))


def content(engine: Engine, table: Table) -> list[Any]:
    """Return a table's rows as the program reads them."""
    with transaction(engine) as connection:
        return sorted(map(repr, connection.execute(select(table))))


def ignored(_step: Step) -> None:
    """Look at no step."""


def assert_equal(source: Engine, target: Engine) -> None:
    """Hold every table to be the same."""
    for table in EVERY_TABLE.sorted_tables:
        assert content(source, table) == content(target, table), table.name
    for table in PLAIN_TABLES:
        with transaction(source) as old, transaction(target) as new:
            assert checksum(old, table) == checksum(new, table), table.name


def test_the_copy_is_equal_table_by_table(pair: tuple[Engine, Engine]) -> None:
    """S1.1: nothing is lost on the way: every column of every table, octets, keys, NULL and null told apart."""
    source, target = pair
    fill(source, seed=1)
    steps: list[Step] = []

    assert copy_database(source, target, on_step=steps.append) == ROWS * len(PLAIN_TABLES)

    assert_equal(source, target)
    assert schema.differences(target) == ()
    assert {(step.table, step.rows) for step in steps} >= {(table.name, ROWS) for table in PLAIN_TABLES}


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), rows=st.integers(0, 5))
def test_any_rows_are_copied_as_they_are(tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int) -> None:
    """S1.1: whatever is stored."""
    folder = tmp_path_factory.mktemp("copy")
    source, target = (open_database(f"sqlite:///{folder}/{name}.db") for name in ("old", "new"))
    schema.upgrade(source)
    fill(source, seed, rows)

    copy_database(source, target, on_step=ignored)

    assert_equal(source, target)
    source.dispose()
    target.dispose()


def test_numbers_go_on_where_they_were(pair: tuple[Engine, Engine]) -> None:
    """R1.1: the next case has the next number, also where the last ones are gone, or where there was none yet."""
    source, target = pair
    kept(source, 1, 2)
    queued(source)
    with transaction(source) as connection:
        first = apply(connection, a_decision(opening()), Posting(a_desk(source), NOW, None), cases=())
        connection.execute(inbox.insert().values(_a_row(3)))
        connection.execute(inbox.delete().where(inbox.c.source_key == "row 3"))

    copy_database(source, target, on_step=ignored)

    with transaction(target) as connection:
        second = apply(connection, a_decision(opening()), Posting(a_desk(target), NOW, None), cases=())
        new = connection.execute(inbox.insert().values(_a_row(4)).returning(inbox.c.id)).scalar_one()
    assert first is not None
    assert second == first + 1
    assert second != NEW_CASE
    assert new == 4


def test_the_first_number_of_all_is_kept_too(pair: tuple[Engine, Engine]) -> None:
    """R1.1: a desk without a case begins with the number with which it would have begun."""
    source, target = pair
    copy_database(source, target, on_step=ignored)

    for engine in pair:
        with transaction(engine) as connection:
            assert apply(connection, a_decision(opening()), Posting(a_desk(engine), NOW, None), cases=()) == 1001


def _a_row(number: int) -> dict[str, Any]:
    words = dict.fromkeys(("source", "mailbox", "peer", "sha256"), "")
    instants = dict.fromkeys(("received_at", "kept_at"), NOW)
    return {**words, **instants, "source_key": f"row {number}", "recipients": [], "size": 0, "state": "kept"}


def test_a_target_with_anything_in_it_is_refused(pair: tuple[Engine, Engine]) -> None:
    """S1.1: one row, and nothing is written; the same for tables that are not ours, and for the database itself."""
    source, target = pair
    fill(source, seed=2)
    schema.upgrade(target)
    queued(target)
    before = [content(target, table) for table in EVERY_TABLE.sorted_tables]

    with pytest.raises(Permanent, match="the target is not empty: there are rows in outbox"):
        copy_database(source, target, on_step=ignored)
    with pytest.raises(Permanent, match="the database itself"):
        copy_database(source, source, on_step=ignored)

    assert [content(target, table) for table in EVERY_TABLE.sorted_tables] == before


def test_a_database_of_somebody_elses_is_refused(pair: tuple[Engine, Engine]) -> None:
    """S1.1: not even our tables are made in it."""
    source, target = pair
    with transaction(target) as connection:
        connection.exec_driver_sql("CREATE TABLE accounts (id INTEGER)")

    with pytest.raises(Permanent, match="something else already: table accounts"):
        copy_database(source, target, on_step=ignored)

    assert schema.current(target) == ""


def test_a_daemon_that_runs_is_in_the_way(pair: tuple[Engine, Engine]) -> None:
    """S1.2: what it took meanwhile would be missing; once it has ended in order, nothing is in the way."""
    source, target = pair
    with transaction(source) as connection:
        nodes.say_alive(connection, "desk1/4711-99/")

    with pytest.raises(Permanent, match="host desk1, process 4711"):
        copy_database(source, target, on_step=ignored)

    with transaction(source) as connection:
        nodes.say_ended(connection, "desk1/4711-99/")
    assert copy_database(source, target, on_step=ignored) == 0


def test_a_copy_that_is_cut_short_leaves_an_empty_target(pair: tuple[Engine, Engine]) -> None:
    """S1.1: all or nothing; the next try finds the target as empty as the first."""
    source, target = pair
    fill(source, seed=3)

    def die(step: Step) -> None:
        if step.table == "messages" and step.rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(source, target, on_step=die)
    assert copy_database(source, target, on_step=ignored) == ROWS * len(PLAIN_TABLES)
    assert_equal(source, target)
