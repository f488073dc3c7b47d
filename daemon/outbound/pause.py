"""The pause of the whole delivery while the server takes no mail at all (S1.6): it grows, and ends with one success.

A server that is merely away is tried every few seconds, so that mail leaves soon after it is back; one that answers
and refuses us is left alone for longer.  The log hears of it with pauses that always grow.
"""

from datetime import UTC, datetime, timedelta

import structlog

FIRST = timedelta(seconds=5)
LONGEST = timedelta(seconds=10)
LONGEST_REFUSED = timedelta(minutes=5)
LONGEST_SILENCE = timedelta(minutes=5)


class Pause:
    """Until when nothing is tried, and why."""

    def __init__(self) -> None:
        self.until = _LONG_AGO
        self.reason = ""
        self._length = FIRST
        self._told_again_at, self._silence = _LONG_AGO, FIRST

    def lasts(self, now: datetime) -> bool:
        """Tell whether nothing is to be tried now; the end of a pause that is too far ahead is of another clock."""
        return now < self.until <= now + LONGEST_REFUSED

    def grow(self, reason: str, now: datetime, *, is_refusal: bool = False) -> None:
        """Pause: each time in a row twice as long, up to the longest; `is_refusal`: the server answers."""
        length = min(self._length, LONGEST_REFUSED if is_refusal else LONGEST)
        self.reason, self.until = reason, now + length
        self._length = min(2 * self._length, LONGEST_REFUSED)
        if now >= self._told_again_at:
            structlog.get_logger().error("delivery.server_away", reason=reason, pause_seconds=length.seconds)
            self._told_again_at, self._silence = now + self._silence, min(2 * self._silence, LONGEST_SILENCE)

    def end(self) -> None:
        """Go on: the server answers again."""
        if self.reason:
            structlog.get_logger().info("delivery.server_back", after=self.reason)
        self.reason, self._length = "", FIRST
        self._told_again_at, self._silence = _LONG_AGO, FIRST


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
