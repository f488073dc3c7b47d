"""What the database knows of a sender's challenges, read under the decision's lock (S2.3)."""

from dataclasses import replace
from datetime import timedelta

from daemon.desk import Desk
from daemon.model.facts import Facts
from daemon.model.mail import Authentication, InboundMail, Purpose
from daemon.model.plan import Unauthenticated
from daemon.store.challenges import answered_challenge_of, lock_challenged, waiting_senders
from daemon.store.database import Connection
from daemon.store.inbox import KeptMail


def with_challenges(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, facts: Facts) -> Facts:
    """Add which mail waits for the sender's answer: where they may be challenged, or answer a challenge."""
    if kept.readmitted is not None:
        return replace(facts, vouched=answered_challenge_of(connection, kept.id, mail.originator.address))
    challenging = _challenging(desk, kept, mail)
    answering = any(reference.purpose is Purpose.CHALLENGE for reference in facts.references)
    if not mail.originator.address or not (challenging or answering):
        return facts
    still_open = timedelta(days=desk.config.plan.challenge_days)
    return replace(
        facts,
        challenged=lock_challenged(connection, mail.originator.address, since=facts.now - still_open),
        challenged_colleagues=_challenged_colleagues(connection, desk, mail) if challenging else 0,
    )


def _challenging(desk: Desk, kept: KeptMail, mail: InboundMail) -> bool:
    """Tell whether the sender may be challenged (S2.3): nobody is who proved who they are."""
    policy = desk.config.plan.mailbox(kept.arrival.mailbox)
    is_doubted = mail.authentication in (Authentication.NONE, Authentication.TEMPORARY)
    return is_doubted and policy.unauthenticated is Unauthenticated.CHALLENGE


def _challenged_colleagues(connection: Connection, desk: Desk, mail: InboundMail) -> int:
    customer = desk.config.directory.customer_of_domain(mail.originator.domain)
    return waiting_senders(connection, customer.id) if customer else 0
