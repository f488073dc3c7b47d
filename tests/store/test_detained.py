"""Detained mail and mailbox watches on both databases."""

from sqlalchemy import select

from daemon.model.effect import Detain, Settle
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.store import detained, mailboxes
from daemon.store.database import Engine, transaction
from daemon.store.inbox_tables import detained as rows
from daemon.store.mailboxes import Progress
from tests.store.making import DAY, MINUTE, NOW, kept


def _held(engine: Engine) -> int:
    kept(engine, 1)
    effect = Detain(kind=DetainedKind.HELD, reason="no MPOC", customer="acme", case=7, lapses_at=NOW + 14 * DAY)
    with transaction(engine) as connection:
        mail = detained.DetainedMail(1, "colleague@acme.example", "Phones", NOW)
        detained.insert_detained(connection, mail, effect)
        found: int = connection.execute(select(rows.c.id)).scalar_one()
    return found


def test_a_held_mail_is_kept_with_what_decides_on_it(engine: Engine) -> None:
    """R2.3: whose MPOC, which case, until when."""
    held = _held(engine)
    with transaction(engine) as connection:
        row = detained.lock_detained(connection, held)
        assert detained.lock_detained(connection, held + 1) is None

    assert row is not None
    assert (row.kind, row.state, row.customer, row.case_number) == ("held", "open", "acme", 7)
    assert (row.received_at, row.lapses_at) == (NOW, NOW + 14 * DAY)


def test_a_detention_ends_with_who_and_when(engine: Engine) -> None:
    """R2.3: released to the case that it opened."""
    held = _held(engine)
    with transaction(engine) as connection:
        effect = Settle(detained=held, state=DetainedState.RELEASED, at=NOW, actor="agent1", case=1042)
        detained.settle(connection, effect)
        row = detained.lock_detained(connection, held)

    assert row is not None
    assert (row.state, row.settled_by, row.settled_at, row.case_number) == ("released", "agent1", NOW, 1042)


def test_a_better_copy_discards_only_what_still_waits(engine: Engine) -> None:
    """S1.3: a detention that a person has ended stays as they ended it."""
    held = _held(engine)
    with transaction(engine) as connection:
        detained.settle(connection, Settle(detained=held, state=DetainedState.DECLINED, at=NOW, actor="agent1"))
        detained.discard_of(connection, 1, at=NOW, by="daemon")
        row = detained.lock_detained(connection, held)

    assert row is not None
    assert row.state == "declined"
    assert row.case_number == 7


def _watch(engine: Engine, watcher: str, minutes: int) -> bool:
    with transaction(engine) as connection:
        return mailboxes.claim_watch(connection, "support", watcher=watcher, now=NOW + minutes * MINUTE)


def test_a_watch_is_one_daemons_while_it_renews_it(engine: Engine) -> None:
    """S1.4: two daemons on one mailbox: one watches, the other takes over when the lease has run out."""
    assert _watch(engine, "one", 0)
    assert not _watch(engine, "two", 10)
    assert _watch(engine, "one", 10)
    assert not _watch(engine, "two", 20)
    assert _watch(engine, "two", 30)
    assert not _watch(engine, "one", 30)


def test_a_watch_given_back_is_free_at_once(engine: Engine) -> None:
    """S1.4: an orderly stop costs nobody the lease; nobody gives back another's watch."""
    assert _watch(engine, "one", 0)
    with transaction(engine) as connection:
        mailboxes.end_watch(connection, "support", watcher="two")
    assert not _watch(engine, "two", 0)
    with transaction(engine) as connection:
        mailboxes.end_watch(connection, "support", watcher="one")
    assert _watch(engine, "two", 0)


def test_progress_outlives_the_watch(engine: Engine) -> None:
    """S1.4: UIDVALIDITY and UID, 32 bit each, unsigned."""
    with transaction(engine) as connection:
        assert mailboxes.progress(connection, "support") == Progress(0, 0)
    assert _watch(engine, "one", 0)
    reached = Progress(4_294_967_295, 4_294_967_294, NOW)
    with transaction(engine) as connection:
        mailboxes.record_progress(connection, "support", reached, watcher="one")
        mailboxes.record_progress(connection, "support", Progress(1, 1), watcher="two")
    assert _watch(engine, "two", 20)
    with transaction(engine) as connection:
        assert mailboxes.progress(connection, "support") == reached
