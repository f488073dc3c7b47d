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
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, null, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from daemon.model.mail import Arrival, Authentication, Envelope
from daemon.model.readmission import Readmitted
from daemon.store.conflict import insert_into
from daemon.store.inbox_tables import inbox, octets
from daemon.store.instant import Instant
from daemon.store.pending import POSTPONED, read_readmitted
from daemon.store.prepared import Prepared

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
    new = connection.execute(_keeping(connection.dialect.name), rows).all() if rows else []
    if new:
        raws = [{"inbox_id": row.id, "raw": firsts[row.source_key].raw} for row in new]
        connection.execute(insert(octets), raws)
    return len(new)


@cache
def _keeping(dialect: str) -> ReturningInsert[Any]:
    new = insert_into(dialect, inbox).on_conflict_do_nothing(index_elements=["source_key"])
    return new.returning(inbox.c.id, inbox.c.source_key)


def _columns(arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "source": arrival.source,
        "source_key": arrival.source_key,
        "mailbox": arrival.mailbox,
        "reverse_path": arrival.envelope.reverse_path,
        "recipients": list(arrival.envelope.recipients),
        "peer": arrival.envelope.peer,
        "greeting": arrival.envelope.greeting,
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
    chosen = _FOR_SLOW_LANE if slow_lane else _FOR_OTHERS
    ids = _in_memory_at_once(connection.execute(chosen, {"now": now, "most": limit}).all())
    if not ids:
        return ()
    claimed = {"ids": ids, "state": "reading", "claimed_by": reader, "lease_until": now + LEASE}
    rows = connection.execute(_CLAIM, claimed).all()
    return tuple(_kept(row) for row in sorted(rows, key=lambda row: (row.received_at, row.id)))


_IS_TIRED = inbox.c.releases >= RELEASES_BEFORE_ALONE
_LEASE_IS_OVER = inbox.c.lease_until <= bindparam("now", type_=Instant())
_WAITING = (
    select(inbox.c.id, inbox.c.size)
    .where(or_(inbox.c.state == "kept", or_(inbox.c.state == "parked", inbox.c.state == "reading") & _LEASE_IS_OVER))
    .order_by(inbox.c.received_at, inbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_FOR_SLOW_LANE = _WAITING.where(or_(inbox.c.attempts > 0, _IS_TIRED))
_FOR_OTHERS = _WAITING.where(inbox.c.attempts == 0, ~_IS_TIRED)
_IDS = bindparam("ids", expanding=True, type_=inbox.c.id.type)
_RAW = select(octets.c.raw).where(octets.c.inbox_id == inbox.c.id).scalar_subquery().label("raw")
_CLAIM = update(inbox).where(inbox.c.id.in_(_IDS)).returning(inbox, _RAW)


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
    envelope = Envelope(row.reverse_path, tuple(row.recipients), row.peer, row.greeting)
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
    row = _HOLD.row(connection, {"this_mail": mail_id})
    return bool(row.claimed_by == reader and row.state == "reading")


_THIS_MAIL = inbox.c.id == bindparam("this_mail")
_HOLD = Prepared(select(inbox.c.claimed_by, inbox.c.state).where(_THIS_MAIL).with_for_update())
_CHANGE = Prepared(update(inbox).where(_THIS_MAIL))


def finish(connection: Connection, mail_id: int, values: dict[str, Any]) -> None:
    """Write how a message ended (columns of `inbox`), and end its claim."""
    ended = {"state": "done", "claimed_by": None, "lease_until": None, **values}
    _CHANGE.rows(connection, ended | {"this_mail": mail_id})


def park(connection: Connection, mail_id: int, *, reason: str, until: datetime) -> None:
    """Set a message aside until `until`: a trouble of ours, which never counts against the mail."""
    values = {"state": "parked", "claimed_by": None, "lease_until": until, "reason": reason}
    connection.execute(update(inbox).where(inbox.c.id == mail_id).values(values))


def note(connection: Connection, mail_id: int, reading: Reading) -> None:
    """Write what was read off a message."""
    _CHANGE.rows(connection, read_off(reading) | {"this_mail": mail_id})


def read_off(reading: Reading) -> dict[str, Any]:
    """Return what was read off a message as columns of `inbox`."""
    return {name: getattr(reading, name) for name in _READ_OFF}


_READ_OFF = tuple(field.name for field in dataclasses.fields(Reading))


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


def same_message(connection: Connection, reading: Reading, mail: KeptMail) -> Any:
    """Return the earlier entry of the same message, if there is one (S1.3).

    Without a Message-ID only a copy that came within 10 minutes by another way is the same.
    """
    known: dict[str, Any] = {"content_key": reading.content_key, "this_mail": mail.id}
    if reading.message_id:
        return _BY_KEY.row(connection, known)
    window = timedelta(minutes=10)
    near = {"after": reading.received_at - window, "before": reading.received_at + window}
    return _BY_ANOTHER_WAY.row(connection, known | near | {"source": mail.arrival.source})


_SAME_KEY = (
    select(inbox.c.id, inbox.c.outcome, inbox.c.case_number)
    .where(inbox.c.content_key == bindparam("content_key"), inbox.c.id != bindparam("this_mail"))
    .where(or_(*(inbox.c.state == state for state in ("done", *POSTPONED)), inbox.c.readmitted.is_not(null())))
    .where(func.coalesce(inbox.c.outcome, "") != "duplicate_message")
    .order_by(inbox.c.id)
    .limit(1)
)
_BY_KEY = Prepared(_SAME_KEY)
_BY_ANOTHER_WAY = Prepared(
    _SAME_KEY.where(
        inbox.c.received_at.between(bindparam("after", type_=Instant()), bindparam("before", type_=Instant())),
        inbox.c.source != bindparam("source"),
    )
)
