"""The pause of the whole delivery while the server takes no mail at all (S1.6): it grows, and ends with one success."""

from datetime import UTC, datetime, timedelta

import structlog

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=5)


class Pause:
    """Until when nothing is tried, and why."""

    def __init__(self) -> None:
        self.until = datetime.min.replace(tzinfo=UTC)
        self.reason = ""
        self._length = FIRST

    def grow(self, reason: str, now: datetime) -> None:
        """Pause: each time in a row twice as long, up to LONGEST."""
        self.reason, self.until = reason, now + self._length
        structlog.get_logger().error("delivery.server_away", reason=reason, pause_seconds=self._length.seconds)
        self._length = min(2 * self._length, LONGEST)

    def end(self) -> None:
        """Go on: the server answers again."""
        if self.reason:
            structlog.get_logger().info("delivery.server_back", after=self.reason)
        self.reason, self._length = "", FIRST
