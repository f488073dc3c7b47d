"""The one writer of incoming mail: whoever takes mail from outside hands it in here and waits for the commit (S1.1).

Group commit: all that waits is written in one transaction by one thread, so that many clients share one fsync.  The
queue is bounded in entries and octets; past that, and whenever the database is in trouble, the answer is `Temporary`
(S1.5).  An entry that the database refuses for its own sake is found by writing its batch one by one, so that it
fails alone.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import structlog

from daemon.clock import Clock
from daemon.errors import Permanent, Temporary
from daemon.model.mail import Arrival, Envelope
from daemon.model.text import clean_text
from daemon.store import inbox
from daemon.store.database import Engine, transaction

BATCH_ENTRIES = 64
BATCH_OCTETS = 32 * 2**20
QUEUE_ENTRIES = 1_000
QUEUE_OCTETS = 256 * 2**20
PATIENCE_SECONDS = 60.0
"""How long `keep_now` waits for room in the queue: whoever calls it can wait, a client of the listener cannot."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Entry:
    arrival: Arrival = field(repr=False)
    refusal: str = ""  # why the client was told `5yz`; empty: the mail is stored
    done: "Future[None]" = field(default_factory=Future)

    @property
    def octets(self) -> int:
        return 0 if self.refusal else len(self.arrival.raw)


class Intake:
    """A bounded queue and the thread that commits what is in it."""

    def __init__(self, engine: Engine, clock: Clock, wake: Callable[[], None]) -> None:
        """Prepare; `wake` is called from the writer thread after each commit, and must not raise."""
        self._engine = engine
        self._clock = clock
        self._wake = wake
        self._queue: deque[_Entry] = deque()
        self._octets = 0  # queued and being written
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    def start(self) -> None:
        """Start the writer thread."""
        self._thread.start()

    def close(self) -> None:
        """Take nothing more, commit what was taken, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def keep(self, arrival: Arrival) -> "Future[None]":
        """Store a mail; the future resolves after the commit and not before.

        It fails with `Temporary` where the queue is full or the database in trouble, and with `Permanent` where the
        database refuses this very mail.
        """
        return self._submit(_Entry(_clean(arrival)), patience=0.0)

    def reject(self, arrival: Arrival, *, reason: str) -> "Future[None]":
        """Record that a mail was refused with `5yz` (S1.2): its envelope is stored, its octets are not."""
        return self._submit(_Entry(_clean(arrival), reason), patience=0.0)

    def keep_now(self, arrivals: Sequence[Arrival]) -> tuple[bool, ...]:
        """Store mails and wait for the commit; there is room for them sooner or later.

        Returns:
            For each mail whether it is stored; False: the database refuses this very mail, and why was logged.

        Raises:
            Temporary: the database is in trouble; what of these mails is stored is unknown.
        """
        futures = [self._submit(_Entry(_clean(arrival)), patience=PATIENCE_SECONDS) for arrival in arrivals]
        return tuple([_is_stored(future) for future in futures])

    @property
    def queued_octets(self) -> int:
        """Return how many octets wait for a commit."""
        return self._octets

    def _submit(self, entry: _Entry, *, patience: float) -> "Future[None]":
        """Queue an entry, or fail it where there is no room within `patience` seconds."""
        entry.done.set_running_or_notify_cancel()  # from here on a client that goes away cannot cancel it
        end = time.monotonic() + patience
        with self._changed:
            while (trouble := self._why_not(entry)) and (left := end - time.monotonic()) > 0 and not self._closing:
                self._changed.wait(left)
            if not trouble:
                self._octets += entry.octets
                self._queue.append(entry)
                self._changed.notify_all()
        if trouble:
            entry.done.set_exception(Temporary(trouble))
        return entry.done

    def _why_not(self, entry: _Entry) -> str:
        if self._closing:
            return "supportd is stopping"
        too_many = len(self._queue) >= QUEUE_ENTRIES
        too_large = self._octets > 0 and self._octets + entry.octets > QUEUE_OCTETS
        return "too much incoming mail waits to be stored" if too_many or too_large else ""

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._commit(batch)
            finally:
                with self._changed:
                    self._octets -= sum(entry.octets for entry in batch)
                    self._changed.notify_all()

    def _next_batch(self) -> list[_Entry]:
        """Wait for entries and take some, oldest first; empty: the intake was closed and all is written."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            batch: list[_Entry] = []
            octets = 0
            while self._queue and len(batch) < BATCH_ENTRIES and (not batch or octets < BATCH_OCTETS):
                batch.append(self._queue.popleft())
                octets += batch[-1].octets
            return batch

    def _commit(self, batch: list[_Entry]) -> None:
        try:
            self._write(batch)
        except Temporary as trouble:
            log.warning("intake.deferred", entries=len(batch), reason=str(trouble))
            _fail(batch, trouble)
        except Exception as trouble:  # noqa: BLE001  # the loop's unit of work: it must not end the thread
            self._isolate(batch, trouble)
        else:
            for entry in batch:
                entry.done.set_result(None)
            self._wake()

    def _isolate(self, batch: list[_Entry], trouble: Exception) -> None:
        """Find the entry that failed the others by writing each one alone."""
        if len(batch) > 1:
            for entry in batch:
                self._commit([entry])
            return
        reason = str(trouble).partition("\n")[0]  # what follows shows the values, and so the mail
        log.error("intake.failed", octets=batch[0].octets, reason=reason)
        _fail(batch, Permanent(f"the database refuses this mail ({type(trouble).__name__})"))

    def _write(self, batch: Sequence[_Entry]) -> None:
        now = self._clock()
        with transaction(self._engine) as connection:
            inbox.keep(connection, [entry.arrival for entry in batch if not entry.refusal], now=now)
            for entry in batch:
                if entry.refusal:
                    inbox.record_rejected(connection, entry.arrival, now=now, reason=entry.refusal)


def _fail(batch: Sequence[_Entry], trouble: Exception) -> None:
    for entry in batch:
        entry.done.set_exception(trouble)


def _is_stored(future: "Future[None]") -> bool:
    try:
        future.result()
    except Permanent:
        return False
    return True


def _clean(arrival: Arrival) -> Arrival:
    """Return the arrival with words that every database takes: no NUL, no lone surrogate."""
    path = arrival.envelope.reverse_path
    envelope = Envelope(
        reverse_path=None if path is None else clean_text(path),
        recipients=tuple(clean_text(recipient) for recipient in arrival.envelope.recipients),
        peer=clean_text(arrival.envelope.peer),
        greeting=clean_text(arrival.envelope.greeting),
    )
    source, source_key = clean_text(arrival.source), clean_text(arrival.source_key)
    return replace(arrival, source=source, source_key=source_key, envelope=envelope)
