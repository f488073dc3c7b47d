"""Effects on kept mail and on the addresses behind it: postponed, decided again, ended; marked, muted (S2.3, S3)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber
from daemon.model.outcome import Outcome
from daemon.model.readmission import PendingState, Readmitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Postpone:
    """Let the mail in hand have no effect before `until`: a decision with this effect does nothing but tell (S3.7)."""

    state: PendingState
    until: datetime
    case: CaseNumber
    text: str = ""  # what the agent wrote: handed back by `#stop`


@dataclass(frozen=True, slots=True, kw_only=True)
class Readmit:
    """Have another kept mail decided again, now."""

    mail: int
    readmitted: Readmitted


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAbout:
    """Let challenged mails lapse at an instant: their sender is asked about them, in one challenge (S2.3)."""

    detained: tuple[int, ...]
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseBehind:
    """Let what came before a lapsed mail under the same address lapse with it: its challenge counted them (S2.3)."""

    sender: str
    before: int  # number of the detained mail that lapsed
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMail:
    """End a postponed mail without effect (`#stop`)."""

    mail: int
    outcome: Outcome
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkContact:
    """Note that mail to an address bounces for good (S3.4); mail from it takes the mark away."""

    address: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmarkContact:
    """Note that an address is alive."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Send an address no automatic answers until an instant (S3.3)."""

    address: str
    until: datetime
    why: str


MailEffect = Postpone | Readmit | AskAbout | LapseBehind | EndMail | MarkContact | UnmarkContact | Mute
