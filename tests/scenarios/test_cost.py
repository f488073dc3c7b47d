"""What an ordinary mail costs in the database: so many statements, and none that reads a table from end to end."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event

from daemon.store.database import Engine, reading
from daemon.store.every_table import EVERY_TABLE
from tests.scenarios.desk import TestDesk

pytestmark = pytest.mark.both_databases

PRIMARY = "primary@acme.example"
SHORT = {"loads"}
"""Tables that are read whole on purpose: a row a technician."""

LOCKS = {"sqlite": 0, "postgresql": 2}
"""PostgreSQL locks the message's content and the assigning of cases by a statement each."""


@dataclass(slots=True)
class Spoken:
    """The statements that were executed, with their values."""

    said: list[tuple[str, Any]] = field(default_factory=list)

    def hear(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        """Note a statement; the words that only begin a transaction are none."""
        if not statement.startswith("BEGIN"):
            self.said.append((statement, values))


@contextmanager
def listening(engine: Engine) -> Iterator[Spoken]:
    """Hear what is said to the database."""
    spoken = Spoken()
    event.listen(engine, "before_cursor_execute", spoken.hear)
    yield spoken
    event.remove(engine, "before_cursor_execute", spoken.hear)


def a_new_request(desk: TestDesk) -> None:
    """A contact asks for something; the mail lies unread."""
    desk.reads = False
    desk.mpoc(PRIMARY).writes("Phones are down")


def a_customers_answer(desk: TestDesk) -> None:
    """A contact writes again on an open case; that mail lies unread."""
    case = desk.mpoc(PRIMARY).writes("Phones are down").case
    desk.reads = False
    desk.mpoc(PRIMARY).answers(case, "It is the second floor.")


def an_agents_answer(desk: TestDesk) -> None:
    """A technician answers a request; the answer lies unread."""
    case = desk.mpoc(PRIMARY).writes("Phones are down").case
    desk.reads = False
    desk.assignee(case).answers(case, "We look into it.")


STORIES: dict[Callable[[TestDesk], None], int] = {a_new_request: 20, a_customers_answer: 22, an_agents_answer: 35}
"""What reading the last mail of a story costs at most on SQLite, with two looks for more: each statement is CPU."""


def said_in(desk: TestDesk, story: Callable[[TestDesk], None]) -> list[tuple[str, Any]]:
    """Tell a story, and return what reading its last mail says to the database."""
    story(desk)
    with listening(desk.desk.engine) as spoken:
        desk.reads_all()
    return spoken.said


@pytest.mark.parametrize(("story", "most"), STORIES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_an_ordinary_mail_costs_no_more_statements(
    desk: TestDesk, story: Callable[[TestDesk], None], most: int
) -> None:
    """Whoever adds a statement to each mail's way says so here."""
    said = said_in(desk, story)

    assert len(said) <= most + LOCKS[desk.desk.engine.dialect.name], "\n".join(words for words, _ in said)


@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.__name__)
def test_no_statement_on_a_mails_way_reads_a_table_from_end_to_end(
    desk: TestDesk, story: Callable[[TestDesk], None]
) -> None:
    """A mail costs the same with a thousand cases and with a million: whatever it asks for is found by an index."""
    said = said_in(desk, story)

    with reading(desk.desk.engine) as connection:
        scanned = {table: words for words, values in said for table in read_whole(connection, words, values)}
    assert set(scanned) <= SHORT, scanned


def read_whole(connection: Connection, statement: str, values: Any) -> set[str]:
    """Return the tables that the database would read from end to end."""
    if not statement.startswith(("SELECT", "UPDATE")):
        return set()
    one = values[0] if isinstance(values, list) else values
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one).all()
        found = re.findall(r"^SCAN (\w+)", "\n".join(row.detail for row in plan), re.MULTILINE)
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # an empty table is read whole otherwise
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", one).all()
        found = re.findall(r"Seq Scan on (\w+)", "\n".join(row[0] for row in plan))
    return set(found) & EVERY_TABLE.tables.keys()
