"""Statements that every mail needs: compiled once, then handed straight to the driver (decision 0057).

SQLAlchemy writes the SQL and knows the types.  What it does anew at each execution costs several times what SQLite
needs for the statement itself, so the dozen statements of a mail's way go round it.  They take no expanding parameter.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

_Processor = Callable[[Any], Any]
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Place:
    """One place for a value: what was given under a name, made fit for the driver, or what stands in the statement."""

    name: str
    given: str | None
    make: _Processor | None
    fixed: Any = None

    def value(self, given: Mapping[str, Any]) -> Any:
        """Return what goes there."""
        if self.given is None:
            return self.fixed
        return self.make(given[self.given]) if self.make else given[self.given]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one driver takes it."""

    sql: str
    places: tuple[_Place, ...]
    by_name: bool  # the driver takes values by name, not by place
    make_row: Callable[[Any], Any]

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return the values of one execution, as the driver takes them."""
        if self.by_name:
            return {place.name: place.value(given) for place in self.places}
        return tuple([place.value(given) for place in self.places])


class Prepared:
    """One statement; for an insert or update, each choice of columns is one of its own."""

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, given: Mapping[str, Any] = _NOTHING) -> list[Any]:
        """Execute once; returns the rows as named tuples.

        Args:
            connection: inside a transaction.
            given: values by name of parameter, and of column for an insert or update.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
            KeyError: a parameter was not given.
        """
        compiled = self._for(connection.dialect, given)
        values = compiled.values(given)
        with _heard(connection, compiled.sql, values) as driver:
            found = driver.execute(compiled.sql, values)
            return [compiled.make_row(row) for row in found.fetchall()] if found.description else []

    def row(self, connection: Connection, given: Mapping[str, Any] = _NOTHING) -> Any:
        """Execute once; returns the first row, or None where there is none."""
        return next(iter(self.rows(connection, given)), None)

    def each(self, connection: Connection, many: Iterable[Mapping[str, Any]]) -> None:
        """Execute for each of these; all name the same columns, and no row comes back.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        listed = list(many)
        if not listed:
            return
        compiled = self._for(connection.dialect, listed[0])
        values = [compiled.values(given) for given in listed]
        with _heard(connection, compiled.sql, values) as driver:
            driver.cursor().executemany(compiled.sql, values)

    def _for(self, dialect: Dialect, given: Mapping[str, Any]) -> _Compiled:
        key = (dialect.name, *given)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _compile(self._statement, dialect, given)
        return found


def _compile(statement: Any, dialect: Dialect, given: Mapping[str, Any]) -> _Compiled:
    if statement.is_insert and not tuple(statement.exported_columns):
        statement = statement.inline()  # else the new row's key would be asked for
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    places = {name: _place(name, bind, dialect, given) for name, bind in compiled.binds.items()}
    return _Compiled(
        sql=str(compiled),
        places=tuple(places[name] for name in (compiled.positiontup if compiled.positional else places)),
        by_name=not compiled.positional,
        make_row=_row_maker(statement, dialect),
    )


def _place(name: str, bind: BindParameter[Any], dialect: Dialect, given: Mapping[str, Any]) -> _Place:
    make = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.key in given:
        return _Place(name, bind.key, make)
    if bind.required:
        raise KeyError(bind.key)
    return _Place(name, None, None, make(bind.value) if make else bind.value)


def _row_maker(statement: Any, dialect: Dialect) -> Callable[[Any], Any]:
    """Return what makes a named tuple of a driver's row."""
    columns = tuple(statement.exported_columns)
    row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # its fields are the statement's
    made = tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    if not any(made):
        return row._make
    return lambda found: row(*(make(value) if make else value for make, value in zip(made, found, strict=True)))


@contextmanager
def _heard(connection: Connection, sql: str, values: Any) -> Iterator[Any]:
    """Give the driver's connection; SQLAlchemy's listeners hear what is said, and errors are raised as its own."""
    listeners: Any = connection.dispatch
    listeners.before_cursor_execute(connection, None, sql, values, None, isinstance(values, list))
    dialect = connection.dialect
    try:
        yield connection.connection.driver_connection
    except dialect.loaded_dbapi.Error as trouble:
        is_lost = dialect.is_disconnect(trouble, connection.connection.dbapi_connection, None)
        raised = DBAPIError.instance(
            sql,
            None,  # never the values: these are people's mail
            trouble,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=dialect,
        )
        if is_lost:
            connection.invalidate(trouble)
        raise raised from trouble
