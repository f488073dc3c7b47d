"""What a rule wants done: small frozen values that `apply` carries out in order, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.case import CaseNumber, Kind, LinkType, Macd, Participant, Priority, Status, WaitingOn
from daemon.model.clocks import Clock
from daemon.model.notice import AttachmentRef, Notice


class Outcome(StrEnum):
    """How a kept message ended: the contract of interface.md."""

    CASE_OPENED = "case_opened"
    CASE_UPDATED = "case_updated"
    CASE_REOPENED = "case_reopened"
    FOLLOW_UP_OPENED = "follow_up_opened"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    CHALLENGED = "challenged"
    QUARANTINED = "quarantined"
    DUPLICATE_MESSAGE = "duplicate_message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    AGENT_UPDATE = "agent_update"
    AGENT_NOTE = "agent_note"
    COMMAND_FAILED = "command_failed"
    REJECTED = "rejected"
    FAILED = "failed"


class DetainedKind(StrEnum):
    """Why a mail waits for a person."""

    HELD = "held"  # for a customer's MPOC (R2.3)
    QUARANTINED = "quarantined"  # for agents (R2.4)


class DetainedState(StrEnum):
    """What became of a detained mail."""

    OPEN = "open"
    RELEASED = "released"
    DECLINED = "declined"
    DISCARDED = "discarded"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case; later effects name it `NEW_CASE`."""

    subject: str
    customer: str
    requester: str
    assignee: str
    team: str
    language: str
    opened_at: datetime
    actor: str
    why: str
    priority: Priority = Priority.P4
    kind: Kind = Kind.SUPPORT
    participants: tuple[Participant, ...] = ()
    clock_from: datetime | None = None  # when the first response starts, if not at `opened_at` (R3.11: a release)
    macd: Macd | None = None
    approved_at: datetime | None = None  # a MACD request of an approver counts as approved at receipt (R10.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage:
    """Put a message on a case: a customer's mail, an agent's reply or note, or a machine's mail."""

    case: CaseNumber
    incoming: bool
    author: str  # address, or agent id for agents
    public: bool
    text: str
    received_at: datetime
    message_id: str = ""
    attachments: tuple[AttachmentRef, ...] = ()
    automatic: bool = False  # written by a program (R4.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus:
    """Move a case along R4's table; `until` is the end of a hold or the expected delivery."""

    case: CaseNumber
    status: Status
    at: datetime
    actor: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority:
    """Give a case another priority (R3.8)."""

    case: CaseNumber
    priority: Priority
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Give a case to another technician."""

    case: CaseNumber
    assignee: str
    team: str
    at: datetime
    actor: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWaiting:
    """Note whom a case waits for, or that it waits no longer (R6.1)."""

    case: CaseNumber
    waiting_on: WaitingOn | None
    at: datetime
    actor: str
    why: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AddParticipant:
    """Let somebody follow a case (R2.6)."""

    case: CaseNumber
    participant: Participant
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCases:
    """Tie two cases; the inverse link is written too."""

    case: CaseNumber
    type: LinkType
    other: CaseNumber
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkCases:
    """Cut a tie and its inverse."""

    case: CaseNumber
    type: LinkType
    other: CaseNumber
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Write a line of history that changes nothing else."""

    case: CaseNumber
    event: str
    detail: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detain:
    """Keep the mail in hand for a person's decision (R2.3, R2.4)."""

    kind: DetainedKind
    reason: str
    customer: str = ""  # customer id, for held mail
    case: CaseNumber | None = None  # the case that a held reply asks to reopen or join
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """End a detention."""

    detained: int
    state: DetainedState
    at: datetime
    actor: str
    case: CaseNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Send a notice: written to the outbox in the same transaction."""

    notice: Notice
    cancelled: str = ""  # why it is written but not sent (S3.3); empty: it is sent


Effect = (
    OpenCase | AddMessage | ChangeStatus | SetPriority | Assign | SetWaiting | SetEtr | SetVendor | SetMacd | Approve
    | SetCarrierDelay | RecordTime | Escalate | Acknowledge | PauseSilence | KeepClock | AddParticipant
    | LinkCases | UnlinkCases | Record | Detain | Settle | Queue
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One check of a table, and its answer."""

    check: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a rule decided, and why: stored with the event, told by `supportd why`."""

    outcome: Outcome
    effects: tuple[Effect, ...]
    reason: str  # one line for people
    rules: tuple[str, ...]  # "R5.2", "S2.5" …
    case: CaseNumber | None = None
    checks: tuple[Asked, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
