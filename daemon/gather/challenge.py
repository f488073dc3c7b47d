"""What the database knows of a sender's challenges, read under the decision's lock (S2.3)."""

from dataclasses import replace

from daemon.desk import Desk
from daemon.model.facts import Facts
from daemon.model.mail import Authentication, InboundMail
from daemon.model.plan import Unauthenticated
from daemon.store.challenges import (
    answered_challenge_of,
    awaits_word,
    lock_sender,
    waiting_senders,
)
from daemon.store.database import Connection
from daemon.store.inbox import KeptMail


def with_challenges(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, facts: Facts) -> Facts:
    """Add what waits for the sender's word, where they may be challenged, and whose word let this mail through."""
    sender = mail.originator.address
    if kept.readmitted is not None:
        return replace(facts, vouched=answered_challenge_of(connection, kept.id, sender))
    if not sender or not _may_be_challenged(desk, kept, mail):
        return facts
    lock_sender(connection, sender)
    waits = awaits_word(connection, sender)
    return replace(
        facts,
        size=len(kept.arrival.raw),
        awaits_word=waits,
        challenged_colleagues=0 if waits else _challenged_colleagues(connection, desk, mail),
    )


def _may_be_challenged(desk: Desk, kept: KeptMail, mail: InboundMail) -> bool:
    """Tell whether the sender may be challenged (S2.3): nobody is who proved who they are."""
    policy = desk.config.plan.mailbox(kept.arrival.mailbox)
    is_doubted = mail.authentication in (Authentication.NONE, Authentication.TEMPORARY)
    return is_doubted and policy.unauthenticated is Unauthenticated.CHALLENGE


def _challenged_colleagues(connection: Connection, desk: Desk, mail: InboundMail) -> int:
    customer = desk.config.directory.customer_of_domain(mail.originator.domain)
    return waiting_senders(connection, customer.id) if customer else 0
