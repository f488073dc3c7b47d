"""Addresses on the status page that stand in the mails of its subscribers (R8.2, RFC 8058)."""

from daemon.model.plan import Plan
from daemon.model.subscriber import Scope, Subscriber


def links_of(subscriber: Subscriber, scope: Scope, plan: Plan) -> dict[str, str]:
    """Return the facts `link` (the page), `manage` (their subscriptions) and `unsubscribe` (ends this one).

    A scope is written of small letters, digits, `-` and `:`, which need no escaping.
    """
    base, language, token = plan.status_url, subscriber.language, subscriber.token
    return {
        "link": f"{base}/{language}/",
        "manage": f"{base}/{language}/subscription/{token}",
        "unsubscribe": f"{base}/unsubscribe/{token}?scope={scope}",
    }


def confirm_link(subscriber: Subscriber, plan: Plan) -> str:
    """Return the page on which a subscriber confirms what was asked for (double opt-in)."""
    return f"{plan.status_url}/{subscriber.language}/confirm/{subscriber.token}"
