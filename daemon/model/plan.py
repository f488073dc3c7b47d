"""The support plan's figures: everything in support-plan.md that is configuration."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from daemon.model.allowance import Allowance
from daemon.model.case import Macd, Priority
from daemon.model.hours import Span, WeeklyHours
from daemon.model.people import Role
from daemon.model.promises import (
    BUSINESS,
    EXTENDED,
    HOUR,
    MACD_TIMES,
    PRIORITY_TIMES,
    QUARTER_HOUR,
    Charges,
    MacdTimes,
    PriorityTimes,
    Silence,
    Vendor,
)
from daemon.model.window import Series


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Business hours on the plan's wall clock, and the days that are none (R3.1)."""

    hours: WeeklyHours
    holidays: frozenset[date]


EXTENDED_HOURS = WeeklyHours(tuple(Span(day, 7 * 60, 19 * 60) for day in range(5)))
"""Monday-Friday 07:00-19:00 (R10.3)."""


class Unauthenticated(StrEnum):
    """What an MPOC's mail without authentication gets (S2.3)."""

    ACCEPT = "accept"
    CHALLENGE = "challenge"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class MailboxPolicy:
    """How mail that reached one mailbox is judged."""

    name: str
    address: str  # lower-cased; plus-addresses of it reach the same mailbox
    team: str | None = None  # team id; None: by product, else the default team
    unauthenticated: Unauthenticated = Unauthenticated.CHALLENGE
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
    timezone: str = "America/Denver"  # the plan's, as `Plan.sender` sets it: windows are told in it too (R11.2)
    status_url: str = ""  # likewise


@dataclass(frozen=True, slots=True)
class Article:
    """What customers can do at once by themselves (R10.5), in one language."""

    language: str
    title: str
    summary: str  # a sentence or two, or an address on the web; may be empty


@dataclass(frozen=True, slots=True)
class InvoicePolicy:
    """When invoices go out, and to whom (R12.1)."""

    day: int = 27  # of the month, on the plan's wall clock
    minute: int = 9 * 60  # after midnight
    roles: tuple[Role, ...] = (Role.FINANCE,)  # who gets them where the customer's file says nothing


@dataclass(frozen=True, slots=True)
class RadarPolicy:
    """When agents are told that customers' mails look alike: the radar tells, it never acts."""

    is_on: bool = True
    customers: int = 3  # so many at least
    within: timedelta = timedelta(hours=1)
    pause: timedelta = timedelta(hours=6)  # the same storm is not told again within this time, unless it doubles


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
    macd_times: tuple[tuple[Macd, MacdTimes], ...] = MACD_TIMES
    extended: WeeklyHours = EXTENDED_HOURS  # R10.3; the business holidays are theirs too
    more_calendars: tuple[tuple[str, BusinessCalendar], ...] = ()  # further ones that contracts and vendors name
    on_demand: Allowance = QUARTER_HOUR  # R3.9
    manager_ack: Allowance = HOUR  # R9.3
    immediate: Allowance = QUARTER_HOUR  # R3.11: what "immediate" is measured by
    reminder_shares: tuple[int, ...] = (50, 80)  # R3.3: percent
    silence: Silence = field(default_factory=Silence)
    charges: Charges = field(default_factory=Charges)
    vendors: tuple[Vendor, ...] = ()
    macd_team: str = ""  # team id for MACD requests; empty: as for any other request
    urgent_team: str = ""  # team id of the 24x7 technical team (R10.3); empty: the default team
    articles: tuple[Article, ...] = ()  # R10.5
    weekly_report: bool = True  # mailed to managers, Mondays at the opening of business

    challenge_days: int = 3  # S2.3
    reply_delay: timedelta = timedelta(seconds=60)  # S3.7: an agent's reply waits so long for a `#stop`
    guard_exceptions: frozenset[str] = frozenset()  # S3.7: names and domains that any customer may read, folded
    digest: tuple[str, ...] = ()  # agent ids who get the daily digest of quarantined mail (R2.4); empty: on call
    mute: timedelta = timedelta(hours=24)  # S3.3
    burst: int = 6  # S3.3: so many answered mails of one address within 10 minutes are quick ping-pong
    key_days: int = 60  # S2.8: how long a rotated key still verifies

    windows: tuple[Series, ...] = ()  # planned maintenance (R11)
    quiet_hours: tuple[int, int] = (23 * 60, 29 * 60)  # in which unscheduled work should lie (R11.6): minutes
    invoices: InvoicePolicy = field(default_factory=InvoicePolicy)
    radar: RadarPolicy = field(default_factory=RadarPolicy)
    status_url: str = ""  # where the status page is seen from outside, without a slash at its end; empty: there is none

    @property
    def sender(self) -> Provider:
        """Return the provider with all that mails say of the plan: who renders or composes needs this one."""
        return replace(self.provider, timezone=self.zone.key, status_url=self.status_url)

    def calendar(self, name: str) -> BusinessCalendar:
        """Return the calendar of that name; a name since removed counts as the business calendar."""
        known = dict(self.more_calendars)
        known |= {BUSINESS: self.business, EXTENDED: BusinessCalendar(self.extended, self.business.holidays)}
        return known.get(name, self.business)

    def vendor(self, vendor_id: str) -> Vendor | None:
        """Return the vendor with this id."""
        return next((vendor for vendor in self.vendors if vendor.id == vendor_id), None)

    def mailbox(self, name: str) -> MailboxPolicy:
        """Return the policy of the named mailbox; mail of a mailbox since removed is judged by the first."""
        return next((m for m in self.mailboxes if m.name == name), self.mailboxes[0])

    def own_addresses(self) -> frozenset[str]:
        """Return every address under which the daemon itself receives mail."""
        return frozenset(m.address for m in self.mailboxes)
