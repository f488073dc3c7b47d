"""Claims on both databases: how much is taken at once, and how work is given back (S1.2, S4.1)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from daemon.claimant import host_prefix, own_name
from daemon.model.mail import Arrival, Envelope
from daemon.reader.aftermath import Death, settle
from daemon.reader.reading import Phase, Standing
from daemon.store import inbox
from daemon.store.claims import backlog, last_reason, set_aside, slow_lane_waits
from daemon.store.database import Engine, open_database, transaction
from daemon.store.mailboxes import claim_watch
from daemon.supervisor.succession import release_claims_of_the_dead
from tests.servers.migrated import migrate

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DEAD = f"{host_prefix()}4194303-5/"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of the newest schema."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


def keep(engine: Engine, *, octets: int = 10, count: int = 1) -> None:
    """Keep mails of this size."""
    with transaction(engine) as connection:
        known = inbox.waiting_count(connection)
        arrivals = [
            Arrival(b"x" * octets, "smtp test", f"key {known + number}", "support", Envelope("", ()), NOW)
            for number in range(count)
        ]
        assert inbox.keep(connection, arrivals, now=NOW) == count


def claim(engine: Engine, reader: str, *, slow_lane: bool = False) -> list[int]:
    """Claim as a reader does; returns the ids."""
    with transaction(engine) as connection:
        return [mail.id for mail in inbox.claim(connection, reader, now=NOW, limit=8, slow_lane=slow_lane)]


def test_a_claim_fits_into_memory(engine: Engine) -> None:
    """S4.1: large mails are claimed one at a time, small ones eight at once."""
    keep(engine, octets=20 * 2**20, count=2)
    keep(engine, count=9)

    assert claim(engine, "a") == [1]
    assert claim(engine, "b") == [2, 3, 4, 5, 6, 7, 8, 9]
    assert claim(engine, "c") == [10, 11]


def test_a_death_while_parsing_counts_once(engine: Engine) -> None:
    """S1.2: the mail being parsed has one attempt more and goes to the slow lane; the others are free, uncounted."""
    keep(engine, count=3)
    first, second, third = claim(engine, "r1")

    settle(engine, Death("r1", Standing(Phase.PARSING, second), "took longer than 2 s to read"), now=NOW)
    settle(engine, Death("r1", Standing(Phase.PARSING, second), "told twice"), now=NOW)

    with transaction(engine) as connection:
        assert slow_lane_waits(connection, now=NOW)
        assert last_reason(connection, second) == "took longer than 2 s to read"
        assert [mail.attempts for mail in inbox.load(connection, [first, second, third])] == [0, 1, 0]
        assert [mail.releases for mail in inbox.load(connection, [first, second, third])] == [0, 0, 0]
    assert claim(engine, "r2") == [first, third]
    assert claim(engine, "r3", slow_lane=True) == [second]


def test_a_death_while_deciding_blames_no_mail(engine: Engine) -> None:
    """S1.2: a trouble of ours is a release, never an attempt; the mail is read again at once."""
    keep(engine)
    claim(engine, "r1")

    settle(engine, Death("r1", Standing(Phase.DECIDING, 1), "ended its reader (signal 9)"), now=NOW)

    with transaction(engine) as connection:
        (mail,) = inbox.load(connection, [1])
    assert (mail.attempts, mail.releases) == (0, 1)
    assert claim(engine, "r2") == [1]


def test_a_dead_readers_report_cannot_touch_what_another_has_claimed(engine: Engine) -> None:
    """Between a death and its settling the lease may have run out: the new reader's claim stands."""
    keep(engine)
    claim(engine, "r1")
    with transaction(engine) as connection:
        later = NOW + inbox.LEASE + timedelta(seconds=1)
        assert inbox.claim(connection, "r2", now=later, limit=8)

    settle(engine, Death("r1", Standing(Phase.PARSING, 1), "too late"), now=NOW)

    with transaction(engine) as connection:
        assert inbox.hold_claim(connection, 1, "r2")
        assert not set_aside(connection, 1, reader="r1", reason="too late", until=NOW)
        assert inbox.load(connection, [1])[0].attempts == 0


def test_what_the_dead_of_this_host_held_is_free_at_once(engine: Engine) -> None:
    """S1.2: after kill -9 nothing waits for a lease; claims of the living and of other hosts stay."""
    keep(engine, count=3)
    with transaction(engine) as connection:
        for reader in (f"{DEAD}reader1", f"{own_name()}reader1", "elsewhere/4194303-5/reader1"):
            assert inbox.claim(connection, reader, now=NOW, limit=1)
        assert claim_watch(connection, "support:INBOX", watcher=f"{DEAD}watch", now=NOW)

    assert release_claims_of_the_dead(engine, f"{host_prefix()}0-0/") == 1

    assert claim(engine, "r") == [1]
    with transaction(engine) as connection:
        assert claim_watch(connection, "support:INBOX", watcher="another", now=NOW)
        assert backlog(connection, now=NOW).waiting == 3


def test_a_mail_cut_short_too_often_is_read_alone(engine: Engine) -> None:
    """S1.2: after five claims cut short it waits for the slow lane, with no attempt counted."""
    keep(engine)
    for number in range(inbox.RELEASES_BEFORE_ALONE):
        assert claim(engine, f"r{number}") == [1]
        with transaction(engine) as connection:
            assert inbox.release_all_of(connection, f"r{number}") == 1

    assert claim(engine, "ordinary") == []
    with transaction(engine) as connection:
        assert slow_lane_waits(connection, now=NOW)
    assert claim(engine, "slow", slow_lane=True) == [1]
