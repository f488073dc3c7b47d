"""This daemon's word that it lives, and its look after those that say nothing any more (S1.2).

Several machines may share a database; none of them leads.  A daemon that cannot say its word in time, because the
database is away or the machine stood still, must take its claims for lost: until it has said it again it sends nothing
of what it had claimed.
"""

import time

import structlog

from daemon.clock import SharedClock
from daemon.health import Health
from daemon.store import nodes
from daemon.store.database import Engine, reading, transaction

BEAT_SECONDS = 3
MARGIN_SECONDS = 3.0
"""So long before the others give us up we give ourselves up."""

log = structlog.get_logger()


class Heartbeat:
    """Beats every few seconds, and covers for others, in threads that the workshop runs."""

    def __init__(self, engine: Engine, name: str, *, clock: SharedClock, health: Health) -> None:
        self._engine = engine
        self._name = name
        self._clock = clock
        self._health = health
        self._sure_until = 0.0
        nodes.name_sessions(engine, name)

    def is_believed(self) -> bool:
        """Tell whether what we claimed is certainly ours still."""
        return _standing_still_counts() < self._sure_until

    def begin(self) -> None:
        """Say for the first time that we live.

        Raises:
            Temporary: the database is away.
        """
        with transaction(self._engine) as connection:
            nodes.forget_the_long_silent(connection)
        self.beat()

    def beat(self) -> bool:
        """Say that we live, and compare clocks; tells whether we go by another time than before.

        Raises:
            Temporary: the database is away.
        """
        began, asked_at = _standing_still_counts(), self._clock()
        with transaction(self._engine) as connection:
            shared = nodes.say_alive(connection, self._name)
        self._sure_until = began + nodes.BELIEVED.total_seconds() - MARGIN_SECONDS
        is_changed = self._clock.compare(shared, asked_at=asked_at)
        if is_changed:
            ahead = self._clock.ahead.total_seconds()
            log.warning("clock.corrected", ahead=round(ahead, 1))
            self._health.report("clock", _trouble(ahead))
        return is_changed

    def cover(self) -> None:
        """Give back what daemons hold that have been silent for too long.

        Raises:
            Temporary: the database is away.
        """
        with reading(self._engine) as connection:
            silent = nodes.silent_holders(connection)
        for name in silent:
            with transaction(self._engine) as connection:
                nodes.end_sessions(connection, name)
            with transaction(self._engine) as connection:
                released = nodes.cover(connection, name)
            if released is not None:
                log.warning("node.covered", node=name, mails=released)

    def end(self) -> None:
        """Say that we end; nothing is ours any more.

        Raises:
            Temporary: the database is away.
        """
        self._sure_until = 0.0
        with transaction(self._engine) as connection:
            nodes.say_ended(connection, self._name)


def _standing_still_counts() -> float:
    """Return seconds that go on while the process is stopped, or the machine asleep."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _trouble(ahead: float) -> str:
    if abs(ahead) < 1:
        return ""
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"this machine's clock is {abs(ahead):.0f} s {way} the database's, by which we go: "
        "set both right (NTP), so that all machines agree"
    )
