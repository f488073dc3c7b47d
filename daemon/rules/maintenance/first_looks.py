"""Since when a series of windows is known as it is: what had ended by then is nobody's news (R11.1).

A series is new to the daemon when it comes into the configuration, and again when its days, hours or notices change:
windows that are thereby reckoned into the past were never there.
"""

from datetime import datetime

from daemon.model.desk_effect import EndStep
from daemon.model.effect import Decision
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.window import Series, Window
from daemon.rules.maintenance.notices import END, START


def unseen(plan: Plan, done: tuple[EndStep, ...]) -> tuple[Series, ...]:
    """Return the series that were not looked at as they are now.

    Args:
        plan: the plan in force.
        done: steps that are done, with those under the ids of its series: the looks.
    """
    return tuple(series for series in plan.windows if _since(series, done) is None)


def known_since(window: Window, plan: Plan, done: tuple[EndStep, ...]) -> datetime | None:
    """Return since when the series of a window is known as it is; None: it is announced, or of no series."""
    name = window.key.rpartition(":")[0]
    series = next((one for one in plan.windows if one.id == name), None)
    return _since(series, done) if series else None


def look_at(series: tuple[Series, ...], now: datetime) -> Decision:
    """Note since when these series are known."""
    effects = tuple(EndStep(window=one.id, step=_as_it_is(one), at=now) for one in series)
    names = ", ".join(one.id for one in series)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=f"new windows: {names}", rules=("R11.1",))


def _since(series: Series, done: tuple[EndStep, ...]) -> datetime | None:
    """Return the instant of the last look, where it saw the series as it is."""
    looks = [step for step in done if step.window == series.id]
    last = max(looks, key=lambda look: look.at, default=None)
    return last.at if last is not None and last.step == _as_it_is(series) else None


def _as_it_is(series: Series) -> str:
    days, (start, end) = series.recurrence, series.hours
    when = (days.repeat.value, days.weekday, days.which, days.weeks, days.first, f"{start}-{end}")
    told = (*map(str, series.leads), *((START,) if series.tells_start else ()), *((END,) if series.tells_end else ()))
    return f"{' '.join(map(str, when))}: {', '.join(told)}"
