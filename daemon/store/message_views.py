"""The messages of a case as `case show` prints them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from daemon.model.case import CaseNumber
from daemon.model.notice import AttachmentRef
from daemon.store.tables import attachments, messages


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message of a case; `direction` is "in" or "out"."""

    id: int
    direction: str
    author: str
    public: bool
    text: str
    received_at: datetime
    message_id: str
    attachments: tuple[AttachmentRef, ...]


def messages_of(connection: Connection, number: CaseNumber) -> tuple[MessageView, ...]:
    """Return the messages of a case in the order in which they were put on it."""
    files = _attachments_of(connection, number)
    query = select(messages).where(messages.c.case_number == number).order_by(messages.c.id)
    return tuple(
        MessageView(
            id=row.id,
            direction="in" if row.incoming else "out",
            author=row.author,
            public=row.public,
            text=row.text,
            received_at=row.received_at,
            message_id=row.message_id,
            attachments=tuple(files[row.id]),
        )
        for row in connection.execute(query)
    )


def _attachments_of(connection: Connection, number: CaseNumber) -> dict[int, list[AttachmentRef]]:
    """Return the attachments of all messages of a case, by message: one query, however many messages."""
    on_case = select(messages.c.id).where(messages.c.case_number == number)
    query = select(attachments).where(attachments.c.message_id.in_(on_case)).order_by(attachments.c.id)
    files: dict[int, list[AttachmentRef]] = defaultdict(list)
    for row in connection.execute(query):
        files[row.message_id].append(AttachmentRef(row.name, row.content_type, row.size, row.sha256))
    return files
