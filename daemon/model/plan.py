"""The support plan's figures: everything in support-plan.md that is configuration."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from daemon.model.case import Priority
from daemon.model.hours import WeeklyHours


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Business hours on the plan's wall clock, and the days that are none (R3.1)."""

    hours: WeeklyHours
    holidays: frozenset[date]


class Unauthenticated(StrEnum):
    """What an MPOC's mail without authentication gets (S2.3)."""

    ACCEPT = "accept"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class MailboxPolicy:
    """How mail that reached one mailbox is judged."""

    name: str
    address: str  # lower-cased; plus-addresses of it reach the same mailbox
    team: str | None = None  # team id; None: by product, else the default team
    unauthenticated: Unauthenticated = Unauthenticated.QUARANTINE
    require_authentication: bool = False  # True: an answer to a signed mail proves no agent (S2.8)


@dataclass(frozen=True, slots=True)
class Governor:
    """Bounds on automatic answers to incoming mail (S3.3)."""

    address_hour: int = 10
    address_day: int = 30
    case_hour: int = 3
    alarm_hour: int = 300


@dataclass(frozen=True, slots=True)
class Provider:
    """What the desk's mails say of the desk itself."""

    name: str
    prefix: str  # of case tags: "SUP" gives SUP-1042
    support_address: str
    phone: str
    chat_url: str = ""
    billing_address: str = ""


class TimeUnit(StrEnum):
    """In what an allowance is counted (R3.1)."""

    MINUTES = "minutes"  # elapsed, 24x7
    BUSINESS_DAYS = "business_days"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long something may take; 0 minutes: at once."""

    amount: int
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class PriorityTimes:
    """What a priority promises (R3)."""

    first_response: Allowance
    update: Allowance


def _minutes(amount: int) -> Allowance:
    return Allowance(amount, TimeUnit.MINUTES)


def _business_days(amount: int) -> Allowance:
    return Allowance(amount, TimeUnit.BUSINESS_DAYS)


PRIORITY_TIMES: tuple[tuple[Priority, PriorityTimes], ...] = (
    (Priority.P1, PriorityTimes(_minutes(15), _minutes(60))),
    (Priority.P2, PriorityTimes(_minutes(30), _minutes(120))),
    (Priority.P3, PriorityTimes(_minutes(240), _business_days(1))),
    (Priority.P4, PriorityTimes(_business_days(1), _business_days(2))),
    (Priority.P1G, PriorityTimes(_minutes(0), _minutes(60))),
)
"""The plan's own table (R3)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules' figures; one value is valid for one unit of work."""

    zone: ZoneInfo
    business: BusinessCalendar
    chat: WeeklyHours
    provider: Provider
    mailboxes: tuple[MailboxPolicy, ...]
    governor: Governor = field(default_factory=Governor)
    reopening_days: int = 7  # R5.1
    held_days: int = 14  # R2.3
    proof_days: int = 30  # S2.2
    languages: tuple[str, ...] = ("en", "fr")
    confirm_updates: bool = False  # answer each customer update with "update received"
    held_shows_contacts: bool = False  # S3.1: a held request's sender sees addresses and telephones too
    quarantine_pause: timedelta = timedelta(days=1)  # R2.4: one answer a sender
    priority_times: tuple[tuple[Priority, PriorityTimes], ...] = PRIORITY_TIMES

    def mailbox(self, name: str) -> MailboxPolicy:
        """Return the policy of the named mailbox; mail of a mailbox since removed is judged by the first."""
        return next((m for m in self.mailboxes if m.name == name), self.mailboxes[0])

    def own_addresses(self) -> frozenset[str]:
        """Return every address under which the daemon itself receives mail."""
        return frozenset(m.address for m in self.mailboxes)
