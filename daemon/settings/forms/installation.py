"""supportd.yaml: the provider, ways in and out, database, policies."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from daemon.model.plan import Unauthenticated
from daemon.model.setup import Security
from daemon.settings.forms.base import Form, Secret
from daemon.settings.forms.macd import MacdForm
from daemon.settings.forms.policies import PoliciesForm
from daemon.settings.kinds import (
    Address,
    Domain,
    Host,
    HostAndPort,
    Identifier,
    Network,
    Port,
    Text,
    in_words,
    one_of,
)
from daemon.settings.nearest import suggestion
from daemon.settings.refusal import refuse

MAX_MAILBOX_LOCAL = 20
"""Octets before the @: a signed reply address adds up to 44 to them, of the 64 that RFC 5321 allows."""

SecurityWord = Annotated[Security, in_words(Security), one_of(Security)]


class Protocol(StrEnum):
    """What a listener speaks."""

    SMTP = "smtp"
    LMTP = "lmtp"


def _read_unauthenticated(value: Any) -> Unauthenticated:
    if value == "challenge":
        raise refuse("`challenge` comes with a later release: write `quarantine` or `accept`")
    try:
        return Unauthenticated(value)
    except ValueError:
        raise refuse(f"must be one of the known words; {suggestion(str(value), list(Unauthenticated))}") from None


def _leaves_room(address: str) -> str:
    local = address.rpartition("@")[0]
    if "+" in local:
        raise refuse("a mailbox address has no `+`: what follows one is the daemon's own signature")
    if len(local) > MAX_MAILBOX_LOCAL:
        raise refuse(f"at most {MAX_MAILBOX_LOCAL} letters before the @: signed reply addresses need the room")
    return address


class ProviderForm(Form):
    """What the desk's mails say of the desk."""

    name: Text = Field(description="Name of the company, as customers read it.")
    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")] = Field(
        description="Stands in case tags: `SUP` gives `[SUP-1042]`. Never change it once cases exist."
    )
    phone: Text = Field(description="Telephone of the desk, in quotes; always staffed (R1.3).")
    chat_url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,200}$")] | None = Field(
        default=None, description="Address of the chat."
    )
    support_address: Address | None = Field(
        default=None, description="Sender of all mail; else the first mailbox's address."
    )
    billing_address: Address | None = Field(default=None, description="The billing desk (R12.2).")


class ImapForm(Form):
    """Where the mailbox is watched by IMAP."""

    host: Host = Field(description="Name of the IMAP server.")
    port: Port | None = Field(default=None, description="Port; else 993 with `tls`, 143 otherwise.")
    security: SecurityWord = Field(
        default=Security.TLS,
        description="`tls` from the first octet, `starttls` (required), or `plain`.",
        json_schema_extra={"default": "tls"},
    )
    user: Text = Field(description="Login name.")
    password: Secret = Field(description="Where the password is read from.")
    folder: Text = Field(default="INBOX", description="Folder that is watched.")
    processed: Text = Field(default="Processed", description="Folder for mail that was kept; created if missing.")
    unreadable: Text = Field(default="Unreadable", description="Folder for mail over the size limit.")
    ca_file: Text | None = Field(default=None, description="Certificates to trust, as PEM; else the system's.")
    verify: bool = Field(default=True, description="Check the server's certificate. `false` is warned of.")
    poll_seconds: int = Field(default=30, ge=1, le=3600, description="How often to look where the server has no IDLE.")
    sweep_seconds: int = Field(default=300, ge=10, le=86400, description="How often to search the whole folder (S1.4).")


class MailboxForm(Form):
    """An address that customers write to."""

    name: Identifier = Field(description="Short name; kept with each mail.")
    address: Annotated[Address, AfterValidator(_leaves_room)] = Field(
        description="The address; plus-addresses of it reach the same mailbox."
    )
    team: Identifier | None = Field(default=None, description="Id of the team that gets its cases; else by product.")
    unauthenticated: Annotated[Unauthenticated, PlainValidator(_read_unauthenticated), one_of(Unauthenticated)] = Field(
        default=Unauthenticated.QUARANTINE,
        description="What mail of an MPOC's address gets without authentication (S2.3). `accept` is warned of.",
        json_schema_extra={"default": "quarantine"},
    )
    require_authentication: bool = Field(
        default=False,
        description="Agents must be authenticated: an answer to a signed mail is no proof (S2.8).",
    )
    imap: ImapForm | None = Field(default=None, description="Watch it by IMAP; else mail comes by a listener.")


class TlsForm(Form):
    """Certificate of a listener."""

    certificate: Text = Field(description="Certificate chain, as PEM.")
    key: Text = Field(description="Its private key, as PEM.")


class ListenerForm(Form):
    """A socket on which a mail server delivers to us."""

    protocol: Annotated[Protocol, in_words(Protocol), one_of(Protocol)] = Field(description="`smtp` or `lmtp`.")
    host: Host = Field(default="127.0.0.1", description="Address to listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(description="Port; 0 takes any free one.")
    tls: TlsForm | None = Field(default=None, description="Offers STARTTLS.")
    max_connections: int = Field(default=100, ge=1, le=10_000, description="Connections at once (S1.5).")
    max_recipients: int = Field(default=50, ge=1, le=1_000, description="Recipients a mail.")
    max_octets_in_flight: int = Field(
        default=268_435_456, ge=2**20, description="Octets being received, all connections."
    )
    idle_seconds: int = Field(default=300, ge=1, le=3600, description="A silent connection is closed after this.")


class SubmissionForm(Form):
    """The SMTP server that takes outgoing mail."""

    host: Host = Field(description="Name of the server.")
    port: Port | None = Field(
        default=None, description="Port; else 465 with `tls`, 587 with `starttls`, 25 with `plain`."
    )
    security: SecurityWord = Field(
        default=Security.STARTTLS,
        description="`tls` from the first octet, `starttls` (required), or `plain`.",
        json_schema_extra={"default": "starttls"},
    )
    user: Text | None = Field(default=None, description="Login name, where the server wants one.")
    password: Secret | None = Field(default=None, description="Where the password is read from.")
    ca_file: Text | None = Field(default=None, description="Certificates to trust, as PEM; else the system's.")
    verify: bool = Field(default=True, description="Check the server's certificate. `false` is warned of.")
    connections: int = Field(default=4, ge=1, le=100, description="Connections at once.")
    timeout_seconds: int = Field(default=60, ge=1, le=600, description="How long an answer may take.")
    give_up_hours: int = Field(default=72, ge=1, le=720, description="How long a mail is tried (S3.6).")

    @model_validator(mode="after")
    def whole_login(self) -> "SubmissionForm":
        """Refuse half a login."""
        if bool(self.user) != bool(self.password):
            raise refuse("a login needs both `user` and `password`")
        return self


class DeliveryForm(Form):
    """Where outgoing mail goes: exactly one of the two."""

    maildir: Text | None = Field(default=None, description="A Maildir: mail is kept there and goes nowhere.")
    smtp: SubmissionForm | None = Field(default=None, description="An SMTP server.")

    @model_validator(mode="after")
    def one_way(self) -> "DeliveryForm":
        """Refuse none and both."""
        if bool(self.maildir) == bool(self.smtp):
            raise refuse("name exactly one way out: `maildir: PATH` or `smtp: {...}`")
        return self


class TrustedRelayForm(Form):
    """A mail server of ours whose Received and Authentication-Results are believed (R5.3, S2.2)."""

    name: Domain = Field(description="As it writes itself after `by` in Received.")
    addresses: tuple[Network, ...] = Field(min_length=1, description="IP addresses or networks it connects from.")


class InstallationFile(Form):
    """supportd.yaml."""

    provider: ProviderForm = Field(description="What mails say of the desk.")
    mailboxes: tuple[MailboxForm, ...] = Field(min_length=1, description="Addresses that customers write to.")
    listeners: tuple[ListenerForm, ...] = Field(default=(), description="Sockets on which mail is delivered to us.")
    delivery: DeliveryForm = Field(description="Where outgoing mail goes.")
    database: Text = Field(
        description="`sqlite:///PATH` (relative to this folder; absolute with four slashes) or `postgresql://USER@HOST/NAME`."
    )
    database_password: Secret | None = Field(default=None, description="PostgreSQL: where the password is read from.")
    authserv_ids: tuple[Domain, ...] = Field(
        default=(), description="Names under which our own mail servers write Authentication-Results (S2.2)."
    )
    trusted_relays: tuple[TrustedRelayForm, ...] = Field(
        default=(), description="Mail servers of ours before the listener."
    )
    max_message_octets: int = Field(default=26_214_400, ge=65_536, le=2**30, description="Largest mail taken (S1.5).")
    readers: int = Field(default=0, ge=0, le=256, description="Reader processes; 0: one a core.")
    signing_keys: Secret | None = Field(
        default=None,
        description="Where signing keys are read from, one a line, the first signs (S2.8); else kept in the database.",
    )
    health: HostAndPort | None = Field(default=None, description="`HOST:PORT` of the health endpoint; left out: none.")
    policies: PoliciesForm = Field(
        default_factory=PoliciesForm, description="Figures of the plan that are yours to choose."
    )
    macd: MacdForm = Field(
        default_factory=MacdForm, description="Who does moves, adds, changes, deletes, and what that costs (R10)."
    )
