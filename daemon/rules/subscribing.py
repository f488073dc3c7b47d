"""Who may subscribe to the status page, the one question that they get, and what ends it (R8.2, S3.1, S3.4)."""

from datetime import datetime, timedelta

from daemon.model.charter import Charter
from daemon.model.desk_effect import ForgetSubscriber
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import SentMail
from daemon.model.mail_effect import MarkContact, Mute
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.subscriber import ERASED, Scope, Subscriber
from daemon.rules.notices import notice
from daemon.rules.status_links import confirm_link

QUESTION = timedelta(days=3)
"""Asked for and not confirmed within this time: forgotten."""
AFTERWARDS = timedelta(days=30)
"""A subscription to an incident ends so long after the incident."""
REST = timedelta(days=30)
"""An address that takes no mail, or whose reader complained, is asked no question for so long."""


def is_the_desks(address: str, charter: Charter) -> bool:
    """Tell whether an address is ours, with or without a plus-address: a mail to it could go round (S3.1)."""
    local, _, domain = address.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    plan, directory = charter.plan, charter.directory
    ours = plan.own_addresses() | {plan.provider.support_address, plan.provider.billing_address}
    return any(known in ours or directory.agent(known) is not None for known in (address, bare))


def question(
    subscriber: Subscriber, asked: tuple[tuple[Scope, str], ...], charter: Charter, *, now: datetime
) -> Decision:
    """Ask whether it was the owner of an address who subscribed: once a day, whatever is asked for (S3.1).

    Args:
        subscriber: as they are kept.
        asked: what was asked for, with the names that stand on the page.
        charter: in force.
        now: the instant.
    """
    plan = charter.plan
    facts = {
        "scopes": "\n".join(f"{scope.kind}: {' '.join(name.split())}" for scope, name in asked),
        "link": confirm_link(subscriber, plan),
        "days": str(QUESTION.days),
    }
    to = Recipient(subscriber.address, "", subscriber.language, plan.zone.key)
    event = f"subscribe {_day(now, plan)}"
    asking = Queue(notice=notice(NoticeKind.STATUS_CONFIRM, to, case=None, event=event, facts=facts))
    return _decided((asking,), "somebody asks for news by e-mail: the owner of the address is asked", "R8.2", "S3.1")


def _day(now: datetime, plan: Plan) -> str:
    return now.astimezone(plan.zone).date().isoformat()


def _decided(effects: tuple[Effect, ...], reason: str, *rules: str) -> Decision:
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=rules)


def is_to_subscriber(sent: SentMail) -> bool:
    """Tell whether a mail of ours went to somebody as a subscriber."""
    return NOTICES[NoticeKind(sent.kind)].audience is Audience.SUBSCRIBER


def follow_refusal(
    sent: SentMail, mark: tuple[MarkContact, ...], charter: Charter, *, complained: bool
) -> tuple[Effect, ...]:
    """Return what follows when a subscriber's mail bounced for good, or its reader complained (S3.4).

    They are subscribed no longer.  A contact of a customer is marked as for any other mail that bounces; what they
    complain of is the subscription alone.  Anybody else is left alone for a while, whoever types their address.

    Args:
        sent: the mail of ours.
        mark: what would be noted of a contact; empty: nothing failed.
        charter: in force.
        complained: it arrived, and was not wanted.
    """
    if not mark or sent.recipient == ERASED:
        return ()
    gone = ForgetSubscriber(address=sent.recipient)
    if charter.directory.mpoc(sent.recipient) is not None:
        return (gone,) if complained else (gone, *mark)
    (marked,) = mark
    why = "did not want the news of the status page" if complained else "did not take the news of the status page"
    return (gone, Mute(address=sent.recipient, until=marked.at + REST, why=why))
