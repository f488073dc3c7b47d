"""Which parts of the daemon can do their job, and what is wrong with those that cannot (S1.6)."""

import threading
from dataclasses import dataclass
from datetime import datetime

import structlog

from daemon.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part: `trouble` says what is wrong and what to mend; empty: it does its job."""

    part: str
    trouble: str
    since: datetime


class Health:
    """The table of parts; any thread may report and read."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._parts: dict[str, PartHealth] = {}

    def report(self, part: str, trouble: str) -> None:
        """Note how a part is; a change is logged once."""
        with self._lock:
            before = self._parts.get(part)
            if before and before.trouble == trouble:
                return
            since = before.since if before and bool(before.trouble) == bool(trouble) else self._clock()
            self._parts[part] = PartHealth(part, trouble, since)
        if trouble and not (before and before.trouble):
            log.error("health.failed", part=part, trouble=trouble)
        elif before and before.trouble and not trouble:
            log.info("health.recovered", part=part)

    def forget(self, part: str) -> None:
        """Drop a part that is no longer configured."""
        with self._lock:
            self._parts.pop(part, None)

    def parts(self) -> tuple[PartHealth, ...]:
        """Return every part, by name."""
        with self._lock:
            return tuple(sorted(self._parts.values(), key=lambda part: part.part))
