"""Our own mails, each named for what it shows, and how they are to be read (`corpus/NN-what.eml` and `.json`).

A `.json` names only what its mail is about; every key in it must hold.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daemon.ingest.authentication import Trust
from daemon.ingest.inspect import inspect_octets
from daemon.ingest.parse import read_mail
from daemon.model.mail import DeliveryReport, Envelope, InboundMail

CORPUS = Path(__file__).with_name("corpus")
MAILS = sorted(CORPUS.glob("*.eml"))


def shown(report: DeliveryReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "recipients": [[r.address, r.status, r.hard] for r in report.recipients],
        "original": report.original_message_id,
        "success": report.is_success,
        "feedback": report.is_feedback,
    }


READINGS: dict[str, Callable[[InboundMail], Any]] = {
    "subject": lambda m: m.subject,
    "from_email": lambda m: m.originator.address,
    "from_name": lambda m: m.originator.name,
    "message_id": lambda m: m.message_id,
    "in_reply_to": lambda m: list(m.in_reply_to),
    "references": lambda m: list(m.references),
    "text": lambda m: m.text,
    "reply_text": lambda m: m.reply_text,
    "opening_text": lambda m: m.opening_text,
    "signature": lambda m: m.signature,
    "attachments": lambda m: [[a.name, a.content_type] for a in m.attachments],
    "inline": lambda m: [a.inline for a in m.attachments],
    "forwarded_from": lambda m: m.forwarded_from.address if m.forwarded_from else "",
    "forwarded_text": lambda m: m.forwarded_text,
    "automatic": lambda m: bool(m.marks.automatic),
    "no_answer": lambda m: bool(m.marks.no_answer),
    "report": lambda m: shown(m.report),
}

INSPECTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "crypto": lambda f: [f["crypto"]["kind"], f["crypto"]["signed"], f["crypto"]["encrypted"]],
    "tnef": lambda f: [file["name"] for file in f["tnef_files"]],
    "leaves": lambda f: len(f["leaves"]),
    "no_sender": lambda f: f["no_sender"],
}
"""What only `supportd mail inspect` tells."""


def reading_of(raw: bytes) -> Callable[[str], Any]:
    """Read a mail; the answer gives each of its readings by name."""
    mail = read_mail(raw, Envelope(reverse_path=None, recipients=()), Trust())
    inspected = inspect_octets(raw, "mail", Trust())
    return lambda key: READINGS[key](mail) if key in READINGS else INSPECTED[key](inspected)


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_a_mail_is_read_as_its_file_says(path: Path) -> None:
    """S2.7, S3.2, S3.4, S4: each reading that stands beside a mail holds."""
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))

    read = reading_of(path.read_bytes())

    assert {key: read(key) for key in expected} == expected


def test_every_mail_has_its_reading() -> None:
    """A mail without a reading would prove nothing."""
    assert len(MAILS) >= 120
    assert {path.stem for path in MAILS} == {path.stem for path in CORPUS.glob("*.json")}
    assert all(json.loads(path.with_suffix(".json").read_text("utf-8")) for path in MAILS)
