"""Weekly hours: half-open spans of the week on somebody's wall clock."""

from dataclasses import dataclass
from datetime import datetime, time

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes `start` (included) to `end` (excluded) after midnight of `weekday` (Monday is 0)."""

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no span of one day."""
        if not (0 <= self.weekday <= 6 and 0 <= self.start < self.end <= MINUTES_A_DAY):
            raise ValueError(f"no span of a day: {self.weekday} {self.start}-{self.end}")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The spans of a week, sorted; a span that crosses midnight is kept as two."""

    spans: tuple[Span, ...]

    @classmethod
    def always(cls) -> "WeeklyHours":
        """Return hours that never close."""
        return cls(tuple(Span(day, 0, MINUTES_A_DAY) for day in range(7)))

    def include(self, local: datetime) -> bool:
        """Tell whether the wall-clock time `local` lies inside the hours (half-open)."""
        minute = local.hour * 60 + local.minute
        return any(s.weekday == local.weekday() and s.start <= minute < s.end for s in self.spans)

    def opening(self, weekday: int) -> time | None:
        """Return when the hours first open on `weekday`, or None if they do not."""
        start = next((s.start for s in self.spans if s.weekday == weekday), None)
        return None if start is None else time(start // 60, start % 60)
