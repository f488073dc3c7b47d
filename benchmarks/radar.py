"""How well the radar hears storms in invented months, and what it costs: `python -m benchmarks.radar [SEED ...]`.

A seed is a desk of 150 customers with 200 mails a day for 91 days.  Its ordinary months give the false alarms: in the
first the desk has no past, so the later ones count.  Then each of the last 50 days gets a storm, of whose mails the
past learns nothing (agents make them incidents).  The radar looks as `tick` does: half a minute after a mail, at most
once a minute.
"""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks import storms
from benchmarks.storms import Month
from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Heard, Listened
from daemon.rules.radar.clusters import Window, clusters
from daemon.rules.radar.past import Past
from daemon.rules.radar.words import Ear, ear_of, listen

FIRST = date(2026, 9, 1)
DAYS, A_DAY, WITH_STORMS = 91, 200, 41
HOURS = (3, 8, 9, 10, 11, 13, 14, 15, 16, 20)
SIZES = (3, 4, 5, 6, 7, 8, 10, 15, 20, 30)
CLASSES = ((3, "3 or 4"), (5, "5 to 8"), (10, "10 to 30"))
POLICY = RadarPolicy()
LATE = timedelta(seconds=30)
PACE = timedelta(minutes=1)
Alarm = tuple[datetime, Cluster]


@dataclass(slots=True)
class Found:
    """What the radar found in a month, and the time it took."""

    alarms: list[Alarm] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(slots=True)
class Radar:
    """A radar that goes through a month as `tick` does."""

    ear: Ear
    window: list[Listened] = field(default_factory=list)
    past: Past = field(default_factory=Past)
    last: datetime | None = None
    looked_at: int = 0

    def takes(self, mail: Heard) -> None:
        """Hear a mail."""
        self.window.append(listen(mail, self.ear))

    def looks(self, now: datetime, forgotten: frozenset[int], *, is_wanted: bool) -> tuple[Cluster, ...]:
        """Look, if the last look is a minute old."""
        if self.last is not None and now - self.last < PACE:
            return ()
        since = now - POLICY.within
        old = [mail for mail in self.window if mail.at < since and mail.message not in forgotten]
        self.window = [mail for mail in self.window if mail.at >= since]
        self.past = self.past.without_old(now)
        self.past.add(old)
        found = clusters(Window(tuple(self.window), self.past, since, now, self.looked_at), POLICY) if is_wanted else ()
        self.last, self.looked_at = now, self.window[-1].message
        return found


def hear(month: Month, ear: Ear, *, wanted: Callable[[datetime], bool] = lambda _: True) -> Found:
    """Let the radar go through a month."""
    radar, heard = Radar(ear), Found()
    forgotten = frozenset(message for storm in month.storms for message in storm.messages)
    for mail in month.mails:
        now, began = mail.at + LATE, time.process_time()
        radar.takes(mail)
        heard.alarms += [(now, found) for found in radar.looks(now, forgotten, is_wanted=wanted(now))]
        heard.seconds += time.process_time() - began
    return heard


def false_alarms(month: Month, alarms: list[Alarm]) -> list[Alarm]:
    """Return the alarms that agents would get for nothing; the same one again within the pause is none."""
    told: list[Alarm] = []
    for now, found in alarms:
        again = any(now - at <= POLICY.pause and _is_same(found, one) for at, one in told)
        if not again and not any(_is_of(found, storm) for storm in month.storms):
            told.append((now, found))
    return told


def _is_same(found: Cluster, other: Cluster) -> bool:
    return bool(set(found.cases) & set(other.cases)) or len(set(found.stems) & set(other.stems)) >= len(found.stems) / 2


def _is_of(found: Cluster, storm: storms.Told) -> bool:
    """Tell whether at least half of what was found is the storm."""
    mails = {mail.message for mail in found.mails}
    return len(mails & storm.messages) >= max(2, len(mails) / 2)


def stormy(ordinary: Month, seed: int) -> Month:
    """Return a month with a storm on each of its later days."""
    month, chance = Month(list(ordinary.mails)), random.Random(seed * 7)
    for day in range(WITH_STORMS, DAYS):
        hour, minute = chance.choice(HOURS), chance.randrange(60)
        at = datetime.fromisoformat(f"{FIRST + timedelta(days=day)}T{hour:02}:{minute:02}:00+00:00")
        storms.with_storm(month, seed * 1000 + day, at=at, customers=chance.choice(SIZES))
    return month


def recall(month: Month, alarms: list[Alarm]) -> dict[str, tuple[int, int]]:
    """Return, for each class of sizes, how many storms were heard, of how many."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for storm in month.storms:
        name = [name for least, name in CLASSES if storm.customers >= least][-1]
        counted[name][0] += any(_is_of(found, storm) for _, found in alarms)
        counted[name][1] += 1
    return {name: (found, many) for name, (found, many) in counted.items()}


def is_during(month: Month) -> Callable[[datetime], bool]:
    """Tell of an instant whether a storm of the month is going on."""
    ends = timedelta(minutes=65)
    return lambda now: any(storm.start <= now <= storm.start + ends for storm in month.storms)


def main() -> None:
    """Go through each seed's months, and print what was found."""
    ear = ear_of(storms.directory())
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for seed in [int(word) for word in sys.argv[1:]] or [11, 12, 13, 14]:
        month = storms.ordinary(seed, first=FIRST, days=DAYS, a_day=A_DAY)
        heard = hear(month, ear)
        wrong = false_alarms(month, heard.alarms)
        by_month = [sum(at.month == number for at, _ in wrong) for number in (9, 10, 11)]
        cost = heard.seconds / len(month.mails) * 1000
        storm_month = stormy(month, seed)
        found = recall(storm_month, hear(storm_month, ear, wanted=is_during(storm_month)).alarms)
        print(f"seed {seed}: false alarms in months 1, 2, 3: {by_month}; {cost:.2f} ms a mail; heard: {found}")
        for name, (right, many) in found.items():
            total[name][0] += right
            total[name][1] += many
    for name, (right, many) in sorted(total.items()):
        print(f"storms of {name} customers: {right} of {many} heard, {right / many:.2f}")


if __name__ == "__main__":
    main()
