"""A year of maintenance without a database: the same rules decide what `tick` would do, and lists keep it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from daemon.model.charter import Charter
from daemon.model.desk_effect import EndStep, NoteTold
from daemon.model.effect import Queue
from daemon.model.notice import Notice
from daemon.model.window import Announcement, Change, Impact, Lead, LeadUnit, Recurrence, Repeat, Series, Told, Work
from daemon.rules.maintenance.first_looks import look_at, unseen
from daemon.rules.maintenance.newcomers import late_task_of
from daemon.rules.maintenance.steps import Reach, carry_out, standings, task_of, window_of, windows_near
from tests.rules.making import FOREIGN, PRIMARY, charter_with, mt

WEEK_BEFORE = Lead(1, LeadUnit.WEEK)
DAY_BEFORE = Lead(24, LeadUnit.HOUR)
MONTHLY = Series(
    id="monthly",
    work=Work(
        name="Monthly maintenance",
        products=("voice", "chat"),
        impact=Impact.DEGRADED,
        description="Updates of servers.",
        reason="Security.",
    ),
    recurrence=Recurrence(repeat=Repeat.MONTHLY, weekday=4, which=3),
    hours=(22 * 60, 28 * 60),
    leads=(WEEK_BEFORE,),
    tells_start=True,
    tells_end=True,
)
CERTIFICATES = replace(
    MONTHLY,
    id="certificates",
    recurrence=Recurrence(repeat=Repeat.WEEKLY, weekday=4),
    hours=(0, 30),
    leads=(),
    tells_start=False,
    tells_end=False,
)
PORTAL = replace(
    CERTIFICATES,
    id="portal",
    recurrence=Recurrence(repeat=Repeat.WEEKLY, weekday=1, weeks=3, first=date(2026, 12, 1)),
    hours=(21 * 60, 23 * 60),
    leads=(DAY_BEFORE,),
)
PLANNED = (MONTHLY, CERTIFICATES, PORTAL)
NOBODY = Reach(frozenset(), ())

HOUR = timedelta(hours=1)
DECEMBER = date(2026, 12, 18)
LEAD_AT, START_AT, END_AT = mt(2026, 12, 11, 22), mt(2026, 12, 18, 22), mt(2026, 12, 19, 4)
EARLY = mt(2026, 12, 5, 12)
AHEAD, BEGUN, ENDED = "maintenance_ahead", "maintenance_begun", "maintenance_ended"
MOVED, GONE = "maintenance_changed", "maintenance_cancelled"


@dataclass
class Ledger:
    """A desk's windows as time passes; `notices` is every mail that was queued."""

    windows: tuple[Series, ...] = PLANNED
    announced: tuple[Announcement, ...] = ()
    reach: Reach = NOBODY
    directory: Any = None
    status_url: str = ""
    done: dict[tuple[str, str], EndStep] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def charter(self) -> Charter:
        """Return the charter with these windows."""
        charter = charter_with(windows=self.windows, status_url=self.status_url)
        return replace(charter, directory=self.directory or charter.directory)

    def ticks(self, now: datetime) -> list[str]:
        """Do all that is due, as `tick` does; return the reasons."""
        before = len(self.reasons)
        while self._does_one(now):
            assert len(self.reasons) < before + 100, "it never ends"
        return self.reasons[before:]

    def moves(self, day: date, **to: Any) -> None:
        """Move or cancel one of the monthly windows."""
        change = Change(day=day, **to)
        self.windows = tuple(replace(one, changes=(change,)) if one.id == "monthly" else one for one in self.windows)

    def sent(self) -> list[tuple[str, str]]:
        """Return the kinds of what was queued, and to whom, and forget it."""
        sent = [(notice.kind.value, notice.to.address) for notice in self.notices]
        self.notices.clear()
        return sent

    def _does_one(self, now: datetime) -> bool:
        charter = self.charter
        windows = (*windows_near(charter.plan, now), *map(window_of, self.announced))
        keys = {window.key for window in windows} | {one.window for one in self.told if one.end >= now}
        self._keep(look_at(unseen(charter.plan, keys, tuple(self.done.values())), now).effects)
        told = tuple(one for one in self.told if one.window in keys)
        for standing in standings(windows, tuple(self.done.values()), told, charter.plan):
            task = task_of(standing, now, charter.plan.zone) or late_task_of(standing, now, self.reach, charter)
            if task is not None:
                decision = carry_out(task, now, self.reach, charter)
                self._keep(decision.effects)
                self.reasons.append(decision.reason)
                return True
        return False

    def _keep(self, effects: tuple[object, ...]) -> None:
        for effect in effects:
            match effect:
                case NoteTold(told=told):
                    self.told.append(told)
                case EndStep():
                    self.done[effect.window, effect.step] = effect
                case Queue(notice=notice):
                    self.notices.append(notice)
        assert max(Counter(notice.key for notice in self.notices).values(), default=1) == 1, "a key came twice"


def both(kind: str) -> list[tuple[str, str]]:
    """Return what the contacts of both customers get."""
    return [(kind, PRIMARY), (kind, FOREIGN)]


def a_ledger(*at: datetime, **known: object) -> Ledger:
    """Return a desk with the monthly maintenance, after it ticked at these instants."""
    ledger = Ledger(**{"windows": (MONTHLY,), **known})  # type: ignore[arg-type]
    for now in at:
        ledger.ticks(now)
    return ledger
