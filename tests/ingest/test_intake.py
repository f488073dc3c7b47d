"""The intake: nothing counts as kept before the commit, one mail never fails another, and it mends by itself."""

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from daemon.clock import system_clock
from daemon.errors import Permanent, Temporary
from daemon.ingest import intake as intakes
from daemon.model.mail import Arrival, Envelope
from daemon.store.database import transaction
from tests.ingest.running import Store, mail, store
from tests.servers.postgresql import PostgresqlServer
from tests.waiting import wait_for


@pytest.fixture
def kept(database_url: str) -> Iterator[Store]:
    """A fresh database with its writer, on both databases."""
    with store(database_url) as opened:
        yield opened


@pytest.fixture
def kept_in_sqlite(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


def arrival(name: str, **changes: object) -> Arrival:
    """Return a mail with this subject and key."""
    made = Arrival(mail(name), "smtp 192.0.2.1", f"smtp:{name}", "support", Envelope("", ()), system_clock())
    return replace(made, **changes)  # type: ignore[arg-type]  # the changes of a test


def test_s1_3_a_second_copy_by_the_same_way_adds_nothing(kept: Store) -> None:
    """S1.3: a source key that is known is stored no second time, in one batch or two, and counts as stored."""
    assert kept.intake.keep_now([arrival("one"), arrival("one")]) == (True, True)
    assert kept.intake.keep_now([arrival("one"), arrival("two")]) == (True, True)
    assert kept.subjects() == ["one", "two"]


def test_words_that_a_database_refuses_are_cleaned(kept: Store) -> None:
    """NUL and lone surrogates in an envelope are taken out; octets stay as they are."""
    envelope = Envelope("a\0b\ud800@acme.example", ("support\0@test.example",), "192.0.2.1\0")
    odd = arrival("one", envelope=envelope, source="smtp \0x", source_key="smtp:\0one", raw=b"a\0b\xff")
    assert kept.intake.keep_now([odd]) == (True,)

    (row,) = kept.rows()
    assert (row.reverse_path, row.recipients, row.raw) == ("ab@acme.example", ["support@test.example"], b"a\0b\xff")


def test_one_mail_that_the_database_refuses_fails_alone(kept: Store) -> None:
    """A poisonous row is found by writing its batch one by one; its neighbours are stored."""
    naive = arrival("naive", received_at=datetime(2026, 1, 1))  # noqa: DTZ001  # no database takes it
    with transaction(kept.engine):  # on SQLite the writer waits, so that they come in one batch
        futures = [kept.intake.keep(one) for one in (arrival("one"), naive, arrival("two"))]
    wait(futures, timeout=20)

    assert [future.exception() is None for future in futures] == [True, False, True]
    assert isinstance(futures[1].exception(), Permanent)
    assert kept.subjects() == ["one", "two"]
    assert kept.intake.keep_now([naive, arrival("three")]) == (False, True)


def test_s1_5_a_full_queue_is_a_temporary_answer(kept_in_sqlite: Store) -> None:
    """S1.5: what waits for the commit is bounded in octets and number; beyond that the answer comes at once."""
    kept = kept_in_sqlite
    large = b"x" * (intakes.QUEUE_OCTETS // 4)
    with transaction(kept.engine):  # the writer waits
        futures = [kept.intake.keep(arrival(f"large {number}", raw=large)) for number in range(6)]
        refused = [future for future in futures if future.done()]
        assert len(refused) == 2
        assert all(isinstance(future.exception(), Temporary) for future in refused)
    wait(futures, timeout=60)
    assert [future.exception() for future in futures[:4]] == [None] * 4
    assert kept.intake.keep(arrival("after")).result(20) is None


def test_s1_5_a_full_queue_makes_those_wait_who_can(kept_in_sqlite: Store) -> None:
    """`keep_now` waits for room rather than fail: IMAP and files have time."""
    kept = kept_in_sqlite
    large = b"x" * (intakes.QUEUE_OCTETS // 2)
    answers: list[tuple[bool, ...]] = []
    with transaction(kept.engine):
        first = [kept.intake.keep(arrival(f"large {number}", raw=large)) for number in range(2)]
        waiting = threading.Thread(target=lambda: answers.append(kept.intake.keep_now([arrival("patient")])))
        waiting.start()
        assert not answers
    waiting.join(60)
    wait(first, timeout=60)

    assert answers == [(True,)]


def test_many_mails_share_a_commit(kept_in_sqlite: Store) -> None:
    """Group commit: what waits while the disk works is written in one transaction, at most 64 of them."""
    kept = kept_in_sqlite
    commits: list[int] = []
    with transaction(kept.engine):
        futures = [kept.intake.keep(arrival(f"mail {number}")) for number in range(100)]
        event.listen(kept.engine, "commit", lambda _: commits.append(1))
    wait(futures, timeout=20)

    assert [future.exception() for future in futures] == [None] * 100
    assert len(commits) <= 1 + 1 + 2 + 1  # this block's, perhaps a single first mail, 100 in 64s, and some room
    assert kept.subjects() == [f"mail {number}" for number in range(100)]


def test_closing_commits_what_was_taken_and_takes_no_more(kept_in_sqlite: Store) -> None:
    """A stop loses nothing that was taken; whoever comes later is told to try again."""
    kept = kept_in_sqlite
    with transaction(kept.engine):
        taken = [kept.intake.keep(arrival(f"mail {number}")) for number in range(80)]
        closing = threading.Thread(target=kept.intake.close)
        closing.start()
        late = wait_for(lambda: _refused(kept), seconds=5, what="nothing more is taken")
    closing.join(20)

    assert isinstance(late, Temporary)
    assert all(future.result(0) is None for future in taken)
    assert kept.subjects()[:80] == [f"mail {number}" for number in range(80)]


def _refused(kept: Store) -> BaseException | None:
    future = kept.intake.keep(arrival("late"))
    return future.exception() if future.done() else None


def test_s1_5_a_database_that_is_away_and_comes_back(postgresql: PostgresqlServer) -> None:
    """S1.5: while PostgreSQL is away the answer is temporary; afterwards the same intake goes on by itself."""
    with store(postgresql.url()) as kept:
        assert kept.intake.keep_now([arrival("before")]) == (True,)
        postgresql.stop()
        with pytest.raises(Temporary, match=r"^database: "):
            kept.intake.keep_now([arrival("lost")])
        postgresql.start()
        assert kept.intake.keep_now([arrival("after")]) == (True,)
        assert kept.subjects() == ["before", "after"]


def test_s1_2_a_rejected_mail_is_recorded(kept: Store) -> None:
    """S1.2: a mail refused before it was kept leaves its envelope, its outcome and the reason, and no octets."""
    kept.intake.reject(arrival("large"), reason="larger than 25 MiB").result(20)

    (row,) = kept.rows()
    assert (row.state, row.outcome, row.reason, row.raw) == ("done", "rejected", "larger than 25 MiB", b"")
