"""What time brings without mail: the contract of `supportd tick` (interface.md)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.case import CaseNumber
from daemon.model.effect import Decision


class Action(StrEnum):
    """What `tick` says it did, spelt as in JSON."""

    REMINDED = "reminded"
    BREACHED = "breached"
    HOLD_ENDED = "hold_ended"
    CLOSED = "closed"
    CLOSED_NO_RESPONSE = "closed_no_response"
    LAPSED = "lapsed"
    NOTICE_QUEUED = "notice_queued"
    INVOICE_QUEUED = "invoice_queued"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Ticked:
    """One thing that was due: `at` is when, however late it was done."""

    action: Action
    case: CaseNumber | None
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about something that is due, and how `tick` reports it."""

    action: Action
    at: datetime
    decision: Decision  # its reason is the detail of the report
