"""Every table as plain rows, the same on both databases: what is copied, and a number that tells whether it is equal.

JSON is read and written as the text that is stored: an absent value and a stored `null` are two things.  A table's
checksum is the sum of its rows' hashes, so the order in which a database gives them does not matter.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    RowMapping,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.types import UserDefinedType

from daemon.store.every_table import EVERY_TABLE

BATCH_ROWS, BATCH_ROWS_WITH_OCTETS = 1_000, 4
BATCH_OCTETS = 8 * 2**20
"""So much is in memory at once, and 4 mails of the largest size."""


class _JsonText(UserDefinedType[str]):
    """A JSON column, as the text in it."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Return the column's type."""
        return "JSON"

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read it as text."""
        return cast(colexpr, Text)


def _plain(table: Table) -> Table:
    columns = (
        Column(
            column.name, _JsonText() if isinstance(column.type, JSON) else column.type, primary_key=column.primary_key
        )
        for column in table.columns
    )
    return Table(table.name, MetaData(), *columns)


PLAIN_TABLES = tuple(_plain(table) for table in EVERY_TABLE.sorted_tables)
"""In an order in which rows may be written: what they refer to comes before."""


def read_rows(connection: Connection, table: Table) -> Iterator[RowMapping]:
    """Give a table's rows in order of their key, a few at a time."""
    has_octets = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = BATCH_ROWS_WITH_OCTETS if has_octets else BATCH_ROWS
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=at_once)
    yield from connection.execute(query).mappings()


def write_rows(connection: Connection, table: Table, rows: Iterable[RowMapping]) -> Iterator[int]:
    """Write rows in batches of bounded size; gives the number of rows in each once it is written."""
    batch: list[dict[str, Any]] = []
    octets = 0
    for row in rows:
        batch.append(dict(row))
        octets += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        if len(batch) >= BATCH_ROWS or octets >= BATCH_OCTETS:
            connection.execute(insert(table), batch)
            yield len(batch)
            batch, octets = [], 0
    if batch:
        connection.execute(insert(table), batch)
        yield len(batch)


def row_count(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


class Checksum:
    """How many rows, and the sum of their hashes."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def counting(self, rows: Iterable[RowMapping]) -> Iterator[RowMapping]:
        """Give rows on, and count them."""
        for row in rows:
            self.rows += 1
            self.sum = (self.sum + _hash_of(row)) % 2**128
            yield row

    def __eq__(self, other: object) -> bool:
        """Tell whether two tables hold the same."""
        return isinstance(other, Checksum) and (self.rows, self.sum) == (other.rows, other.sum)

    __hash__ = None  # type: ignore[assignment]  # it changes


def checksum(connection: Connection, table: Table) -> Checksum:
    """Return the checksum of a table as it is stored."""
    found = Checksum()
    for _ in found.counting(read_rows(connection, table)):
        pass
    return found


def _hash_of(row: RowMapping) -> int:
    digest = hashlib.blake2b(digest_size=16)
    for value in row.values():
        octets = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        digest.update(f"{type(value).__name__} {len(octets)} ".encode())
        digest.update(octets)
    return int.from_bytes(digest.digest())


def numbered_up_to(connection: Connection, table: Table) -> int | None:
    """Return the last number that a table has given a row by itself, also one deleted since; None: it numbers none."""
    if connection.dialect.name == "sqlite":
        if not _is_numbered_by_sqlite(connection, table):
            return None
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return connection.execute(query, {"name": table.name}).scalar() or 0
    sequence = _sequence_of(connection, table)
    if sequence is None:
        return None
    last, is_called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608
    return int(last) if is_called else int(last) - 1


def number_from(connection: Connection, table: Table, last: int) -> None:
    """Have a table number its next row after `last`."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        statement = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
        connection.execute(statement, {"name": table.name, "last": last})
        return
    sequence = _sequence_of(connection, table)
    connection.execute(
        text("SELECT setval(CAST(:sequence AS regclass), :next, false)"), {"sequence": sequence, "next": last + 1}
    )


def _is_numbered_by_sqlite(connection: Connection, table: Table) -> bool:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return "AUTOINCREMENT" in connection.execute(query, {"name": table.name}).scalar_one()


def _sequence_of(connection: Connection, table: Table) -> str | None:
    key = next(iter(table.primary_key))
    query = text("SELECT pg_get_serial_sequence(:name, :key)")
    return connection.execute(query, {"name": table.name, "key": key.name}).scalar()
