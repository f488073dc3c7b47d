"""Seeded mails: who writes, what about, by which ways it comes, and how each may end."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from enum import Flag, auto

from tests.faults.invariants import Handed
from tests.servers.running_daemon import SUPPORT

CONTACTS = ("primary@acme.example", "secondary@acme.example", "primary@globex.example", "primary@initech.example")
COLLEAGUES = ("somebody@acme.example", "quelquun@globex.example")
AGENTS = ("agent1@desk.example", "agent2@desk.example", "agent3@desk.example", "manager@desk.example")
STRANGERS = ("visitor@elsewhere.example", "offers@elsewhere.example")
KNOWN = frozenset((*CONTACTS, *COLLEAGUES, *AGENTS, "finance@globex.example", "ops@acme.example"))


class Way(Flag):
    """How a mail comes: one way, or the same mail by both."""

    SMTP = auto()
    IMAP = auto()


@dataclass(frozen=True, slots=True)
class Seeded:
    """One mail."""

    name: str
    sender: str
    octets: bytes
    outcomes: frozenset[str]
    ways: Way
    deaf: bool = False  # its client goes away without reading the first answer
    case: int | None = None  # the case that it answers
    to_customer: bool = False  # an agent's reply that the customer is to read

    @property
    def handed(self) -> Handed:
        """Return what the checker has to know of it once it was taken."""
        sent_as_is = self.ways is Way.SMTP
        digest = hashlib.sha256(self.octets).hexdigest() if sent_as_is else ""
        return Handed(self.name, self.outcomes, digest, case=self.case, to_customer=self.to_customer)


def seeded_mails(seed: int, count: int, *, by_imap: bool) -> Iterator[Seeded]:
    """Yield `count` mails, the same ones for the same seed."""
    chance = random.Random(seed)
    kinds = [kind for kind, weight in KINDS for _ in range(weight)]
    for number in range(count):
        sender, outcomes, field = chance.choice(kinds)
        name = f"<{seed}.{number}.{chance.getrandbits(64):x}@{chance.choice(sender).partition('@')[2]}>"
        who = chance.choice(sender)
        ways = chance.choice((Way.SMTP, Way.SMTP, Way.IMAP, Way.SMTP | Way.IMAP)) if by_imap else Way.SMTP
        octets = _octets(chance, name, who, f"Mail {seed}-{number}", field)
        yield Seeded(name, who, octets, outcomes, ways, deaf=chance.random() < 0.05)


KINDS: tuple[tuple[tuple[tuple[str, ...], frozenset[str], tuple[str, str]], int], ...] = (
    ((CONTACTS, frozenset({"case_opened"}), ("X-Priority", "3")), 14),
    ((COLLEAGUES, frozenset({"held"}), ("X-Priority", "3")), 1),
    ((STRANGERS, frozenset({"quarantined"}), ("X-Priority", "3")), 2),
    ((CONTACTS, frozenset({"auto_reply"}), ("Auto-Submitted", "auto-replied")), 2),
)
"""Who writes, how it ends, one more field; and how often."""

WORDS = (
    "The phones are down.",
    ".",
    "..",
    "Ça ne marche plus : l’écran reste noir.",
    "",
    "電話が通じません。",
    "From here on",
)


def _octets(chance: random.Random, name: str, sender: str, subject: str, field: tuple[str, str]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, f"{subject} {chance.choice(WORDS[3:6])}"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = name
    mail[field[0]] = field[1]
    lines = [chance.choice(WORDS) for _ in range(chance.choice((3, 3, 3, 20, 400)))]
    mail.set_content(
        f"{subject} of {name}\n" + "\n".join(lines), cte=chance.choice(("8bit", "quoted-printable", "base64"))
    )
    if chance.random() < 0.1:
        attached = chance.randbytes(chance.choice((10, 5_000, 300_000)))
        mail.add_attachment(attached, maintype="application", subtype="octet-stream", filename="log.bin")
        mail.set_boundary(f"=_{chance.getrandbits(64):x}")  # else the library draws one by itself
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
