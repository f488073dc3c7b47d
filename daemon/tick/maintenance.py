"""Steps of maintenance windows, and corrections of what was told of them (R11): once, however many daemons.

What the configuration says of near windows is reckoned once; until their next step comes, or something changes, one
small query tells that nothing is due.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from daemon.apply import apply
from daemon.desk import Desk
from daemon.gather.reach import reach_of
from daemon.model.due import Action, Ticked
from daemon.model.setup import Config
from daemon.model.window import Announcement
from daemon.posting import Posting
from daemon.rules.maintenance.first_looks import Look, look_at, looked_at, unseen
from daemon.rules.maintenance.newcomers import late_task_of, step_told
from daemon.rules.maintenance.steps import (
    BEHIND,
    Standing,
    Task,
    carry_out,
    next_task_at,
    products_of,
    standings,
    task_of,
    window_of,
    windows_near,
)
from daemon.store.database import Connection, Engine, lock
from daemon.store.due import Due
from daemon.store.windows import announced_since, steps_done, told_of, windows_told_since
from daemon.tick.source import Source

DAY = timedelta(days=1)
BOUNCES = timedelta(minutes=10)
"""So often it is asked whose mail bounces, while a window that was told of is to come or runs (S3.4)."""
_FIRST_LOOK = 0


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Nothing is due from `since` until `until`, unless the configuration changes, or what is announced."""

    config: Config
    announced: tuple[Announcement, ...]
    since: datetime
    until: datetime

    def holds(self, desk: Desk, announced: tuple[Announcement, ...], now: datetime) -> bool:
        """Tell whether that is so still."""
        unchanged = self.config is desk.config and self.announced == announced
        return unchanged and self.since <= now < self.until


@dataclass(frozen=True, slots=True)
class _Look:
    """What stands of near windows, and what nobody has looked at as it is."""

    standings: tuple[Standing, ...]
    unseen: tuple[Look, ...]

    def tasks(self, connection: Connection, desk: Desk, now: datetime) -> Iterator[Task]:
        """Give what is to be done."""
        for standing in self.standings:
            task = task_of(standing, now, desk.config.plan.zone) or _late_task(connection, desk, standing, now)
            if task is not None:
                yield task


def _late_task(connection: Connection, desk: Desk, standing: Standing, now: datetime) -> Task | None:
    """Return what is to be told to those whom a window reaches only now; who they may be is asked only where it can."""
    if step_told(standing, now, desk.config.plan.zone) is None:
        return None
    reach = reach_of(connection, desk, standing.window.work.products)
    return late_task_of(standing, now, reach, desk.config.charter)


_QUIET: WeakKeyDictionary[Engine, _Quiet] = WeakKeyDictionary()
"""How long each database is known to need nothing: this is asked at every due thing."""


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    announced = announced_since(connection, now - BEHIND)
    quiet = _QUIET.get(desk.engine)
    if quiet is not None and quiet.holds(desk, announced, now):
        return None
    look = _look(connection, desk, announced, now)
    if look.unseen:
        return Due(_FIRST_LOOK, None, now)
    tasks = tuple(look.tasks(connection, desk, now))
    if not tasks:
        _QUIET[desk.engine] = _Quiet(desk.config, announced, now, _until(look, desk, now))
    found = (Due(_number(task), None, task.at) for task in tasks if _number(task) not in aside)
    return min(found, key=lambda due: due.at, default=None)


def _until(look: _Look, desk: Desk, now: datetime) -> datetime:
    zone = desk.config.plan.zone
    are_told = any(step_told(standing, now, zone) for standing in look.standings)
    rest = now + (BOUNCES if are_told else DAY)
    return min(rest, next_task_at(look.standings, now, zone) or rest)


def _look(connection: Connection, desk: Desk, announced: tuple[Announcement, ...], now: datetime) -> _Look:
    plan = desk.config.plan
    windows = (*windows_near(plan, now), *(window_of(one) for one in announced))
    keys = {window.key for window in windows} | windows_told_since(connection, now)
    done = steps_done(connection, {*keys, *looked_at(plan)})
    return _Look(standings(windows, done, told_of(connection, keys), plan), unseen(plan, keys, done))


def _number(task: Task) -> int:
    """Return a window's key as a number, for this process."""
    return hash(task.standing.window.key)


def _do(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    lock(connection, "maintenance")
    look = _look(connection, desk, announced_since(connection, now - BEHIND), now)
    if look.unseen:
        apply(connection, look_at(look.unseen, now), Posting(desk, now, None), cases=())
        return None
    task = next((task for task in look.tasks(connection, desk, now) if _number(task) == due.key), None)
    if task is None:
        return None
    decision = carry_out(task, now, reach_of(connection, desk, products_of(task)), desk.config.charter)
    apply(connection, decision, Posting(desk, now, None), cases=())
    action = Action.NOTICE_QUEUED if task.step else Action.SKIPPED
    return Ticked(action, None, task.at, decision.reason)


MAINTENANCE = Source("maintenance", _first, _do)
"""Steps of windows in order of time: ahead, start, end; corrections at once."""
