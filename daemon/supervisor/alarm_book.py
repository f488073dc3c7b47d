"""When an alarm is told (S1.6): after a short grace, again with growing pauses, and once when all is well again.

One episode holds every trouble from the first to the last: several stand in one mail.  A part that fails, recovers and
fails again within an episode is no news; it stands in the next mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.health import PartHealth

GRACE = timedelta(seconds=60)
"""A trouble that lasts shorter is not told: a server that restarts is none."""
SETTLED = timedelta(minutes=2)
"""So long everything must have been well for an episode to be over."""
PAUSES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long it takes until the same is told again; the last holds from then on."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one alarm says: what is wrong, and what was told as wrong and is mended."""

    troubles: tuple[PartHealth, ...]
    mended: tuple[PartHealth, ...]
    again_at: datetime | None  # None: the episode is over


@dataclass(frozen=True, slots=True)
class Episode:
    """What was told since all was well: the parts, how often, and when it is told again."""

    parts: frozenset[str]
    tellings: int
    again_at: datetime


def next_telling(episode: Episode | None, parts: Sequence[PartHealth], *, now: datetime) -> Telling | None:
    """Return what has to be told now, or None.

    Args:
        episode: what was told already; None: nothing since all was well.
        parts: how every part does now.
        now: time-zone aware.
    """
    failing = tuple(part for part in parts if part.trouble)
    if not failing:
        return _end(episode, parts, now) if episode else None
    lasting = {part.part for part in failing if now - part.since >= GRACE}
    if episode is None:
        return Telling(failing, (), now + PAUSES[0]) if lasting else None
    mended = tuple(part for part in parts if part.part in episode.parts and not part.trouble)
    if lasting - episode.parts:
        return Telling(failing, mended, now + PAUSES[0])
    if now >= episode.again_at:
        return Telling(failing, mended, now + PAUSES[min(episode.tellings, len(PAUSES) - 1)])
    return None


def after(episode: Episode | None, telling: Telling) -> Episode | None:
    """Return the episode once this was told; None: it is over."""
    if telling.again_at is None:
        return None
    told = frozenset(part.part for part in telling.troubles)
    known = episode.parts if episode else frozenset()
    tellings = 1 if told - known or episode is None else episode.tellings + 1
    return Episode(known | told, tellings, telling.again_at)


def _end(episode: Episode, parts: Sequence[PartHealth], now: datetime) -> Telling | None:
    """Return the last mail of an episode, once everything that was told has been well for a while."""
    mended = tuple(part for part in parts if part.part in episode.parts)
    settled = all(now - part.since >= SETTLED for part in mended)
    return Telling((), mended, None) if settled else None
