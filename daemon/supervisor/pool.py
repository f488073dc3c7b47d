"""The reader processes: started, woken, watched, replaced, and settled for when they die (S1.2, S4.1).

A fork server, started while nothing else runs, holds the readers' imports: a new reader takes milliseconds and inherits
no thread, lock or connection.  One thread runs the pool; `wake` and `replace_all` may be called from any.
"""

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.connection import wait
from threading import Event

import structlog

from daemon.clock import SharedClock
from daemon.errors import Temporary
from daemon.model.setup import Config
from daemon.reader.aftermath import Death, settle
from daemon.reader.process import Order, serve
from daemon.reader.reading import Phase, Standing
from daemon.reader.stall import StallClock
from daemon.store.claims import give_back, size_of
from daemon.store.database import Engine, transaction
from daemon.supervisor.seat import Seat

LOOK_SECONDS = 0.25
LONGEST_STEP_SECONDS = 1.0
MOST_READERS = 3  # times as many as are wanted, those included that a long mail holds up
LARGE_OCTETS = 4 * 2**20
"""A mail of this size is slow by itself, and several times its size while it is read."""
DRAIN_SECONDS = 20.0
LONGEST_TURN_SECONDS = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

log = structlog.get_logger()
_context = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Start the fork server; call it before anything else, it needs half a second beside us."""
    _context.set_forkserver_preload(["daemon.reader.process"])
    forkserver.ensure_running()


class ReaderPool:
    """All readers of this daemon."""

    def __init__(
        self,
        engine: Engine,
        config: Callable[[], Config],
        *,
        name: str,
        clock: SharedClock,
        on_decided: Callable[[], None],
    ) -> None:
        """Prepare; `config` gives the configuration for the next reader, `on_decided` is told of decisions."""
        self._engine = engine
        self._config = config
        self._name = name
        self._clock = clock
        self._on_decided = on_decided
        self._seats: tuple[Seat, ...] = ()
        self._deaths: list[Death] = []
        self._number = 0
        self._pause, self._start_at = 0.0, 0.0
        self._turned_at = time.monotonic()
        self._slow_lane_wanted = Event()
        self._replacing = Event()
        self._ear, self._bell = os.pipe()
        os.set_blocking(self._bell, False)

    def wake(self) -> None:
        """Tell idle readers that mail was kept."""
        for seat in self._seats:
            seat.wake()

    def replace_all(self) -> None:
        """Have each reader replaced, after the mail in hand, by one with the present configuration."""
        self._replacing.set()
        self.nudge()

    def want_slow_lane(self) -> None:
        """Have mail that failed its reader read once more, alone."""
        self._slow_lane_wanted.set()
        self.nudge()

    def nudge(self) -> None:
        """Make the pool's thread look around now."""
        try:
            os.write(self._bell, b"!")
        except BlockingIOError:
            return

    @property
    def trouble(self) -> str:
        """Return what keeps readers from working, or nothing."""
        return "readers end as soon as they start: see the log" if self._pause >= 4 * FIRST_PAUSE else ""

    @property
    def is_turning(self) -> bool:
        """Tell whether the pool's thread still looks after the readers."""
        return time.monotonic() - self._turned_at < LONGEST_TURN_SECONDS

    def run(self, stop: Event) -> None:
        """Keep the readers going until `stop`; then let them finish what they have in hand."""
        while not stop.is_set():
            self._turned_at = time.monotonic()
            self._replace()
            self._fill()
            self._listen(LOOK_SECONDS)
            for seat in self._seats:
                seat.look()
            self._relieve()
            self._bury()
            self._settle()
        self._drain()

    def _fill(self) -> None:
        """Start the readers that are missing."""
        if time.monotonic() < self._start_at:
            return
        wanted = self._config().settings.readers or len(os.sched_getaffinity(0))
        present = [seat for seat in self._seats if not seat.leaving]
        missing = wanted - sum(not seat.slow_lane for seat in present)
        for _ in range(min(missing, MOST_READERS * wanted - len(self._seats))):
            self._start(slow_lane=False)
        if self._slow_lane_wanted.is_set() and not any(seat.slow_lane for seat in present):
            self._slow_lane_wanted.clear()
            self._start(slow_lane=True)

    def _start(self, *, slow_lane: bool) -> None:
        self._number += 1
        name = f"{self._name}reader{self._number}"
        ours, theirs = _context.Pipe()
        word = _context.RawValue("q", 0)
        order = Order(self._config(), name, slow_lane, self._clock.ahead)
        process = _context.Process(target=serve, args=(order, theirs, word), name=name)
        process.start()
        theirs.close()
        stall = StallClock(longest_step=LONGEST_STEP_SECONDS)
        self._seats = (*self._seats, Seat(name, slow_lane, process, ours, word, stall))

    def _replace(self) -> None:
        if self._replacing.is_set():
            self._replacing.clear()
            for seat in self._seats:
                seat.dismiss()

    def _relieve(self) -> None:
        """Let no mail wait behind a long one: what its reader had beside it is given back, and another takes over."""
        for seat in self._seats:
            if not seat.held_up_by or seat.leaving:
                continue
            try:
                self._relieve_one(seat)
            except Temporary as trouble:  # it gives back by itself when it ends
                log.warning("reader.paused", reason=str(trouble), pause=0)

    def _relieve_one(self, seat: Seat) -> None:
        """Have another reader take over, unless that would have one large mail more in memory (S1.5)."""
        with transaction(self._engine) as connection:
            if size_of(connection, seat.held_up_by) > LARGE_OCTETS:
                return
            seat.dismiss()
            give_back(connection, seat.name, but=seat.held_up_by)
        log.info("reader.relieved", reader=seat.name, mail=seat.held_up_by)
        self.wake()

    def _listen(self, seconds: float) -> None:
        """Wait for a reader to say something or to end, or for a nudge."""
        speaking = {seat.channel: seat for seat in self._seats if not seat.hung_up}
        ready = wait([*speaking, *(seat.process.sentinel for seat in self._seats), self._ear], timeout=seconds)
        if self._ear in ready:
            os.read(self._ear, 4096)
        heard = [seat.hear() for channel, seat in speaking.items() if channel in ready]
        if any(heard):
            self._on_decided()

    def _bury(self) -> None:
        """Take leave of readers that ended; one that failed while idle is restarted with growing pauses."""
        for seat in [seat for seat in self._seats if seat.ended]:
            self._seats = tuple(other for other in self._seats if other is not seat)
            death = seat.death()
            seat.close()
            failed = seat.process.exitcode != 0
            log.info("reader.ended", reader=seat.name, status=seat.process.exitcode)
            if failed:
                self._deaths.append(death)
            idle = failed and death.standing.phase is Phase.IDLE
            self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE) if idle else 0.0
            self._start_at = time.monotonic() + self._pause

    def _settle(self) -> None:
        """Settle for the dead; while the database is away they wait."""
        try:
            while self._deaths:
                settle(self._engine, self._deaths[0], now=self._clock())
                if self._deaths.pop(0).standing.phase is Phase.PARSING:
                    self.want_slow_lane()
        except Temporary as trouble:
            log.warning("reader.paused", reason=str(trouble), pause=LOOK_SECONDS)
        except Exception as failure:  # what this reader held is free when its lease runs out
            self._deaths.pop(0)
            log.error("part.crashed", part="readers", pause=0, exc_info=failure)

    def _drain(self) -> None:
        """Let readers finish the mail in hand, within a limit; then end them, which no mail is to blame for."""
        for seat in self._seats:
            seat.dismiss()
        end = time.monotonic() + DRAIN_SECONDS
        while not all(seat.ended for seat in self._seats) and time.monotonic() < end:
            self._listen(min(LOOK_SECONDS, max(0.0, end - time.monotonic())))
        for seat in self._seats:
            if not seat.ended:
                seat.process.kill()
                self._deaths.append(Death(seat.name, Standing(Phase.IDLE, 0), "was ended with the daemon"))
            seat.close()
        self._seats = ()
        self._settle()
