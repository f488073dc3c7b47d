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
MONTH_AGO = (timedelta(days=29, hours=12), timedelta(days=32, hours=12))
MOST_MAILS = 6_000
SURGE = 3
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
    """How many customers write such mails in an hour like this one, and on the busiest day of the past."""

    now: float
    busiest: float


def usual(past: Past, alike: tuple[Listened, ...], *, since: datetime, now: datetime, others: int) -> Usual:
    """Reckon what is usual for mails of one kind in the window from `since` until `now`.

    The mean of the same hours of the last weeks; or the share of such mails among all, times the mails of this hour:
    whichever is more.  `others` is how many other customers write in this window.
    """
    hours, times = past.hours(since, now), [mail.at for mail in alike]
    mean = sum(_customers(alike, times, *hour) for hour in hours) / len(hours) if hours else 0.0
    expected = past.share(_customer_days(alike)) * max(past.hourly(since, now), others, 1)
    return Usual(max(expected, mean), _month_ago(alike, times, since, now))


def _month_ago(alike: tuple[Listened, ...], times: list[datetime], since: datetime, now: datetime) -> int:
    """Return the most customers in any stretch of this length about a month ago: invoices come on their day."""
    first, last = bisect_left(times, now - MONTH_AGO[1]), bisect_left(times, now - MONTH_AGO[0])
    most = max((_customers(alike, times, at, at + (now - since)) for at in times[first:last]), default=0)
    return most if most >= SURGE else 0


def _customers(alike: tuple[Listened, ...], times: list[datetime], since: datetime, until: datetime) -> int:
    return len({mail.customer for mail in alike[bisect_left(times, since) : bisect_left(times, until)]})


def _customer_days(alike: tuple[Listened, ...]) -> int:
    """Count each customer once a day: who writes five times about one thing is heard once."""
    return len({(mail.customer, mail.at.toordinal()) for mail in alike})


def chance(number: int, mean: float) -> float:
    """Return how likely so many or more are where `mean` is usual (Poisson)."""
    term = math.exp(-mean)
    below = 0.0
    for at in range(number):
        below += term
        term *= mean / (at + 1)
    return max(0.0, 1.0 - below) if below < 0.999 else _tail(number, mean)


def _tail(number: int, mean: float) -> float:
    """Return the same where it is small: its terms, added until they vanish."""
    term = math.exp(-mean + number * math.log(mean) - math.lgamma(number + 1)) if mean else 0.0
    total = 0.0
    while term > total * 1e-12:
        total += term
        number += 1
        term *= mean / number
    return total
