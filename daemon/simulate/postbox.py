"""A mail of a rehearsal as the reader would have read it: `InboundMail` without octets.

A writer answers the last mail that they got on the case, as mail clients do: its signed Message-ID goes into
In-Reply-To, so that the rules know the thread by the same proof as in earnest.  Who got none writes the case's tag
into the subject, which is the hint that people give.
"""

from dataclasses import replace
from email.message import EmailMessage

from daemon.desk import Desk
from daemon.model.case import CaseNumber
from daemon.model.mail import (
    Address,
    Arrival,
    Authentication,
    Envelope,
    InboundMail,
    MachineMarks,
    Originator,
    Purpose,
)
from daemon.rules.subjects import tag
from daemon.simulate.load_events import MailEvent
from daemon.store.database import Connection
from daemon.store.rehearsal import last_mail

OFFERS = {"confirm": Purpose.CONFIRM, "approve": Purpose.APPROVE, "decline": Purpose.DECLINE}
PLAIN_WORDS = ("macd", "escalate", "expedite")
AUTOMATIC = MachineMarks(automatic="Auto-Submitted: auto-replied")


def written(
    connection: Connection, desk: Desk, event: MailEvent, *, number: int, case: CaseNumber | None
) -> tuple[Arrival, InboundMail]:
    """Return an event's mail: how it arrives, and as it is read.

    Args:
        connection: to find what the writer got on the case.
        desk: the rehearsal's.
        event: what is written.
        number: which mail of the rehearsal it is.
        case: what it answers; None: a new mail.
    """
    answered, offers = (last_mail(connection, case, event.sender) if case else None) or ("", {})
    policy = desk.config.plan.mailboxes[0]
    prefix = desk.config.plan.provider.prefix
    to = _recipient(event.to_plus, policy.address, offers)
    subject = f"Re: [{tag(prefix, case)}] {event.subject}" if case else event.subject
    mail = _read(event, subject, number=number, to=to)
    if answered:
        mail = replace(mail, in_reply_to=(answered,), references=(answered,))
    return _arrival(desk, event, mail, number=number, to=to), mail


def _recipient(to_plus: str, address: str, offers: dict[str, str]) -> str:
    if to_plus in OFFERS:
        return offers.get(OFFERS[to_plus].value, address)
    local, _, domain = address.rpartition("@")
    return f"{local}+{to_plus}@{domain}" if to_plus else address


def _read(event: MailEvent, subject: str, *, number: int, to: str) -> InboundMail:
    return InboundMail(
        originator=Originator(event.sender),
        subject=subject,
        message_id=f"<rehearsal.{number}@client.invalid>",
        in_reply_to=(),
        references=(),
        to=(Address(to),),
        cc=(),
        text=event.text,
        reply_text=event.text,
        opening_text=event.text,
        attachments=(),
        authentication=Authentication.PASS,
        marks=AUTOMATIC if event.is_automatic else MachineMarks(),
        report=None,
        content_key=f"{number:064x}",
        relayed_at=None,
    )


def _arrival(desk: Desk, event: MailEvent, mail: InboundMail, *, number: int, to: str) -> Arrival:
    return Arrival(
        raw=_octets(desk, event, mail, to),
        source="rehearsal",
        source_key=f"rehearsal:{number}",
        mailbox=desk.config.plan.mailboxes[0].name,
        envelope=Envelope(event.sender, (to,)),
        received_at=event.at,
    )


def _octets(desk: Desk, event: MailEvent, mail: InboundMail, to: str) -> bytes:
    """Return octets for what may be held and read again when it is approved (R2.3): a colleague's mail."""
    directory = desk.config.directory
    if directory.mpoc(event.sender) or directory.agent(event.sender):
        return b""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = event.sender, to, mail.subject
    message["Message-ID"] = mail.message_id
    message.set_content(event.text)
    return message.as_bytes()
