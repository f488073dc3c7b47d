"""A running daemon, written to by real ways in and answered by real mails out: what people do, in octets.

Its own server's verdicts are believed (`proven`); whoever proves nothing is challenged.
"""

import email
import email.policy
import itertools
import json
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

from daemon.ingest.header import split_message
from daemon.ingest.received import read_hop
from tests.servers.dovecot import PASSWORD, Mailbox
from tests.servers.neighbour import HOST
from tests.servers.running_daemon import SUPPORT, RunningDaemon, Site

HandIn = Callable[[bytes, str, str], None]
"""Octets, the reverse-path and the recipient, given to a way in."""
PATIENCE = 40.0  # seconds until a mail is decided and its answers lie in the Maildir


@dataclass(frozen=True, slots=True)
class Ended:
    """How a mail ended, and what left because of it."""

    outcome: str
    case: int | None
    answers: tuple[EmailMessage, ...]

    def to(self, address: str) -> EmailMessage:
        """Return the one mail to somebody."""
        (found,) = [mail for mail in self.answers if mail["To"] == address]
        return found

    @property
    def readers(self) -> list[str]:
        """Return to whom mails went, in order of the alphabet."""
        return sorted(str(mail["To"]) for mail in self.answers)


@dataclass(slots=True)
class LiveDesk:
    """A daemon and a way in."""

    site: Site
    daemon: RunningDaemon
    hand_in: HandIn
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def writes(self, sender: str, subject: str, text: str = "Please help.\n", **fields: str) -> Ended:
        """Send a new mail; `proven="yes"` has our own server find that its domain sent it."""
        return self.take(self.message(sender, subject, text, **fields), sender, proven=fields.get("proven", ""))

    def replies(self, sender: str, mail: EmailMessage, text: str, **fields: str) -> Ended:
        """Answer a mail as clients do."""
        threaded = {"In_Reply_To": str(mail["Message-ID"]), "To": str(mail["Reply-To"] or mail["From"]), **fields}
        quoted = "".join(f"> {line}\n" for line in body_of(mail).splitlines())
        message = self.message(sender, f"Re: {mail['Subject']}", f"{text}\n\n{quoted}", **threaded)
        return self.take(message, sender, proven=fields.get("proven", ""))

    def message(self, sender: str, subject: str, text: str, **fields: str) -> EmailMessage:
        """Return a mail of somebody."""
        message = EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
        message["From"], message["Subject"] = sender, subject
        message["To"] = fields.pop("To", SUPPORT)
        message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
        message["Message-ID"] = f"<{next(self.numbers)}.{abs(hash(subject))}@client.example>"
        for name, value in fields.items():
            if name != "proven":
                message[name.replace("_", "-")] = value
        message.set_content(text)
        return message

    def take_octets(self, octets: bytes, message_id: str, *, reverse_path: str = "x@client.example") -> Ended:
        """Hand octets in as they are; the recipient is whom they name."""
        recipient = octets.partition(b"\nTo: ")[2].partition(b"\r")[0].decode()
        before = self.site.outgoing
        self.hand_in(octets, reverse_path, address_of(recipient))
        return self._ended(message_id, before)

    def take(self, message: EmailMessage, sender: str, *, proven: str = "") -> Ended:
        """Hand a mail in, and wait until it is decided and its answers have left."""
        before = self.site.outgoing
        self.hands_in(message, sender, proven=proven)
        return self._ended(str(message["Message-ID"]), before)

    def hands_in(self, message: EmailMessage, sender: str, *, proven: str = "") -> None:
        """Hand a mail in, and wait for nothing."""
        verdict = f"Authentication-Results: mx.desk.example; dmarc=pass header.from={sender.rpartition('@')[2]}\r\n"
        self.hand_in((verdict.encode() if proven else b"") + message.as_bytes(), sender, address_of(message["To"]))

    def path_of_last(self, address: str) -> str:
        """Return the reverse-path of the last mail to somebody."""
        (row, *_) = self.site.rows(f"select payload from outbox where recipient = '{address}' order by id desc")
        return str(json.loads(row.payload)["reverse_path"])

    def _ended(self, message_id: str, before: tuple[bytes, ...]) -> Ended:
        self.daemon.wait_until(lambda: self._row(message_id).outcome, seconds=PATIENCE, what=f"{message_id} is decided")
        self.daemon.wait_until(self._nothing_waits, seconds=PATIENCE, what="what it says has left")
        row = self._row(message_id)
        new = [octets for octets in self.site.outgoing if octets not in before]
        answers = tuple(email.message_from_bytes(octets, policy=email.policy.default) for octets in new)
        return Ended(row.outcome, row.case_number, answers)  # type: ignore[arg-type]

    def _row(self, message_id: str) -> "_Row":
        query = f"select outcome, case_number from inbox where message_id = '{message_id.lower()}' order by id desc"
        rows = self.site.rows(query) or self.site.rows(query.replace(message_id.lower(), message_id))
        return _Row(rows[0].outcome, rows[0].case_number) if rows else _Row(None, None)

    def _nothing_waits(self) -> bool:
        waiting = (
            "select count(*) as found from inbox where state in ('kept', 'reading')",
            "select count(*) as found from outbox where state not in ('sent', 'cancelled', 'failed')",
        )
        return not any(self.site.rows(query)[0].found for query in waiting)


@dataclass(frozen=True, slots=True)
class _Row:
    outcome: str | None
    case_number: int | None


def address_of(field: object) -> str:
    """Return the address in a field that holds one."""
    return str(field).rpartition("<")[2].strip("<> ")


def body_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def by_smtp(site: Site) -> HandIn:
    """Hand mails to the daemon's own listener, as a mail server on this machine does."""

    def hand_in(octets: bytes, sender: str, recipient: str) -> None:
        with smtplib.SMTP(HOST, site.smtp_port, timeout=20) as client:
            client.sendmail(sender, [recipient], octets)

    return hand_in


def by_imap(site: Site, dovecot: Mailbox) -> HandIn:
    """Have the daemon watch a Dovecot mailbox, to which mails are delivered by LMTP."""
    secret = site.config / "secrets"
    secret.mkdir(exist_ok=True)
    (secret / "imap").write_text(PASSWORD)
    (secret / "imap").chmod(0o600)
    imap = (
        f"imap: {{host: localhost, port: {dovecot.imaps_port}, security: tls, user: '{dovecot.user}',"
        f" ca_file: '{dovecot.ca_file}', password: {{file: secrets/imap}}}}"
    )
    name = _name_of(dovecot)
    site.edit(
        ("    unauthenticated: challenge\n", f"    unauthenticated: challenge\n    {imap}\n"),
        ("\nhealth: ", f"\ntrusted_relays: [{{name: {name}, addresses: [127.0.0.1]}}]\n\nhealth: "),
    )

    def hand_in(octets: bytes, sender: str, recipient: str) -> None:
        del recipient  # whom it names in its header is enough: all of the desk's addresses end in this folder
        dovecot.deliver(octets, sender=sender)

    return hand_in


def _name_of(dovecot: Mailbox) -> str:
    """Return the name under which Dovecot writes its Received fields: what stands below them our own server wrote."""
    probe = replace(dovecot, user="probe-of-the-name@test.example")
    probe.deliver(b"Subject: probe\r\n\r\n.\r\n")
    stored = next((probe.maildir() / "new").iterdir()).read_bytes()
    return read_hop(split_message(stored.replace(b"\n", b"\r\n"))[0].first("received")).receiver
