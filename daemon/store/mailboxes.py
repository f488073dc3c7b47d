"""How far each IMAP mailbox was read, by UIDVALIDITY and UID (S1.4), and which daemon watches it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from daemon.store.database import lock
from daemon.store.inbox_tables import mailboxes

LEASE = timedelta(minutes=15)
"""The last resort: a dead daemon's watch is given back long before (`nodes`); machines' clocks may differ by less."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything up to `last_uid` of this UIDVALIDITY was kept."""

    uidvalidity: int
    last_uid: int
    swept_at: datetime | None = None


def claim_watch(connection: Connection, name: str, *, watcher: str, now: datetime) -> bool:
    """Take or renew the watch of a mailbox; False: another daemon has it."""
    lock(connection, f"mailbox {name}")
    values = {"claimed_by": watcher, "lease_until": now + LEASE}
    free = or_(mailboxes.c.claimed_by.is_(None), mailboxes.c.claimed_by == watcher, mailboxes.c.lease_until <= now)
    if connection.execute(update(mailboxes).where(mailboxes.c.name == name, free).values(values)).rowcount:
        return True
    if connection.execute(select(mailboxes.c.name).where(mailboxes.c.name == name)).first():
        return False
    connection.execute(insert(mailboxes).values(name=name, uidvalidity=0, last_uid=0, **values))
    return True


def end_watch(connection: Connection, name: str, *, watcher: str) -> None:
    """Give a watch back, so that another daemon need not wait for the lease."""
    where = (mailboxes.c.name == name) & (mailboxes.c.claimed_by == watcher)
    connection.execute(update(mailboxes).where(where).values(claimed_by=None, lease_until=None))


def progress(connection: Connection, name: str) -> Progress:
    """Return how far a mailbox was read; UIDVALIDITY 0 where it never was."""
    row = connection.execute(select(mailboxes).where(mailboxes.c.name == name)).first()
    return Progress(row.uidvalidity, row.last_uid, row.swept_at) if row else Progress(0, 0)


def record_progress(connection: Connection, name: str, reached: Progress, *, watcher: str) -> None:
    """Note how far a mailbox was read; who has lost its watch meanwhile has no say."""
    values = {"uidvalidity": reached.uidvalidity, "last_uid": reached.last_uid, "swept_at": reached.swept_at}
    where = (mailboxes.c.name == name) & (mailboxes.c.claimed_by == watcher)
    connection.execute(update(mailboxes).where(where).values(values))
