"""Everybody's mail: what people write goes to the desk by SMTP, what the desk sends is read from its Maildir."""

import email
import email.policy
import itertools
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from daemon.clock import system_clock
from examples.demo.company import HOST, Company
from examples.demo.waiting import wait_for

POLICY = email.policy.SMTP.clone(max_line_length=998)
ANSWER_SECONDS = 20
SUPPORT = "support@desk.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mail client."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that the desk sent."""

    message: EmailMessage
    octets: bytes

    @property
    def to(self) -> str:
        """Return the one recipient."""
        return parseaddr(str(self.message["To"]))[1]

    @property
    def subject(self) -> str:
        """Return the Subject field."""
        return str(self.message["Subject"])

    @property
    def case(self) -> str:
        """Return the case that the subject names, such as SUP-1042."""
        return self.subject.partition("[")[2].partition("]")[0]

    @property
    def text(self) -> str:
        """Return the text part."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


@dataclass(slots=True)
class Postbox:
    """Sends to the desk and reads what it sent; each mail is handed out once."""

    company: Company
    on_sent: Callable[[EmailMessage], None]
    _seen: set[str] = field(default_factory=set)
    _unread: list[Received] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def write(self, by: Person, subject: str, text: str, **fields: str) -> EmailMessage:
        """Compose a mail to the support address as a mail client does; `fields` adds header fields (`_` for `-`)."""
        message = EmailMessage(policy=POLICY)
        message["From"] = str(by)
        message["To"] = SUPPORT
        message["Subject"] = subject
        message["Date"] = format_datetime(system_clock())
        message["Message-ID"] = f"<{next(self._numbers)}.week@{by.address.rpartition('@')[2]}>"
        for name, value in fields.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message

    def reply(self, by: Person, to: Received, text: str) -> EmailMessage:
        """Compose an answer as a mail client does: to Reply-To, in its thread, above the quoted text."""
        quoted = "".join(f"> {line}\n" for line in to.text.splitlines())
        head = f"On {to.message['Date']}, {to.message['From']} wrote:\n"
        subject = to.subject if to.subject.lower().startswith("re:") else f"Re: {to.subject}"
        message = self.write(by, subject, f"{text}\n\n{head}{quoted}")
        message.replace_header("To", str(to.message["Reply-To"] or to.message["From"]))
        message["In-Reply-To"] = str(to.message["Message-ID"])
        message["References"] = f"{to.message['References'] or ''} {to.message['Message-ID']}".strip()
        return message

    def send(self, message: EmailMessage) -> str:
        """Hand a mail to the daemon's listener, and return its Message-ID.

        Raises:
            smtplib.SMTPException: the listener refused it.
        """
        with smtplib.SMTP(HOST, self.company.smtp_port, timeout=ANSWER_SECONDS) as client:
            sender, to = (parseaddr(str(message[name]))[1] for name in ("From", "To"))
            client.sendmail(sender, [to], message.as_bytes())
        self.on_sent(message)
        return str(message["Message-ID"])

    def fetch(self, to: str, *, about: str = "") -> Received:
        """Wait for a mail to this address, with `about` in its subject, that nobody has fetched yet.

        `to` may be a domain with its `@`: whoever works there.
        """
        found = wait_for(
            lambda: self._find(to, about), seconds=ANSWER_SECONDS, what=f"a mail to {to} about {about or 'anything'}"
        )
        self._unread.remove(found)
        return found

    def fetch_all(self) -> tuple[Received, ...]:
        """Return what was sent so far, as fetched."""
        found = self.unread()
        self._unread.clear()
        return found

    def unread(self) -> tuple[Received, ...]:
        """Return what the desk sent and nobody has fetched."""
        self._look()
        return tuple(self._unread)

    def _find(self, to: str, about: str) -> Received | None:
        return next((mail for mail in self.unread() if mail.to.endswith(to) and about in mail.subject), None)

    def _look(self) -> None:
        for path in sorted((self.company.outgoing / "new").glob("*"), key=_row):
            if path.name not in self._seen:
                self._seen.add(path.name)
                octets = path.read_bytes()
                self._unread.append(Received(email.message_from_bytes(octets, policy=email.policy.default), octets))


def _row(path: Path) -> tuple[int, str]:
    """Order files as the desk queued them: their names hold the number of the outbox row."""
    digits = path.name.partition(".R")[2].partition("M")[0]
    return (int(digits) if digits.isdigit() else 0, path.name)
