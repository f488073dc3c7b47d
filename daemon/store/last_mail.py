"""What was written last on a case from outside: shown to whom the case is given, forwarded to the billing desk."""

from sqlalchemy import Connection, select

from daemon.model.case import CaseNumber
from daemon.model.facts import LastMail
from daemon.model.notice import AttachmentRef
from daemon.store.tables import attachments, messages


def last_mail(connection: Connection, number: CaseNumber) -> LastMail | None:
    """Return what a person outside wrote last on a case; None: nobody did, or there is no such case."""
    query = select(messages).where(
        messages.c.case_number == number, messages.c.incoming.is_(True), messages.c.automatic.is_(False)
    )
    row = connection.execute(query.order_by(messages.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    files = select(attachments).where(attachments.c.message_id == row.id).order_by(attachments.c.id)
    refs = tuple(AttachmentRef(f.name, f.content_type, f.size, f.sha256) for f in connection.execute(files))
    return LastMail(row.author, row.text, row.received_at, refs)
