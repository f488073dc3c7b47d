"""Effects on what a case was promised: ETR, vendor, MACD, time, escalation, clocks (R3, R9, R10)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber, Macd
from daemon.model.clocks import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEtr:
    """Give an estimated time of resolution; it replaces the scheduled updates until it passes (R3.5)."""

    case: CaseNumber
    etr: datetime
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVendor:
    """Let a case follow a vendor's times (R3.6), or, with the empty string, no longer."""

    case: CaseNumber
    vendor: str  # vendor id
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMacd:
    """Make a case a MACD request of this kind (R10.1).

    `since`: from when its first response is measured, if not from the case's own start (R10.3: "expedite yes").
    """

    case: CaseNumber
    macd: Macd
    at: datetime
    actor: str
    why: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Let the work on a MACD request begin (R10.2); its completion runs from here."""

    case: CaseNumber
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCarrierDelay:
    """Note until when the carrier needs (R10.1)."""

    case: CaseNumber
    until: datetime
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTime:
    """Record minutes of work (R10.4)."""

    case: CaseNumber
    minutes: int
    at: datetime  # receipt of the mail that reports them
    actor: str  # agent id


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Bring a case to a level of the escalation list (R9.2)."""

    case: CaseNumber
    level: int
    to: str  # agent id
    at: datetime
    actor: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Note that the manager whom an escalation reached has answered (R9.3)."""

    case: CaseNumber
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSilence:
    """Stop the clock of a customer's silence: our mail to them bounced (R4.8, S3.4)."""

    case: CaseNumber
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepClock:
    """Write a clock as it now stands; one without id begins."""

    case: CaseNumber
    clock: Clock


PromiseEffect = (
    SetEtr | SetVendor | SetMacd | Approve | SetCarrierDelay | RecordTime
    | Escalate | Acknowledge | PauseSilence | KeepClock
)  # fmt: skip
