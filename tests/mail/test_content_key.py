"""S1.3: copies of one message have one key, other messages another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import Unreadable
from daemon.ingest.content_key import content_key

HEAD = (
    b"From: Bob <bob@acme.example>\r\nTo: support@desk.example\r\nCc: x@acme.example\r\n"
    b"Date: Mon, 2 Nov 2026 10:30:00 +0100\r\nSubject: Phones are down\r\nMessage-ID: <1@acme.example>\r\n"
)
MAIL = HEAD + b"\r\nHello\r\n\r\nthe phones are down.\r\n"


def as_dovecot_keeps_it(raw: bytes) -> bytes:
    """Rewrite octets as an IMAP server does: NUL becomes 0x80, bare CR and bare LF become CRLF."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"\x80")
    return lines.replace(b"\n", b"\r\n")


SAME: tuple[tuple[str, bytes], ...] = (
    ("a trace field more", b"Received: from a by b; x\r\n" + MAIL),
    ("fields of our server", b"Return-Path: <b@acme.example>\r\nDelivered-To: s@desk.example\r\nX-Spam: no\r\n" + MAIL),
    ("LF line ends", MAIL.replace(b"\r\n", b"\n")),
    ("CR line ends", MAIL.replace(b"\r\n", b"\r")),
    ("white space at the end", MAIL + b"\r\n \t\r\n"),
    ("no line end at the end", MAIL.rstrip()),
    ("a folded Subject", MAIL.replace(b"Subject: Phones are", b"Subject: Phones\r\n are")),
    ("an encoded Subject", MAIL.replace(b"Subject: Phones are down", b"Subject: =?utf-8?q?Phones_are_down?=")),
    ("other capitals in a field name", MAIL.replace(b"Subject:", b"SUBJECT:")),
    ("another order of fields", b"Subject: Phones are down\r\n" + MAIL.replace(b"Subject: Phones are down\r\n", b"")),
    ("a blank line first", b"\r\n" + MAIL),
)  # fmt: skip

OTHER: tuple[tuple[str, bytes], ...] = (
    ("another word", MAIL.replace(b"phones are down.", b"phones are up.")),
    ("another Subject", MAIL.replace(b"Phones are down\r", b"Phones are up\r")),
    ("another Message-ID", MAIL.replace(b"<1@", b"<2@")),
    ("another From", MAIL.replace(b"bob@", b"eve@")),
    ("another recipient", MAIL.replace(b"support@", b"sales@")),
    ("another Date", MAIL.replace(b"10:30:00", b"10:30:01")),
    ("a second From", b"From: eve@evil.example\r\n" + MAIL),
    ("a line more", MAIL + b"more\r\n"),
)  # fmt: skip


@pytest.mark.parametrize("copy", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_s1_3_a_copy_by_another_way_has_the_same_key(copy: bytes) -> None:
    """S1.3: what servers on the way add or rewrite does not make another message."""
    assert content_key(copy) == content_key(MAIL)


@pytest.mark.parametrize("other", [row[1] for row in OTHER], ids=[row[0] for row in OTHER])
def test_s1_3_other_content_has_another_key(other: bytes) -> None:
    """S1.3: a Message-ID that comes again with other content is another message."""
    assert content_key(other) != content_key(MAIL)


@given(st.binary(max_size=120), st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_s1_3_the_key_survives_an_imap_server(subject: bytes, body: bytes) -> None:
    """S1.3: NUL, bare CR and bare LF anywhere, rewritten by an IMAP server, give the same key."""
    raw = b"Message-ID: <1@acme.example>\r\nSubject: " + subject + b"\r\n\r\n" + body

    assert content_key(as_dovecot_keeps_it(raw)) == content_key(raw)


@given(st.binary(min_size=1, max_size=300))
@settings(max_examples=200, deadline=None)
def test_s1_3_any_octets_have_a_key(raw: bytes) -> None:
    """S1.3: every message that is not blank has a key, and the same one each time."""
    try:
        key = content_key(raw)
    except Unreadable:
        return
    assert key == content_key(raw)
    assert len(key) == 64
