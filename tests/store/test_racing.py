"""Two daemons on one PostgreSQL: rows are skipped, waited for or refused, never taken twice."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from daemon.apply import apply
from daemon.errors import Temporary
from daemon.model.case import Status
from daemon.model.case_effect import ChangeStatus
from daemon.posting import Posting
from daemon.store import inbox, keys, mailboxes, outbox
from daemon.store.cases import lock_cases
from daemon.store.database import Engine, open_database, transaction
from tests.servers.migrated import migrate
from tests.servers.postgresql import PostgresqlServer
from tests.store.making import NOW, a_decision, a_desk, an_arrival, kept, opening, queued
from tests.waiting import wait_for


@pytest.fixture
def shared(postgresql: PostgresqlServer) -> Iterator[Engine]:
    """A migrated PostgreSQL database that several connections use."""
    engine = open_database(postgresql.url())
    migrate(engine)
    yield engine
    engine.dispose()


def test_two_readers_never_claim_the_same_mail(shared: Engine) -> None:
    """S1.2: what one has claimed and not yet committed, the other passes over without waiting."""
    kept(shared, *range(1, 7))
    with transaction(shared) as one, transaction(shared) as two:
        mine = {mail.id for mail in inbox.claim(one, "r1", now=NOW, limit=3)}
        theirs = {mail.id for mail in inbox.claim(two, "r2", now=NOW, limit=10)}

    assert (len(mine), len(theirs)) == (3, 3)
    assert not mine & theirs


def test_two_senders_never_claim_the_same_row(shared: Engine) -> None:
    """S3.6: the outbox is shared out the same way."""
    for number in range(4):
        queued(shared, f"key {number}")
    with transaction(shared) as one, transaction(shared) as two:
        mine = {mail.id for mail in outbox.claim(one, "s1", now=NOW, limit=2)}
        theirs = {mail.id for mail in outbox.claim(two, "s2", now=NOW, limit=10)}

    assert (len(mine), len(theirs)) == (2, 2)
    assert not mine & theirs


def test_the_same_arrival_at_once_is_kept_once(shared: Engine) -> None:
    """S1.3: eight daemons that fetch the same mail keep it once between them."""

    def keep(_: int) -> int:
        with transaction(shared) as connection:
            return inbox.keep(connection, [an_arrival(1)], now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(keep, range(8))) == 1


def test_one_key_is_made_and_shared(shared: Engine) -> None:
    """S2.8: daemons that start at once sign with the same key."""

    def ring(_: int) -> bytes:
        with transaction(shared) as connection:
            return keys.keyring(connection, a_desk(shared).config, now=NOW).secrets[0]

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ring, range(8)))) == 1


def test_one_daemon_watches_a_mailbox(shared: Engine) -> None:
    """S1.4: of eight that want the watch at once, one gets it."""

    def watch(number: int) -> bool:
        with transaction(shared) as connection:
            return mailboxes.claim_watch(connection, "support", watcher=f"d{number}", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(watch, range(8))) == 1


def test_a_case_is_decided_on_by_one_at_a_time(shared: Engine) -> None:
    """architecture.md 5: facts are read under the lock they are decided on: the second sees what the first did."""
    desk = a_desk(shared)
    with transaction(shared) as connection:
        number = apply(connection, a_decision(opening()), Posting(desk, NOW, None), cases=())
    assert number is not None
    closing = ChangeStatus(case=number, status=Status.CLOSED, at=NOW, actor="agent1", why="R4.9")

    def second() -> Status:
        with transaction(shared) as connection:
            return lock_cases(connection, [number])[0].status

    with ThreadPoolExecutor(1) as pool:
        with transaction(shared) as connection:
            lock_cases(connection, [number])
            waiting = pool.submit(second)
            wait_for(lambda: _waits(shared), seconds=10, what="the second to wait for the row")
            apply(connection, a_decision(closing), Posting(desk, NOW, None), cases=())
        assert waiting.result(timeout=10) is Status.CLOSED


def _waits(engine: Engine) -> bool:
    with transaction(engine) as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(connection.exec_driver_sql(query).scalar())


def test_a_deadlock_is_a_trouble_of_ours(shared: Engine) -> None:
    """S1.2, S1.5: two decisions that wait for each other end as a temporary trouble, tried again later."""
    desk = a_desk(shared)
    with transaction(shared) as connection:
        one = apply(connection, a_decision(opening()), Posting(desk, NOW, None), cases=()) or 0
        two = apply(connection, a_decision(opening()), Posting(desk, NOW, None), cases=()) or 0

    def lock_both(first: int, then: int) -> str:
        try:
            with transaction(shared) as connection:
                lock_cases(connection, [first])
                barrier.wait(timeout=10)
                lock_cases(connection, [then])
        except Temporary as trouble:
            return str(trouble)
        return ""

    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(lock_both, (one, two), (two, one)))

    assert told[0] == ""
    assert told[1] == "database: deadlock detected"
