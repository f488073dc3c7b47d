"""Maintenance windows (R11): how they come back, one of them on its day, and what was told of it to whom."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LAST = -1
"""Which weekday of a month, where it is the last one."""


class Repeat(StrEnum):
    """How a window comes back."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Impact(StrEnum):
    """What customers feel of it."""

    NONE = "none"
    DEGRADED = "degraded"
    OUTAGE = "outage"


class LeadUnit(StrEnum):
    """What a notice ahead is counted in: hours are elapsed, days and weeks are dates at the same wall-clock time."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before its start the contacts are told of a window: `1 week before` (R3.1, R11.1)."""

    amount: int
    unit: LeadUnit

    def __str__(self) -> str:
        """Return it as it is written in maintenance.yaml, which is the name of its step too."""
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'} before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """The dates on which a window begins, on the plan's wall clock."""

    repeat: Repeat
    weekday: int | None = None  # Monday is 0; None: once
    which: int = 0  # monthly: 1 to 4, or `LAST`
    weeks: int = 1  # weekly: every so many
    first: date | None = None  # no date lies before it; `weeks` are counted from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A single window of a series that is moved or cancelled (R11.7)."""

    day: date  # the date on which it would begin
    to: date | None = None  # the date on which it begins instead
    hours: tuple[int, int] | None = None  # start and end in minutes after midnight, as in `Series`
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every notice tells of a window beside its time (R11.2)."""

    name: str
    products: tuple[str, ...]  # product ids; only customers who have one of them are told
    impact: Impact
    description: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A planned window, or one that comes back (maintenance.yaml)."""

    id: str
    work: Work
    recurrence: Recurrence
    hours: tuple[int, int]  # start and end in minutes after midnight; the end is past 1440 where it crosses midnight
    leads: tuple[Lead, ...] = ()
    tells_start: bool = False
    tells_end: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window: of a series on its day, or announced by itself.

    `key` names it for ever, moved or not: `monthly:2026-12-18` (the date on which it would begin), `announced:7`.
    """

    key: str
    work: Work
    start: datetime
    end: datetime
    leads: tuple[Lead, ...] = ()
    tells_start: bool = False
    tells_end: bool = False
    is_cancelled: bool = False
    announced_at: datetime | None = None  # of unscheduled ones (R11.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An unscheduled window (R11.6) as it is kept; one that lacks a part is a draft, and is announced to nobody.

    `id` is 0 where the decision makes it.
    """

    id: int
    key: str  # `announced:` and what names it for ever; `Window.key` of what becomes of it
    name: str = ""
    start: datetime | None = None
    end: datetime | None = None
    products: tuple[str, ...] = ()
    impact: Impact = Impact.DEGRADED
    description: str = ""
    reason: str = ""
    by: str = ""  # agent id, or "command line"
    is_confirmed: bool = False  # may lie inside the day's hours (R11.6)
    announced_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one contact was told of a window, and when; without an address: the subscribers of the status page."""

    window: str  # its key
    address: str
    step: str  # "1 week before", "start", "end", "announced", "changed", "cancelled", "not affected", "follow up"
    at: datetime
    start: datetime  # of the window, as it was told
    end: datetime
    work: Work  # as it was told: a correction follows where it changes
    sequence: int = 0  # of its calendar event (RFC 5546)
