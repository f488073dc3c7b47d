"""One reader process, as its supervisor sees it."""

import os
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog

from daemon.reader.aftermath import Death, cause_of, limit_of
from daemon.reader.process import DECIDED, QUIT, WAKE, Word
from daemon.reader.reading import Phase, Standing
from daemon.reader.stall import RELIEF_SECONDS, StallClock

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Seat:
    """A running reader: its process, its socket and its shared word."""

    name: str
    slow_lane: bool
    process: BaseProcess
    channel: Connection
    word: Word
    stall: StallClock
    leaving: bool = False  # told to end
    hung_up: bool = False  # its end of the socket is closed
    cause: str = ""  # why we killed it
    held_up_by: int = 0  # the mail that it has been parsing for longer than others should wait
    _doomed: int = field(default=0, repr=False)  # its word when we killed it

    def __post_init__(self) -> None:
        """Never block on a reader that does not listen."""
        os.set_blocking(self.channel.fileno(), False)

    @property
    def ended(self) -> bool:
        """Tell whether the process is gone."""
        return self.process.exitcode is not None

    def wake(self) -> None:
        """Tell an idle reader that mail was kept; one at work will look by itself."""
        if Standing.unpacked(self.word.value).phase is Phase.IDLE:
            self._tell(WAKE)

    def dismiss(self) -> None:
        """Tell the reader to end after the mail in hand."""
        if not self.leaving:
            self._tell(QUIT)
            self.leaving = True

    def hear(self) -> bool:
        """Take what the reader said; tells whether it decided on a mail."""
        try:
            heard = os.read(self.channel.fileno(), 4096)
        except BlockingIOError:
            return False
        except OSError:
            heard = b""
        self.hung_up = not heard
        return DECIDED in heard

    def look(self) -> None:
        """Look how long the reader has been at one thing: it may hold up others, and past its limit it is killed."""
        word = self.word.value
        standing = Standing.unpacked(word)
        limit = limit_of(standing.phase, slow_lane=self.slow_lane)
        spent = self.stall.look(word, at=time.monotonic())
        is_long = standing.phase is Phase.PARSING and spent > RELIEF_SECONDS
        self.held_up_by = standing.mail if is_long and not self.slow_lane else 0
        if self.cause or spent <= limit:
            return
        self.cause = f"took longer than {limit:g} s to {'read' if standing.phase is Phase.PARSING else 'decide on'}"
        self._doomed = word
        log.warning("reader.stalled", reader=self.name, mail=standing.mail, reason=self.cause)
        self.process.kill()

    def death(self) -> Death:
        """Return how the reader ended; one that had gone on when our blow fell blames no mail."""
        word = self.word.value
        if self.cause and word != self._doomed:
            word = Standing(Phase.IDLE, 0).packed()
        return Death(self.name, Standing.unpacked(word), self.cause or cause_of(self.process.exitcode))

    def close(self) -> None:
        """Let go of the process and its socket."""
        self.channel.close()
        self.process.join()

    def _tell(self, message: bytes) -> None:
        try:
            os.write(self.channel.fileno(), message)
        except OSError:  # full: it was told often enough; closed: its end will be noticed
            return
