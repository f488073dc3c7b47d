"""A part of the daemon that runs in a thread of its own, and is started again, with growing pauses, when it fails."""

import threading
import time
from collections.abc import Callable

import structlog

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_SECONDS = 60.0
"""A part that ran for so long starts over with the shortest pause, and counts as mended."""

log = structlog.get_logger()


class Part:
    """A thread around `work`, which runs until the event that it is given is set."""

    def __init__(self, name: str, work: Callable[[threading.Event], None]) -> None:
        self.name = name
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._failure = ""
        self._failed_at = 0.0

    def start(self) -> "Part":
        """Start the thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ask the part to end; returns at once."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; tells whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def trouble(self) -> str:
        """Return why the part failed lately, or nothing."""
        recent = self._failure and time.monotonic() - self._failed_at < STEADY_SECONDS
        return f"{self._failure}; it was started again" if recent else ""

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._work(self._stop)
            except Exception as failure:  # the part's unit of work: the daemon goes on without it
                pause = FIRST_PAUSE if time.monotonic() - began > STEADY_SECONDS else pause
                self._failure, self._failed_at = f"{type(failure).__name__}: {failure}", time.monotonic()
                log.error("part.crashed", part=self.name, pause=pause, exc_info=failure)
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
