"""What `doctor` tries: database, delivery, mailboxes, listeners; each finding says what to mend."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from daemon.cli.proofs import sees_mail_itself
from daemon.clock import system_clock
from daemon.errors import Permanent, SupportdError, Temporary
from daemon.model.setup import Config, DeliverySettings, ImapSettings, ListenerSettings, Settings

_MEND_DATABASE = "look at `database` in supportd.yaml; may this user write there, is the server up?"
_MEND_DELIVERY = "look at `delivery` in supportd.yaml; does the server let this host submit mail?"
_MEND_ALARM = "look at `alarm` in supportd.yaml; does the server let this host submit mail?"
_MEND_NAMES = "look at `authentication.resolvers` in supportd.yaml, or at this host's DNS; senders cannot be checked"
_MEND_MAILBOX = "look at `imap` of this mailbox in supportd.yaml; does the folder exist, is the server up?"
_MEND_LISTENER = "look at `listeners` in supportd.yaml; is the address one of this host, may this user use the port?"
_FLAGGED = "neither MOVE nor UIDPLUS: mail stays, flagged"
_REMEDIES = (
    (
        ("authenticat", "login", "credential", "535", "username"),
        "check user and password, and that the account may log in",
    ),
    (("certificate", "ssl", "tls"), "check `security`, `ca_file` and the name that the certificate is for"),
    (("name or service", "nodename", "getaddrinfo", "name resolution"), "check the host name, and this host's DNS"),
    (("refused",), "nothing listens there: check host and port, and start the server"),
    (("timed out", "timeout", "unreachable"), "check host and port, the route and the firewall"),
    (("no space", "disk is full", "database or disk"), "make room on the disk"),
    (
        ("read-only", "readonly", "permission denied", "cannot be written", "unable to open"),
        "give this user the right to write there",
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing that the daemon depends on does; `mend` is empty where nothing needs mending."""

    part: str
    ok: bool
    detail: str
    mend: str = ""


def examine(config: Config) -> Iterator[Finding]:
    """Try everything that the configuration names, one after the other, and yield what was found."""
    settings = config.settings
    yield _tried("database", lambda: _try_database(settings), mend=_MEND_DATABASE)
    yield _tried("delivery", lambda: _try_submission(settings.delivery), mend=_MEND_DELIVERY)
    if settings.alarm:
        server = settings.alarm.submission
        yield _tried("alarm server", lambda: _try_submission(server), mend=_MEND_ALARM)
    if sees_mail_itself(settings):
        yield _tried("name system", lambda: _try_names(config), mend=_MEND_NAMES)
    for imap in settings.imap:
        yield _tried(f"mailbox {imap.mailbox}", partial(_try_mailbox, imap), mend=_MEND_MAILBOX)
    for listener in settings.listeners:
        yield _tried(f"listener {listener.host}:{listener.port}", partial(_try_listener, listener), mend=_MEND_LISTENER)


def _tried(part: str, attempt: Callable[[], str], *, mend: str) -> Finding:
    """Make an attempt, which returns what it saw; a failure becomes a finding with what to mend."""
    try:
        return Finding(part, ok=True, detail=attempt())
    except SupportdError as failure:
        detail = str(failure).splitlines()[0]
        return Finding(part, ok=False, detail=detail, mend=_mend_of(detail) or mend)


def _mend_of(detail: str) -> str:
    """Return the remedy that a failure's own words point to, or the empty string."""
    said = detail.lower()
    return next((mend for marks, mend in _REMEDIES if any(mark in said for mark in marks)), "")


def _try_database(settings: Settings) -> str:
    from daemon.store import schema
    from daemon.store.database import open_database
    from daemon.store.readiness import make_ready, try_writing

    engine = open_database(settings.database_url)
    try:
        make_ready(engine)
        try_writing(engine)
        return f"{engine.dialect.name} reads and writes, schema {schema.newest()}"
    finally:
        engine.dispose()


def _try_submission(server: DeliverySettings) -> str:
    from daemon.outbound.outcomes import Sent
    from daemon.outbound.route import transport_of

    transport = transport_of(server, clock=system_clock)
    try:
        outcome = transport.probe()
    finally:
        transport.close()
    if isinstance(outcome, Sent):
        return outcome.answer
    raise Temporary(outcome.reason)


def _try_names(config: Config) -> str:
    """Ask for the desk's own DMARC record, as the check of senders does for theirs (S2.2)."""
    from daemon.ingest.name_system import NameSystem, Unanswered

    asked = config.settings.authentication
    name = f"_dmarc.{config.plan.provider.support_address.rpartition('@')[2]}"
    records = NameSystem(asked.resolvers)
    try:
        found = records.ask(name, deadline=records.clock() + asked.timeout_seconds)
    except Unanswered:
        raise Temporary(f"no answer about {name} within {asked.timeout_seconds} s") from None
    return f"answers: {name} has {'a record' if found else 'no record'}"


def _try_mailbox(imap: ImapSettings) -> str:
    from daemon.ingest.mailbox import open_folder

    folder = open_folder(imap)
    try:
        seen = len(folder.uids())
        waits = "IDLE" if folder.can_idle else f"no IDLE: polled every {imap.poll_seconds} s"
        moves = "MOVE" if folder.can_move else "no MOVE: mail is copied and expunged" if folder.can_expunge else ""
        return f"{imap.user} on {imap.host}: {seen} messages in {imap.folder}, {waits}, {moves or _FLAGGED}"
    finally:
        folder.close()


def _try_listener(listener: ListenerSettings) -> str:
    """Bind the socket and let it go; one that is taken is a running supportd's, if it greets as one."""
    try:
        with socket.create_server((listener.host, listener.port)):
            return f"{listener.protocol.upper()} can listen there"
    except OSError as trouble:
        greeting = _greeting(listener)
        if greeting:
            return f"something listens there already and greets: {greeting}"
        raise Permanent(trouble.strerror or str(trouble)) from trouble


def _greeting(listener: ListenerSettings) -> str:
    """Return the first line that whoever listens there says, or the empty string."""
    try:
        with socket.create_connection((listener.host, listener.port), timeout=3) as line:
            said = line.recv(500).decode("ascii", "replace")
    except OSError:
        return ""
    return said.splitlines()[0] if said.startswith("220") else ""
