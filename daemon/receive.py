"""One kept message → one decision, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from daemon.model.effect import Outcome
from daemon.model.mail import InboundMail
from daemon.store.inbox import KeptMail


@dataclass(frozen=True, slots=True)
class Received:
    """How a message ended."""

    outcome: Outcome
    case: int | None
    customer: str
    reason: str


def receive(desk: Desk, kept: KeptMail, mail: InboundMail, *, reader: str, now: datetime) -> Received | None:
    """Decide on a message that `reader` has claimed; None: the claim was lost, somebody else decides."""
    raise NotImplementedError


def quarantine_unread(desk: Desk, kept: KeptMail, *, reason: str, reader: str, now: datetime) -> Received | None:
    """Quarantine a message that cannot be read: it killed its readers, or is over a limit (S1.2)."""
    raise NotImplementedError
