# ruff: noqa: E501 -- a table, one row a line
"""Header blocks: floods, huge fields, lines that are none, fields that come twice, dates that never were."""

from daemon.model.mail import InboundMail
from tests.mail.hostile.message import (
    FIELDS,
    LONG_FIELD,
    LONG_HEADER,
    MANY_LINES,
    SENDER,
    SUBJECT,
    Hostile,
    always,
    mail,
)

AMBIGUOUS = "quarantined"
DATES = (
    b"Mon, 23 Nov 0000 10:00:00 +0000", b"Mon, 23 Nov 99999 10:00:00 +0000", b"Mon, 23 Nov -1 10:00:00 +0000", b"Thu, 1 Jan 1970 00:00:00 -9999",
    b"Mon, 31 Feb 2026 25:61:61 +0000", b"Mon, 23 Nov 2026 10:00:00 +99999999", b"Fri, 31 Dec 9999 23:59:59 -2359", b"Mon, 1 Jan 0001 00:00:00 +2359",
    b"", b"\xff\xfe", b"now", b"2026-11-23T10:00:00Z", b"Mon, " * 10_000, b"(" * 30_000, b"1 " * 30_000, b"Mon, 23 Nov 2026 10:00:00 " + b"9" * 30_000,
    b"Mon, " + b"9" * 5_000 + b" Nov 2026 10:00:00 +0000", b"\xd9\xa1\xd9\xa2 Nov \xd9\xa2\xd9\xa0 10:00", b"Mon, 23 Nov 2026 10:00:00 " + b"(" * 20_000 + b")" * 20_000,
)  # fmt: skip


def dated(date: bytes) -> bytes:
    """Return a request whose date is another."""
    return mail().replace(b"Date: Mon, 23 Nov 2026 10:00:00 +0000", b"Date: " + date)


def has_last_references(mail: InboundMail) -> bool:
    """Ask for the last of many references, of which no more than 200 are kept."""
    return len(mail.references) <= 200 and mail.references[-1:] == ("<last@acme.example>",)


def references(number: int, *, name: bytes = b"References") -> bytes:
    """Return a mail that answers many."""
    ids = b"".join(b"\r\n <%d@acme.example>" % n for n in range(number))
    return mail(name + b":" + ids + b"\r\n <last@acme.example>")


def with_subject_last(block: bytes) -> bytes:
    """Return a request whose header begins with a block of lines."""
    return FIELDS + block + b"Subject: " + SUBJECT.encode() + b"\r\n\r\nhello\r\n"


CASES: tuple[Hostile, ...] = (
    Hostile("100,000 fields", lambda n: mail(b"X: y\r\n" * n), 100_000, (LONG_HEADER, MANY_LINES), outcome=AMBIGUOUS),
    Hostile("1,001 fields", lambda n: mail(b"X: y\r\n" * n), 1_001, (MANY_LINES,), outcome=AMBIGUOUS),
    Hostile("990 fields", lambda n: mail(b"X: y\r\n" * min(n, 990)), 990),
    Hostile("fields before the subject past all limits", lambda n: with_subject_last(b"X: y\r\n" * n), 2_000, (MANY_LINES,), subject="", outcome=AMBIGUOUS),
    Hostile("long fields, 300 kB together", lambda n: mail((b"X: " + b"y" * 900 + b"\r\n") * n), 340, (LONG_HEADER,), outcome=AMBIGUOUS),
    Hostile("one field of 70 kB", lambda n: mail(b"X: " + b"y" * n), 70_000, (LONG_FIELD,)),
    Hostile("one field of 10 MB", lambda n: mail(b"X: " + b"y" * n), 10_000_000, (LONG_HEADER, LONG_FIELD), outcome=AMBIGUOUS),
    Hostile("a field folded 900 times", lambda n: mail(b"X: y" + b"\r\n z" * min(n, 900)), 900),
    Hostile("a field folded 50,000 times", lambda n: mail(b"X: y" + b"\r\n z" * n), 50_000, (MANY_LINES,), outcome=AMBIGUOUS),
    Hostile("folds without anything", lambda n: mail(b"X:" + b"\r\n \t" * min(n, 900)), 900),
    Hostile("a name of 100,000 letters", lambda n: mail(b"X" * n + b": y"), 100_000, text="", outcome=AMBIGUOUS),
    Hostile("no colon in 100,000 octets", lambda n: mail(b"y" * n), 100_000, text="", outcome=AMBIGUOUS),
    Hostile("lines of colons", lambda n: mail(b":\r\n" * n), 900, text="", outcome=AMBIGUOUS),
    Hostile("strays between fields", lambda n: mail(b"stray\r\nX: y\r\n" * n), 400, outcome=AMBIGUOUS),
    Hostile("a header without end", lambda n: mail(b"X: y").replace(b"\r\n\r\n", b"\r\n") + b"X: y\r\n" * n, 900, text="", outcome=AMBIGUOUS),
    Hostile("NULs in a field", lambda n: mail(b"X: " + b"\0" * n), 30_000),
    Hostile("8-bit octets in a field", lambda n: mail(b"X: " + b"\xff" * n), 30_000),
    Hostile("8-bit octets in the subject", lambda n: FIELDS + b"Subject: " + b"\xff\xfe\x80" * n + b"\r\n\r\nhello", 10_000, subject="*"),
    Hostile("20,000 subjects", lambda n: mail(b"Subject: other\r\n" * n), 900),
    Hostile("many senders", lambda n: mail(b"From: eve@evil.example\r\n" * n), 900, outcome=AMBIGUOUS),
    Hostile("a second sender after a bare CR", lambda n: mail(b"X: y\rFrom: eve@evil.example" * n), 10, outcome=AMBIGUOUS),
    Hostile("a sender behind a NUL", lambda n: mail().replace(SENDER, SENDER + b"\0" * n), 10, outcome=AMBIGUOUS),
    Hostile("a sender of 100,000 brackets", lambda n: mail().replace(SENDER, b"(" * n), 60_000, outcome=AMBIGUOUS),
    Hostile("a sender of 60,000 escapes", lambda n: mail().replace(SENDER, b'"' + b"\\" * n + b'" <a@b.example>'), 60_000, outcome=AMBIGUOUS),
    Hostile("a sender of 60,000 dots", lambda n: mail().replace(SENDER, b"a" + b"." * n + b"a@acme.example"), 60_000, outcome=AMBIGUOUS),
    Hostile("a sender of many labels", lambda n: mail().replace(SENDER, b"primary@" + b"a-." * n + b"example"), 600, outcome=AMBIGUOUS),
    Hostile("many Message-IDs", lambda n: mail(b"Message-ID: <a@acme.example>\r\n" * n), 900),
    Hostile("a Message-ID of 60,000 letters", lambda n: mail(b"Message-ID: <" + b"a" * n + b"@acme.example>"), 60_000, holds=lambda mail: not mail.message_id),
    Hostile("a Message-ID that never closes", lambda n: mail(b"Message-ID: " + b"<" * n), 60_000),
    Hostile("References of 900 lines", references, 900, holds=has_last_references),
    Hostile("References of 10,000 ids", references, 10_000, (MANY_LINES,), outcome=AMBIGUOUS),
    Hostile("In-Reply-To of 900 ids", lambda n: references(n, name=b"In-Reply-To"), 900, holds=lambda mail: len(mail.in_reply_to) == 200),
    Hostile("References of 60,000 angles", lambda n: mail(b"References: " + b"<" * n + b">" * n), 30_000),
    Hostile("References without angles", lambda n: mail(b"References: " + b"a@b " * n), 15_000),
    Hostile("900 Received", lambda n: mail(b"Received: from a by mx.desk.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n" * n), 900),
    Hostile("a Received of nested comments", lambda n: mail(b"Received: from a " + b"(" * n + b")" * n + b" by mx.desk.example; " + b"Mon, 23 Nov 2026 10:00:00 +0000"), 30_000),
    Hostile("a Received of semicolons", lambda n: mail(b"Received: " + b";" * n), 60_000),
    Hostile("900 Authentication-Results", lambda n: mail(b'Authentication-Results: mx.desk.example; dmarc=pass ("\r\n' * n), 900),
    Hostile("Authentication-Results of semicolons", lambda n: mail(b"Authentication-Results: mx.desk.example" + b"; dkim=pass" * n), 5_000),
    Hostile("Authentication-Results of open quotes", lambda n: mail(b"Authentication-Results: mx.desk.example; dmarc=pass " + b'"(\\' * n), 15_000),
    Hostile("900 DKIM signatures", lambda n: mail(b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=s; h=from; bh=; b=\r\n" * n), 900),
    Hostile("a DKIM signature of 60,000 tags", lambda n: mail(b"DKIM-Signature: v=1; a=rsa-sha256; " + b"a=b; " * n), 12_000),
    Hostile("900 ARC seals", lambda n: mail(b"ARC-Seal: i=1; a=rsa-sha256; d=acme.example; s=s; cv=none; b=\r\n" * n), 900),
    Hostile("an Auto-Submitted of comments", lambda n: mail(b"Auto-Submitted: " + b"(" * n + b"auto-replied"), 30_000, outcome="auto_reply"),
    Hostile("an Auto-Submitted behind comments", lambda n: mail(b"Auto-Submitted: " + b"()" * n + b"auto-replied"), 15_000, outcome="auto_reply"),
    Hostile("900 List fields", lambda n: mail(b"List-Id: <x.example>\r\n" * n), 900),
    Hostile("two Content-Types", lambda n: mail(b"Content-Type: text/plain\r\n" + b"Content-Type: text/html\r\n" * n), 500),
    *(Hostile(f"a date that is none, {number}", always(dated(date)), 1) for number, date in enumerate(DATES, start=1)),
)  # fmt: skip
