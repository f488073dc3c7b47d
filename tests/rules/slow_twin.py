"""Business time done the slow way: every minute of half a year is written down, and walked one by one.

Nothing of `business_time` or `clocks.times` is used here.  A minute is open where the wall clock of that minute lies in
a span of the calendar and on no holiday; days are walked as dates; instants are found by looking for the minute whose
wall clock shows them.  Instants are whole seconds.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.clocks import Pause
from daemon.model.plan import BusinessCalendar

ZONE = ZoneInfo("America/Denver")
FIRST = datetime(2026, 10, 20, tzinfo=UTC)
DAYS = 180  # both changes of the clocks, Thanksgiving, Christmas, New Year, a leap of the month
MINUTE = timedelta(minutes=1)


@cache
def wall_clock() -> tuple[datetime, ...]:
    """Return what the wall clock shows at each minute, without a zone."""
    minutes = (FIRST + number * MINUTE for number in range(DAYS * 24 * 60))
    return tuple(at.astimezone(ZONE).replace(tzinfo=None, fold=0) for at in minutes)


@cache
def first_shown() -> dict[datetime, int]:
    """Return the first minute at which the wall clock shows a time."""
    found: dict[datetime, int] = {}
    for number, shown in enumerate(wall_clock()):
        found.setdefault(shown, number)
    return found


@dataclass(frozen=True)
class Twin:
    """One calendar, minute by minute: whether each is open, and which dates have an open one."""

    open: tuple[bool, ...]
    days: frozenset[date]

    def is_open(self, at: datetime) -> bool:
        """Tell whether an instant lies in an open minute."""
        return self.open[minute_of(at)]

    def next_open(self, at: datetime) -> datetime:
        """Return the instant, or the beginning of the first open minute after it."""
        number = minute_of(at)
        if self.open[number]:
            return at
        while not self.open[number]:
            number += 1
        return FIRST + number * MINUTE

    def same_time_later(self, at: datetime, days: int) -> datetime:
        """Walk so many business days on, date by date, and look for the time of day there."""
        shown = at.astimezone(ZONE)
        day = shown.date()
        while days:
            day += timedelta(days=1)
            days -= day in self.days
        return shown_first(day, shown.time())

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Add up the open minutes between two instants, and the parts of the first and the last."""
        if end <= start:
            return timedelta(0)
        first, last = minute_of(start), minute_of(end)
        whole = sum(self.open[first:last]) * MINUTE
        before = (start - FIRST) % MINUTE if self.open[first] else timedelta(0)
        after = (end - FIRST) % MINUTE if self.open[last] else timedelta(0)
        return whole - before + after

    def work_later(self, start: datetime, amount: timedelta) -> datetime:
        """Use up open minutes; where nothing is left the next open instant is meant."""
        number, left = minute_of(start), amount
        if self.open[number]:
            left += (start - FIRST) % MINUTE  # as if it had begun with its minute
        while not self.open[number] or left >= MINUTE:
            left -= self.open[number] * MINUTE
            number += 1
        return FIRST + number * MINUTE + left


@cache
def twin(calendar: BusinessCalendar) -> Twin:
    """Write down a calendar."""
    hours = [
        {minute for span in calendar.hours.spans if span.weekday == day for minute in range(span.start, span.end)}
        for day in range(7)
    ]
    shown = wall_clock()
    opened = tuple(
        at.hour * 60 + at.minute in hours[at.weekday()] and at.date() not in calendar.holidays for at in shown
    )
    return Twin(opened, frozenset(at.date() for at, is_open in zip(shown, opened, strict=True) if is_open))


def minute_of(at: datetime) -> int:
    """Return the number of the minute in which an instant lies."""
    return (at - FIRST) // MINUTE


def shown_first(day: date, clock: time) -> datetime:
    """Return when the wall clock first shows a time; one that is skipped is the first minute after it."""
    wanted = datetime.combine(day, clock)
    minute = wanted.replace(second=0)
    if minute in first_shown():
        return FIRST + first_shown()[minute] * MINUTE + (wanted - minute)
    while minute not in first_shown():
        minute += MINUTE
    return FIRST + first_shown()[minute] * MINUTE


@dataclass(frozen=True)
class TwinClock:
    """A clock to walk: its calendar counts where its allowance is in business days.  All of it on whole minutes."""

    calendar: Twin
    start: datetime
    allowance: Allowance
    pauses: tuple[Pause, ...]

    def due(self) -> datetime | None:
        """Return when it runs out: what it lost by pauses on the way is walked afterwards.

        Where nothing was lost, a pause is still waited for: nothing runs out in one.
        """
        at = self._unpaused()
        if any(pause.end is None and pause.start < at for pause in self.pauses):
            return None
        over = max((p.end for p in self.pauses if p.end is not None and p.start < at), default=at)
        ahead = range(minute_of(self.start), minute_of(max(at, over)))
        lost = [number for number in ahead if self._counts(number, paused=True)]
        if not lost:
            return max(at, over)
        return self._walked(minute_of(at), sum(number < minute_of(at) for number in lost))

    def share(self, percent: int) -> datetime | None:
        """Return when it has run for a share of its time: minutes that count are walked from the start."""
        whole = self._unpaused()
        minutes = sum(1 for n in range(minute_of(self.start), minute_of(whole)) if self._could(n))
        assert minutes * percent % 100 == 0, "choose a clock whose shares are whole minutes"
        return self._walked(minute_of(self.start), minutes * percent // 100)

    def has_business(self) -> bool:
        """Tell whether a minute that counts lies between start and end: else shares are of elapsed time."""
        return any(self._could(n) for n in range(minute_of(self.start), minute_of(self._unpaused())))

    def _unpaused(self) -> datetime:
        match self.allowance.unit:
            case TimeUnit.MINUTES:
                return self.start + self.allowance.amount * MINUTE
            case TimeUnit.BUSINESS_DAYS:
                return self.calendar.same_time_later(self.calendar.next_open(self.start), self.allowance.amount)
            case TimeUnit.NEXT_BUSINESS_DAYS:
                return self.calendar.same_time_later(self.start, self.allowance.amount)

    def _walked(self, number: int, left: int) -> datetime | None:
        """Walk on until so many minutes counted; then comes the next that could count."""
        while number not in self._stopped:
            if not left and (self._counts(number, paused=False) or (number in self._begins and self._could(number))):
                return FIRST + number * MINUTE
            left -= self._counts(number, paused=False)
            number += 1
        return FIRST + number * MINUTE if not left and number in self._begins and self._could(number) else None

    def _could(self, number: int) -> bool:
        return self.allowance.unit is TimeUnit.MINUTES or self.calendar.open[number]

    def _counts(self, number: int, *, paused: bool) -> bool:
        """Tell whether a minute is one of the clock's, while it pauses or while it does not."""
        return self._could(number) and paused is (number in self._paused or number in self._stopped)

    @cached_property
    def _paused(self) -> set[int]:
        """Write down the minutes of pauses that end."""
        return {n for p in self.pauses if p.end is not None for n in range(minute_of(p.start), minute_of(p.end))}

    @cached_property
    def _stopped(self) -> range:
        """Write down the minutes from the beginning of a pause without end."""
        starts = [minute_of(pause.start) for pause in self.pauses if pause.end is None]
        return range(min(starts, default=10**9), 10**9)

    @cached_property
    def _begins(self) -> set[int]:
        return {minute_of(pause.start) for pause in self.pauses}
