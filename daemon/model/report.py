"""The figures of reports as values: promises kept and missed (R3), work and money (R10.4), cases by status and age.

The field names are those of `supportd report --json` and its CSV: fields may be added, none is renamed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Period:
    """Days on the plan's wall clock, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Span:
    """The same as instants: `start` included, `end` not."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """How many clocks of a period were kept and missed."""

    kept: int = 0
    missed: int = 0
    reclassified: int = 0  # missed by a change of priority alone: apart (R3.11)
    open: int = 0  # due in the period, and not due yet
    stopped: int = 0  # ended before their time without being met: the case was closed, say

    @property
    def kept_percent(self) -> float | None:
        """Return the share kept of kept and missed, cut to one decimal: 100.0 means that none was missed."""
        decided = self.kept + self.missed
        return self.kept * 1000 // decided / 10 if decided else None

    def __add__(self, other: "Promises") -> "Promises":
        """Return both together."""
        return Promises(
            kept=self.kept + other.kept,
            missed=self.missed + other.missed,
            reclassified=self.reclassified + other.reclassified,
            open=self.open + other.open,
            stopped=self.stopped + other.stopped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRow:
    """The promises of one kind to one customer at one priority."""

    customer: str
    priority: str
    clock: str
    promises: Promises


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedClock:
    """One promise that was missed, and why."""

    case: str
    customer: str
    priority: str
    clock: str
    basis: str
    due: datetime
    ended: datetime | None  # when it was met or stopped; None: it is still open
    state: str  # "met late", "stopped" or "open"
    late_minutes: int  # each started one counts
    breach: str


class Surcharge(StrEnum):
    """What expediting a case costs in a period (R10.4)."""

    NONE = ""
    CHARGED = "charged"
    MANUAL = "manual line"  # none is configured: no figure is invented


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """The work on one case in one invoice period; money in integer cents."""

    month: str  # 2026-12
    customer: str
    case: str
    kind: str
    macd: str
    approved: bool  # the MACD request was approved (R10.2)
    minutes: int
    charged_minutes: int
    work_cents: int
    surcharge: Surcharge
    surcharge_cents: int
    total_cents: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCount:
    """How many cases of a customer have one status, or one age in days."""

    customer: str
    value: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFlow:
    """What came and went in a period."""

    customer: str
    opened: int = 0
    closed: int = 0
