"""What other tables keep of the status page's subscribers (R8.2): mails for them are cancelled, and made nameless.

A row of the outbox stays, so that its key and its token stay taken and counts stay true; who it was for is gone.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection, select, update

from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.model.subscriber import ERASED
from daemon.store.tables import outbox

_KINDS = tuple(kind.value for kind, spec in NOTICES.items() if spec.audience is Audience.SUBSCRIBER)


def erase_mail_to(connection: Connection, address: str) -> None:
    """Make mails to a subscriber nameless; those that wait are cancelled, one that is just being sent goes its way."""
    theirs = (outbox.c.recipient == address) & outbox.c.kind.in_(_KINDS)
    query = select(outbox.c.id, outbox.c.state, outbox.c.payload).where(theirs).order_by(outbox.c.id)
    for row in connection.execute(query.with_for_update()).all():
        key = f"{ERASED}:{row.id}"
        values = {
            "key": key,
            "recipient": ERASED,
            "subject": ERASED,
            "payload": _nameless(row.payload, key),
            "octets": b"",  # not NULL: a sender that is composing it now keeps nothing either
            "state": row.state if row.state in ("sent", "failed") else "cancelled",
            "claimed_by": None,
            "lease_until": None,
            "last_error": ERASED,
        }
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))


def cancel_mail_to(connection: Connection, address: str, *, left: Collection[str]) -> None:
    """Cancel the mails that wait for a subscriber and came under none of the subscriptions that are left to them."""
    waits = (outbox.c.recipient == address) & outbox.c.kind.in_(_KINDS) & (outbox.c.state == "queued")
    query = select(outbox.c.id, outbox.c.payload).where(waits).order_by(outbox.c.id)
    for row in connection.execute(query.with_for_update()).all():
        scopes = _scopes(row.payload)
        if scopes and not scopes & set(left):
            ended = {"state": "cancelled", "last_error": "the subscription was ended"}
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(ended))


def _scopes(payload: dict[str, Any]) -> set[str]:
    """Return the subscriptions under which a mail came, as the link that ends them names them."""
    link = dict(payload["notice"]["facts"]).get("unsubscribe", "")
    return set(parse_qs(urlsplit(link).query).get("scope", ()))


def _nameless(payload: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a payload that can still be read, and names nobody: no address, no link that bears the token."""
    notice = payload["notice"]
    cleared = {
        "to": notice["to"] | {"address": ERASED, "name": ""},
        "facts": [[name, ""] for name, _ in notice["facts"]],
        "key": key,
        "subject": "",
        "text": "",
    }
    return payload | {"notice": notice | cleared, "reverse_path": ""}
