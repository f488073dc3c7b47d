"""Claims on work, across inbox, outbox and mailboxes: whose they are, and how they are given back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, or_, select, union, update

from daemon.store import inbox as kept
from daemon.store import outbox as outgoing
from daemon.store.answers import answers_of_hour
from daemon.store.inbox_tables import inbox, mailboxes
from daemon.store.tables import outbox


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, for the health check."""

    waiting: int
    oldest_waiting: datetime | None
    parked: int
    oldest_due: datetime | None  # of the outgoing mail
    answers: int = 0  # automatic ones, within an hour (S3.3)


def claimants(connection: Connection, prefix: str) -> frozenset[str]:
    """Return every name with this prefix that holds something; the empty prefix: everybody's."""
    held = (
        select(inbox.c.claimed_by).where(inbox.c.state == "reading"),
        select(outbox.c.claimed_by).where(outbox.c.state == "sending"),
        select(mailboxes.c.claimed_by),
    )
    found = union(*held).subquery()
    names = select(found.c.claimed_by).where(found.c.claimed_by.startswith(prefix, autoescape=True))
    return frozenset(connection.execute(names).scalars())


def release_everything_of(connection: Connection, prefix: str) -> int:
    """Give back all that a dead daemon or one of its parts held; returns how many mails and outgoing mails."""
    held = mailboxes.c.claimed_by.startswith(prefix, autoescape=True)
    connection.execute(update(mailboxes).where(held).values(claimed_by=None, lease_until=None))
    return kept.release_all_of(connection, prefix) + outgoing.release_all_of(connection, prefix)


def give_back(connection: Connection, reader: str, *, but: int = 0) -> None:
    """Give back, uncounted, what a reader holds, except the mail `but`."""
    mine = (inbox.c.claimed_by == reader) & (inbox.c.state == "reading") & (inbox.c.id != but)
    ids = connection.execute(select(inbox.c.id).where(mine)).scalars().all()
    if ids:
        kept.release(connection, ids, cut_short=False)


def set_aside(connection: Connection, mail_id: int, *, reader: str, reason: str, until: datetime) -> bool:
    """Park a mail after a failure of ours, counting one release; False: the reader no longer holds it."""
    if not kept.hold_claim(connection, mail_id, reader):
        return False
    kept.release(connection, [mail_id], cut_short=True)
    kept.park(connection, mail_id, reason=reason, until=until)
    return True


def size_of(connection: Connection, mail_id: int) -> int:
    """Return how many octets a mail has."""
    return int(connection.execute(select(inbox.c.size).where(inbox.c.id == mail_id)).scalar_one())


def last_reason(connection: Connection, mail_id: int) -> str:
    """Return why a mail was last given up."""
    return str(connection.execute(select(inbox.c.reason).where(inbox.c.id == mail_id)).scalar_one())


def slow_lane_waits(connection: Connection, *, now: datetime) -> bool:
    """Tell whether a mail waits that only the slow lane may read."""
    slow = or_(inbox.c.attempts > 0, inbox.c.releases >= kept.RELEASES_BEFORE_ALONE)
    ready = or_(inbox.c.state == "kept", inbox.c.state.in_(("parked", "reading")) & (inbox.c.lease_until <= now))
    return bool(connection.execute(select(exists().where(ready, slow))).scalar())


def backlog(connection: Connection, *, now: datetime) -> Backlog:
    """Return what waits, in and out."""
    waiting = inbox.c.state.in_(("kept", "reading"))
    count, oldest = connection.execute(select(func.count(), func.min(inbox.c.kept_at)).where(waiting)).one()
    parked = connection.execute(select(func.count()).where(inbox.c.state == "parked")).scalar_one()
    due = (outbox.c.state == "queued") & (outbox.c.not_before <= now)
    oldest_due = connection.execute(select(func.min(outbox.c.not_before)).where(due)).scalar()
    return Backlog(count, oldest, parked, oldest_due, answers_of_hour(connection, now=now))
