"""Since when windows are known as they are: what had ended by then is nobody's news (R11.1, R11.7).

A series is new to the daemon when it comes into the configuration, and again when its days, hours or notices change:
windows that are thereby reckoned into the past were never there.  So is a single window whose `moved` or `cancelled`
entry is replaced or taken out once it is over: where it stands now it never was.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from daemon.model.desk_effect import EndStep
from daemon.model.effect import Decision
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.window import Change, Series, Window
from daemon.rules.maintenance.known import END, START
from daemon.rules.maintenance.recurrence import window_on

_SINGLE = "as it is: "
"""Begins what a look at a single window saw: among its steps it is none."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the configuration says of a series, or of a single window."""

    at: str  # the series' id, or the window's key
    saw: str


def looked_at(plan: Plan) -> tuple[str, ...]:
    """Return under which names the looks are kept: the series, and the windows that are moved or cancelled."""
    return (*(series.id for series in plan.windows), *_changed(plan))


def unseen(plan: Plan, windows: Collection[str], done: tuple[EndStep, ...]) -> tuple[Look, ...]:
    """Return the looks that were not taken as things are now.

    Args:
        plan: the plan in force.
        windows: the keys of those of which something may be told.
        done: steps that are done, with those under the names of `looked_at`: the looks.
    """
    series = (Look(one.id, _as_it_is(one)) for one in plan.windows)
    return (*(look for look in series if _last(look.at, done) != look.saw), *_unseen_windows(plan, windows, done))


def known_since(window: Window, plan: Plan, done: tuple[EndStep, ...]) -> datetime | None:
    """Return since when a window is known as it is; None: it is announced, or of no series."""
    name = window.key.rpartition(":")[0]
    series = next((one for one in plan.windows if one.id == name), None)
    last = _looks(name, done)[-1:] if series else ()
    since = [look.at for look in last if series and look.step == _as_it_is(series)]
    return max((*since, *(look.at for look in _looks(window.key, done)[1:])), default=None)


def look_at(looks: tuple[Look, ...], now: datetime) -> Decision:
    """Note since when these are known."""
    effects = tuple(EndStep(window=look.at, step=look.saw, at=now) for look in looks)
    names = ", ".join(look.at for look in looks)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=f"new windows: {names}", rules=("R11.1",))


def _unseen_windows(plan: Plan, windows: Collection[str], done: tuple[EndStep, ...]) -> Iterator[Look]:
    changed = _changed(plan)
    for key in sorted({*windows, *changed}):
        saw = f"{_SINGLE}{changed.get(key, '')}"
        if _last(key, done) not in ("", saw) or (key in changed and not _looks(key, done)):
            yield Look(key, saw)


def _changed(plan: Plan) -> dict[str, str]:
    """Return what becomes of single windows, by their keys."""
    zone = plan.zone
    return {
        window.key: _said(change)
        for series in plan.windows
        for change in series.changes
        if (window := window_on(series, change.day, zone))
    }


def _said(change: Change) -> str:
    return "cancelled" if change.is_cancelled else f"{change.to or change.day} {change.hours or ''}".strip()


def _last(name: str, done: tuple[EndStep, ...]) -> str:
    """Return what the last look saw; empty: nobody looked."""
    return next((look.step for look in reversed(_looks(name, done))), "")


def _looks(name: str, done: tuple[EndStep, ...]) -> tuple[EndStep, ...]:
    """Return the looks at a series, or a window, the oldest first."""
    looks = (step for step in done if step.window == name and (":" not in name or step.step.startswith(_SINGLE)))
    return tuple(sorted(looks, key=lambda look: look.at))


def _as_it_is(series: Series) -> str:
    days, (start, end) = series.recurrence, series.hours
    when = (days.repeat.value, days.weekday, days.which, days.weeks, days.first, f"{start}-{end}")
    told = (*map(str, series.leads), *((START,) if series.tells_start else ()), *((END,) if series.tells_end else ()))
    return f"{' '.join(map(str, when))}: {', '.join(told)}"
