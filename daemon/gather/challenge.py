"""What the database knows of a sender's challenges, read under the decision's lock (S2.3)."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from daemon.desk import Desk
from daemon.model.facts import Facts
from daemon.model.mail import Authentication, InboundMail, Purpose
from daemon.model.plan import Unauthenticated
from daemon.model.readmission import DetainedRequest
from daemon.rules.business_time import at_wall_clock, local_date
from daemon.store.challenges import answered_challenge_of, lock_challenged, waiting_senders
from daemon.store.database import Connection
from daemon.store.inbox import KeptMail


def with_challenges(connection: Connection, desk: Desk, kept: KeptMail, mail: InboundMail, facts: Facts) -> Facts:
    """Add which mail waits for the sender's answer: where they may be challenged, or answer a challenge."""
    if kept.readmitted is not None:
        return replace(facts, vouched=answered_challenge_of(connection, kept.id, mail.originator.address))
    challenging = _challenging(desk, kept, mail)
    answering = any(reference.purpose is Purpose.CHALLENGE for reference in facts.references + facts.address_references)
    if not mail.originator.address or not (challenging or answering):
        return facts
    return replace(
        facts,
        challenged=_challenged(connection, desk, mail, facts),
        challenged_colleagues=_challenged_colleagues(connection, desk, mail) if challenging else 0,
    )


def _challenged(connection: Connection, desk: Desk, mail: InboundMail, facts: Facts) -> tuple[DetainedRequest, ...]:
    """Return the sender's mails that wait; one is asked about for just as long as its answer would count.

    To the instant at which it lapses, or, asked about in its turn, to the end of the last day.
    """
    plan = desk.config.plan
    first_day = local_date(facts.now, plan.zone) - timedelta(days=plan.challenge_days)
    since = at_wall_clock(first_day, time(), plan.zone)
    found = lock_challenged(connection, mail.originator.address, since=since)
    return tuple(replace(one, is_asked=one.is_asked and not _is_over(one, facts.now)) for one in found)


def _is_over(request: DetainedRequest, now: datetime) -> bool:
    return request.lapses_at is not None and request.lapses_at < now


def _challenging(desk: Desk, kept: KeptMail, mail: InboundMail) -> bool:
    """Tell whether the sender may be challenged (S2.3): nobody is who proved who they are."""
    policy = desk.config.plan.mailbox(kept.arrival.mailbox)
    is_doubted = mail.authentication in (Authentication.NONE, Authentication.TEMPORARY)
    return is_doubted and policy.unauthenticated is Unauthenticated.CHALLENGE


def _challenged_colleagues(connection: Connection, desk: Desk, mail: InboundMail) -> int:
    customer = desk.config.directory.customer_of_domain(mail.originator.domain)
    return waiting_senders(connection, customer.id) if customer else 0
