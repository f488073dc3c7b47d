"""The one place that reads the clock; everything else takes an instant as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
TOLERATED = timedelta(seconds=2)
"""By so much the clocks of machines that share a database may differ without anybody minding."""


def system_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class SharedClock:
    """A clock that is put right by one that several machines share; small differences are left alone."""

    def __init__(self, clock: Clock, *, ahead: timedelta = timedelta(0)) -> None:
        """Go by `clock`, which is `ahead` of the shared one as far as is known."""
        self._clock = clock
        self.ahead = ahead

    def __call__(self) -> datetime:
        """Return the present instant, as put right."""
        return self._clock() - self.ahead

    def compare(self, shared: datetime, *, asked_at: datetime) -> bool:
        """Go by the shared clock where ours differs; tells whether that changed the time we go by.

        Args:
            shared: what the shared clock showed, at some instant between `asked_at` and now.
            asked_at: what this clock showed before the question.
        """
        early, late = asked_at - shared, self() - shared
        gap = max(early, timedelta(0)) + min(late, timedelta(0))
        if abs(gap) < TOLERATED:
            return False
        self.ahead += gap
        return True


def fixed_clock(instant: datetime) -> Clock:
    """Return a clock that always shows `instant` (for `--now`, rehearsals and tests)."""
    if instant.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    return lambda: instant.astimezone(UTC)
