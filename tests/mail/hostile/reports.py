# ruff: noqa: E501 -- a table, one row a line
"""Delivery reports, receipts, complaints and calendars that go on and on."""

from tests.mail.hostile.message import MANY_PARTS, Build, Hostile, always, mail, mixed

REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=mixed"
GROUP = b"Final-Recipient: rfc822; u%d@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 user unknown\r\n\r\n"
EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:%s\r\nRRULE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR"
)
RULES = (
    b"FREQ=SECONDLY", b"FREQ=SECONDLY;INTERVAL=0", b"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", b"FREQ=DAILY;COUNT=999999999999999999", b"FREQ=DAILY;UNTIL=99991231T235959Z",
    b"FREQ=MINUTELY;BYSECOND=" + b",".join(b"%d" % n for n in range(60)) * 200, b"FREQ=", b"X" * 50_000,
)  # fmt: skip


def report(*parts: bytes) -> bytes:
    """Return a delivery report of "hello" and these parts."""
    return mixed(*parts).replace(b"Content-Type: multipart/mixed; boundary=mixed", REPORT)


def status(groups: bytes) -> bytes:
    """Return a report whose status says this."""
    return report(b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.b.example\r\n\r\n" + groups)


def said(words: bytes, *, sender: bytes = b"MAILER-DAEMON@b.example") -> Build:
    """Return a report in free form that says the same again and again."""
    return lambda n: (
        mail(body=b"hello\r\n" + words * n)
        .replace(b"primary@acme.example", sender)
        .replace(b"Phones are down", b"Undeliverable: Phones are down")
    )


def invitation(method: bytes, rule: bytes, *, start: bytes = b"20261123T100000Z") -> bytes:
    """Return a request with a calendar."""
    return mixed(b"Content-Type: text/calendar; method=" + method + b"\r\n\r\n" + EVENT % (method, start, rule))


BOUNCED = "Undeliverable: Phones are down"

CASES: tuple[Hostile, ...] = (
    Hostile("a report of 10,000 recipients", lambda n: status(b"".join(GROUP % i for i in range(n))), 10_000, outcome="bounce", holds=lambda mail: mail.report is not None and len(mail.report.recipients) == 200),
    Hostile("a report of one group of 10,000 lines", lambda n: status(GROUP % 1 + b"Final-Recipient: rfc822; a@b.example\r\n" * n), 10_000, outcome="bounce"),
    Hostile("a report of blank lines", lambda n: status(b"\r\n" * n + GROUP % 1), 50_000, outcome="bounce"),
    Hostile("a report without recipients", lambda n: status(b"X: y\r\n\r\n" * n), 5_000, outcome="bounce"),
    Hostile("900 statuses", lambda n: report(*(b"Content-Type: message/delivery-status\r\n\r\n" + GROUP % i for i in range(n))), 900, outcome="bounce"),
    Hostile("2,000 statuses", lambda n: report(*(b"Content-Type: message/delivery-status\r\n\r\n" + GROUP % i for i in range(n))), 2_000, (MANY_PARTS,), outcome="bounce"),
    Hostile("a reason of 100,000 letters", lambda n: status(b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nDiagnostic-Code: smtp; " + b"user " * n), 20_000, outcome="bounce"),
    Hostile("a report that returns a report that returns", lambda n: report(*(b"Content-Type: message/rfc822\r\n\r\n" + status(GROUP % 1) for _ in range(n))), 100, outcome="bounce"),
    Hostile("a bounce with 4,000 addresses", lambda n: said(b"".join(b"u%d@b.example: user unknown\r\n" % i for i in range(n)))(1), 4_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of one line of addresses", said(b"<a@b.example> "), 15_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of status codes", said(b"5.1.1 "), 30_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of words for unknown users", said(b"mailbox " * 9 + b"x does not "), 3_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce that announces its original", said(b"This is a copy of the massage\r\n----- original "), 4_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of stars and dots", said(b"*.=_-#> "), 30_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of at signs", said(b"a.b@"), 30_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of nearly addresses", said(b"a@" + b"b." * 30 + b"1 "), 2_500, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce that names nobody", said(b"nobody is named here\r\n"), 5_000, subject=BOUNCED, outcome="bounce"),
    Hostile("a bounce of empty lines", said(b"\r\n"), 60_000, subject=BOUNCED, outcome="bounce"),
    Hostile("3,000 X-Failed-Recipients", lambda n: mail(b"X-Failed-Recipients: " + b", ".join(b"u%d@b.example" % i for i in range(n))), 3_000, outcome="bounce"),
    Hostile("a complaint of 10,000 fields", lambda n: mixed(b"Content-Type: message/feedback-report\r\n\r\n" + b"Original-Mail-From: <a@b.example>\r\n" * n).replace(b"multipart/mixed", b"multipart/report"), 10_000, outcome="bounce"),
    Hostile("a receipt of 10,000 fields", lambda n: mixed(b"Content-Type: message/disposition-notification\r\n\r\n" + b"Final-Recipient: rfc822; a@b.example\r\n" * n).replace(b"multipart/mixed", b"multipart/report"), 10_000, outcome="auto_reply"),
    *(Hostile(f"an event that comes again, {number}", always(invitation(b"REQUEST", rule)), 1) for number, rule in enumerate(RULES, start=1)),
    Hostile("an answer of a calendar", lambda n: invitation(b"REPLY", b"FREQ=SECONDLY" * n), 1_000, outcome="auto_reply"),
    Hostile("an event in the year 99999", lambda n: invitation(b"REQUEST", b"FREQ=DAILY", start=b"9" * n), 5),
    Hostile("an event of 20,000 alarms", lambda n: invitation(b"REQUEST", b"FREQ=DAILY\r\n" + b"BEGIN:VALARM\r\nEND:VALARM\r\n" * n), 5_000),
    Hostile("900 events", lambda n: mixed(*(b"Content-Type: text/calendar; method=REQUEST\r\n\r\n" + EVENT % (b"REQUEST", b"x", b"y") for _ in range(n))), 900),
)  # fmt: skip
