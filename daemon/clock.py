"""The one place that reads the clock; everything else takes an instant as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(instant: datetime) -> Clock:
    """Return a clock that always shows `instant` (for `--now`, rehearsals and tests)."""
    if instant.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    return lambda: instant.astimezone(UTC)
