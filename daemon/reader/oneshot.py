"""Reading all that waits, now, for a command (`supportd ingest`): with the same protection as the daemon gives.

The mail is read in a forked child, so that a hostile one cannot take the command down; a fork is quick, and safe while
the command has one thread.
"""

import multiprocessing
import signal
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from daemon.claimant import own_name
from daemon.clock import Clock, system_clock
from daemon.desk import Desk
from daemon.errors import Temporary
from daemon.reader.aftermath import Death, cause_of, limit_of, settle
from daemon.reader.process import Word, bound_memory
from daemon.reader.reading import Phase, Reader, Standing, read_batch
from daemon.reader.stall import StallClock
from daemon.receive import Received
from daemon.store.claims import slow_lane_waits
from daemon.store.database import open_database, reading

LOOK_SECONDS = 0.25
MOST_IDLE_DEATHS = 3
"""So many children in a row that die without a mail in hand tell of trouble that another child would not mend."""

Result = tuple[int, Received]


def read_all(desk: Desk, clock: Clock) -> int:
    """Read every mail that waits; returns how many came to their outcome.  Like `read_each`, at once."""
    return sum(1 for _ in read_each(desk, clock))


def read_each(desk: Desk, clock: Clock) -> Iterator[Result]:
    """Read every mail that waits; gives each mail's id and how it ended, in order of receipt.

    Mail on which a child died or stalled is read once more alone, then quarantined (S1.2).  Mail that another process
    has claimed, or that our own failure set aside, is left out.

    Args:
        desk: used in this process; its pooled connections are closed, a child opens its own.
        clock: by which mail is decided (`--now`).

    Raises:
        Temporary: the database is away.
    """
    slow_lane, number, again, idle_deaths = False, 0, True, 0
    while again:
        number += 1
        child = _start(desk, clock, name=f"{own_name()}once{number}", slow_lane=slow_lane)
        try:
            died = yield from child.results()
        finally:
            child.end(desk)
        with reading(desk.engine) as connection:
            slow_lane_next = slow_lane_waits(connection, now=system_clock())
        idle_deaths = idle_deaths + 1 if died and child.was_idle else 0
        if idle_deaths == MOST_IDLE_DEATHS:
            raise Temporary(f"no mail could be read: each process for it {cause_of(child.process.exitcode)}")
        again = slow_lane_next or died
        slow_lane = slow_lane_next and (slow_lane or not died)  # the ordinary ones first


@dataclass(slots=True)
class _Child:
    """A forked reader."""

    name: str
    slow_lane: bool
    process: BaseProcess
    channel: Connection
    word: Word
    cause: str = ""

    def results(self) -> Generator[Result, None, bool]:
        """Give what the child read until it ends; returns (by `yield from`) whether it died."""
        stall = StallClock(longest_step=2 * LOOK_SECONDS)
        while True:
            ready = wait([self.channel], timeout=LOOK_SECONDS)
            if ready:
                try:
                    message = self.channel.recv()
                except EOFError:
                    break
                if isinstance(message, Temporary):
                    raise message
                yield message
            elif self._is_stalled(stall):
                self.process.kill()
        self.process.join()
        return self.process.exitcode != 0

    def _is_stalled(self, stall: StallClock) -> bool:
        limit = limit_of(Standing.unpacked(self.word.value).phase, slow_lane=self.slow_lane)
        if stall.look(self.word.value, at=time.monotonic()) <= limit:
            return False
        self.cause = f"took longer than {limit:g} s to read"
        return True

    @property
    def was_idle(self) -> bool:
        """Tell whether the child had no mail in hand at the end."""
        return Standing.unpacked(self.word.value).phase is Phase.IDLE

    def end(self, desk: Desk) -> None:
        """Settle what the child left behind; a child that still runs is no longer wanted."""
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            self.word.value = Standing.unpacked(0).packed()  # ended by us: no mail is to blame
        cause = self.cause or cause_of(self.process.exitcode)
        self.channel.close()
        if self.process.exitcode != 0:
            settle(desk.engine, Death(self.name, Standing.unpacked(self.word.value), cause), now=system_clock())


def _start(desk: Desk, clock: Clock, *, name: str, slow_lane: bool) -> _Child:
    """Fork a reader; no open connection or unwritten output may pass over to it."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    word: Word = context.RawValue("q", 0)
    desk.engine.dispose()
    sys.stdout.flush()
    sys.stderr.flush()

    def say(standing: int) -> None:
        word.value = standing

    reader = Reader(desk, name, slow_lane, clock, say)
    process = context.Process(target=_serve, args=(reader, theirs), name=name)
    process.start()
    theirs.close()
    return _Child(name, slow_lane, process, ours, word)


def _serve(reader: Reader, channel: Connection) -> None:
    """Read in the child until nothing waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    bound_memory()
    desk = replace(reader.desk, engine=open_database(reader.desk.config.settings.database_url))
    own = replace(reader, desk=desk)
    try:
        while _send_batch(own, channel):
            continue
    except Temporary as trouble:
        channel.send(Temporary(str(trouble)))


def _send_batch(reader: Reader, channel: Connection) -> bool:
    """Read one batch; False: nothing waited."""
    read = False
    for mail, received in read_batch(reader):
        read = True
        if received:
            channel.send((mail, received))
    return read
