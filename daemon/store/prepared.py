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
from sqlalchemy.types import TypeEngine

_Processor = Callable[[Any], Any]
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one driver takes it."""

    sql: str
    given: tuple[tuple[str, str, _Processor | None], ...]  # name in the SQL, name as given, what makes it fit
    fixed: Mapping[str, Any]  # values that stand in the statement itself
    order: tuple[str, ...] | None  # of the values, for drivers that take them by place
    make_row: Callable[[Any], Any]

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return the values of one execution, as the driver takes them."""
        fit = {name: make(given[key]) if make else given[key] for name, key, make in self.given}
        if self.order is None:
            return {**self.fixed, **fit}
        both = {**self.fixed, **fit} if self.fixed else fit
        return tuple([both[name] for name in self.order])


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
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    made = {name: _to_driver(bind.type, dialect) for name, bind in binds.items()}
    fixed = {name: value for name, value in compiled.params.items() if binds[name].key not in given}
    return _Compiled(
        sql=str(compiled),
        given=tuple((name, bind.key, made[name]) for name, bind in binds.items() if bind.key in given),
        fixed={name: _fit(made[name], value) for name, value in fixed.items()},
        order=tuple(compiled.positiontup) if compiled.positional else None,
        make_row=_row_maker(statement, dialect),
    )


def _row_maker(statement: Any, dialect: Dialect) -> Callable[[Any], Any]:
    """Return what makes a named tuple of a driver's row."""
    columns = tuple(statement.exported_columns)
    row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # its fields are the statement's
    made = tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    if not any(made):
        return row._make
    return lambda found: row(*(make(value) if make else value for make, value in zip(made, found, strict=True)))


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> _Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _fit(make: _Processor | None, value: Any) -> Any:
    return make(value) if make else value


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
