"""Kept mail: every message that the daemon took responsibility for (S1.1), from `kept` to its one outcome (S1.2).

States: `kept` → `reading` (claimed by a reader, under a lease) → `done`; a trouble of ours makes it `parked`, to be
tried again at `lease_until`.  An agent's reply may be `waiting` or `held_back` until `lease_until`: it is decided again
then, or when somebody says so (S3.7).
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from daemon.model.mail import Arrival, Authentication, Envelope
from daemon.model.readmission import Readmitted
from daemon.store.inbox_tables import inbox, octets
from daemon.store.instant import Instant
from daemon.store.pending import POSTPONED, read_readmitted

LEASE = timedelta(minutes=15)
"""The last resort: what a dead daemon held is given back long before (`nodes`); machines' clocks may differ by less."""
CLAIM_OCTETS = 32 * 2**20
RELEASES_BEFORE_ALONE = 5
"""After so many claims cut short, a mail is read alone, last."""


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A kept message in a reader's hands."""

    id: int
    arrival: Arrival
    attempts: int
    releases: int
    readmitted: Readmitted | None = None
    authentication: Authentication | None = None  # what was found when it was first decided on


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader read off a message, for lists and for folding copies (S1.3)."""

    message_id: str
    sender: str
    subject: str
    content_key: str
    authentication: str
    received_at: datetime


def keep(connection: Connection, arrivals: Sequence[Arrival], *, now: datetime) -> int:
    """Store arrivals, all in one go; a `source_key` that is known already adds nothing.

    Returns:
        How many were new.
    """
    firsts: dict[str, Arrival] = {}
    for arrival in arrivals:
        firsts.setdefault(arrival.source_key, arrival)
    rows = [_columns(arrival, now) | {"state": "kept"} for arrival in firsts.values()]
    new = connection.execute(_KEEP[connection.dialect.name], rows).all() if rows else []
    if new:
        raws = [{"inbox_id": row.id, "raw": firsts[row.source_key].raw} for row in new]
        connection.execute(insert(octets), raws)
    return len(new)


_KEEP = {
    dialect.dialect.name: dialect.insert(inbox)
    .on_conflict_do_nothing(index_elements=["source_key"])
    .returning(inbox.c.id, inbox.c.source_key)
    for dialect in (sqlite, postgresql)
}


def _columns(arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "source": arrival.source,
        "source_key": arrival.source_key,
        "mailbox": arrival.mailbox,
        "reverse_path": arrival.envelope.reverse_path,
        "recipients": list(arrival.envelope.recipients),
        "peer": arrival.envelope.peer,
        "received_at": arrival.received_at,
        "kept_at": now,
        "size": len(arrival.raw),
        "sha256": hashlib.sha256(arrival.raw).hexdigest(),
        "unreadable": arrival.unreadable,
    }


def record_rejected(connection: Connection, arrival: Arrival, *, now: datetime, reason: str) -> None:
    """Record the envelope of a mail that was refused with `5yz` (S1.2); its octets are not kept."""
    ended = {"state": "done", "outcome": "rejected", "reason": reason, "decided_at": now}
    row = _columns(replace(arrival, raw=b""), now) | ended
    new_id = connection.execute(insert(inbox).values(row).returning(inbox.c.id)).scalar_one()
    connection.execute(insert(octets).values(inbox_id=new_id, raw=b""))


def digests(connection: Connection, source_keys: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of what is stored under those of the keys that are known (pass a few hundred at most)."""
    query = select(inbox.c.source_key, inbox.c.sha256).where(inbox.c.source_key.in_(list(source_keys)))
    return {row.source_key: row.sha256 for row in connection.execute(query)}


def claim(
    connection: Connection, reader: str, *, now: datetime, limit: int, slow_lane: bool = False
) -> tuple[KeptMail, ...]:
    """Claim up to `limit` waiting messages, oldest first, for `reader` under a lease.

    The slow lane takes the ones on which a reader died or stalled, and those released too often; other readers never
    see these.
    """
    fit = inbox.c.attempts > 0 if slow_lane else inbox.c.attempts == 0
    tired = inbox.c.releases >= RELEASES_BEFORE_ALONE
    waiting = or_(
        inbox.c.state == "kept",
        inbox.c.state.in_(("parked", "reading")) & (inbox.c.lease_until <= now),
    )
    chosen = (
        select(inbox.c.id, inbox.c.size)
        .where(waiting, or_(fit, tired) if slow_lane else fit & ~tired)
        .order_by(inbox.c.received_at, inbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = _in_memory_at_once(connection.execute(chosen).all())
    if not ids:
        return ()
    connection.execute(
        update(inbox).where(inbox.c.id.in_(ids)).values(state="reading", claimed_by=reader, lease_until=now + LEASE)
    )
    return load(connection, ids)


def _in_memory_at_once(rows: Sequence[Row[Any, Any]]) -> list[int]:
    """Return the first ids, at least one, whose octets together fit into a reader's memory with ease."""
    sizes = accumulate(row.size for row in rows)
    return [row.id for row, sum_ in zip(rows, sizes, strict=True) if sum_ <= CLAIM_OCTETS or row is rows[0]]


def load(connection: Connection, ids: Sequence[int]) -> tuple[KeptMail, ...]:
    """Return the messages with these ids, oldest first."""
    query = (
        select(inbox, octets.c.raw)
        .join(octets, octets.c.inbox_id == inbox.c.id)
        .where(inbox.c.id.in_(ids))
        .order_by(inbox.c.received_at, inbox.c.id)
    )
    return tuple(_kept(row) for row in connection.execute(query))


def _kept(row: Row[Any]) -> KeptMail:
    envelope = Envelope(row.reverse_path, tuple(row.recipients), row.peer)
    arrival = Arrival(
        raw=row.raw,
        source=row.source,
        source_key=row.source_key,
        mailbox=row.mailbox,
        envelope=envelope,
        received_at=row.received_at,
        unreadable=row.unreadable,
    )
    found = Authentication(row.authentication) if row.authentication else None
    return KeptMail(row.id, arrival, row.attempts, row.releases, read_readmitted(row.readmitted), found)


def hold_claim(connection: Connection, mail_id: int, reader: str) -> bool:
    """Lock a claimed message inside the deciding transaction; False: the claim was lost meanwhile."""
    query = select(inbox.c.claimed_by, inbox.c.state).where(inbox.c.id == mail_id).with_for_update()
    row = connection.execute(query).one()
    return bool(row.claimed_by == reader and row.state == "reading")


_NOTE = (
    update(inbox)
    .where(inbox.c.id == bindparam("this_mail"))
    .values({field.name: bindparam(field.name) for field in dataclasses.fields(Reading)})
)
_FINISH = update(inbox).where(inbox.c.id == bindparam("this_mail"))


def finish(connection: Connection, mail_id: int, values: dict[str, Any]) -> None:
    """Write how a message ended (columns of `inbox`), and end its claim."""
    ended = {"state": "done", "claimed_by": None, "lease_until": None, **values}
    connection.execute(_FINISH, ended | {"this_mail": mail_id})


def park(connection: Connection, mail_id: int, *, reason: str, until: datetime) -> None:
    """Set a message aside until `until`: a trouble of ours, which never counts against the mail."""
    values = {"state": "parked", "claimed_by": None, "lease_until": until, "reason": reason}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values))


def note(connection: Connection, mail_id: int, reading: Reading) -> None:
    """Write what was read off a message."""
    connection.execute(_NOTE, dataclasses.asdict(reading) | {"this_mail": mail_id})


def release(connection: Connection, ids: Sequence[int], *, cut_short: bool) -> None:
    """Give claimed messages back; `cut_short` counts a claim that the end of the whole daemon interrupted."""
    releases = inbox.c.releases + 1 if cut_short else inbox.c.releases
    where = inbox.c.id.in_(ids) & (inbox.c.state == "reading")
    connection.execute(
        update(inbox).where(where).values(state="kept", claimed_by=None, lease_until=None, releases=releases)
    )


def release_all_of(connection: Connection, reader_prefix: str) -> int:
    """Give back whatever readers with this name prefix still hold; returns how many messages."""
    where = inbox.c.claimed_by.startswith(reader_prefix, autoescape=True) & (inbox.c.state == "reading")
    values = {"state": "kept", "claimed_by": None, "lease_until": None, "releases": inbox.c.releases + 1}
    return connection.execute(update(inbox).where(where).values(values)).rowcount


def count_attempt(connection: Connection, mail_id: int, *, reason: str) -> int:
    """Count a death or stall of a reader on a message and free it; returns the new count."""
    values = {
        "attempts": inbox.c.attempts + 1,
        "reason": reason,
        "state": "kept",
        "claimed_by": None,
        "lease_until": None,
    }
    query = (
        update(inbox)
        .where(inbox.c.id == mail_id, inbox.c.state == "reading")
        .values(values)
        .returning(inbox.c.attempts)
    )
    return connection.execute(query).scalar() or 0


def waiting_count(connection: Connection) -> int:
    """Return how many messages wait or are being read."""
    return connection.execute(select(func.count()).select_from(inbox).where(inbox.c.state != "done")).scalar_one()


def same_message(connection: Connection, reading: Reading, mail: KeptMail) -> Row[Any] | None:
    """Return the earlier entry of the same message, if there is one (S1.3).

    Without a Message-ID only a copy that came within 10 minutes by another way is the same.
    """
    known: dict[str, Any] = {"content_key": reading.content_key, "this_mail": mail.id}
    if reading.message_id:
        return connection.execute(_SAME_KEY, known).first()
    window = timedelta(minutes=10)
    near = {"after": reading.received_at - window, "before": reading.received_at + window}
    return connection.execute(_SAME_BY_ANOTHER_WAY, known | near | {"source": mail.arrival.source}).first()


_SAME_KEY = (
    select(inbox)
    .where(inbox.c.content_key == bindparam("content_key"), inbox.c.id != bindparam("this_mail"))
    .where(inbox.c.state.in_(("done", *POSTPONED)) | inbox.c.readmitted.is_not(null()))
    .where(func.coalesce(inbox.c.outcome, "") != "duplicate_message")
    .order_by(inbox.c.id)
    .limit(1)
)
_SAME_BY_ANOTHER_WAY = _SAME_KEY.where(
    inbox.c.received_at.between(bindparam("after", type_=Instant()), bindparam("before", type_=Instant())),
    inbox.c.source != bindparam("source"),
)
