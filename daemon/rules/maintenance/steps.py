"""What is to be done about maintenance windows at an instant: steps that are due, corrections (R11.1, R11.6, R11.7).

A step is done once for the time at which the window is: moved later, a window begins and ends again.  However late
`tick` comes, of several steps that are overdue only the last that still makes sense is told:

- a notice ahead until the window's end, and one of its start until then too;
- one of its end for `END_DAYS` after it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.model.charter import Charter
from daemon.model.desk_effect import EndStep
from daemon.model.effect import Decision, Effect
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.subscriber import Subscriber
from daemon.model.window import Announcement, Lead, LeadUnit, Series, Told, Window, Work
from daemon.rules.business_time import days_later
from daemon.rules.maintenance.corrections import correction_at
from daemon.rules.maintenance.first_looks import known_since
from daemon.rules.maintenance.known import CANCELLED, CHANGED, END, START, expects, knowing, knows, last_told
from daemon.rules.maintenance.notices import Telling, people_told, tell
from daemon.rules.maintenance.recurrence import lead_at, window_named, windows_between

END_DAYS = 7
"""So long after a window its end is still told: until the same wall-clock time so many dates later."""
BEHIND = timedelta(days=10)
"""What started longer ago is over and told, or makes no sense any more: a window is two days long at most."""
AHEAD = timedelta(days=2)
"""So far ahead windows are looked at before their first step is due."""
ANNOUNCED_KEY = "announced:"
"""Begins the key of every unscheduled window."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be told of a window, and when it is due."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A window, which of its steps are done, and what was told of it, the oldest first."""

    window: Window
    done: tuple[EndStep, ...] = ()
    told: tuple[Told, ...] = ()
    since: datetime | None = None  # what had ended by then is told to nobody; None: anything may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done about one window now: tell a step (None: none makes sense any more), end the others."""

    standing: Standing
    step: Step | None
    ended: tuple[Step, ...]
    at: datetime  # when the first of it was due
    knowing: frozenset[str] = frozenset()  # addresses that are left out: they have been told just this


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be told, as the database knows: addresses that bounce (S3.4), subscribers to the products (R8.2)."""

    bounced: frozenset[str]
    subscribers: tuple[Subscriber, ...]


def window_of(announcement: Announcement) -> Window:
    """Return an unscheduled window that was announced: its start and its end are told as they come (R11.6).

    One that was announced after its start has been told with its announcement; so has one that was over.
    """
    start, end = announcement.start, announcement.end
    assert start is not None, "a draft is announced to nobody"
    assert end is not None, "a draft is announced to nobody"
    announced_at = announcement.announced_at
    return Window(
        key=announcement.key,
        work=Work(
            name=announcement.name,
            products=announcement.products,
            impact=announcement.impact,
            description=announcement.description,
            reason=announcement.reason,
        ),
        start=start,
        end=end,
        tells_start=announced_at is None or announced_at < start,
        tells_end=announced_at is None or announced_at < end,
        is_cancelled=announcement.cancelled_at is not None,
        announced_at=announced_at,
    )


def windows_near(plan: Plan, now: datetime) -> tuple[Window, ...]:
    """Return the planned windows of which a step is or may be due by now, or within `AHEAD`."""
    near = (
        windows_between(series, now - BEHIND, now + _longest_lead(series) + AHEAD, plan.zone) for series in plan.windows
    )
    return tuple(window for windows in near for window in windows)


def steps_of(window: Window, zone: ZoneInfo) -> tuple[Step, ...]:
    """Return every step of a window in order of time; a cancelled one has none."""
    if window.is_cancelled:
        return ()
    steps = [Step(str(lead), lead_at(window, lead, zone)) for lead in window.leads]
    steps += [Step(START, window.start)] if window.tells_start else []
    steps += [Step(END, window.end)] if window.tells_end else []
    return tuple(sorted(steps, key=lambda step: step.at))


def next_step_at(windows: Iterable[Window], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the next step of these windows comes, after `now`."""
    return min((step.at for window in windows for step in steps_of(window, zone) if step.at > now), default=None)


def standings(
    windows: tuple[Window, ...], done: tuple[EndStep, ...], told: tuple[Told, ...], plan: Plan
) -> tuple[Standing, ...]:
    """Put together what is known of each window, also of those that were told of and have moved far, or vanished.

    A window that the configuration knows no more counts as cancelled, as it was told of last (R11.7).
    """
    every = {window.key: window for window in windows}
    for one in told:
        if one.window not in every and not one.window.startswith(ANNOUNCED_KEY):
            every[one.window] = window_named(one.window, plan.windows, plan.zone) or _vanished(one.window, told)
    return tuple(
        Standing(
            window=window,
            done=tuple(step for step in done if step.window == key),
            told=tuple(one for one in told if one.window == key),
            since=known_since(window, plan, done),
        )
        for key, window in every.items()
    )


def task_of(standing: Standing, now: datetime, zone: ZoneInfo) -> Task | None:
    """Return what is to be done about a window now; None: nothing is."""
    window, overdue = standing.window, _overdue(standing, now, zone)
    correction = correction_at(window, standing.told, now)
    if correction is not None and correction <= now:
        corrects = Step(CANCELLED if window.is_cancelled else CHANGED, now)
        return Task(standing=standing, step=corrects, ended=tuple(one for one in overdue if _is_ahead(one)), at=now)
    if not overdue or (standing.since is not None and window.end <= standing.since):
        return None
    last = overdue[-1]
    makes_sense = now < _until(standing, last, zone) and not _was_put_into_the_past(standing, now)
    return Task(
        standing=standing,
        step=last if makes_sense else None,
        ended=overdue,
        at=overdue[0].at,
        knowing=_knowing(standing, last),
    )


def next_task_at(known: Iterable[Standing], now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when something of these windows is due next, after `now`, as long as nothing changes."""
    known = tuple(known)
    step = next_step_at((standing.window for standing in known), now, zone)
    corrections = (correction_at(standing.window, standing.told, now) for standing in known)
    return min((at for at in (step, *corrections) if at is not None and at > now), default=None)


def carry_out(task: Task, now: datetime, reach: Reach, charter: Charter) -> Decision:
    """Return the mails of a task, and that its steps are done."""
    effects: tuple[Effect, ...] = ()
    for telling in _tellings(task, now, reach, charter.plan.zone):
        effects += tell(telling, charter)
    ended = tuple(EndStep(window=task.standing.window.key, step=step.name, at=now) for step in task.ended)
    return Decision(
        outcome=Outcome.AGENT_UPDATE,
        effects=(*effects, *ended),
        reason=_reason(task, people_told(effects), charter.plan.zone),
        rules=("R11.7",) if task.step and task.step.name in (CHANGED, CANCELLED) else ("R11.1", "R11.2"),
    )


def products_of(task: Task) -> tuple[str, ...]:
    """Return the products that a task is about: as they are, and as they were told (R11.7)."""
    standing = task.standing
    told = (product for one in last_told(standing.told).values() for product in one.work.products)
    return tuple(dict.fromkeys((*standing.window.work.products, *told)))


def _longest_lead(series: Series) -> timedelta:
    return max((_at_most(lead) for lead in series.leads), default=timedelta(0))


def _at_most(lead: Lead) -> timedelta:
    days = {LeadUnit.HOUR: 1 + lead.amount // 24, LeadUnit.DAY: lead.amount, LeadUnit.WEEK: 7 * lead.amount}
    return timedelta(days=days[lead.unit] + 1)


def _vanished(key: str, told: tuple[Told, ...]) -> Window:
    last = next(one for one in reversed(told) if one.window == key)
    return Window(key=key, work=last.work, start=last.start, end=last.end, is_cancelled=True)


def _overdue(standing: Standing, now: datetime, zone: ZoneInfo) -> tuple[Step, ...]:
    """Return the steps that have come and are not done for the present time of the window, in order."""
    done = {step.step: step.at for step in standing.done}
    come = (step for step in steps_of(standing.window, zone) if step.at <= now)
    return tuple(step for step in come if step.name not in done or done[step.name] < step.at)


def _until(standing: Standing, step: Step, zone: ZoneInfo) -> datetime:
    end = standing.window.end
    return days_later(end, END_DAYS, zone) if step.name == END else end


def _was_put_into_the_past(standing: Standing, now: datetime) -> bool:
    """Tell whether a window would be over before those who count on it expect it to begin: a mistaken date (R11.7)."""
    expected = (one for one in last_told(standing.told).values() if expects(one))
    return standing.window.end <= now and any(one.start > now for one in expected)


def _is_ahead(step: Step) -> bool:
    return step.name not in (START, END)


def _tellings(task: Task, now: datetime, reach: Reach, zone: ZoneInfo) -> Iterator[Telling]:
    if task.step is None:
        return
    yield _telling(task, task.step, task.knowing, now=now, reach=reach)
    if task.step.name == CHANGED:
        yield from _to_newcomers(task, now, reach, zone)


def _to_newcomers(task: Task, now: datetime, reach: Reach, zone: ZoneInfo) -> Iterator[Telling]:
    """Tell a changed window to those whom it concerns only now, where the others were told of it ahead."""
    standing = task.standing
    ahead = [step for step in steps_of(standing.window, zone) if _is_ahead(step) and step.at <= now]
    if ahead and now < standing.window.end:
        yield _telling(task, ahead[-1], knowing(standing.told), now=now, reach=reach)


def _knowing(standing: Standing, step: Step) -> frozenset[str]:
    """Return who needs no notice ahead: they were told just this since it was due, when the window was changed."""
    if not _is_ahead(step):
        return frozenset()
    last = last_told(standing.told).values()
    return frozenset(one.address for one in last if one.at >= step.at and knows(one, standing.window))


def _telling(task: Task, step: Step, knowing: frozenset[str], *, now: datetime, reach: Reach) -> Telling:
    return Telling(
        window=task.standing.window,
        step=step.name,
        now=now,
        told=task.standing.told,
        bounced=reach.bounced,
        subscribers=reach.subscribers,
        knowing=knowing,
    )


def _reason(task: Task, people: int, zone: ZoneInfo) -> str:
    window = task.standing.window
    what = f"{window.work.name} {window.start.astimezone(zone).date().isoformat()}"
    if task.step is None:
        return f"{what}: {', '.join(step.name for step in task.ended)}: too late to be told"
    return f"{what}: {task.step.name}, {people} told"
