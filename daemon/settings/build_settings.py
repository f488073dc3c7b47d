"""supportd.yaml → Settings: paths made absolute, secrets read, default ports filled in."""

from pathlib import Path as FilePath

from daemon.model.setup import (
    AlarmSettings,
    AuthenticationSettings,
    DeliverySettings,
    ImapSettings,
    ListenerSettings,
    Security,
    Settings,
    StatusPageSettings,
    TrustedRelay,
)
from daemon.settings.database_url import database_url
from daemon.settings.forms.announcing import StatusPageForm
from daemon.settings.forms.authentication import AuthenticationForm
from daemon.settings.forms.delivery import AlarmForm, DeliveryForm, SubmissionForm
from daemon.settings.forms.installation import ImapForm, InstallationFile, ListenerForm
from daemon.settings.node import Path
from daemon.settings.secret import Surroundings, read_secret, read_signing_keys

_IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}
_SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 25}

ROOM_AROUND = 1024
"""What a mail of the largest size needs beside its octets to be received at all."""


def build_settings(form: InstallationFile, around: Surroundings) -> Settings:
    """Return how the installation is set up; faults of files, variables and the database URL are recorded."""
    password = read_secret(form.database_password, ("database_password",), around)
    templates = around.folder.absolute() / "templates"
    return Settings(
        folder=around.folder.absolute(),
        database_url=database_url(form.database, password, around),
        imap=tuple(
            _imap(mailbox.imap, mailbox.name, path=("mailboxes", index, "imap"), around=around)
            for index, mailbox in enumerate(form.mailboxes)
            if mailbox.imap
        ),
        listeners=tuple(
            _listener(listener, index, around, least=form.max_message_octets + ROOM_AROUND)
            for index, listener in enumerate(form.listeners)
        ),
        delivery=_delivery(form.delivery, around),
        authserv_ids=form.authserv_ids,
        trusted_relays=tuple(TrustedRelay(relay.name, relay.addresses) for relay in form.trusted_relays),
        max_message_octets=form.max_message_octets,
        readers=form.readers,
        templates=templates if templates.is_dir() else None,
        signing_secrets=read_signing_keys(form.signing_keys, ("signing_keys",), around),
        health_address=form.health or "",
        authentication=_authentication(form.authentication),
        alarm=_alarm(form.alarm, around) if form.alarm else None,
        status_page=_status_page(form.status_page, around) if form.status_page else None,
        invoices=around.absolute(form.invoices.folder) if form.invoices else None,
    )


def _status_page(form: StatusPageForm, around: Surroundings) -> StatusPageSettings:
    return StatusPageSettings(form.listen or "", _link_itself(form.folder, around) if form.folder else None)


def _link_itself(text: str, around: Surroundings) -> FilePath:
    """Return an absolute path whose last part is not followed: what stands there is a link of our own."""
    path = FilePath(text)
    return around.absolute(str(path.parent)) / path.name if path.name not in ("", "..") else around.absolute(text)


def _imap(form: ImapForm, mailbox: str, *, path: Path, around: Surroundings) -> ImapSettings:
    return ImapSettings(
        mailbox=mailbox,
        host=form.host,
        port=form.port or _IMAP_PORTS[form.security],
        security=form.security,
        user=form.user,
        password=read_secret(form.password, (*path, "password"), around),
        folder=form.folder,
        processed=form.processed,
        unreadable=form.unreadable,
        ca_file=_existing(form.ca_file, (*path, "ca_file"), around),
        verify=form.verify,
        poll_seconds=form.poll_seconds,
        sweep_seconds=form.sweep_seconds,
    )


def _listener(form: ListenerForm, index: int, around: Surroundings, *, least: int) -> ListenerSettings:
    path: Path = ("listeners", index, "tls")
    tls = form.tls
    return ListenerSettings(
        protocol=form.protocol.value,
        host=form.host,
        port=form.port,
        tls_certificate=_existing(tls.certificate if tls else None, (*path, "certificate"), around),
        tls_key=_existing(tls.key if tls else None, (*path, "key"), around),
        max_connections=form.max_connections,
        max_recipients=form.max_recipients,
        max_octets_in_flight=max(form.max_octets_in_flight, least),
        idle_seconds=form.idle_seconds,
    )


def _delivery(form: DeliveryForm, around: Surroundings) -> DeliverySettings:
    if form.maildir:
        return DeliverySettings(maildir=_maildir(form.maildir, around))
    assert form.smtp
    return _submission(form.smtp, ("delivery", "smtp"), around)


def _alarm(form: AlarmForm, around: Surroundings) -> AlarmSettings:
    submission = _submission(form.smtp, ("alarm", "smtp"), around)
    return AlarmSettings(form.to, submission, form.language, form.sender or "")


def _authentication(form: AuthenticationForm) -> AuthenticationSettings:
    return AuthenticationSettings(
        own_checks=form.own_checks,
        resolvers=form.resolvers,
        timeout_seconds=form.timeout_seconds,
        trusted_forwarders=form.trusted_forwarders,
        spf=form.spf,
    )


def _submission(smtp: SubmissionForm, path: Path, around: Surroundings) -> DeliverySettings:
    return DeliverySettings(
        host=smtp.host,
        port=smtp.port or _SMTP_PORTS[smtp.security],
        security=smtp.security,
        user=smtp.user or "",
        password=read_secret(smtp.password, (*path, "password"), around),
        ca_file=_existing(smtp.ca_file, (*path, "ca_file"), around),
        verify=smtp.verify,
        connections=smtp.connections,
        timeout_seconds=smtp.timeout_seconds,
        give_up_hours=smtp.give_up_hours,
    )


def _maildir(text: str, around: Surroundings) -> FilePath:
    path = around.absolute(text)
    if path.exists() and not path.is_dir():
        around.findings.fault(around.document, ("delivery", "maildir"), f"not a folder: {path}")
    return path


def _existing(text: str | None, place: Path, around: Surroundings) -> FilePath | None:
    """Return the absolute path of a file that must be there."""
    if text is None:
        return None
    path = around.absolute(text)
    if not path.is_file():
        around.findings.fault(around.document, place, f"no such file: {path}")
    return path
