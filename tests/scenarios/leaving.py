"""What must hold of every mail that leaves the desk, read off its octets (S2.6, S2.8, S3.2, S3.5, S3.6, S3.7).

`TestDesk` asks it of each mail that a scenario sends: whatever the story, nobody in it reads what is not theirs.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from daemon.credentials import read_address, read_bounce, read_message_id
from daemon.desk import Desk
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience, NoticeSpec
from daemon.model.people import Customer
from daemon.store.tables import cases, messages

if TYPE_CHECKING:
    from tests.scenarios.post import Mail

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
NEVER = ("Bcc", "Cc", "Resent-To", "Resent-Bcc", "Sender")
SIGNED = re.compile(r"[\w.-]+\+\d{1,12}\.[a-z]\.\d{1,6}\.[a-z2-7]{26}@[\w.-]+", re.IGNORECASE)
BOUNCE = re.compile(r"\+b\.[a-z0-9]{1,32}\.[a-z2-7]{26}@", re.IGNORECASE)
OF_AGENTS = re.compile(r"\+\d+\.[ang]\.", re.IGNORECASE)
OURS = re.compile(r"<v1\.[^<>\s]+>")
TAG = re.compile(r"\bSUP-(\d+)\b")
FEWEST_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk keeps apart: whose each case is, and what its agents noted."""

    owners: dict[int, str] = field(default_factory=dict)
    notes: dict[int, frozenset[str]] = field(default_factory=dict)


def known(connection: Connection, desk: Desk) -> Known:
    """Read whose the cases are, and the lines of internal notes that were not said publicly too."""
    owners = {row.number: row.customer for row in connection.execute(select(cases.c.number, cases.c.customer))}
    agents = frozenset(agent.email for agent in desk.config.directory.agents)
    noted: dict[int, set[str]] = {}
    public: dict[int, set[str]] = {}
    query = select(messages.c.case_number, messages.c.author, messages.c.public, messages.c.text)
    for row in connection.execute(query):
        if row.public or row.author in agents:
            lines = (public if row.public else noted).setdefault(row.case_number, set())
            lines.update(" ".join(line.split()) for line in row.text.splitlines())
    notes = {
        case: frozenset(line for line in lines - public.get(case, set()) if len(line) >= FEWEST_LETTERS)
        for case, lines in noted.items()
    }
    return Known(owners, notes)


def look_at(connection: Connection, desk: Desk, found: "list[tuple[Row[Any], Mail]]") -> None:
    """Hold mails to what must hold of all."""
    about = known(connection, desk) if found else Known()
    wrong = [fault for row, mail in found for fault in faults(row, mail, desk=desk, about=about)]
    assert not wrong, wrong


def faults(row: Row[Any], mail: "Mail", *, desk: Desk, about: Known) -> tuple[str, ...]:
    """Return what is wrong with an outgoing mail.

    Args:
        row: its row in the outbox.
        mail: the same, as it leaves.
        desk: who sends.
        about: what the desk keeps apart.
    """
    spec = NOTICES[NoticeKind(row.kind)]
    found = [*_of_header(row, mail, spec, desk)]
    text = _text(mail.message)
    found += _of_signatures(mail, text, spec, desk)
    if spec.audience is not Audience.AGENT:
        found += _of_tenancy(row, text, desk, about)
    return tuple(f"{row.kind} to {row.recipient}: {fault}" for fault in found)


def _of_header(row: Row[Any], mail: "Mail", spec: NoticeSpec, desk: Desk) -> Iterator[str]:
    """S3.2, S3.5, S3.6: each field once, one recipient, marked as automatic where it is."""
    message = mail.message
    names = [name.lower() for name in message.keys()]  # noqa: SIM118 - iterating hides doubles
    yield from (f"{names.count(name.lower())} fields {name}" for name in ONCE if names.count(name.lower()) != 1)
    yield from (f"a field {name}" for name in NEVER if name.lower() in names)
    if str(message["To"]) != row.recipient:
        yield f"To is {message['To']}"
    if str(message["From"]).rpartition("<")[2].rstrip(">") != desk.config.plan.provider.support_address:
        yield f"From is {message['From']}"
    wanted = ("auto-replied" if spec.answers else "auto-generated") if spec.automatic else "None"
    if str(message["Auto-Submitted"]) != wanted:
        yield f"Auto-Submitted is {message['Auto-Submitted']}"
    path = mail.reverse_path
    if spec.null_path != (path == "") or (path and read_bounce(desk.keyring, path) != row.token):
        yield f"the reverse-path is {path}"


def _of_signatures(mail: "Mail", text: str, spec: NoticeSpec, desk: Desk) -> Iterator[str]:
    """S2.8: what is signed was signed for this very reader; no bounce address stands in a text."""
    recipient = mail.to
    head = mail.octets.partition(b"\r\n\r\n")[0].decode()
    for name in OURS.findall(head):
        reference = read_message_id(desk.keyring, name, sender=recipient)
        if reference is not None and not reference.made_for_sender:  # None: it is none of ours, but another desk's
            yield f"the header names {name}, which was made for somebody else"
    to_agent = spec.audience is Audience.AGENT
    for address in SIGNED.findall(head + "\n" + text):
        counts = not to_agent or OF_AGENTS.search(address)
        if counts and read_address(desk.keyring, address, sender=recipient) is None:
            yield f"{address} was signed for somebody else"
    if BOUNCE.search(head + "\n" + text):
        yield "a bounce address"


def _of_tenancy(row: Row[Any], text: str, desk: Desk, about: Known) -> Iterator[str]:
    """S2.6, S3.7: nothing of another customer, no note, no agent's own address."""
    directory = desk.config.directory
    listed = directory.mpoc(row.recipient)
    own = listed[0] if listed else directory.customer_of_domain(row.recipient.rpartition("@")[2])
    customer = about.owners.get(row.case_number or 0, own.id if own else "")
    if own is not None and own.id != customer:
        yield f"a case of {customer}"
    folded = " ".join(text.split()).casefold()
    for other in directory.customers:
        if other.id != customer:
            yield from (f"{word} of {other.id}" for word in _words(other) if _stands(word, folded))
    for number in {int(number) for number in TAG.findall(text)}:
        if about.owners.get(number, customer) != customer:
            yield f"SUP-{number} of {about.owners[number]}"
    yield from (f"an agent's address {one.email}" for one in directory.agents if _stands(one.email, folded))
    for note in about.notes.get(row.case_number or 0, ()):
        if note.casefold() in folded:
            yield f"a note: {note}"


def _words(customer: Customer) -> Iterator[str]:
    """Return what only this customer's people may read of it."""
    yield from (customer.name, *customer.domains, *(mpoc.email for mpoc in customer.mpocs))


def _stands(word: str, folded: str) -> bool:
    return len(word) >= 6 and re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", folded) is not None


def _text(message: EmailMessage) -> str:
    """Return the subject and every text part, decoded."""
    found = [str(message["Subject"])]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            decoded = payload.decode("utf-8", "replace")
            found.append(
                html.unescape(re.sub(r"<[^>]*>", " ", decoded)) if part.get_content_subtype() == "html" else decoded
            )
    return "\n".join(found)
