"""Reading all that waits, for a command: in forked children (`supportd ingest`)."""

import mmap
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.clock import fixed_clock
from daemon.errors import Temporary
from daemon.model.mail import Arrival, Envelope
from daemon.model.outcome import Outcome
from daemon.reader import read_each
from daemon.store import inbox
from daemon.store.database import transaction
from tests.scenarios.desk import TestDesk, example_desk

NOW = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
MAIL = b"From: primary@acme.example\r\nSubject: Phones\r\nMessage-ID: <1@client.example>\r\n\r\nHelp.\r\n"


@pytest.fixture
def desk(tmp_path: os.PathLike[str]) -> Iterator[TestDesk]:
    """A desk with one mail that waits."""
    made = example_desk(f"sqlite:///{tmp_path}/supportd.db")
    arrival = Arrival(MAIL, "file", "file:1", "support", Envelope(None, ()), NOW)
    with transaction(made.desk.engine) as connection:
        inbox.keep(connection, [arrival], now=NOW)
    yield made
    made.desk.engine.dispose()


def test_s4_1_what_the_command_holds_already_is_not_held_against_the_mail(desk: TestDesk) -> None:
    """S4.1: the memory bound is on what reading adds; a command that begins large reads all the same."""
    with mmap.mmap(-1, 2 * 2**30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        read = [received.outcome for _, received in read_each(desk.desk, fixed_clock(NOW))]

    assert read == [Outcome.CASE_OPENED]


def test_s1_2_children_that_cannot_work_end_the_command_and_keep_the_mail(desk: TestDesk) -> None:
    """S1.2: a trouble of ours is told once, does not count against the mail, and never goes on for ever."""
    with transaction(desk.desk.engine) as connection:
        connection.exec_driver_sql("CREATE TRIGGER stop BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(Temporary, match="no mail could be read"):
        list(read_each(desk.desk, fixed_clock(NOW)))
    with transaction(desk.desk.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER stop")
        assert [kept.attempts for kept in inbox.claim(connection, "me", now=NOW, limit=5)] == [0]
