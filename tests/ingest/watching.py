"""A watch over a mailbox, running in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from daemon.clock import system_clock
from daemon.ingest.watch import MailboxHealth, Rhythm, Station, Watch, WatchState
from daemon.model.setup import ImapSettings, Security
from tests.ingest.running import Store, configuration
from tests.servers import dovecot as dovecots
from tests.waiting import wait_for

QUICK = Rhythm(retries=(0.1, 0.2), retries_refused=(0.2,), claim=0.1)


def settings_for(mailbox: dovecots.Mailbox) -> ImapSettings:
    """Return settings that reach a test mailbox over TLS."""
    return ImapSettings(
        mailbox="support",
        host="localhost",
        port=mailbox.imaps_port,
        security=Security.TLS,
        user=mailbox.user,
        password=mailbox.password,
        ca_file=mailbox.ca_file,
    )


@dataclass(slots=True)
class Watching:
    """A running watch, and what it reports."""

    thread: threading.Thread
    stop: threading.Event
    reports: list[MailboxHealth] = field(default_factory=list)

    def wait_until(self, state: WatchState, *, seconds: float = 20) -> MailboxHealth:
        """Return the last report once it is of this state."""
        wait_for(
            lambda: self.reports and self.reports[-1].state is state, seconds=seconds, what=f"the watch is {state}"
        )
        return self.reports[-1]

    def end(self, *, seconds: float = 20) -> None:
        """Stop it, and fail if it takes longer than that."""
        self.stop.set()
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"the watch did not stop within {seconds} s"


@contextmanager
def watching(
    settings: ImapSettings,
    store: Store,
    *,
    rhythm: Rhythm = QUICK,
    watcher: str = "here",
    max_message_octets: int = 25 * 2**20,
) -> Iterator[Watching]:
    """Watch a mailbox until the end of the block."""
    config = configuration(max_message_octets=max_message_octets)
    reports: list[MailboxHealth] = []
    station = Station(store.engine, store.intake, system_clock, lambda: config, watcher, reports.append, rhythm)
    stop = threading.Event()
    watch = Watch(replace(settings), station, stop=stop)
    running = Watching(threading.Thread(target=watch.run, name=f"watch {watcher}", daemon=True), stop, reports)
    running.thread.start()
    try:
        yield running
    finally:
        running.end()
