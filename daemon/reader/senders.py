"""A sender's domain looked at by ourselves, between reading a mail and deciding on it (S2.2).

Outside any transaction, with questions to the name system.  Where these meet trouble about somebody whom we know, the
mail is parked for a moment, twice at most; then, and about strangers at once, it is judged as unauthenticated.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from daemon.ingest.authentication import Trust
from daemon.ingest.own_checks import Sender, is_ours_to_check, own_checks
from daemon.model.mail import Authentication, InboundMail
from daemon.model.people import Directory
from daemon.model.setup import Config
from daemon.store.inbox import KeptMail

TRIES = (timedelta(seconds=35), timedelta(seconds=120))
"""How long a mail rests before the name system is asked once more: longer than trouble is remembered."""


@dataclass(frozen=True, slots=True)
class Look:
    """A mail with what is known of its sender's domain, and for how long it should wait before it is asked again."""

    mail: InboundMail
    pause: timedelta | None = None  # None: decide now


def look_at_sender(config: Config, kept: KeptMail, mail: InboundMail) -> Look:
    """Find out about a mail's sender what no server of ours has looked at.

    A mail that comes up again, because somebody let it through or its time is over, keeps what was found at first: keys
    change.
    """
    settings = config.settings
    trust = Trust(settings.authserv_ids, settings.trusted_relays)
    if not mail.originator.address or not is_ours_to_check(kept.arrival.envelope, trust, settings.authentication):
        return Look(mail)
    if kept.readmitted is not None and kept.authentication is not None:
        return Look(replace(mail, authentication=kept.authentication))
    sender = Sender(mail.originator.domain, is_known=_is_known(mail.originator.address, config.directory))
    checks = own_checks(settings.authentication)
    found = checks.judge(kept.arrival, sender)
    may_wait = found is Authentication.TEMPORARY and sender.is_known and kept.releases < len(TRIES)
    return Look(replace(mail, authentication=found), TRIES[kept.releases] if may_wait else None)


def _is_known(address: str, directory: Directory) -> bool:
    """Tell whether anybody whom the directory lists writes from this address or its domain."""
    if directory.mpoc(address) is not None or directory.agent(address) is not None:
        return True
    return directory.customer_of_domain(address.rpartition("@")[2]) is not None
