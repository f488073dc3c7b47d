"""What is usual: customers' mails of the last weeks, by their words, so that the radar can ask how often such come."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.model.radar import Listened

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
REACH = timedelta(days=36)
"""A month and a bit: what comes with the invoices of each month has been there before."""
WEEKS = 5
SAME_DAY = timedelta(hours=4)
"""What came on this day of the last month came within so many hours."""
MOST_MAILS = 12_000
SURGE = 3
"""Fewer in the same hours of the weeks before, or on the same day of the month, came by accident."""
UNSEEN = 0.25
YOUNG = 100
"""A desk with no past is taken for one that had so many mails, of which `UNSEEN` was alike: it learns from there."""


@dataclass(frozen=True, slots=True)
class Past:
    """Mails in order of their receipt, and an index of their words; mails are added at its end, and forgotten."""

    mails: list[Listened] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    index: dict[str, list[int]] = field(default_factory=dict)

    def add(self, mails: Iterable[Listened]) -> None:
        """Add mails that are newer than all before."""
        for mail in mails:
            for stem in mail.words:
                self.index.setdefault(stem, []).append(len(self.mails))
            self.mails.append(mail)
            self.times.append(max(mail.at, self.times[-1]) if self.times else mail.at)

    def without_old(self, now: datetime) -> "Past":
        """Return the past without what lies too far back to be asked for; costs nothing while that is little."""
        too_old = max(bisect_left(self.times, now - REACH), len(self.mails) - MOST_MAILS)
        if too_old <= len(self.mails) // 8:
            return self
        kept = Past()
        kept.add(self.mails[too_old:])
        return kept

    def alike(self, stems: Collection[str], *, least: int, until: datetime) -> tuple[Listened, ...]:
        """Return the mails received before an instant that have so many of these words at least."""
        counted: Counter[int] = Counter()
        for stem in stems:
            counted.update(self.index.get(stem, ()))
        end = bisect_left(self.times, until)
        return tuple(self.mails[at] for at in sorted(counted) if counted[at] >= least and at < end)

    def holding(self, stem: str) -> int:
        """Return how many mails have this word."""
        return len(self.index.get(stem, ()))

    def volume(self, since: datetime, until: datetime) -> int:
        """Return how many customers wrote from then until then, both excluded at the end."""
        first, last = bisect_left(self.times, since), bisect_left(self.times, until)
        return len({mail.customer for mail in self.mails[first:last]})

    def share(self, mails: int) -> float:
        """Return which part of all mails so many are; none is never nothing."""
        return (mails + UNSEEN) / (len(self.mails) + YOUNG)

    def hours(self, since: datetime, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """Return the same window in the weeks before."""
        return tuple((since - back * WEEK, now - back * WEEK) for back in range(1, self.weeks(now) + 1))

    def hourly(self, since: datetime, now: datetime) -> float:
        """Return how many customers write in such a window."""
        hours = self.hours(since, now)
        return sum(self.volume(*hour) for hour in hours) / len(hours) if hours else 0.0

    def weeks(self, now: datetime) -> int:
        """Return how many whole weeks it reaches back, no more than are asked for."""
        return min(WEEKS, (now - self.times[0]) // WEEK) if self.times else 0


@dataclass(frozen=True, slots=True)
class Usual:
    """How many customers write such mails in an hour like this one, and how many of them were seen in all."""

    mean: float
    seen: int


def usual(past: Past, alike: tuple[Listened, ...], *, since: datetime, now: datetime, others: int) -> Usual:
    """Reckon what is usual for mails of one kind in the window from `since` until `now`.

    The mean of the same hours of the last weeks; or the share of such mails among all, times the mails of this hour:
    whichever is more.  `others` is how many other customers write in this window.
    """
    hours, times, seen = past.hours(since, now), [mail.at for mail in alike], _customer_days(alike)
    then = sum(_customers(alike, times, *hour) for hour in hours)
    expected = past.share(seen) * max(past.hourly(since, now), others, 1)
    return Usual(max(expected, then / len(hours)) if then >= SURGE else expected, seen)


def most_a_month_ago(alike: tuple[Listened, ...], *, since: datetime, now: datetime) -> int:
    """Return the most customers in any stretch of this length on this day of the last month; few are none."""
    times, then = [mail.at for mail in alike], _a_month_before(now)
    first, last = bisect_left(times, then - SAME_DAY), bisect_left(times, then + SAME_DAY)
    most = max((_customers(alike, times, at, at + (now - since)) for at in times[first:last]), default=0)
    return most if most >= SURGE else 0


def _a_month_before(now: datetime) -> datetime:
    """Return the same day and time of the month before, its last day where it is shorter."""
    last = now.replace(day=1) - DAY
    return last.replace(day=min(now.day, last.day))


def _customers(alike: tuple[Listened, ...], times: list[datetime], since: datetime, until: datetime) -> int:
    return len({mail.customer for mail in alike[bisect_left(times, since) : bisect_left(times, until)]})


def _customer_days(alike: tuple[Listened, ...]) -> int:
    """Count each customer once a day: who writes five times about one thing is heard once."""
    return len({(mail.customer, mail.at.toordinal()) for mail in alike})


def chance(number: int, mean: float, *, seen: int) -> float:
    """Return how likely so many or more are in this window, where `mean` is usual.

    The mean itself is only known as well as `seen` mails tell (negative binomial: a Poisson count whose mean is a gamma
    variable), so that what was seldom seen is not taken for what never comes.
    """
    size = seen + UNSEEN
    odds = mean / (size + mean)
    term, below = math.exp(size * math.log1p(-odds)), 0.0
    for at in range(number):
        below += term
        term *= (size + at) / (at + 1) * odds
    return max(0.0, 1.0 - below) if below < 0.999 else _tail(number, term, size, odds)


def _tail(number: int, term: float, size: float, odds: float) -> float:
    """Return the same where it is small: its terms, added until they vanish."""
    total = 0.0
    while term > total * 1e-12:
        total += term
        term *= (size + number) / (number + 1) * odds
        number += 1
    return total
