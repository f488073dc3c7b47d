"""What a desk sends, as its recipients get it."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, Row

from daemon.model.notice import OutgoingMail
from daemon.model.plan import Provider
from daemon.outbound.compose import compose
from daemon.store import blobs, outbox
from tests.outbound.packaged import TEMPLATES


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that somebody got from the desk."""

    id: int
    kind: str
    to: str
    octets: bytes
    message: EmailMessage
    reverse_path: str

    @property
    def subject(self) -> str:
        """Return the Subject field."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """Return the text part."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


class Post:
    """Rows of the outbox become mails; one is composed again only where its row or the sender changed."""

    def __init__(self) -> None:
        self._composed: dict[int, tuple[OutgoingMail, Provider, Mail]] = {}

    def mail(self, connection: Connection, row: Row[Any], *, sender: Provider) -> Mail:
        """Return a row as the mail that its recipient gets."""
        outgoing = outbox.decode(row)
        known = self._composed.get(outgoing.id)
        if known is None or known[:2] != (outgoing, sender):
            known = (outgoing, sender, _composed(connection, row, outgoing, sender=sender))
            self._composed[outgoing.id] = known
        return known[2]


def _composed(connection: Connection, row: Row[Any], outgoing: OutgoingMail, *, sender: Provider) -> Mail:
    stored = blobs.load(connection, [ref.sha256 for ref in outgoing.notice.attachments])
    files = tuple((ref, stored[ref.sha256]) for ref in outgoing.notice.attachments)
    octets = compose(outgoing, TEMPLATES.render(outgoing, sender), sender, files)
    message = email.message_from_bytes(octets, policy=email.policy.default)
    return Mail(row.id, row.kind, row.recipient, octets, message, outgoing.reverse_path)
