"""How this installation is set up: where mail comes in, where it goes out, where it is kept.

Every path is absolute.  Secrets stand here as values: they were read from the environment or from files.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from daemon.model.charter import Charter
from daemon.model.people import Directory
from daemon.model.plan import Plan


class Security(StrEnum):
    """How a connection is protected."""

    TLS = "tls"  # from the first octet
    STARTTLS = "starttls"  # required, never merely tried
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One IMAP mailbox to watch."""

    mailbox: str  # name in `Plan.mailboxes`
    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    processed: str = "Processed"  # folder for mail that was kept
    unreadable: str = "Unreadable"  # folder for mail over the size limit
    ca_file: Path | None = None
    verify: bool = True
    poll_seconds: int = 30  # where IDLE is missing
    sweep_seconds: int = 300  # full sweep, whatever IDLE said (S1.4)

    @property
    def name(self) -> str:
        """Return the name under which its progress is kept: one watch a folder."""
        return f"{self.mailbox}:{self.folder}"


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """A socket on which mail is delivered to us (S1.5)."""

    protocol: str  # "smtp" or "lmtp"
    host: str
    port: int  # 0: any free one (tests)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    max_connections: int = 100
    max_recipients: int = 50
    max_octets_in_flight: int = 96 * 2**20
    idle_seconds: int = 300


@dataclass(frozen=True, slots=True)
class TrustedRelay:
    """A host of ours that relays mail to the listener: its Received and Authentication-Results are believed."""

    name: str  # as it writes itself after "by" in Received, lower-cased
    addresses: tuple[str, ...]  # IP addresses or networks it connects from


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """Where outgoing mail goes: into a Maildir, or to an SMTP server."""

    maildir: Path | None = None
    host: str = ""
    port: int = 25
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    verify: bool = True
    connections: int = 4
    timeout_seconds: int = 60
    give_up_hours: int = 72  # S3.6


@dataclass(frozen=True, slots=True)
class AuthenticationSettings:
    """How we look at senders ourselves, beside what our own server says of them (S2.2)."""

    own_checks: bool = True  # DKIM and DMARC of our own, for mail that a listener took
    resolvers: tuple[str, ...] = ()  # "192.0.2.53" or "192.0.2.53:5353"; empty: the system's
    timeout_seconds: int = 5  # for all questions about one mail
    trusted_forwarders: tuple[str, ...] = ()  # domains whose ARC seal is believed
    spf: bool = False  # whether who connects to a listener is the sender's own host, so that SPF proves it


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Who is told by another way when the daemon cannot do its job (S1.6)."""

    to: tuple[str, ...]
    submission: DeliverySettings  # a second server, never the one of delivery
    language: str = "en"
    sender: str = ""  # empty: the support address


@dataclass(frozen=True, slots=True)
class StatusPageSettings:
    """Where the status page is served, and where it is written as static files on each change (R8)."""

    listen: str = ""  # "127.0.0.1:8027"; empty: it is not served, only written
    folder: Path | None = None  # None: it is not written, only served


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about the installation that is not a rule of the plan."""

    folder: Path  # the configuration folder itself
    database_url: str = field(repr=False)
    imap: tuple[ImapSettings, ...]
    listeners: tuple[ListenerSettings, ...]
    delivery: DeliverySettings
    authserv_ids: tuple[str, ...] = ()  # S2.2
    trusted_relays: tuple[TrustedRelay, ...] = ()
    max_message_octets: int = 25 * 2**20
    readers: int = 0  # 0: one a core
    templates: Path | None = None  # the site's own templates, looked at first
    signing_secrets: tuple[bytes, ...] = field(default=(), repr=False)  # empty: kept in the database
    health_address: str = ""  # "127.0.0.1:8025", or empty
    authentication: AuthenticationSettings = field(default_factory=AuthenticationSettings)
    alarm: AlarmSettings | None = None
    status_page: StatusPageSettings | None = None
    invoices: Path | None = None  # folder with a folder a month (2026-11) of PDFs (R12.1); None: none are sent


@dataclass(frozen=True, slots=True)
class Config:
    """One loaded configuration; a unit of work reads it once, at its start."""

    settings: Settings
    plan: Plan
    directory: Directory
    warnings: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()  # of those that may be missing, the ones that were there

    @property
    def charter(self) -> Charter:
        """Return what the rules go by."""
        return Charter(self.plan, self.directory)
