"""What the status page shows (R8.1), as a value: pure, and without a customer, a case's text or an agent's name.

An incident's number is that of its master case, and all that is told of that case; what is shown of an incident or a
window was written for everybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from daemon.model.incident import Incident, UpdateKind
from daemon.model.people import Product
from daemon.model.text import clean_line, clean_text
from daemon.model.window import Impact, Window

HORIZON = timedelta(days=60)
"""Maintenance is shown so long before it begins."""
MONTHS = 60
"""The history goes back so many months at most; static copies keep what was written before."""
LONGEST_TITLE = 300
INSTANT = timedelta(microseconds=1)
"""The smallest: work that ends at midnight is none of the next day's."""


class State(IntEnum):
    """How a platform does; the worst is the highest."""

    OPERATIONAL = 0
    MAINTENANCE = 1
    INCIDENT = 2


class Phase(StrEnum):
    """Where a window stands."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Platform:
    """A product as the public sees it."""

    id: str
    name: str
    state: State


@dataclass(frozen=True, slots=True)
class ShownUpdate:
    """What was told of an incident, by nobody in particular."""

    at: datetime
    kind: UpdateKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIncident:
    """An incident; `platforms` holds ids, all of them where it concerns all."""

    number: int
    title: str
    platforms: tuple[str, ...]
    opened_at: datetime
    resolved_at: datetime | None
    updates: tuple[ShownUpdate, ...]  # the newest first

    @property
    def changed_at(self) -> datetime:
        """Return when something was last told of it."""
        return max((self.opened_at, *(update.at for update in self.updates)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWindow:
    """A maintenance window; `platforms` holds ids."""

    key: str
    name: str
    platforms: tuple[str, ...]
    impact: Impact
    description: str
    reason: str
    start: datetime
    end: datetime
    phase: Phase
    is_told: bool  # by mail or announcement; routine work of which nobody is told is on no feed
    changed_at: datetime  # when it came to be shown, began or ended, whichever was last


@dataclass(frozen=True, slots=True)
class Month:
    """What fell into one month on the plan's wall clock: incidents, also open ones, and work that is over.

    What lasted over the turn of a month stands in both; the newest comes first.
    """

    first: date
    incidents: tuple[ShownIncident, ...]
    windows: tuple[ShownWindow, ...]

    def __str__(self) -> str:
        """Return it as it stands in addresses: `2026-11`."""
        return f"{self.first:%Y-%m}"

    def of(self, platform: str) -> "Month":
        """Return what of it concerned one platform."""
        return Month(
            self.first,
            tuple(incident for incident in self.incidents if platform in incident.platforms),
            tuple(window for window in self.windows if platform in window.platforms),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that is shown."""

    platforms: tuple[Platform, ...]
    incidents: tuple[ShownIncident, ...]  # the newest first
    windows: tuple[ShownWindow, ...]  # in order of start
    months: tuple[Month, ...]  # the newest first; this month is always there
    changes_at: datetime  # when time alone changes it next

    @property
    def state(self) -> State:
        """Return the worst state of all."""
        worst = max((platform.state for platform in self.platforms), default=State.OPERATIONAL)
        return State.INCIDENT if self.open_incidents else worst

    @property
    def open_incidents(self) -> tuple[ShownIncident, ...]:
        """Return the incidents that are not over."""
        return tuple(incident for incident in self.incidents if incident.resolved_at is None)

    @property
    def running(self) -> tuple[ShownWindow, ...]:
        """Return the windows in which work goes on."""
        return self.in_phase(Phase.RUNNING)

    @property
    def coming(self) -> tuple[ShownWindow, ...]:
        """Return what is planned, with what was cancelled of it."""
        return self.in_phase(Phase.COMING, Phase.CANCELLED)

    def in_phase(self, *phases: Phase) -> tuple[ShownWindow, ...]:
        """Return the windows that stand so."""
        return tuple(window for window in self.windows if window.phase in phases)

    def of(self, platform: str) -> "Picture":
        """Return what of it concerns one platform."""
        return Picture(
            platforms=tuple(known for known in self.platforms if known.id == platform),
            incidents=tuple(incident for incident in self.incidents if platform in incident.platforms),
            windows=tuple(window for window in self.windows if platform in window.platforms),
            months=tuple(month.of(platform) for month in self.months),
            changes_at=self.changes_at,
        )


def by_work(windows: Iterable[ShownWindow]) -> tuple[tuple[ShownWindow, ...], ...]:
    """Return windows with those together that differ in nothing but their time, in order of the first of each."""
    groups: dict[tuple[object, ...], list[ShownWindow]] = {}
    for one in windows:
        groups.setdefault((one.name, one.platforms, one.impact, one.description, one.reason), []).append(one)
    return tuple(tuple(group) for group in groups.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a picture is made of."""

    products: tuple[Product, ...]
    incidents: tuple[Incident, ...]  # all that there were
    windows: tuple[Window, ...]  # those that end at `since` or later and begin before the horizon
    since: datetime  # the history begins here
    zone: ZoneInfo


def picture_of(sources: Sources, *, now: datetime) -> Picture:
    """Return what is shown at an instant.

    Args:
        sources: incidents, windows, and what they concern.
        now: time-zone aware.
    """
    ids = tuple(product.id for product in sources.products)
    newest_first = sorted(sources.incidents, key=lambda incident: (incident.opened_at, incident.case), reverse=True)
    incidents = tuple(_incident(incident, ids) for incident in newest_first)
    by_start = sorted(sources.windows, key=lambda window: (window.start, window.key))
    windows = tuple(_window(window, ids, now) for window in by_start if _is_shown(window, now))
    return Picture(
        platforms=tuple(_platform(product, incidents, windows) for product in sources.products),
        incidents=incidents,
        windows=windows,
        months=_months(incidents, windows, sources=sources, now=now),
        changes_at=_next_change(windows, sources.zone, now),
    )


def _incident(incident: Incident, ids: tuple[str, ...]) -> ShownIncident:
    updates = (ShownUpdate(told.at, told.kind, clean_text(told.text).strip()) for told in incident.updates)
    return ShownIncident(
        number=incident.case,
        title=clean_line(incident.title, longest=LONGEST_TITLE),
        platforms=tuple(id_ for id_ in ids if not incident.products or id_ in incident.products),
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        updates=tuple(reversed(tuple(updates))),
    )


def _is_shown(window: Window, now: datetime) -> bool:
    """Tell whether a window is shown: a cancelled one until it would have ended, to those who count on it."""
    return window.start <= now + HORIZON and not (window.is_cancelled and window.end <= now)


def _window(window: Window, ids: tuple[str, ...], now: datetime) -> ShownWindow:
    seen_from = window.announced_at or window.start - HORIZON
    return ShownWindow(
        key=window.key,
        name=clean_line(window.work.name, longest=LONGEST_TITLE),
        platforms=tuple(id_ for id_ in ids if id_ in window.work.products),
        impact=window.work.impact,
        description=clean_text(window.work.description).strip(),
        reason=clean_text(window.work.reason).strip(),
        start=window.start,
        end=window.end,
        phase=_phase(window, now),
        is_told=bool(window.leads or window.tells_start or window.tells_end or window.announced_at),
        changed_at=max(at for at in (seen_from, window.start, window.end) if at <= now or at == seen_from),
    )


def _phase(window: Window, now: datetime) -> Phase:
    if window.is_cancelled:
        return Phase.CANCELLED
    if now < window.start:
        return Phase.COMING
    return Phase.RUNNING if now < window.end else Phase.OVER


def _platform(product: Product, incidents: Iterable[ShownIncident], windows: Iterable[ShownWindow]) -> Platform:
    """Return how a platform does; work that nobody feels changes nothing (R11.5)."""
    is_worked_on = any(
        product.id in window.platforms and window.phase is Phase.RUNNING and window.impact is not Impact.NONE
        for window in windows
    )
    is_hit = any(product.id in incident.platforms and incident.resolved_at is None for incident in incidents)
    state = State.INCIDENT if is_hit else State.MAINTENANCE if is_worked_on else State.OPERATIONAL
    return Platform(product.id, clean_line(product.name, longest=LONGEST_TITLE), state)


def _months(
    incidents: tuple[ShownIncident, ...], windows: tuple[ShownWindow, ...], *, sources: Sources, now: datetime
) -> tuple[Month, ...]:
    def month_of(at: datetime) -> date:
        return at.astimezone(sources.zone).date().replace(day=1)

    over = [window for window in reversed(windows) if window.phase is Phase.OVER]
    hit = [(month_of(one.opened_at), month_of(one.resolved_at or now), one) for one in incidents]
    worked = [(month_of(one.start), month_of(one.end - INSTANT), one) for one in over]
    this = month_of(now)
    earliest = min((month_of(sources.since), this, *(began for began, _, _ in hit), *(began for began, _, _ in worked)))
    return tuple(
        Month(
            first,
            tuple(incident for began, ended, incident in hit if began <= first <= ended),
            tuple(window for began, ended, window in worked if began <= first <= ended),
        )
        for first in _backwards(this, earliest)
    )


def _backwards(last: date, first: date) -> Iterable[date]:
    for _ in range(MONTHS):
        yield last
        if last <= first:
            return
        last = (last - timedelta(days=1)).replace(day=1)


def _next_change(windows: Iterable[ShownWindow], zone: ZoneInfo, now: datetime) -> datetime:
    """Return when a window begins or ends next, or the day does: then another comes within the horizon."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    bounds = (at for window in windows for at in (window.start, window.end) if at > now)
    return min((midnight, *bounds), key=lambda at: at.timestamp())
