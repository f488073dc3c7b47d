"""The storm that an agent's mail answers, read under the decision's lock (R7.1)."""

from daemon.credentials import read_message_id
from daemon.desk import Desk
from daemon.model.incident import Storm
from daemon.model.mail import InboundMail
from daemon.store.database import Connection
from daemon.store.incidents import lock_storm


def storm_answered(connection: Connection, desk: Desk, mail: InboundMail) -> Storm | None:
    """Return the storm whose mail, signed for this very agent, a mail answers directly; None: it answers none."""
    if desk.config.directory.agent(mail.originator.address) is None:
        return None
    reference = read_message_id(desk.keyring, mail.parent, sender=mail.originator.address)
    if reference is None or not reference.storm or not reference.made_for_sender:
        return None
    return lock_storm(connection, reference.storm)
