"""Arrivals, cases and a desk for the tests of the store."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.apply import apply
from daemon.credentials import Keyring
from daemon.desk import Desk
from daemon.model.case_effect import OpenCase
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.mail import Arrival, Envelope
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.setup import Config, DeliverySettings, Settings
from daemon.posting import Posting
from daemon.rules.notices import notice
from daemon.store import inbox
from daemon.store.database import Connection, Engine, transaction
from tests.rules.making import DIRECTORY, PLAN

NOW = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEYRING = Keyring((b"0123456789abcdef0123456789abcdef",))


def an_arrival(number: int = 1, **fields: Any) -> Arrival:
    """Return the arrival of a mail by SMTP."""
    known: dict[str, Any] = {
        "raw": b"From: primary@acme.example\r\n\r\nNumber %d\r\n" % number,
        "source": "smtp 192.0.2.1",
        "source_key": f"smtp:{number}",
        "mailbox": "support",
        "envelope": Envelope("primary@acme.example", ("support@desk.example",), "192.0.2.1"),
        "received_at": NOW,
    }
    return Arrival(**known | fields)


def kept(engine: Engine, *numbers: int, **fields: Any) -> None:
    """Keep mails with these numbers, each received so many minutes later."""
    for number in numbers:
        with transaction(engine) as connection:
            inbox.keep(connection, [an_arrival(number, received_at=NOW + number * MINUTE, **fields)], now=NOW)


def a_reading(mail_id: int, **fields: Any) -> inbox.Reading:
    """Return what a reader read off a mail."""
    known: dict[str, Any] = {
        "message_id": f"<{mail_id}@client.example>",
        "sender": "primary@acme.example",
        "subject": "Phones",
        "content_key": "a" * 64,
        "authentication": "pass",
        "received_at": NOW,
    }
    return inbox.Reading(**known | fields)


def ended(connection: Connection, mail_id: int, reading: inbox.Reading, outcome: str = "case_opened") -> None:
    """End a mail as the use case does."""
    inbox.finish(
        connection,
        mail_id,
        {
            "outcome": outcome,
            "message_id": reading.message_id,
            "content_key": reading.content_key,
            "received_at": reading.received_at,
            "decided_at": NOW,
        },
    )


def a_desk(engine: Engine) -> Desk:
    """Return a desk on this database, with tokens that count."""
    settings = Settings(Path("/nonexistent"), str(engine.url), (), (), DeliverySettings())
    tokens = (f"token{number}" for number in itertools.count(1))
    return Desk(engine, Config(settings, PLAN, DIRECTORY), KEYRING, lambda: next(tokens))


def opening(**fields: Any) -> OpenCase:
    """Return the effect that opens a case for acme."""
    known: dict[str, Any] = {
        "subject": "Phones are down",
        "customer": "acme",
        "requester": "primary@acme.example",
        "assignee": "agent1",
        "team": "support",
        "language": "en",
        "opened_at": NOW,
        "actor": "primary@acme.example",
        "why": "R1.1",
    }
    return OpenCase(**known | fields)


def a_decision(*effects: Effect, **fields: Any) -> Decision:
    """Return a decision with these effects."""
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason="a test", rules=("R1.1",), **fields)


WRITER = "stranger@unknown.example"


def queued(
    engine: Engine,
    event: str = "mail 1",
    kind: NoticeKind = NoticeKind.QUARANTINE_ANSWER,
    *,
    cancelled: str = "",
    at: datetime = NOW,
) -> None:
    """Queue a notice to the writer, as a decision does."""
    facts = {"subject": "caf\u00e9 \u2014 \U0001f4de", "contacts": "one\ntwo"}
    told = notice(kind, Recipient(WRITER), case=None, event=event, facts=facts, subject="Hello")
    desk = replace(a_desk(engine), new_token=lambda: uuid.uuid4().hex)
    with transaction(engine) as connection:
        apply(connection, a_decision(Queue(notice=told, cancelled=cancelled)), Posting(desk, at, None), cases=())
