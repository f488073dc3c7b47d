"""How long a reader has been at one thing, as far as the one who watches was itself running."""

ORDINARY_SECONDS = 2.0
SLOW_LANE_SECONDS = 10.0
"""How long parsing one mail may take (S4.1)."""

RELIEF_SECONDS = 0.5
"""For how long other mail waits behind the one that an ordinary reader parses; then another reader takes it (S4.1)."""

DECIDING_SECONDS = 120.0
"""How long deciding may take, waits for the database included; past it the reader is stuck through our own fault."""


class StallClock:
    """Adds up the time for which a word stayed the same, looked at again and again.

    Between two looks at most `longest_step` seconds count: when the whole daemon is stopped, or the machine asleep, its
    readers stand still too, and no mail is to blame.
    """

    def __init__(self, *, longest_step: float) -> None:
        self._longest_step = longest_step
        self._word = 0
        self._seconds = 0.0
        self._looked_at: float | None = None

    def look(self, word: int, *, at: float) -> float:
        """Return for how many seconds `word` has been seen; `at` is a monotonic time in seconds."""
        step = 0.0 if self._looked_at is None else min(at - self._looked_at, self._longest_step)
        self._seconds = self._seconds + step if word == self._word else 0.0
        self._word, self._looked_at = word, at
        return self._seconds
