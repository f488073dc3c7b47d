"""Effects on what concerns many customers: maintenance windows, global incidents, storms (R7, R11)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber
from daemon.model.incident import IncidentUpdate, Storm
from daemon.model.window import Announcement, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAnnouncement:
    """Write an unscheduled window as it now stands; one without id is new, and notices may be about it (`NEW`)."""

    announcement: Announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTold:
    """Remember what a contact was told of a window: corrections go to the same people (R11.7)."""

    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep:
    """Note that a step of a window is done, or makes no sense any more: it comes again only if the window is moved."""

    window: str  # its key
    step: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """Make a case a master that the public sees, or let it be one again (R7.1)."""

    case: CaseNumber
    title: str
    products: tuple[str, ...]
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetitleIncident:
    """Let everybody read another title of an incident; nobody is told of it."""

    case: CaseNumber
    title: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellIncident:
    """Put an update on an incident (R7.4); one of the kind `resolved` ends it (R7.5)."""

    case: CaseNumber
    update: IncidentUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStorm:
    """Write a storm; one without id is new, and notices may be about it (`NEW`)."""

    storm: Storm


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetSubscriber:
    """Erase a subscriber of the status page, if there is one with this address (R8.2)."""

    address: str


DeskEffect = (
    KeepAnnouncement | NoteTold | EndStep | OpenIncident | RetitleIncident | TellIncident | KeepStorm | ForgetSubscriber
)
