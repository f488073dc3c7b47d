"""What was written last on a case from outside: shown to whom the case is given, forwarded to the billing desk."""

from sqlalchemy import Connection, bindparam, select

from daemon.model.case import CaseNumber
from daemon.model.facts import LastMail
from daemon.model.notice import AttachmentRef
from daemon.store.tables import attachments, messages

_LAST = (
    select(messages)
    .where(messages.c.case_number == bindparam("case"))
    .where(messages.c.incoming.is_(True), messages.c.automatic.is_(False))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_FILES = select(attachments).where(attachments.c.message_id == bindparam("message")).order_by(attachments.c.id)


def last_mail(connection: Connection, number: CaseNumber) -> LastMail | None:
    """Return what a person outside wrote last on a case; None: nobody did, or there is no such case."""
    row = connection.execute(_LAST, {"case": number}).first()
    if row is None:
        return None
    files = connection.execute(_FILES, {"message": row.id})
    refs = tuple(AttachmentRef(f.name, f.content_type, f.size, f.sha256) for f in files)
    return LastMail(row.author, row.text, row.received_at, refs)
