"""Delivery reports as mail servers write them, on a mail of ours: octets for the stories of bounces.

Each form is one that a widespread server sends; the words are its own, the names are the example company's.
"""

from tests.scenarios.post import Mail

LINES = "\r\n"


def _octets(*lines: str) -> bytes:
    return LINES.join((*lines, "")).encode()


def _returned(mail: Mail) -> str:
    """Return the header of the mail that a report returns."""
    return mail.octets.partition(b"\r\n\r\n")[0].decode()


def postfix(mail: Mail, *, status: str = "5.1.1", said: str = "") -> bytes:
    """Postfix: multipart/report with all three parts (RFC 3464)."""
    words = said or f"550 5.1.1 <{mail.to}>: Recipient address rejected: User unknown in local recipient table"
    action = "delayed" if status.startswith("4") else "failed"
    return _octets(
        "Date: Mon, 16 Nov 2026 09:00:12 -0700 (MST)",
        "From: MAILER-DAEMON@mx.acme.example (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender"
        if action == "failed"
        else "Subject: Delayed Mail (still retried)",
        f"To: {mail.reverse_path}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B1"',
        "Message-ID: <20261116160012.AB12C@mx.acme.example>",
        "",
        "--B1",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"<{mail.to}>: host mail.acme.example[192.0.2.7] said: {words}",
        "",
        "--B1",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.acme.example",
        "",
        f"Final-Recipient: rfc822; {mail.to}",
        f"Original-Recipient: rfc822;{mail.to}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {words}",
        "",
        "--B1",
        "Content-Type: text/rfc822-headers",
        "",
        _returned(mail),
        "--B1--",
    )


def exchange(mail: Mail) -> bytes:
    """Exchange Online: HTML for people, and a delivery status."""
    return _octets(
        "From: <postmaster@acme.onmicrosoft.example>",
        f"To: <{mail.reverse_path}>",
        "Date: Mon, 16 Nov 2026 16:00:09 +0000",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="d1"',
        "X-MS-Exchange-Message-Is-Ndr:",
        "Message-ID: <aaaa@AM6PR.prod.outlook.example>",
        f"Subject: Undeliverable: {mail.subject}",
        "Auto-Submitted: auto-replied",
        "",
        "--d1",
        "Content-Type: text/html; charset=utf-8",
        "",
        f"<html><body><p>Your message to <b>{mail.to}</b> couldn't be delivered.</p></body></html>",
        "--d1",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns;AM6PR.eurprd.prod.outlook.example",
        "",
        f"Final-Recipient: rfc822;{mail.to}",
        "Action: failed",
        "Status: 5.1.10",
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "",
        "--d1--",
    )


def qmail(mail: Mail) -> bytes:
    """qmail: free form, known by its greeting (qmail-send bounce message)."""
    return _octets(
        "From: MAILER-DAEMON@mail.acme.example",
        f"To: {mail.reverse_path}",
        "Subject: failure notice",
        "Date: 16 Nov 2026 16:00:10 -0000",
        "",
        "Hi. This is the qmail-send program at mail.acme.example.",
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        "",
        f"<{mail.to}>:",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "",
        "--- Below this line is a copy of the message.",
        "",
        _returned(mail),
    )


def gmail(mail: Mail) -> bytes:
    """Google: X-Failed-Recipients, related parts and a status with the words of the next server."""
    return _octets(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        f"To: {mail.reverse_path}",
        "Auto-Submitted: auto-replied",
        "Subject: Delivery Status Notification (Failure)",
        f"X-Failed-Recipients: {mail.to}",
        "Date: Mon, 16 Nov 2026 08:00:14 -0800 (PST)",
        'Content-Type: multipart/report; boundary="g1"; report-type=delivery-status',
        "",
        "--g1",
        'Content-Type: multipart/related; boundary="g2"',
        "",
        "--g2",
        'Content-Type: text/plain; charset="UTF-8"',
        "",
        "** Address not found **",
        f"Your message wasn't delivered to {mail.to} because the address couldn't be found.",
        "--g2--",
        "--g1",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; googlemail.example",
        f"Final-Recipient: rfc822; {mail.to}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.",
        "",
        "--g1--",
    )


def old_gateway(mail: Mail) -> bytes:
    """An old gateway whose form only flufl.bounce knows: no word of a refusal, a list under a heading."""
    return _octets(
        "From: gateway@acme.example",
        f"To: {mail.reverse_path}",
        "Subject: Message",
        "Date: Mon, 16 Nov 2026 16:00:10 +0000",
        "",
        "Here is your list of failed recipients:",
        f"<{mail.to}>",
        "",
        "Here is your returned mail:",
        "",
        _returned(mail),
    )


def complaint(mail: Mail, *, to: str = "") -> bytes:
    """A feedback report (RFC 5965): its reader pressed the button for spam."""
    return _octets(
        "From: <feedback@isp.example>",
        f"To: <{to or mail.reverse_path}>",
        f"Subject: FW: {mail.subject}",
        "Date: Mon, 16 Nov 2026 16:00:10 +0000",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="f1"',
        "",
        "--f1",
        "Content-Type: text/plain",
        "",
        "This is an email abuse report for an email message received from IP 192.0.2.1.",
        "--f1",
        "Content-Type: message/feedback-report",
        "",
        "Feedback-Type: abuse",
        "User-Agent: SomeGenerator/1.0",
        "Version: 1",
        f"Original-Mail-From: <{mail.reverse_path}>",
        "",
        "--f1",
        "Content-Type: message/rfc822",
        "",
        _returned(mail),
        "",
        "--f1--",
    )
