"""S1.1-S1.3: kept mail on both databases: kept once, claimed under a lease, given back, ended once."""

from datetime import timedelta

import pytest

from daemon.model.mail import Envelope
from daemon.store import inbox
from daemon.store.database import Engine, transaction
from tests.store.making import MINUTE, NOW, a_reading, an_arrival, ended, kept


def _claim(engine: Engine, reader: str = "r1", *, limit: int = 10, slow: bool = False, later: int = 0) -> list[int]:
    now = NOW + later * MINUTE
    with transaction(engine) as connection:
        claimed = inbox.claim(connection, reader, now=now, limit=limit, slow_lane=slow)
    return [mail.id for mail in claimed]


def test_what_is_kept_comes_back_octet_by_octet(engine: Engine) -> None:
    """S1.1: octets, envelope, peer and receipt time are stored as they came."""
    arrival = an_arrival(
        raw=bytes(range(256)) * 3,
        envelope=Envelope(None, ("a@desk.example", 'odd"x@desk.example'), "peer"),
        received_at=NOW + timedelta(microseconds=123456),
        unreadable="too large",
    )
    with transaction(engine) as connection:
        assert inbox.keep(connection, [arrival], now=NOW) == 1
    with transaction(engine) as connection:
        (mail,) = inbox.claim(connection, "r1", now=NOW, limit=1)

    assert mail.arrival == arrival
    assert (mail.attempts, mail.releases) == (0, 0)


def test_a_copy_by_the_same_way_adds_nothing(engine: Engine) -> None:
    """S1.3: a source key is kept once, in one batch or in several; the first octets stay."""
    with transaction(engine) as connection:
        assert inbox.keep(connection, [an_arrival(1), an_arrival(1), an_arrival(2)], now=NOW) == 2
    with transaction(engine) as connection:
        assert inbox.keep(connection, [an_arrival(1, raw=b"other"), an_arrival(3)], now=NOW) == 1
        assert set(inbox.digests(connection, ["smtp:1", "smtp:9"])) == {"smtp:1"}
        assert b"other" not in [mail.arrival.raw for mail in inbox.load(connection, [1, 2, 3])]


def test_the_oldest_are_claimed_first(engine: Engine) -> None:
    """S1.4: a backlog is taken oldest first, by receipt and not by the order of keeping."""
    kept(engine, 5, 1, 3)
    with transaction(engine) as connection:
        claimed = inbox.claim(connection, "r1", now=NOW, limit=2)

    assert [mail.arrival.source_key for mail in claimed] == ["smtp:1", "smtp:3"]


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends(engine: Engine) -> None:
    """S1.2: a dead reader's mail comes back by itself, and then the first has lost it."""
    kept(engine, 1)
    (mail_id,) = _claim(engine)
    lease = inbox.LEASE // MINUTE

    assert _claim(engine, "r2", later=lease - 1) == []
    assert _claim(engine, "r2", later=lease) == [mail_id]
    with transaction(engine) as connection:
        assert not inbox.hold_claim(connection, mail_id, "r1")
        assert inbox.hold_claim(connection, mail_id, "r2")


def test_an_ended_mail_is_claimed_no_more(engine: Engine) -> None:
    """S1.2: a message ends once."""
    kept(engine, 1)
    (mail_id,) = _claim(engine)
    with transaction(engine) as connection:
        ended(connection, mail_id, a_reading(mail_id))
        assert inbox.waiting_count(connection) == 0

    assert _claim(engine, later=10_000) == []
    assert _claim(engine, later=10_000, slow=True) == []


def test_a_parked_mail_waits_for_its_time(engine: Engine) -> None:
    """S1.2: a trouble of ours sets it aside and counts nothing against it."""
    kept(engine, 1)
    (mail_id,) = _claim(engine)
    with transaction(engine) as connection:
        inbox.park(connection, mail_id, reason="disk full", until=NOW + 5 * MINUTE)
        assert inbox.waiting_count(connection) == 1

    assert _claim(engine, later=4) == []
    assert _claim(engine, later=5) == [mail_id]
    with transaction(engine) as connection:
        assert inbox.load(connection, [mail_id])[0].attempts == 0


def test_a_mail_on_which_a_reader_died_goes_to_the_slow_lane(engine: Engine) -> None:
    """S1.2, S4.1: the ordinary readers never see it again; each death is counted once."""
    kept(engine, 1)
    (mail_id,) = _claim(engine)
    with transaction(engine) as connection:
        assert inbox.count_attempt(connection, mail_id, reason="died") == 1
        assert inbox.count_attempt(connection, mail_id, reason="died") == 0, "nobody reads it now"

    assert _claim(engine) == []
    assert _claim(engine, slow=True) == [mail_id]
    with transaction(engine) as connection:
        assert inbox.count_attempt(connection, mail_id, reason="died again") == 2


def test_the_end_of_the_whole_daemon_counts_no_attempt(engine: Engine) -> None:
    """S1.2: a claim cut short is released; after five such the mail is read alone."""
    kept(engine, 1)
    for _ in range(inbox.RELEASES_BEFORE_ALONE):
        (mail_id,) = _claim(engine)
        with transaction(engine) as connection:
            inbox.release(connection, [mail_id], cut_short=True)

    assert _claim(engine) == []
    with transaction(engine) as connection:
        assert inbox.load(connection, [mail_id])[0].attempts == 0
    assert _claim(engine, slow=True) == [mail_id]


def test_an_orderly_release_counts_nothing(engine: Engine) -> None:
    """S1.2: a reader that stops gives back what it did not read."""
    kept(engine, 1)
    for _ in range(inbox.RELEASES_BEFORE_ALONE + 2):
        (mail_id,) = _claim(engine)
        with transaction(engine) as connection:
            inbox.release(connection, [mail_id], cut_short=False)

    assert _claim(engine) == [mail_id]


@pytest.mark.parametrize(("prefix", "count"), [("host:7:", 2), ("host:70:", 1), ("host%", 0), ("host_7", 0)])
def test_what_a_dead_daemon_held_is_given_back(engine: Engine, prefix: str, count: int) -> None:
    """S1.2: by the daemon's own prefix, letter by letter."""
    kept(engine, 1, 2, 3)
    for reader in ("host:7:1", "host:7:2", "host:70:1"):
        assert len(_claim(engine, reader, limit=1)) == 1
    with transaction(engine) as connection:
        assert inbox.release_all_of(connection, prefix) == count

    assert len(_claim(engine)) == count


def test_a_refused_mail_is_recorded_without_its_octets(engine: Engine) -> None:
    """S1.2: `rejected` is listed by its envelope and is never read."""
    with transaction(engine) as connection:
        inbox.record_rejected(connection, an_arrival(), now=NOW, reason="too large")
        (mail,) = inbox.load(connection, [1])

    assert mail.arrival.raw == b""
    assert _claim(engine) == []


SAME = [
    pytest.param({}, {}, True, id="the same content and Message-ID"),
    pytest.param({}, {"content_key": "b" * 64}, False, id="a Message-ID again with other content"),
    pytest.param({"received_at": NOW - 300 * MINUTE}, {}, True, id="hours apart, with a Message-ID"),
    pytest.param({"message_id": ""}, {"message_id": ""}, False, id="without one, by the same way"),
]


@pytest.mark.parametrize(("first", "second", "same"), SAME)
def test_the_same_message_is_known_by_its_content(
    engine: Engine, first: dict[str, object], second: dict[str, object], *, same: bool
) -> None:
    """S1.3: the key is content, not Message-ID alone."""
    kept(engine, 1, 2)
    one, two = _claim(engine)
    with transaction(engine) as connection:
        ended(connection, one, a_reading(1, **first))
        mail = inbox.load(connection, [two])[0]
        found = inbox.same_message(connection, a_reading(1, **second), mail)

    assert (found.id if found else None) == (one if same else None)


@pytest.mark.parametrize(("minutes", "same"), [(-11, False), (-10, True), (0, True), (10, True), (11, False)])
def test_a_copy_without_message_id_is_folded_for_ten_minutes_by_another_way(
    engine: Engine, minutes: int, *, same: bool
) -> None:
    """S1.3: within ten minutes of each other, and by another way."""
    kept(engine, 1)
    kept(engine, 2, source="imap support")
    one, two = _claim(engine)
    with transaction(engine) as connection:
        ended(connection, one, a_reading(1, message_id=""))
        mail = inbox.load(connection, [two])[0]
        later = a_reading(1, message_id="", received_at=NOW + minutes * MINUTE)

        assert (inbox.same_message(connection, later, mail) is not None) is same


@pytest.mark.parametrize("state", ["undecided", "duplicate_message"])
def test_only_what_was_decided_is_an_earlier_entry(engine: Engine, state: str) -> None:
    """S1.3: a copy is folded into the entry that was decided, not into one that waits or was folded itself."""
    kept(engine, 1, 2)
    one, two = _claim(engine)
    with transaction(engine) as connection:
        if state == "duplicate_message":
            ended(connection, one, a_reading(1), outcome=state)
        mail = inbox.load(connection, [two])[0]

        assert inbox.same_message(connection, a_reading(1), mail) is None
