"""The case and its parts, as the rules see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.model.clocks import Clock, ClockName

CaseNumber = int
NEW_CASE: CaseNumber = 0
"""Stands, in effects, for the case that the same decision opens."""


class Status(StrEnum):
    """Case status, spelt as in JSON (R4)."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    DUPLICATE = "duplicate"
    ON_HOLD = "on_hold"
    SHIPPING = "shipping"
    RESOLVED = "resolved_follow_up"
    REOPENED = "customer_reopened"
    CLOSED_NO_RESPONSE = "closed_no_response"
    CLOSED = "closed"


CLOSED_STATUSES = frozenset({Status.CLOSED, Status.CLOSED_NO_RESPONSE})
SETTLED_STATUSES = CLOSED_STATUSES | {Status.DUPLICATE}
"""Nobody works on these: left out of `case list --open` and of an agent's load."""


class Priority(StrEnum):
    """Case priority (R3)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P1G = "P1G"


class Kind(StrEnum):
    """What a case is about (R10.6: the statuses are the same)."""

    SUPPORT = "support"
    MACD = "macd"


class WaitingOn(StrEnum):
    """Whom a case waits for."""

    CUSTOMER = "customer"
    APPROVAL = "approval"
    VENDOR = "vendor"


class Macd(StrEnum):
    """How a MACD request is done (R10.1)."""

    STANDARD = "standard"
    EXPEDITED = "expedited"


class LinkType(StrEnum):
    """How one case is tied to another; each has its inverse."""

    FOLLOW_UP_OF = "follow_up_of"
    FOLLOWED_UP_BY = "followed_up_by"
    DUPLICATE_OF = "duplicate_of"
    HAS_DUPLICATE = "has_duplicate"
    CHILD_OF = "child_of"
    MASTER_OF = "master_of"

    @property
    def inverse(self) -> "LinkType":
        """Return the type under which the other case shows the same link."""
        return _INVERSES[self]


_PAIRS = (
    (LinkType.FOLLOW_UP_OF, LinkType.FOLLOWED_UP_BY),
    (LinkType.DUPLICATE_OF, LinkType.HAS_DUPLICATE),
    (LinkType.CHILD_OF, LinkType.MASTER_OF),
)
_INVERSES = dict(_PAIRS) | {b: a for a, b in _PAIRS}


@dataclass(frozen=True, slots=True)
class Link:
    """A tie of the case that holds it to `case`."""

    type: LinkType
    case: CaseNumber


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody on a case beside its requester (R2.6)."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as stored, read under the lock that the decision on it holds."""

    number: CaseNumber
    subject: str
    kind: Kind
    status: Status
    priority: Priority
    customer: str  # customer id
    requester: str  # address
    assignee: str  # agent id
    team: str  # team id
    language: str
    opened_at: datetime
    closed_at: datetime | None = None
    hold_until: datetime | None = None
    expected_delivery: datetime | None = None
    waiting_on: WaitingOn | None = None
    participants: tuple[Participant, ...] = ()
    links: tuple[Link, ...] = ()
    etr: datetime | None = None  # R3.5
    vendor: str = ""  # id of the vendor that the case waits for (R3.6)
    macd: Macd | None = None
    approved_at: datetime | None = None  # when an approver said yes to the MACD request (R10.2)
    carrier_delay: datetime | None = None  # when the carrier will be done (R10.1)
    escalation_level: int = 1  # R9.1: 1 is where every case is
    escalated_to: str = ""  # agent id of the manager who was told last (R9.3)
    clocks: tuple[Clock, ...] = ()  # the active ones
    ended_by_silence: bool = False  # closed because the customer said nothing (R4.4, R6.2): what R5.6 undoes

    def clock(self, name: ClockName) -> Clock | None:
        """Return the active clock of that name."""
        return next((clock for clock in self.clocks if clock.name is name), None)

    def is_closed(self) -> bool:
        """Tell whether the case is in one of the two closed statuses (R4)."""
        return self.status in CLOSED_STATUSES

    def has_participant(self, address: str) -> bool:
        """Tell whether `address` is a participant (the requester is not one)."""
        return any(p.address == address for p in self.participants)

    def primary(self) -> CaseNumber | None:
        """Return the case that this one is a duplicate of (R4.5)."""
        return next((link.case for link in self.links if link.type is LinkType.DUPLICATE_OF), None)
