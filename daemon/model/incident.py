"""Global incidents (R7): a master case as the public sees it, and the storm from which one may be made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.case import CaseNumber


class UpdateKind(StrEnum):
    """What an update of an incident tells."""

    OPENED = "opened"
    UPDATE = "update"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """One thing that was told of an incident, to everybody alike: no customer is named in it (R7.4)."""

    at: datetime
    kind: UpdateKind
    text: str  # may be empty: what it is called, or that it is over, is all that is told
    author: str  # agent id: never shown outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A master case's public face: the status page shows it, its subscribers hear of it (R8.1)."""

    case: CaseNumber
    title: str
    products: tuple[str, ...]  # product ids ("platforms" on the status page); empty: all
    opened_at: datetime
    resolved_at: datetime | None = None
    updates: tuple[IncidentUpdate, ...] = ()  # the oldest first

    @property
    def last_update(self) -> IncidentUpdate | None:
        """Return what was told last, with words."""
        return next((update for update in reversed(self.updates) if update.text), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """Customers' mails of one hour that look alike, of which agents were told; nothing follows by itself.

    `id` is 0 where the decision makes it.
    """

    id: int
    at: datetime
    cases: tuple[CaseNumber, ...]
    words: tuple[str, ...]  # what the mails share, the most telling first
    products: tuple[str, ...]
    incident: CaseNumber | None = None  # the master that an agent made of it
