"""Outgoing mails to try things with: the program's own samples, changed where a test wants it so."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from daemon.model.notice import AttachmentRef, OutgoingMail
from daemon.model.notice_kinds import NoticeKind
from daemon.outbound.outcomes import Parcel
from daemon.outbound.samples import sample

OTHERS_FACTS = frozenset(
    {
        "about", "approvers", "basis", "by", "contacts", "customer", "description", "done", "faults", "files", "hints",
        "host", "late", "leaks", "link", "manage", "missing", "next_title", "on_behalf_of", "other", "products",
        "reached", "reason", "recipient", "refused", "requester", "scopes", "sent_to", "subject", "surcharge", "title",
        "uid", "unanswered", "undecided", "unsubscribe", "usual", "vendor", "window", "word", "words", "writer",
    }
)  # fmt: skip
"""Facts that hold what people wrote, here or in the configuration; the others are codes, numbers and instants."""
NOW = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def mail_of(kind: NoticeKind, language: str = "en", **changed: Any) -> OutgoingMail:
    """Return the sample of a kind; what is changed goes to the mail, its notice, its recipient or its card.

    Names of `Notice` and `OutgoingMail` are taken as they are; `to_…` and `card_…` reach into recipient and card.
    """
    mail = sample(kind, language)
    for name, value in changed.items():
        mail = _changed(mail, name, value)
    return mail


def _changed(mail: OutgoingMail, name: str, value: Any) -> OutgoingMail:
    notice = mail.notice
    if name.startswith("to_"):
        return replace(mail, notice=replace(notice, to=replace(notice.to, **{name[3:]: value})))
    if name.startswith("card_"):
        return replace(mail, card=replace(mail.card, **{name[5:]: value}) if mail.card else None)
    if name.startswith("fact_"):
        facts = tuple((key, value if key == name[5:] else old) for key, old in notice.facts)
        return replace(mail, notice=replace(notice, facts=facts))
    if hasattr(mail, name):
        return replace(mail, **{name: value})
    return replace(mail, notice=replace(notice, **{name: value}))


def file_of(name: str, octets: bytes, content_type: str = "image/png") -> tuple[AttachmentRef, bytes]:
    """Return an attachment with its octets."""
    return AttachmentRef(name, content_type, len(octets), hashlib.sha256(octets).hexdigest()), octets


def parcel_of(recipient: str = "primary@acme.example", **changed: Any) -> Parcel:
    """Return a small mail that is ready to go."""
    values: dict[str, Any] = {
        "row": 1,
        "message_id": "<one@desk.example>",
        "created_at": NOW,
        "reverse_path": "support+b.one@desk.example",
        "octets": b"Subject: one\r\n\r\nHello\r\n.\r\n..two dots\r\n",
    }
    return Parcel(recipient=recipient, **values | changed)
