"""What a rule wants done: small frozen values that `apply` carries out in order, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber
from daemon.model.case_effect import CaseEffect, OpenCase
from daemon.model.desk_effect import DeskEffect
from daemon.model.mail_effect import MailEffect
from daemon.model.notice import Notice
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.model.promise_effect import PromiseEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Detain:
    """Keep the mail in hand for a person's decision (R2.3, R2.4)."""

    kind: DetainedKind
    reason: str
    customer: str = ""  # customer id, for held mail
    case: CaseNumber | None = None  # the case that the mail is about: it asks to join or reopen that
    lapses_at: datetime | None = None
    is_macd: bool = False  # its approvers decide (R10.2)
    waits_with: int | None = None  # number of the held request that its writer asks after (R2.3)


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


Effect = OpenCase | CaseEffect | PromiseEffect | MailEffect | DeskEffect | Detain | Settle | Queue


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
