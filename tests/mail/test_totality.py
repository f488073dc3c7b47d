# ruff: noqa: E501 -- tables, one row a line
"""S4: any octets are read, or are `Unreadable`; the work grows with the message; the limits hold."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import Unreadable
from daemon.ingest.authentication import Trust
from daemon.ingest.inspect import inspect_octets
from daemon.ingest.parse import read_mail
from daemon.model.mail import Envelope, InboundMail
from daemon.model.setup import TrustedRelay

ENVELOPE = Envelope(reverse_path=None, recipients=(), peer="192.0.2.1")
TRUST = Trust(("mx.desk.example",), (TrustedRelay("mx.desk.example", ("192.0.2.0/24",)),))
HEAD = b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"

SIGNED_DATA = bytes.fromhex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080 06092a864886f70d010701 a080")
"""The beginning of signed data (RFC 5652) up to what is signed, no length given."""

GOOD = (
    b"Received: from a by mx.desk.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n"
    b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
    b"From: =?utf-8?q?B=C3=B6b?= <bob@acme.example>\r\nTo: \"S, D\" <support@desk.example>, x@desk.example\r\n"
    b"Subject: =?iso-8859-1?q?T=E9l=E9phone?=\r\nMessage-ID: <1@acme.example>\r\nReferences: <a@b> <c@d>\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\n"
    b"--b 1\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n#status closed\r\nH=C3=A9llo \r\nworld\r\n\r\nOn Mon, 2 Nov 2026 at 10:00, X <x@y.example> wrote:\r\n> a\r\n"
    b"--c\r\nContent-Type: text/html\r\n\r\n<div>H&eacute;llo<br>world</div><blockquote class=gmail_quote>a</blockquote>\r\n--c--\r\n"
    b"--b 1\r\nContent-Type: application/pdf; name*0*=utf-8''a%20; name*1=b.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n"
    b"--b 1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntext\r\n"
    b"--b 1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"--b 1\r\nContent-Type: text/plain\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\nend\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: x\r\n\r\ntext\r\n"
    b"--b 1\r\nContent-Type: text/enriched\r\n\r\n<bold>a</bold><param>b</param>\r\n"
    b"--b 1\r\nContent-Type: application/pkcs7-mime\r\n\r\n" + SIGNED_DATA + b"\x24\x80\x04\x05\r\nabc\0\0\r\n"
    b"--b 1\r\nContent-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\0\0\x02\x02\x90\x06\0\x04\0\0\0abcd\0\0--b 1--\r\n"
)  # fmt: skip


def read(raw: bytes) -> InboundMail | None:
    try:
        return read_mail(raw, ENVELOPE, TRUST)
    except Unreadable:
        return None


def texts_of(mail: InboundMail) -> list[str]:
    return [
        mail.subject, mail.text, mail.reply_text, mail.opening_text, mail.elided_text, mail.signature, mail.html,
        mail.originator.name, mail.originator.ambiguous, mail.message_id, mail.forwarded_text,
        *mail.references, *mail.in_reply_to, *(a.name for a in mail.attachments), *(a.name + a.address for a in (*mail.to, *mail.cc)),
        *(r.reason + r.address for r in (mail.report.recipients if mail.report else ())),
    ]  # fmt: skip


@given(st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_s4_3_random_octets_are_read(raw: bytes) -> None:
    """S4.3: reading never fails, whatever the octets."""
    read(raw)
    assert inspect_octets(raw, "x", TRUST)["file"] == "x"


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6)
)
@settings(max_examples=500, deadline=None)
def test_s4_3_damaged_mail_is_read_and_its_text_is_clean(cuts: list[tuple[int, int, bytes]]) -> None:
    """S4.3, architecture 5: a mail with pieces cut and put in is read, and every text in it is clean."""
    raw = GOOD
    for at, length, new in cuts:
        raw = raw[:at] + new + raw[at + length :]

    mail = read(raw)

    assert mail is None or mail.reply_text.startswith(mail.opening_text)
    for text in texts_of(mail) if mail else ():
        assert not [
            sign
            for sign in text
            if (ord(sign) < 32 and sign not in "\t\n") or 0xD800 <= ord(sign) < 0xE000 or sign == "\x7f"
        ]


def nested(depth: int) -> bytes:
    raw = HEAD
    for level in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return raw + b"\r\nhello\r\n"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "semicolons in Content-Type": lambda: HEAD + b"Content-Type: text/plain" + b";" * 100_000 + b"\r\n\r\nx",
    "20,000 encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nx",
    "100,000 commas in To": lambda: HEAD + b"To: " + b"," * 100_000 + b"\r\n\r\nx",
    "quotes in To": lambda: HEAD + b"To: " + b'"\\' * 50_000 + b"\r\n\r\nx",
    "brackets in From": lambda: b"From: " + b"(" * 100_000 + b"\r\n\r\nx",
    "100,000 fields": lambda: HEAD + b"X: y\r\n" * 100_000 + b"\r\nx",
    "parts 20,000 deep": lambda: nested(20_000),
    "100,000 parts": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "100,000 newlines": lambda: HEAD + b"\r\n" + b"\n" * 100_000,
    "repeated On": lambda: HEAD + b"\r\n" + b"On Mon 10:30 " * 20_000,
    "lines of On": lambda: HEAD + b"\r\n" + b"On Mon 10:30 a@b.example wrote\n" * 8_000,
    "heads without end": lambda: HEAD + b"\r\n" + b"From: x\n" * 30_000,
    "nested div": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
    "nested blockquote": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<blockquote>x" * 20_000,
    "angles": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 250_000,
    "punycode": lambda: HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 100_000,
    "utf-7": lambda: HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AAA-" * 50_000,
    "beginnings of uuencoded files": lambda: HEAD + b"\r\n" + b"begin 644 a\n" * 400_000,
    "100,000 uuencoded files": lambda: HEAD + b"\r\n" + b"begin 644 a\n#0V%T\nend\n" * 100_000,
    "padding in base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * 1_000_000,
    "last delimiters that are none": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\nContent-Type: multipart/mixed; boundary=b--\n\n" + b"--b--\n" * 300_000
    ),
    "octet strings without end": lambda: (
        HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + SIGNED_DATA + b"\x24\x80" + b"\x04\x01a" * 500_000
    ),
    "clear signatures": lambda: HEAD + b"\r\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 30_000,
    "commands of enriched text": lambda: HEAD + b"Content-Type: text/enriched\r\n\r\n" + b"<param><" * 100_000,
    "a bounce with 4,000 addresses": lambda: (
        b"From: MAILER-DAEMON@x.example\r\nSubject: Undeliverable\r\n\r\n" + b"".join(b"u%d@b.example\n" % n for n in range(4_000))
    ),
    "a delivery status of 20,000 groups": lambda: (
        HEAD + b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 20_000
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_s4_1_hostile_mail_is_read_within_its_time(name: str) -> None:
    """S4.1, S4.2: what drives other parsers to minutes is read in less than the two seconds of an ordinary reader."""
    raw = HOSTILE[name]()
    begun = time.process_time()

    mail = read(raw)

    assert mail is not None
    assert time.process_time() - begun < 2


LIMITS = {
    "header longer than 256 kB": HEAD + (b"X: " + b"y" * 900 + b"\r\n") * 400 + b"\r\nx",
    "header of more than 1,000 lines": HEAD + b"X: y\r\n" * 1_001 + b"\r\nx",
    "header field longer than 64 kB": HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\nx",
    "parts nested deeper than 50": nested(60),
    "more than 1,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 1_100,
    "nested parts of more than 128 MB together": nested(40) + b"x" * 4_000_000 + b"\r\n",
    "more than 200,000 lines like delimiters": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\n"
    + b"--bb\n" * 200_001,
    "text longer than 256 kB": HEAD + b"\r\n" + b"word " * 60_000,
}


@pytest.mark.parametrize("limit", LIMITS)
def test_s4_1_over_a_limit_the_mail_is_still_read(limit: str) -> None:
    """S4.1: a mail over a limit is read as far as the limit allows, and says which one it met."""
    mail = read(LIMITS[limit])

    assert mail is not None
    assert mail.limits == (limit,)
    assert mail.subject == "x"
    assert len(mail.text) <= 262_144
    assert len(mail.attachments) <= 1_000


def test_s4_5_an_odd_report_leaves_no_traceback_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """S4.5: the log is ours: what a library stumbles on in somebody's mail is not written there."""
    read(b"Subject: Undeliverable\r\n\r\nNobody is named here.\r\n")

    assert caplog.records == []


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \t\n", b"\xef\xbb\xbf\r\n"])
def test_s1_2_a_blank_message_is_unreadable(raw: bytes) -> None:
    """S1.2: nothing but white space cannot be read, and that is said, not crashed upon."""
    with pytest.raises(Unreadable):
        read_mail(raw, ENVELOPE, TRUST)
    assert inspect_octets(raw, "x", TRUST) == {"file": "x", "error": "the message is empty"}
