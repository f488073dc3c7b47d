"""Mail that is decided again: it waited, was held back, or was let through by somebody's answer (S2.3, S3.7, R2.3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.case import CaseNumber
from daemon.model.outcome import DetainedKind, DetainedState


class PendingState(StrEnum):
    """Why an agent's reply has had no effect yet: the state of its kept mail."""

    WAITING = "waiting"  # the short while in which `#stop` cancels it (S3.7)
    HELD_BACK = "held_back"  # the guard found what a customer must not read (S3.7)


class Readmission(StrEnum):
    """Why a mail is decided again."""

    WAITED = "waited"  # nobody stopped the reply
    SENT_ANYWAY = "sent_anyway"  # its agent has read what the guard found, and wants it sent
    EXPIRED = "expired"  # held back, and nobody said so within the day
    CHALLENGE = "challenge"  # the challenge was answered by the very address (S2.3)
    APPROVED = "approved"  # an MPOC let a held request through (R2.3)
    JOINED = "joined"  # the same, and its writer becomes a participant
    RELEASED = "released"  # an agent let a quarantined mail through for an MPOC (R2.4)


OF_AGENTS = frozenset({Readmission.WAITED, Readmission.SENT_ANYWAY, Readmission.EXPIRED})
"""Why an agent's reply is decided again; all else is other people's mail."""


@dataclass(frozen=True, slots=True)
class Readmitted:
    """A mail's second coming: why, since when, and on whose word."""

    why: Readmission
    at: datetime
    by: str = ""  # address
    authority: str = ""  # address of the MPOC on whose word an agent (`by`) lets it through; empty: their own
    word: str = ""  # what they said beside it


@dataclass(frozen=True, slots=True)
class PendingReply:
    """An agent's reply on a case that has had no effect yet."""

    mail: int
    sender: str
    state: PendingState
    received_at: datetime
    until: datetime  # when it is decided again by itself
    case: CaseNumber = 0
    text: str = ""  # as its agent wrote it, commands and all


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainedRequest:
    """A detained mail that another mail answers, read under lock."""

    id: int
    mail: int
    kind: DetainedKind
    state: DetainedState
    customer: str
    sender: str
    subject: str
    received_at: datetime
    lapses_at: datetime | None  # None: nobody was asked about it
    settled_by: str
    case: CaseNumber | None
    is_macd: bool = False  # its approvers decide (R10.2)
    message_id: str = ""  # of the mail itself
    size: int = 0  # octets of the mail
