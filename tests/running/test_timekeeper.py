"""The daemon's tick: at a start the mail of before is read first, but not waited for for ever (R5.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event

import pytest

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.setup import ImapSettings, Security
from daemon.posting import Posting
from daemon.store import mailboxes
from daemon.store.database import open_database, transaction
from daemon.supervisor.timekeeper import START_PATIENCE, Timekeeper
from tests.servers.migrated import migrate
from tests.store.making import NOW, a_decision, a_desk, opening

DAY_LATER = NOW + timedelta(days=7)
"""Long after the first response of a case that was opened at NOW has run out."""


@dataclass
class Running:
    """A daemon's timekeeper on a desk with a mailbox, and a clock that is a variable."""

    desk: Desk
    now: datetime = DAY_LATER
    done: list[datetime] = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    keeper: Timekeeper = field(init=False)

    def __post_init__(self) -> None:
        """Start the daemon."""
        self.keeper = Timekeeper(lambda: self.desk, lambda: self.now, on_done=lambda: self.done.append(self.now))

    def sweep(self, at: datetime) -> None:
        """Let the watch have completed a sweep that began at an instant."""
        name = self.desk.config.settings.imap[0].name
        with transaction(self.desk.engine) as connection:
            mailboxes.claim_watch(connection, name, watcher="watch", now=self.now)
            mailboxes.record_progress(connection, name, mailboxes.Progress(1, 1, at), watcher="watch")


@pytest.fixture
def running(database_url: str) -> Iterator[Running]:
    """A daemon that starts when a case's first response ran out days ago."""
    engine = open_database(database_url)
    migrate(engine)
    desk = a_desk(engine)
    with transaction(engine) as connection:
        apply(connection, a_decision(opening()), Posting(desk, NOW, None), cases=())
    mailbox = ImapSettings("support", "imap.desk.example", 993, Security.TLS, "support", "secret")
    settings = replace(desk.config.settings, imap=(mailbox,))
    yield Running(replace(desk, config=replace(desk.config, settings=settings)))
    engine.dispose()


def test_r5_6_a_start_waits_for_the_mailboxes(running: Running) -> None:
    """R5.6: a reply that was written while we were down is read before anybody is told of a breach."""
    running.keeper.tick(running.stop)
    assert running.done == []

    running.now += timedelta(seconds=15)
    running.sweep(running.now)
    running.keeper.tick(running.stop)

    assert len(running.done) > 0


def test_r3_3_a_start_waits_for_no_mailbox_that_is_away(running: Running) -> None:
    """R3.3: a mailbox that cannot be reached keeps breaches back for two minutes, no longer."""
    running.now += START_PATIENCE - timedelta(seconds=1)
    running.keeper.tick(running.stop)
    assert running.done == []

    running.now += timedelta(seconds=1)
    running.keeper.tick(running.stop)

    assert len(running.done) > 0


def test_once_it_has_begun_it_goes_on(running: Running) -> None:
    """R5.6: later on, mail that is just being read holds up nothing but endings by silence."""
    running.sweep(DAY_LATER)
    running.keeper.tick(running.stop)
    told = len(running.done)

    running.now += timedelta(days=30)
    running.keeper.tick(running.stop)

    assert told > 0
    assert len(running.done) == told  # the one clock ran out; nothing else is due


def test_told_to_stop_it_leaves_the_rest(running: Running) -> None:
    """S1.6: a long backlog does not keep the daemon from ending: one thing is done, the next start does the rest."""
    running.sweep(DAY_LATER)
    running.stop.set()
    running.keeper.tick(running.stop)
    begun = len(running.done)

    running.stop.clear()
    running.keeper.tick(running.stop)

    assert (begun, len(running.done) > 1) == (1, True)
