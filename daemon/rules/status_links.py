"""Addresses on the status page that stand in the mails of its subscribers (R8.2, RFC 8058)."""

from daemon.model.case import NEW_CASE, CaseNumber
from daemon.model.notice import OPENED_CASE
from daemon.model.plan import Plan
from daemon.model.subscriber import Scope, Subscriber


def links_of(subscriber: Subscriber, scopes: tuple[Scope, ...], plan: Plan) -> dict[str, str]:
    """Return the facts `link` (the page), `manage` (their subscriptions) and `unsubscribe` (ends these).

    Whoever ends a mail by one click must hear no more of what it is about: so each subscription under which it comes is
    named.  A scope is written of small letters, digits, `-` and `:`, which need no escaping.
    """
    base, language, token = plan.status_url, subscriber.language, subscriber.token
    return {
        "link": f"{base}/{language}/",
        "manage": f"{base}/{language}/subscription/{token}",
        "unsubscribe": f"{base}/unsubscribe/{token}?{'&'.join(f'scope={scope}' for scope in scopes)}",
    }


def incident_link(number: CaseNumber, language: str, plan: Plan) -> str:
    """Return the page of an incident; of one that the decision opens, its number stands there once it has one."""
    return f"{plan.status_url}/{language}/incident/{OPENED_CASE if number == NEW_CASE else number}"


def confirm_link(subscriber: Subscriber, plan: Plan) -> str:
    """Return the page on which a subscriber confirms what was asked for (double opt-in)."""
    return f"{plan.status_url}/{subscriber.language}/confirm/{subscriber.token}"
