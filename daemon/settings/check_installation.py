"""What supportd.yaml must hold in itself and agree on with agents.yaml; and which of its settings are risky."""

from collections.abc import Iterator
from ipaddress import ip_address

from daemon.model.plan import Unauthenticated
from daemon.model.setup import Security
from daemon.settings.check_alarm import check_alarm
from daemon.settings.check_people import check_known
from daemon.settings.findings import Findings
from daemon.settings.forms.delivery import SubmissionForm
from daemon.settings.forms.installation import ImapForm, InstallationFile
from daemon.settings.node import Path
from daemon.settings.reading import Source, Sources


def check_installation(sources: Sources, findings: Findings) -> None:
    """Record contradictions in supportd.yaml, and warn of what is allowed but risky (S2.3)."""
    source = sources.installation
    if not source:
        return
    _check_unique(source, findings)
    _check_digest(sources, source, findings)
    if sources.agents:
        teams = [team.id for team in sources.agents.form.teams]
        for index, mailbox in enumerate(source.form.mailboxes):
            if mailbox.team:
                at = (source.document, ("mailboxes", index, "team"))
                check_known(mailbox.team, teams, "team", at=at, findings=findings)
    _check_ways_in(source, findings)
    _warn_of_lost_replies(source, findings)
    _warn_of_accept(source, findings)
    _warn_of_connections(source, findings)
    _warn_of_no_proof(source, findings)
    _check_billing_desk(source, findings)
    check_alarm(source, findings)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can be, or reach, `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_unique(source: Source[InstallationFile], findings: Findings) -> None:
    for key in ("name", "address"):
        seen: dict[str, int] = {}
        for index, mailbox in enumerate(source.form.mailboxes):
            value = getattr(mailbox, key)
            if value in seen:
                line = source.document.place(("mailboxes", seen[value], key))[0]
                message = f"{key} `{value}` stands twice (first in line {line})"
                findings.fault(source.document, ("mailboxes", index, key), message)
            seen.setdefault(value, index)
    sockets: dict[tuple[str, int], int] = {}
    for index, listener in enumerate(source.form.listeners):
        socket = (listener.host, listener.port)
        if socket in sockets and listener.port:
            message = f"port {listener.port} of {listener.host} is already taken by another listener"
            findings.fault(source.document, ("listeners", index, "port"), message)
        sockets.setdefault(socket, index)


def _check_digest(sources: Sources, source: Source[InstallationFile], findings: Findings) -> None:
    if sources.agents:
        agents = [agent.id for agent in sources.agents.form.agents]
        for index, agent in enumerate(source.form.policies.digest):
            place: Path = ("policies", "digest", index)
            check_known(agent, agents, "agent", at=(source.document, place), findings=findings)


def _check_ways_in(source: Source[InstallationFile], findings: Findings) -> None:
    """Without a listener, every mailbox must be watched by IMAP, or mail cannot reach it."""
    if source.form.listeners:
        return
    for index, mailbox in enumerate(source.form.mailboxes):
        if not mailbox.imap:
            message = f"no mail can reach mailbox `{mailbox.name}`: it has no `imap`, and there is no listener"
            findings.warn(source.document, ("mailboxes", index), message)


def _warn_of_lost_replies(source: Source[InstallationFile], findings: Findings) -> None:
    sender = source.form.provider.support_address
    if sender and sender not in {mailbox.address for mailbox in source.form.mailboxes}:
        message = f"{sender} is the address of no mailbox: what is written to it does not reach the daemon"
        findings.warn(source.document, ("provider", "support_address"), message)


def _warn_of_accept(source: Source[InstallationFile], findings: Findings) -> None:
    open_listener = next((listener for listener in source.form.listeners if not is_loopback(listener.host)), None)
    for index, mailbox in enumerate(source.form.mailboxes):
        if mailbox.unauthenticated is not Unauthenticated.ACCEPT:
            continue
        message = "mail is believed without authentication: anybody can write as an MPOC (S2.3)"
        if open_listener:
            message = (
                f"DANGEROUS: mail is believed without authentication while a listener on {open_listener.host} is "
                "open to other machines: anybody who reaches it is every customer; write `quarantine` (S2.3)"
            )
        findings.warn(source.document, ("mailboxes", index, "unauthenticated"), message)


def _connections(form: InstallationFile) -> Iterator[tuple[Path, ImapForm | SubmissionForm]]:
    for index, mailbox in enumerate(form.mailboxes):
        if mailbox.imap:
            yield ("mailboxes", index, "imap"), mailbox.imap
    if form.delivery.smtp:
        yield ("delivery", "smtp"), form.delivery.smtp
    if form.alarm:
        yield ("alarm", "smtp"), form.alarm.smtp


def _warn_of_connections(source: Source[InstallationFile], findings: Findings) -> None:
    for path, connection in _connections(source.form):
        if not connection.verify:
            message = "the server's certificate is not checked: anybody between can read the mail and the password"
            findings.warn(source.document, (*path, "verify"), message)
        if connection.security is Security.PLAIN and not is_loopback(connection.host):
            message = f"mail and password go to {connection.host} unprotected: write `tls` or `starttls`"
            findings.warn(source.document, (*path, "security"), message)


def _warn_of_no_proof(source: Source[InstallationFile], findings: Findings) -> None:
    form = source.form
    if form.authserv_ids or _checks_itself(form):
        return
    for index, mailbox in enumerate(form.mailboxes):
        if mailbox.unauthenticated is Unauthenticated.ACCEPT and not mailbox.require_authentication:
            continue
        message = (
            f"no `authserv_ids`: in mailbox `{mailbox.name}` nobody can be authenticated, save by answering our mail"
        )
        findings.warn(source.document, ("mailboxes", index), message)


def _check_billing_desk(source: Source[InstallationFile], findings: Findings) -> None:
    """Record a billing desk that is a mailbox of ours, where its mail would end as a loop; warn of none (R12)."""
    address = source.form.provider.billing_address
    local, _, domain = (address or "").partition("@")
    if f"{local.partition('+')[0]}@{domain}" in {mailbox.address for mailbox in source.form.mailboxes}:
        message = f"{address} is a mailbox of the desk: what goes there comes back to the daemon, and ends as a loop"
        findings.fault(source.document, ("provider", "billing_address"), message)
    if source.form.invoices and not address:
        message = (
            "no `provider.billing_address`: of missing and refused invoices tells a mail to whoever is on call (R12.1)"
        )
        findings.warn(source.document, ("invoices",), message)


def _checks_itself(form: InstallationFile) -> bool:
    """Tell whether mail comes straight from its sender's server, for our own check to see (S2.2)."""
    return form.authentication.own_checks and any(not is_loopback(listener.host) for listener in form.listeners)
