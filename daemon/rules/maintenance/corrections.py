"""When people are told that a window is not as they were told (R11.7).

At once; but a window that is changed again and again is corrected with growing pauses: two daemons with different
configuration files would else contradict each other for ever.
"""

from datetime import datetime, timedelta

from daemon.model.window import Told, Window
from daemon.rules.maintenance.known import CORRECTIONS, knows, last_told

PAUSES = (timedelta(0), timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Since the last correction, by how many there were within `LATELY`; the last for all further ones."""
LATELY = timedelta(days=1)


def correction_at(window: Window, told: tuple[Told, ...], now: datetime) -> datetime | None:
    """Return when those are to be told who expect a window otherwise than it is; None: nobody does, or it is over.

    Args:
        window: as it is.
        told: all that was told of it, the oldest first.
        now: the instant.
    """
    if not any(_misleads(one, window, now) for one in last_told(told).values()):
        return None
    rounds = sorted({one.at for one in told if one.step in CORRECTIONS and one.at > now - LATELY})
    return max(now, rounds[-1] + PAUSES[min(len(rounds), len(PAUSES) - 1)]) if rounds else now


def _misleads(one: Told, window: Window, now: datetime) -> bool:
    """Tell whether somebody expects a window otherwise than it will be; one that overran is not over.

    Nobody is told of a time that is past: whoever moves a window there has mistaken the month, or the year.
    """
    until = one.end if window.is_cancelled else window.end
    return until > now and not knows(one, window)
