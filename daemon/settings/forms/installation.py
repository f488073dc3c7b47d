"""supportd.yaml: the provider, ways in and out, database, policies."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from daemon.model.plan import Unauthenticated
from daemon.model.setup import Security
from daemon.settings.forms.announcing import InvoicesForm, RadarForm, StatusPageForm
from daemon.settings.forms.authentication import AuthenticationForm
from daemon.settings.forms.base import Form, Secret
from daemon.settings.forms.delivery import AlarmForm, DeliveryForm, SecurityWord
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
from daemon.settings.refusal import refuse

MAX_MAILBOX_LOCAL = 20
"""Octets before the @: a signed reply address adds up to 44 to them, of the 64 that RFC 5321 allows."""


class Protocol(StrEnum):
    """What a listener speaks."""

    SMTP = "smtp"
    LMTP = "lmtp"


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
    unauthenticated: Annotated[Unauthenticated, in_words(Unauthenticated), one_of(Unauthenticated)] = Field(
        default=Unauthenticated.CHALLENGE,
        description="What mail of an MPOC's address gets without authentication (S2.3): the address is asked "
        "(`challenge`), agents decide (`quarantine`), or it is believed (`accept`, which is warned of).",
        json_schema_extra={"default": "challenge"},
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
        default=100_663_296,
        ge=2**20,
        description="Octets being received, all connections; one largest mail always fits (S1.5).",
    )
    idle_seconds: int = Field(default=300, ge=1, le=3600, description="A silent connection is closed after this.")


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
    authentication: AuthenticationForm = Field(
        default_factory=AuthenticationForm, description="How the daemon looks at senders itself (S2.2)."
    )
    alarm: AlarmForm | None = Field(
        default=None,
        description="Who is told, by another mail server, when the daemon cannot do its job (S1.6); left out: nobody.",
    )
    policies: PoliciesForm = Field(
        default_factory=PoliciesForm, description="Figures of the plan that are yours to choose."
    )
    macd: MacdForm = Field(
        default_factory=MacdForm, description="Who does moves, adds, changes, deletes, and what that costs (R10)."
    )
    status_page: StatusPageForm | None = Field(
        default=None, description="The page that everybody can see (R8); left out: there is none."
    )
    invoices: InvoicesForm | None = Field(
        default=None, description="Invoices that go out once a month (R12.1); left out: none are sent."
    )
    radar: RadarForm = Field(
        default_factory=RadarForm, description="When agents are told that customers' mails look alike (R7)."
    )
