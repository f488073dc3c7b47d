"""The clocks of a case as values (R3.10): start, terms, pauses as intervals, due time, and how each ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.allowance import Allowance


class ClockName(StrEnum):
    """The named clocks, spelt as in JSON; a case has at most one active clock of a name."""

    FIRST_RESPONSE = "first_response"
    UPDATE = "update"
    ON_DEMAND = "on_demand"  # R3.9
    MANAGER_ACK = "manager_ack"  # R9.3
    COMPLETION = "completion"  # R10.1
    WAITING = "waiting"  # the customer's silence (R4.4, R6.2): runs out in our favour


class ClockState(StrEnum):
    """How a clock stands, spelt as in JSON."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    STOPPED = "stopped"


class Breach(StrEnum):
    """Why a clock counts as breached (R3.3, R3.11)."""

    RAN_OUT = "ran out"
    RECLASSIFIED = "by reclassification"


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which a clock does not run; `end` None: open, in the future: known beforehand."""

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock is measured against, and whence that comes."""

    allowance: Allowance
    basis: str  # for people: "P2", "contract of acme", "vendor carrier-a", "ETR", "MACD standard"
    calendar: str = "business"  # name in `Plan.calendars`: counts business days
    fixed: datetime | None = None  # a due time that was named (an ETR, a carrier's delay); None: computed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a case.

    `due` is None while an open pause makes it unknown.  `told` names the marks that were acted on (reminders, the
    breach, the reminder and the warning of silence).  `next_at` is when `tick` has something to do with it.
    """

    name: ClockName
    started_at: datetime
    terms: Terms
    id: int = 0  # 0: not stored yet
    pauses: tuple[Pause, ...] = ()
    due: datetime | None = None
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    breach: Breach | None = None
    told: tuple[str, ...] = ()
    next_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Tell whether the clock still counts: neither met nor stopped."""
        return self.met_at is None and self.stopped_at is None

    def paused_at(self, instant: datetime) -> Pause | None:
        """Return the pause that covers an instant."""
        return next((p for p in self.pauses if p.start <= instant and (p.end is None or instant < p.end)), None)

    def state(self, now: datetime) -> ClockState:
        """Return how the clock stands; one that ran out a moment ago is breached before anybody was told."""
        if self.breached_at is not None:
            return ClockState.BREACHED
        if self.met_at is not None:
            return ClockState.MET
        if self.stopped_at is not None:
            return ClockState.STOPPED
        is_ours = self.name is not ClockName.WAITING
        if is_ours and self.due is not None and self.due < now:
            return ClockState.BREACHED
        return ClockState.PAUSED if self.paused_at(now) else ClockState.RUNNING
