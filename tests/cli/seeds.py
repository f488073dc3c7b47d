"""Rows as the use cases would write them, so that lists can be tested without receiving mail."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from daemon.store.database import transaction
from daemon.store.metadata import metadata

START = datetime(2026, 12, 14, 15, 0, tzinfo=UTC)
RAW = b"From: primary@acme.example\r\nSubject: Phones are down\r\nMessage-ID: <m1@acme.example>\r\n\r\nAll phones.\r\n"
DECISION = {
    "rules": ["R1.1", "R2.2"],
    "checks": [["our own mail came back", False], ["new request of an MPOC", True]],
    "facts": [["sender", "primary@acme.example"], ["customer", "acme"]],
    "reason": "a new request of Acme Primary",
}


def add(rows: Engine, table: str, **values: Any) -> int:
    """Insert one row and return its key."""
    target = metadata.tables[table]
    with transaction(rows) as connection:
        key = connection.execute(insert(target).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def add_case(rows: Engine, **values: Any) -> int:
    """Insert a case; what is not given is that of a new P4 case of Acme."""
    plain: dict[str, Any] = {
        "subject": "Phones are down",
        "kind": "support",
        "status": "new",
        "priority": "P4",
        "customer": "acme",
        "requester": "primary@acme.example",
        "assignee": "agent1",
        "team": "voice",
        "language": "en",
        "opened_at": START,
        "assigned_at": START,
    }
    return add(rows, "cases", **(plain | values))


def add_mail(rows: Engine, raw: bytes = RAW, **values: Any) -> int:
    """Insert a kept message with its octets; what is not given is that of one that opened a case."""
    sha256 = hashlib.sha256(raw).hexdigest()
    plain: dict[str, Any] = {
        "source": "file a.eml",
        "source_key": f"file:{sha256}:{values.get('message_id', '')}",
        "mailbox": "support",
        "recipients": ["support@desk.example"],
        "peer": "",
        "received_at": START,
        "kept_at": START,
        "size": len(raw),
        "sha256": sha256,
        "state": "done",
        "message_id": "<m1@acme.example>",
        "sender": "primary@acme.example",
        "subject": "Phones are down",
        "outcome": "case_opened",
        "decided_at": START + timedelta(seconds=1),
        "decision": DECISION,
    }
    mail = add(rows, "inbox", **(plain | values))
    add(rows, "octets", inbox_id=mail, raw=raw)
    return mail


def add_event(rows: Engine, case: int, **values: Any) -> int:
    """Insert a line of history."""
    plain: dict[str, Any] = {
        "case_number": case,
        "at": START,
        "actor": "primary@acme.example",
        "event": "opened",
        "detail": "by mail",
        "rules": ["R1.1"],
    }
    return add(rows, "history", **(plain | values))


def add_outgoing(rows: Engine, key: str, **values: Any) -> int:
    """Insert an outgoing mail that was composed already."""
    plain: dict[str, Any] = {
        "key": key,
        "token": key,
        "kind": "acknowledgement",
        "recipient": "primary@acme.example",
        "subject": "[SUP-1] Phones are down",
        "message_id": f"<{key}@desk.example>",
        "answers": True,
        "payload": PAYLOAD,
        "octets": b"Subject: composed\r\n\r\nHello\r\n",
        "state": "queued",
        "created_at": START,
        "not_before": START,
    }
    return add(rows, "outbox", **(plain | values))


PAYLOAD: dict[str, Any] = {
    "notice": {
        "kind": "acknowledgement",
        "to": {
            "address": "primary@acme.example",
            "name": "Acme Primary",
            "language": "en",
            "timezone": "America/Denver",
        },
        "case": 1,
        "key": "ack:1",
        "facts": [["chat_open", ""], ["on_behalf_of", ""]],
        "text": "",
        "author": "",
        "subject": "",
        "attachments": [],
        "in_reply_to": "",
    },
    "card": {
        "number": 1,
        "subject": "Phones are down",
        "status": "new",
        "priority": "P4",
        "customer_name": "Acme Corporation",
        "requester": "primary@acme.example",
        "assignee_name": "Agent One",
        "opened_at": "2026-12-14T15:00:00+00:00",
        "escalation": [],
    },
    "reply_to": "",
    "note_to": "",
    "reverse_path": "",
    "in_reply_to": "",
    "references": [],
}


def add_detained(rows: Engine, mail: int, **values: Any) -> int:
    """Insert the detention of a kept message."""
    plain: dict[str, Any] = {
        "inbox_id": mail,
        "kind": "held",
        "state": "open",
        "reason": "a colleague wrote",
        "customer": "acme",
        "sender": "user@acme.example",
        "subject": "My phone",
        "received_at": START,
    }
    return add(rows, "detained", **(plain | values))
