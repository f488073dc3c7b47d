"""Effects on a case itself: opening, messages, status, people, links."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber, Kind, LinkType, Macd, Participant, Priority, Status, WaitingOn
from daemon.model.notice import AttachmentRef


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


CaseEffect = (
    AddMessage | ChangeStatus | SetPriority | Assign | SetWaiting | AddParticipant
    | LinkCases | UnlinkCases | Record
)  # fmt: skip
"""Effects on a case that exists by then."""
