"""Daemons broken on purpose, to prove that the checker catches each (test_variants.py)."""

import re
import uuid
from concurrent.futures import Future
from pathlib import Path
from typing import Any


def _answer_before_commit(module: Any, _folder: Path) -> None:
    """Say 250 as soon as the mail is queued: what a kill takes from the queue is lost (S1.1)."""
    keep = module.Intake.keep

    def hasty(self: Any, arrival: Any) -> "Future[None]":
        keep(self, arrival)
        answered: Future[None] = Future()
        answered.set_result(None)
        return answered

    module.Intake.keep = hasty


def _no_unique_key(module: Any, _folder: Path) -> None:
    """Know no message again: a client that comes back makes a second entry (S1.3)."""
    module.same_message = lambda *_: None


def _new_message_id_a_try(module: Any, _folder: Path) -> None:
    """Give a mail another Message-ID each time it is tried (S3.6)."""
    send = module._send_octets

    def anew(smtp: Any, octets: bytes) -> Any:
        fresh = f"Message-ID: <{uuid.uuid4().hex}@desk.example>".encode()
        return send(smtp, re.sub(rb"(?im)^Message-ID:[^\r\n]*(\r\n[ \t][^\r\n]*)*", fresh, octets, count=1))

    module._send_octets = anew


def _other_bytes_a_try(module: Any, _folder: Path) -> None:
    """Compose a mail anew for each try, with the time of the try in it (S3.6)."""
    build = module.build

    def anew(*arguments: Any, **named: Any) -> bytes:
        octets: bytes = build(*arguments, **named)
        return octets + f"X-Try: {uuid.uuid4().hex}\r\n".encode()

    module.build = anew
    module.outbox.store_octets = lambda *_: None


def _sent_before_offered(module: Any, _folder: Path) -> None:
    """Record a mail as sent when it is claimed: a kill on the way loses it (S3.6)."""
    tried = module.Delivery._tried

    def hasty(self: Any, prepared: Any, may_go_on: Any) -> Any:
        with module.transaction(self._engine) as connection:
            sent = [(mail.id, "250") for mail, _ in prepared.parcels]
            if sent:
                module.outbox.record_sent(connection, sent, now=self._clock())
        return tried(self, prepared, may_go_on)

    module.Delivery._tried = hasty


def _answers_to_the_sender_field(module: Any, _folder: Path) -> None:
    """Hand every mail to one more person (S3.1)."""
    transact = module._transact

    def leaking(smtp: Any, parcel: Any) -> Any:
        transact(smtp, module.Parcel(**{**_fields(parcel), "recipient": "stranger@elsewhere.example"}))
        return transact(smtp, parcel)

    module._transact = leaking


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


VARIANTS = {
    "answer before commit": ("daemon.ingest.intake", _answer_before_commit),
    "no unique key": ("daemon.store.inbox", _no_unique_key),
    "new Message-ID a try": ("daemon.outbound.submission", _new_message_id_a_try),
    "other bytes a try": ("daemon.outbound.preparing", _other_bytes_a_try),
    "sent before offered": ("daemon.outbound.delivery", _sent_before_offered),
    "mail to a stranger": ("daemon.outbound.submission", _answers_to_the_sender_field),
}
