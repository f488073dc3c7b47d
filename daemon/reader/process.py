"""A reader process of the running daemon: it waits until woken, reads what waits, and ends when told to.

It talks with the supervisor through one socket, a byte a message: `WAKE` and `QUIT` come in, `DECIDED` goes out; when
the supervisor is gone, so is the other end, and the reader ends.  What it is doing stands in one shared word.
"""

import gc
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from daemon.claimant import node_of
from daemon.clock import SharedClock, system_clock
from daemon.desk import open_desk
from daemon.errors import Temporary
from daemon.log import configure
from daemon.model.setup import Config
from daemon.outage import Outage
from daemon.reader.reading import Reader, read_batch
from daemon.store.claims import give_back
from daemon.store.database import transaction
from daemon.store.nodes import name_sessions

WAKE, QUIT, DECIDED = b"w", b"q", b"d"
POLL_SECONDS = 1.0  # several machines may share a database: nobody wakes us for what another one kept
MEMORY_OCTETS = 2**30  # S4.1
GROWTH_OCTETS = 256 * 2**20
GARBAGE_BEFORE_LOOKING = 20_000  # objects: about ten mails
MAILS_BEFORE_RECYCLING = 5_000
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 3.0

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """What a reader process is started with."""

    config: Config
    name: str
    slow_lane: bool
    ahead: timedelta  # by so much the system's clock is ahead of the one we go by


class Word(Protocol):
    """One word of memory that the supervisor sees too."""

    value: int


def serve(order: Order, channel: Connection, word: Word) -> None:
    """Read mail until told to end, or until it is time to be replaced by a fresh process."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # these are meant for the supervisor, which tells us
    configure()
    bound_memory()
    line = _Line(channel)
    clock = SharedClock(system_clock, ahead=order.ahead)
    desk = _patiently(line, lambda: open_desk(order.config, now=clock(), flushes=False))
    if desk is None:
        return
    name_sessions(desk.engine, node_of(order.name))
    _keep_what_is_loaded()
    log.info("reader.started", reader=order.name, slow_lane=order.slow_lane)

    def say(standing: int) -> None:
        word.value = standing

    try:
        _work(Reader(desk, order.name, order.slow_lane, clock, say), line)
    except Exception as failure:  # the process's unit of work: the log must have it as one line
        log.error("reader.failed", reader=order.name, exc_info=failure)
        sys.exit(1)


def bound_memory() -> None:
    """Bound what this process may add to its memory (S4.1); a dead reader leaves no core file with customers' mail.

    A forked reader begins with its parent's address space, which is not the mail's fault.
    """
    limit = _address_space() + MEMORY_OCTETS
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _keep_what_is_loaded() -> None:
    """Look no more for garbage in what the program itself is made of, and more rarely in what each mail leaves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_BEFORE_LOOKING)


def _address_space() -> int:
    """Return the octets of address space in use (proc_pid_statm(5))."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


class _Line:
    """The reader's end of the socket."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._ear = select.poll()
        self._ear.register(channel.fileno(), select.POLLIN)
        self.is_over = False

    def listen(self, seconds: float) -> bool:
        """Wait for a word of the supervisor; True: go on, False: end."""
        if self.is_over:
            return False
        try:
            heard = os.read(self._channel.fileno(), 4096) if self._ear.poll(seconds * 1000) else WAKE
        except OSError:
            heard = b""
        self.is_over = not heard or QUIT in heard
        return not self.is_over

    def tell(self, message: bytes) -> None:
        """Tell the supervisor; one that is gone will be noticed when listening."""
        try:
            os.write(self._channel.fileno(), message)
        except OSError:
            self.is_over = True


def _work(reader: Reader, line: _Line) -> None:
    begun_with = _resident()
    read = 0
    while line.listen(0):
        newly = _patiently(line, lambda: _read_some(reader, line))
        if newly is None:
            break
        read += newly
        if read >= MAILS_BEFORE_RECYCLING or _resident() - begun_with > GROWTH_OCTETS:
            break
        if not newly and (reader.slow_lane or not line.listen(POLL_SECONDS)):
            break
    _patiently(line, lambda: _give_back(reader))


def _read_some(reader: Reader, line: _Line) -> int:
    """Read one batch; stops early when told to end.  Returns how many mails were read."""
    read = 0
    try:
        for _mail, received in read_batch(reader):
            read += 1
            if received:
                line.tell(DECIDED)
            if not line.listen(0):
                break
    except Temporary as trouble:
        log.warning("reader.paused", reader=reader.name, reason=str(trouble))
        _patiently(line, lambda: _give_back(reader))  # what is still claimed is read later, by whoever is free
    return read


def _give_back(reader: Reader) -> bool:
    with transaction(reader.desk.engine) as connection:
        give_back(connection, reader.name)
    return True


def _patiently(line: _Line, work: Callable[[], T]) -> T | None:
    """Do `work`, again with growing pauses while the database is away; None: told to end meanwhile."""
    pause, outage = FIRST_PAUSE, Outage()
    while True:
        try:
            return work()
        except Temporary as trouble:
            if outage.is_news():
                log.warning("reader.paused", reason=str(trouble), away=outage.seconds)
        if not line.listen(pause):
            return None
        pause = min(pause * 2, LONGEST_PAUSE)


def _resident() -> int:
    """Return how many octets of memory this process has at most held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
