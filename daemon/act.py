"""What agents do from the shell: the same rules as by mail, each call one transaction."""

from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from daemon.model.case import CaseNumber, Priority


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A case that an agent opens after a call or a chat (R1.4)."""

    mpoc: str
    subject: str
    text: str
    priority: Priority
    actor: str  # agent id, or "command line"


def open_case(desk: Desk, request: CallRequest, *, now: datetime) -> CaseNumber:
    """Open a case on an MPOC's behalf.  Raises Permanent where nobody with that address is listed."""
    raise NotImplementedError


def carry_out(desk: Desk, case: CaseNumber, lines: tuple[str, ...], *, agent: str, text: str, now: datetime) -> None:
    """Carry out commands ("status closed") and public text as `agent` (id or address); all or nothing.

    Raises:
        Permanent: the case, the agent or a command is wrong; nothing was changed.  One line a fault.
    """
    raise NotImplementedError


def approve_held(desk: Desk, detained: int, *, actor: str, now: datetime) -> CaseNumber:
    """Open the held request as a case on the authority of the customer's case contact (R2.3)."""
    raise NotImplementedError


def decline_held(desk: Desk, detained: int, *, actor: str, word: str, now: datetime) -> None:
    """Decline a held request; its sender is told."""
    raise NotImplementedError


def release_quarantined(desk: Desk, detained: int, *, mpoc: str, actor: str, now: datetime) -> CaseNumber:
    """Open a case for `mpoc` from a quarantined mail (R2.4)."""
    raise NotImplementedError


def discard_quarantined(desk: Desk, detained: int, *, actor: str, now: datetime) -> None:
    """Put a quarantined mail aside for good; it stays stored."""
    raise NotImplementedError
