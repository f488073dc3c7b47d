"""Taking in mail out of one file or folder: kept in batches, read, and told in order."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.clock import Clock, system_clock
from daemon.desk import Desk
from daemon.ingest.files import arrivals
from daemon.model.mail import Arrival
from daemon.model.text import clean_text
from daemon.reader import read_all
from daemon.store import inbox
from daemon.store.database import reading, transaction
from daemon.store.ends import End, ends_of, ids_of, still_waiting

BATCH_MAILS = 500
BATCH_OCTETS = 32 * 2**20
PATIENCE_SECONDS = 60.0
"""How long to wait for a running daemon that claimed our mail before we could."""
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Errand:
    """One path to take in: for which mailbox, received when, decided by which clock."""

    path: str
    mailbox: str
    received_at: datetime
    clock: Clock


def take_in(desk: Desk, errand: Errand, advance: Callable[[int], None]) -> Iterator[End]:
    """Keep and decide every mail under a path, and yield how each ended, in order.

    Args:
        desk: the open desk.
        errand: what to take in.
        advance: told how many octets were taken in, batch by batch.

    Raises:
        Permanent: the path cannot be read.
        Temporary: the database is away; what was kept is decided by the next reader.
    """
    limit = desk.config.settings.max_message_octets
    mails = arrivals(errand.path, mailbox=errand.mailbox, received_at=errand.received_at, limit=limit)
    for batch in _batches(mails):
        ids = _keep(desk, batch)
        read_all(desk, errand.clock)
        await_others(desk, ids)
        with reading(desk.engine) as connection:
            yield from ends_of(connection, ids, prefix=desk.config.plan.provider.prefix)
        advance(sum(len(mail.raw) for mail in batch))


def _batches(mails: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    """Cut a stream of mails into batches of bounded size."""
    while first := next(mails, None):
        batch, octets = [first], len(first.raw)
        for mail in itertools.islice(mails, BATCH_MAILS - 1):
            batch.append(mail)
            octets += len(mail.raw)
            if octets > BATCH_OCTETS:
                break
        yield batch


def _keep(desk: Desk, batch: Sequence[Arrival]) -> tuple[int, ...]:
    """Store a batch durably and return its ids, in order."""
    clean = [replace(mail, source=clean_text(mail.source)) for mail in batch]
    with transaction(desk.engine) as connection:
        inbox.keep(connection, clean, now=system_clock())
        return ids_of(connection, [mail.source_key for mail in clean])


def await_others(desk: Desk, ids: Sequence[int]) -> None:
    """Wait while a running daemon decides what it claimed of these mails; gives up after a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while time.monotonic() < end:
        with reading(desk.engine) as connection:
            if not still_waiting(connection, ids):
                return
        pause.wait(LOOK_SECONDS)
