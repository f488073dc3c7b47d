"""Dovecot rewrites octets: what it makes of a hidden From names nobody (S2.1), and of a hidden proof proves nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ingest.authentication import Trust
from daemon.ingest.header import split_message
from daemon.ingest.parse import read_mail
from daemon.ingest.received import read_hop
from daemon.model.mail import Authentication, Envelope, InboundMail
from daemon.model.setup import TrustedRelay
from tests.ingest.running import Store, store
from tests.ingest.watching import settings_for, watching
from tests.servers.dovecot import Mailbox
from tests.waiting import wait_for

TRUST = Trust(("mx.desk.example",))
GOOD = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
REST = b"To: support@desk.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nbody\r\n"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database with its writer."""
    with store(f"sqlite:///{tmp_path / 'supportd.db'}") as opened:
        yield opened


def through(dovecot: Mailbox, kept: Store, raw: bytes) -> tuple[bytes, InboundMail]:
    """Deliver octets to Dovecot, take them over by IMAP, and read what was stored."""
    dovecot.deliver(raw)
    with watching(settings_for(dovecot), kept):
        wait_for(lambda: len(kept.rows()) == 1, seconds=20, what="the mail is stored")
    stored: bytes = kept.rows()[0].raw
    name = read_hop(split_message(stored)[0].first("received")).receiver  # Dovecot is a server of ours
    trust = Trust(("mx.desk.example",), (TrustedRelay(name, ()),))
    return stored, read_mail(stored, Envelope(None, ()), trust)


HIDDEN: tuple[tuple[str, bytes], ...] = (
    ("a From behind a bare CR", b"From: bob@acme.example\rFrom: eve@evil.example\r\nSubject: x\r\n"),
    ("a From hidden in the Subject by a bare CR", b"From: eve@evil.example\r\nSubject: x\rFrom: bob@acme.example\r\n"),
    ("a From hidden in the Subject by a bare LF", b"From: eve@evil.example\r\nSubject: x\nFrom: bob@acme.example\r\n"),
    ("a From only behind a bare CR", b"Subject: x\rFrom: bob@acme.example\r\nFrom: eve@evil.example\r\n"),
    ("a NUL in the address", b"From: bob\x00@acme.example\r\nSubject: x\r\n"),
    ("a NUL in the field's name", b"From: eve@evil.example\r\nFr\x00om: bob@acme.example\r\nSubject: x\r\n"),
    ("a NUL before the field's name", b"From: eve@evil.example\r\n\x00From: bob@acme.example\r\nSubject: x\r\n"),
    ("an end of the header by bare CRs", b"From: eve@evil.example\r\nSubject: x\r\rFrom: bob@acme.example\r\n"),
)


@pytest.mark.parametrize("field", [row[1] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_s2_1_what_dovecot_makes_of_a_hidden_from_names_nobody(dovecot: Mailbox, kept: Store, field: bytes) -> None:
    """S2.1: before Dovecot and behind it, a mail with a hidden From, or a NUL in it, is never the hidden one's."""
    before = read_mail(field + REST, Envelope("", ()), TRUST)

    stored, mail = through(dovecot, kept, field + REST)

    assert b"\x00" not in stored
    assert before.originator.address in {"", "eve@evil.example"}
    assert mail.originator.address in {"", "eve@evil.example"}
    assert "bob@acme.example" not in (before.originator.address, mail.originator.address)


@pytest.mark.parametrize("mark", [b"\r", b"\n", b"\x00\r\n"])
def test_s2_2_a_hidden_verdict_is_not_believed(dovecot: Mailbox, kept: Store, mark: bytes) -> None:
    """S2.2: a forged verdict that Dovecot may make a field of its own stands below what our server wrote."""
    forged = b"From: bob@acme.example\r\nSubject: x" + mark + GOOD + REST
    received = b"Received: from evil.example by mx.desk.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n"

    stored, mail = through(dovecot, kept, GOOD.replace(b"pass", b"fail") + received + forged)

    assert GOOD in stored
    assert mail.authentication is Authentication.FAIL
