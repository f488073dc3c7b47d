"""Invented mails of every kind, to try templates with: nothing here is ever sent."""

import dataclasses
from collections.abc import Iterator
from typing import Final

from daemon.model.case import Status
from daemon.model.notice import NOTICES, Audience, CaseCard, Notice, NoticeKind, OutgoingMail, Recipient
from daemon.model.plan import Provider

PROVIDER: Final = Provider(
    name="Example Telecom Support",
    prefix="SUP",
    support_address="support@desk.example",
    phone="+1 555 0199",
    chat_url="https://chat.desk.example/",
)
CARD: Final = CaseCard(
    number=1042,
    subject="Phones are down",
    status=Status.IN_PROGRESS,
    priority="P4",
    customer_name="Acme Corporation",
    requester="primary@acme.example",
    assignee_name="Agent One",
    opened_at="2026-12-01T15:30:00+00:00",
    escalation=("Acme Operations, ops@acme.example, +1 555 0101",),
    participants=2,
)
FACTS: Final = {
    "chat_open": "yes",
    "closed_at": "2026-11-20T22:15:00+00:00",
    "contacts": "Acme Primary\nAcme Second",
    "customer": "Acme Corporation",
    "days": "14",
    "done": "status resolved: In Progress to Resolved\npriority 2: P4 to P2",
    "event": "new",
    "fate": "held",
    "faults": "line 1: #statsu closed: no such command; did you mean #status?",
    "help": "#hold DATE: on hold until 08:00 of that day\n#help: sends this list",
    "no_response": "yes",
    "on_behalf_of": "user@acme.example",
    "original": "1001",
    "original_priority": "P1",
    "primary": "1002",
    "priority": "P2",
    "reason": "550 5.1.1 no such user",
    "received_at": "2026-12-01T15:30:00+00:00",
    "recipient": "gone@acme.example",
    "reopen_until": "2026-12-08",
    "sent_to": "primary@acme.example\nuser@acme.example",
    "status": Status.ON_HOLD.value,
    "subject": "Phones are down",
    "until": "2026-12-24",
    "word": "Please ask the help desk on your floor first.",
    "writer": "Acme Primary <primary@acme.example>",
}
"""A value for every fact of every kind."""

_NEVER_EMPTY = frozenset({"closed_at", "contacts", "customer", "days", "event", "fate", "received_at", "writer"})
_CODES = {
    "status": tuple(status.value for status in Status),
    "event": ("new", "follow_up", "reassigned"),
    "fate": ("held", "quarantined"),
}


def sample(kind: NoticeKind, language: str) -> OutgoingMail:
    """Return a full mail of the kind: every fact set, text, author and a case where the kind may have one."""
    spec = NOTICES[kind]
    notice = Notice(
        kind=kind,
        to=Recipient("primary@acme.example", "Acme Primary", language),
        case=None if spec.audience is Audience.STRANGER else CARD.number,
        key=f"sample-{kind}",
        facts=tuple((name, FACTS[name]) for name in spec.facts),
        text="No telephone on our second floor rings.\n\nCan you help?",
        author="Agent One",
        subject="Phones are down",
    )
    return OutgoingMail(
        id=1,
        notice=notice,
        card=CARD if notice.case else None,
        message_id="<sample@desk.example>",
        reply_to="support+sample@desk.example",
        note_to="support+sample-note@desk.example" if spec.audience is Audience.AGENT else "",
        offers=tuple((purpose, f"support+sample-{purpose.name.lower()}@desk.example") for purpose in spec.offers),
        reverse_path="" if spec.null_path else "support+b.sample@desk.example",
        in_reply_to="",
        references=(),
        created_at="2026-12-01T15:31:00+00:00",
        octets=None,
        attempts=0,
    )


def samples(kind: NoticeKind, language: str) -> Iterator[OutgoingMail]:
    """Yield mails that between them walk through the branches of the kind's templates."""
    full = sample(kind, language)
    yield full
    yield _with_facts(_without_text(full), {name: "" for name in NOTICES[kind].facts if name not in _NEVER_EMPTY})
    for name in NOTICES[kind].facts:
        for code in _CODES.get(name, ()):
            yield _with_facts(full, {name: code})
            yield _with_facts(_without_text(full), {name: code})


def _without_text(mail: OutgoingMail) -> OutgoingMail:
    return dataclasses.replace(mail, notice=dataclasses.replace(mail.notice, text="", author="", subject=""))


def _with_facts(mail: OutgoingMail, changed: dict[str, str]) -> OutgoingMail:
    facts = tuple((name, changed.get(name, value)) for name, value in mail.notice.facts)
    return dataclasses.replace(mail, notice=dataclasses.replace(mail.notice, facts=facts))
