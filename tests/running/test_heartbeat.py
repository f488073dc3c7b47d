"""A daemon's word that it lives, its look after the silent, and the one clock of several machines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from daemon.clock import TOLERATED, SharedClock, system_clock
from daemon.health import Health
from daemon.model.mail import Arrival, Envelope
from daemon.store import inbox
from daemon.store.database import Engine, open_database, transaction
from daemon.store.nodes import say_alive
from daemon.store.tables import nodes
from daemon.supervisor.heartbeat import Heartbeat
from tests.servers.migrated import migrate

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of the newest schema."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


def _heart(engine: Engine, clock: SharedClock, health: Health | None = None) -> Heartbeat:
    return Heartbeat(engine, "one/7-1/", clock=clock, health=health or Health(system_clock))


def test_s1_2_a_daemon_is_sure_of_its_claims_while_it_speaks(engine: Engine) -> None:
    """S1.2: not before its first word, and not after its last."""
    heart = _heart(engine, SharedClock(system_clock))
    assert not heart.is_believed()

    heart.beat()
    assert heart.is_believed()

    heart.end()
    assert not heart.is_believed()
    with transaction(engine) as connection:
        assert connection.execute(select(nodes)).all() == []


def test_s1_2_a_daemon_covers_for_the_silent(engine: Engine) -> None:
    """S1.2: what another had claimed that says nothing any more can be claimed again."""
    heart = _heart(engine, SharedClock(system_clock))
    heart.beat()
    with transaction(engine) as connection:
        say_alive(connection, "two/7-1/")
        arrival = Arrival(b"x", "smtp test", "key", "support", Envelope("", ()), NOW)
        inbox.keep(connection, (arrival,), now=NOW)
        inbox.claim(connection, "two/7-1/reader1", now=NOW, limit=1)
        connection.execute(update(nodes).where(nodes.c.name == "two/7-1/").values(believed_until=LONG_AGO))

    heart.cover()

    with transaction(engine) as connection:
        assert len(inbox.claim(connection, "one/7-1/reader1", now=NOW, limit=1)) == 1


def test_s1_2_a_machine_that_is_ahead_goes_by_the_databases_clock(postgresql_engine: Engine) -> None:
    """S1.2: what comes due, comes due at once on all machines; health says which clock is wrong until it is mended."""
    fast = [timedelta(minutes=5)]
    clock = SharedClock(lambda: system_clock() + fast[0])
    health = Health(system_clock)
    heart = _heart(postgresql_engine, clock, health)

    assert heart.beat()
    assert abs(clock() - system_clock()) < TOLERATED
    assert not heart.beat()
    assert "is 300 s ahead of the database's" in _trouble(health)

    fast[0] = timedelta(0)
    assert heart.beat()
    assert abs(clock() - system_clock()) < TOLERATED
    assert _trouble(health) == ""


def _trouble(health: Health) -> str:
    return next(part.trouble for part in health.parts() if part.part == "clock")


@pytest.fixture
def postgresql_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database that has a clock of its own."""
    opened = open_database(request.getfixturevalue("postgresql").url())
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.mark.parametrize(
    ("shared", "answered_after", "expected"),
    [
        pytest.param(NOW, 0, 0, id="the same"),
        pytest.param(NOW - SECOND, 0, 0, id="a little ahead"),
        pytest.param(NOW + SECOND, 0, 0, id="a little behind"),
        pytest.param(NOW - 300 * SECOND, 0, 300, id="ahead"),
        pytest.param(NOW + 300 * SECOND, 0, -300, id="behind"),
        pytest.param(NOW + 8 * SECOND, 10, 0, id="a slow answer tells nothing"),
        pytest.param(NOW + 15 * SECOND, 10, -5, id="behind at least"),
    ],
)
def test_clocks_are_compared_within_the_time_of_the_question(
    shared: datetime, answered_after: float, expected: float
) -> None:
    """S1.2: a database that answers late makes no clock wrong."""
    shown = [NOW]
    clock = SharedClock(lambda: shown[0])
    asked_at = clock()
    shown[0] += answered_after * SECOND

    assert clock.compare(shared, asked_at=asked_at) is bool(expected)
    assert clock.ahead == expected * SECOND
