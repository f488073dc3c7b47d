"""Reading a kept message once more, for people: its text as the daemon reads it."""

from typing import TYPE_CHECKING

from daemon.errors import Permanent, Unreadable

if TYPE_CHECKING:
    from daemon.store.database import Connection


def text_of(connection: "Connection", mail_id: int) -> str:
    """Return the text of a kept message; what cannot be read is said in brackets."""
    from daemon.ingest.authentication import Trust
    from daemon.ingest.parse import read_mail
    from daemon.model.mail import Envelope
    from daemon.store.mail_views import find_mail, load_octets

    if find_mail(connection, str(mail_id)).attempts:
        return f"[not read: readers died or stalled on it; `supportd mail show {mail_id}` prints it as it came]"
    try:
        return read_mail(load_octets(connection, mail_id), Envelope(None, ()), Trust()).text
    except (Unreadable, Permanent) as trouble:
        return f"[{trouble}]"
