"""S1.2: daemons on one database: each says that it lives, and what a silent one held is given back."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, inspect, select, text, update

from daemon.errors import Temporary
from daemon.model.mail import Arrival, Envelope
from daemon.store import inbox, mailboxes, outbox
from daemon.store import nodes as living
from daemon.store.database import Engine, lock, open_database, reading, transaction
from daemon.store.tables import nodes
from tests.servers.postgresql import PostgresqlServer
from tests.store.making import NOW, queued
from tests.waiting import wait_for

ONE, TWO = "one/7-1/", "two/7-1/"


def _alive(engine: Engine, *names: str) -> None:
    with transaction(engine) as connection:
        for name in names:
            living.say_alive(connection, name)


def _fall_silent(engine: Engine, name: str, *, ago: timedelta = timedelta(seconds=1)) -> None:
    """Let the time pass in which a daemon is believed."""
    with transaction(engine) as connection:
        long_ago = living.present(connection) - ago
        connection.execute(update(nodes).where(nodes.c.name == name).values(believed_until=long_ago))


def _hold_one_of_each(engine: Engine, name: str) -> None:
    """Claim a mail, an outgoing mail and a mailbox."""
    queued(engine, name)
    with transaction(engine) as connection:
        arrival = Arrival(b"x", "smtp test", f"key of {name}", "support", Envelope("", ()), NOW)
        inbox.keep(connection, (arrival,), now=NOW)
        assert len(inbox.claim(connection, f"{name}reader1", now=NOW, limit=1)) == 1
        assert len(outbox.claim(connection, f"{name}delivery", now=NOW, limit=1)) == 1
        assert mailboxes.claim_watch(connection, f"box of {name}", watcher=f"{name}watch", now=NOW)


def _silent(engine: Engine) -> tuple[str, ...]:
    with transaction(engine) as connection:
        return living.silent_holders(connection)


def _cover(engine: Engine, name: str) -> int | None:
    with transaction(engine) as connection:
        return living.cover(connection, name)


def test_s1_2_what_a_silent_daemon_holds_is_free_and_what_others_hold_is_not(engine: Engine) -> None:
    """S1.2: mails, outgoing mails and mailboxes of the silent one alone, wherever it ran."""
    _alive(engine, ONE, TWO)
    for name in (ONE, TWO):
        _hold_one_of_each(engine, name)
    assert _silent(engine) == ()
    assert _cover(engine, ONE) is None
    _fall_silent(engine, ONE)

    assert _silent(engine) == (ONE,)
    assert _cover(engine, ONE) == 2
    assert _silent(engine) == ()

    with transaction(engine) as connection:
        assert not inbox.hold_claim(connection, 1, f"{ONE}reader1")
        assert inbox.hold_claim(connection, 2, f"{TWO}reader1")
        assert mailboxes.claim_watch(connection, f"box of {ONE}", watcher=f"{TWO}watch", now=NOW)
        assert len(outbox.claim(connection, f"{TWO}delivery", now=NOW, limit=9)) == 1


def test_s1_2_a_clock_that_was_set_back_lets_no_dead_daemon_live(engine: Engine) -> None:
    """S1.2: who is believed for an hour to come spoke by another clock: it speaks again within seconds, or is dead."""
    _alive(engine, ONE)
    _hold_one_of_each(engine, ONE)
    _fall_silent(engine, ONE, ago=timedelta(hours=-1))

    assert _silent(engine) == (ONE,)
    assert _cover(engine, ONE) == 2


def test_s1_2_one_that_speaks_again_keeps_what_it_holds(engine: Engine) -> None:
    """S1.2: between the look and the deed it has said that it lives: nothing is taken from it."""
    _alive(engine, ONE)
    _hold_one_of_each(engine, ONE)
    _fall_silent(engine, ONE)
    assert _silent(engine) == (ONE,)

    _alive(engine, ONE)

    assert _cover(engine, ONE) is None


def test_s1_2_what_is_claimed_after_a_silence_is_covered_too(engine: Engine) -> None:
    """S1.2: one that stood still, was covered, and claims before it speaks again, may die right then."""
    _alive(engine, ONE)
    _fall_silent(engine, ONE)
    _hold_one_of_each(engine, ONE)

    assert _silent(engine) == (ONE,)
    assert _cover(engine, ONE) == 2


def test_s1_2_a_command_that_never_speaks_is_no_daemon(engine: Engine) -> None:
    """S1.2: `supportd ingest` and `deliver` hold their claims by lease alone."""
    _hold_one_of_each(engine, ONE)

    assert _silent(engine) == ()


def test_s1_2_whoever_ends_is_forgotten_and_so_are_the_long_dead(engine: Engine) -> None:
    """S1.2: the table holds who lives, and who may go on; a daemon that dies at each start leaves a day of rows."""
    _alive(engine, ONE, TWO, "three/7-1/", "four/7-1/")
    _fall_silent(engine, "three/7-1/", ago=living.REMEMBERED)
    _fall_silent(engine, "four/7-1/")

    with transaction(engine) as connection:
        living.say_ended(connection, ONE)
        living.forget_the_long_silent(connection)
        left = connection.execute(select(nodes.c.name).order_by(nodes.c.name)).scalars().all()

    assert left == ["four/7-1/", TWO]


def test_s1_1_a_commit_waits_for_the_disk_whatever_the_servers_default(postgresql: PostgresqlServer) -> None:
    """S1.1: 250 is no lie where somebody has made PostgreSQL fast."""
    plain = create_engine(postgresql.url())
    with plain.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {plain.url.database} SET synchronous_commit = off")
    plain.dispose()
    engine = open_database(plain.url.render_as_string())

    with transaction(engine) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "20s"
    engine.dispose()


def test_s1_2_a_crash_undoes_no_decision_that_a_flushed_commit_came_after(postgresql: PostgresqlServer) -> None:
    """S1.2: a mail leaves after its claim has waited for the disk, so it never tells of what a crash undoes."""
    url = postgresql.url()
    deciding, claiming = open_database(url, flushes=False), open_database(url)
    with transaction(deciding) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
        connection.exec_driver_sql("CREATE TABLE decided AS SELECT 1 AS id")
    with transaction(claiming) as connection:
        connection.exec_driver_sql("CREATE TABLE claimed AS SELECT id FROM decided")
    postgresql.kill()
    postgresql.start()
    for engine in (deciding, claiming):
        engine.dispose()

    with reading(claiming) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM decided, claimed").scalar() == 1
    claiming.dispose()


def test_s1_2_a_transaction_that_stands_still_is_ended_by_the_server(postgresql: PostgresqlServer) -> None:
    """S1.2: whoever goes on after it finds the database away for a moment, and nothing done."""
    engine = open_database(postgresql.url())
    plain = create_engine(engine.url)

    def stand_still() -> None:
        with transaction(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE written (id INTEGER)")
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
            wait_for(lambda: _sessions(plain) == 0, seconds=10, what="the server ends it")
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Temporary):
        stand_still()
    with transaction(engine) as connection:
        assert not inspect(connection).has_table("written")
    for opened in (engine, plain):
        opened.dispose()


def test_s1_2_the_sessions_of_a_silent_daemon_are_ended_with_their_locks(postgresql: PostgresqlServer) -> None:
    """S1.2: its own next word fails once, and the one after it is heard; nobody else's session is touched."""
    url = postgresql.url()
    stands_still, lives = open_database(url), open_database(url)
    living.name_sessions(stands_still, f"{'a-very-long-host-name' * 3}/4711-99/")
    living.name_sessions(lives, f"{'a-very-long-host-name' * 3}/4712-99/")

    def stand_still() -> None:
        with transaction(stands_still) as connection:
            lock(connection, "assignment")
            with transaction(lives) as other:
                living.end_sessions(other, f"{'a-very-long-host-name' * 3}/4711-99/")
            with transaction(lives) as other:
                lock(other, "assignment")
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Temporary):
        stand_still()
    with transaction(stands_still) as connection:
        shown = connection.exec_driver_sql("SHOW application_name").scalar()
    assert shown == f"supportd 4711-99@{'a-very-long-host-name' * 3}"[:63]
    for opened in (stands_still, lives):
        opened.dispose()


def _sessions(engine: Engine) -> int:
    """Return how many others are connected to a database."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")
    with engine.connect() as connection:
        return int(connection.execute(query, {"name": engine.url.database}).scalar_one())


def test_s1_2_a_lease_outlasts_clocks_that_disagree_by_minutes(engine: Engine) -> None:
    """S1.2: a machine that is 5 minutes ahead takes from the living neither mail nor outgoing mail nor mailbox."""
    _hold_one_of_each(engine, ONE)
    ahead = NOW + timedelta(minutes=5)

    with transaction(engine) as connection:
        assert inbox.claim(connection, f"{TWO}reader1", now=ahead, limit=9) == ()
        assert outbox.claim(connection, f"{TWO}delivery", now=ahead, limit=9) == ()
        assert not mailboxes.claim_watch(connection, f"box of {ONE}", watcher=f"{TWO}watch", now=ahead)
