"""Statements handed straight to the driver say and mean the same as SQLAlchemy's, on both databases (decision 0057)."""

from typing import Any

import pytest
from sqlalchemy import bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from daemon.errors import Temporary
from daemon.store import case_rows
from daemon.store.database import Engine, open_database, reading, transaction
from daemon.store.instant import Instant
from daemon.store.prepared import Prepared
from daemon.store.tables import history, mutes, outbox
from tests.servers.postgresql import PostgresqlServer
from tests.store.making import NOW, opening

ROW: dict[str, Any] = {
    "key": "the key",
    "token": "abcdefgh",
    "kind": "case_assigned",
    "recipient": "agent@desk.example",
    "subject": "é % :name ? %(name)s",
    "message_id": "<1@desk.example>",
    "case_number": None,
    "inbox_id": None,
    "answers": True,
    "payload": {"words": ["é", None, 1.5, True]},
    "octets": b"\x00\xff octets",
    "state": "queued",
    "last_error": "",
    "created_at": NOW,
    "not_before": NOW,
}
READ = select(*(outbox.c[name] for name in ROW)).where(outbox.c.key == bindparam("key"))


def test_every_type_is_written_and_read_as_sqlalchemy_does(engine: Engine) -> None:
    """Instants, JSON, octets, truths and texts with signs of drivers come back as they were, by either way."""
    with transaction(engine) as connection:
        Prepared(insert(outbox)).rows(connection, ROW)
    with reading(engine) as connection:
        by_driver = Prepared(READ).row(connection, {"key": "the key"})
        by_sqlalchemy = connection.execute(READ, {"key": "the key"}).one()

    assert by_driver._asdict() == ROW
    assert by_driver._asdict() == dict(by_sqlalchemy._mapping)  # its public name


def test_values_in_the_statement_and_given_ones_are_told_apart(engine: Engine) -> None:
    """A constant stays, whatever is given; one name given once fills all its places."""
    asked = bindparam("at", type_=Instant())
    put = Prepared(update(mutes).where(mutes.c.address == "a@acme.example", mutes.c.until == asked).values(why="new"))
    with transaction(engine) as connection:
        for address in ("a@acme.example", "b@acme.example"):
            Prepared(insert(mutes)).rows(connection, {"address": address, "until": NOW, "why": "old"})
        put.rows(connection, {"at": NOW})
        found = Prepared(select(mutes.c.why).order_by(mutes.c.address)).rows(connection)

    assert [row.why for row in found] == ["new", "old"]


def test_a_parameter_that_is_not_given_is_an_error_and_no_null(engine: Engine) -> None:
    """What would be asked of nobody is not asked."""
    with reading(engine) as connection, pytest.raises(KeyError, match="key"):
        Prepared(READ).rows(connection)


def test_many_rows_are_written_and_none_is_no_statement(engine: Engine) -> None:
    """`each` writes every row, in order; for none nothing is executed."""
    event = {"event": "noted", "detail": "", "at": NOW, "actor": "daemon", "rules": ["S1.1"], "inbox_id": None}
    with transaction(engine) as connection:
        number = case_rows.insert_case(connection, opening())
        rows = [event | {"case_number": number, "detail": str(nth)} for nth in range(3)]
        Prepared(insert(history)).each(connection, rows)
        Prepared(insert(history)).each(connection, [])
        found = connection.execute(select(history.c.detail, history.c.rules).where(history.c.event == "noted")).all()

    assert [tuple(row) for row in found] == [(str(nth), ["S1.1"]) for nth in range(3)]


def test_an_error_is_sqlalchemys_and_shows_no_value(engine: Engine) -> None:
    """S1.6: whoever catches errors sees no difference, and no value of a mail gets into a log."""
    put = Prepared(insert(mutes))
    row = {"address": "secret@acme.example", "until": NOW, "why": ""}
    with transaction(engine) as connection:
        put.rows(connection, row)
    with pytest.raises(IntegrityError) as raised, transaction(engine) as connection:
        put.each(connection, [row])

    assert "parameters" not in str(raised.value)
    assert raised.value.params is None


def test_a_lost_connection_is_a_temporary_trouble(postgresql: PostgresqlServer) -> None:
    """S1.5: a database that went away in the middle is away, and that connection is used no more."""
    engine, ask = open_database(postgresql.url()), Prepared(select(literal(1).label("one")))
    with pytest.raises(Temporary), transaction(engine) as lost:  # noqa: PT012  # it fails at the last line
        own = lost.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with transaction(engine) as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)")
        ask.rows(lost)

    with reading(engine) as connection:
        assert ask.row(connection).one == 1
    engine.dispose()
