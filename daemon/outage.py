"""How the log hears of a trouble that lasts: as it begins, again after silences that grow, and when it is over (S1.6).

What is tried again every few seconds for days would fill the log; a line an hour tells as much.
"""

import time
from collections.abc import Callable

FIRST_SILENCE, LONGEST_SILENCE = 60.0, 3_600.0


class Outage:
    """One trouble that comes and goes; used by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin well; `clock` gives seconds and is never set."""
        self._clock = clock
        self._began: float | None = None
        self._kind = ""
        self._tell_at, self._silence = 0.0, FIRST_SILENCE

    def is_news(self, kind: str = "") -> bool:
        """Note that it failed once more; tells whether the log should hear of it: another kind of trouble is news."""
        now = self._clock()
        if self._began is None:
            self._began = now
        if kind != self._kind or self._began == now:
            self._kind, self._tell_at, self._silence = kind, now, FIRST_SILENCE
        if now < self._tell_at:
            return False
        self._tell_at, self._silence = now + self._silence, min(2 * self._silence, LONGEST_SILENCE)
        return True

    @property
    def seconds(self) -> int:
        """Return for how long it has lasted; 0 where nothing is wrong."""
        return 0 if self._began is None else round(self._clock() - self._began)

    def end(self) -> int:
        """Note that all is well; return for how many seconds it was not."""
        lasted, self._began = self.seconds, None
        return lasted
