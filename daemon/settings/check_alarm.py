"""Whether somebody is told, by another way, when the daemon cannot do its job (S1.6)."""

from daemon.settings.findings import Findings
from daemon.settings.forms.installation import InstallationFile
from daemon.settings.reading import Source


def check_alarm(source: Source[InstallationFile], findings: Findings) -> None:
    """Record an alarm that would reach nobody, and warn of none and of one that goes the way of all mail."""
    form, alarm = source.form, source.form.alarm
    if alarm is None:
        if form.delivery.smtp:
            message = "no `alarm`: nobody is mailed when the daemon cannot do its job; write `alarm: {to: …, smtp: …}`"
            findings.warn(source.document, ("delivery",), message)
        return
    own = {mailbox.address for mailbox in form.mailboxes}
    for index, address in enumerate(alarm.to):
        if address in own:
            message = f"{address} is a mailbox of the desk: an alarm has to reach people who do not depend on it"
            findings.fault(source.document, ("alarm", "to", index), message)
    if form.delivery.smtp and form.delivery.smtp.host.lower() == alarm.smtp.host.lower():
        message = "the same server as in `delivery`: an alarm that it takes no mail could not leave; name another one"
        findings.warn(source.document, ("alarm", "smtp", "host"), message)
