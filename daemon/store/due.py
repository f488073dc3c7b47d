"""What comes due next, and how far mail is read: what `tick` goes by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from daemon.model.case import CaseNumber
from daemon.model.clocks import ClockName
from daemon.model.outcome import DetainedState
from daemon.model.readmission import PendingState
from daemon.store.inbox_tables import detained, inbox, mailboxes
from daemon.store.instant import Instant
from daemon.store.tables import cases, clocks

UNDECIDED = ("kept", "reading", "parked")
"""States of mail that is kept and not decided yet."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due: the row that says so, and since when."""

    key: int  # unique in its source
    case: CaseNumber | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """What received before `until` is read; later mail may lie somewhere still."""

    until: datetime
    why: str


def _earliest(column: Any) -> Select[Any]:
    return select(func.min(column, type_=column.type))


def _has_pending_reply() -> ColumnElement[bool]:
    """An agent's reply on the clock's case that came in time has had no effect yet (S3.7): it may meet the clock.

    One that is held back keeps a case from closing by itself, as it stays to be sent within the day (R5.6, R6.2); it
    postpones nothing else.
    """
    is_silence = clocks.c.name == ClockName.WAITING.value
    going = inbox.c.state.in_((PendingState.WAITING.value, *UNDECIDED))  # once its time is over a reader takes it up
    counts = going | (is_silence & (inbox.c.state == PendingState.HELD_BACK.value))
    return exists().where(inbox.c.pending_case == clocks.c.case_number, inbox.c.received_at <= clocks.c.next_at, counts)


# Asked at every due thing, so each is made once.
_NOW = bindparam("now", type_=Instant())
_NEXT = select(
    _earliest(cases.c.hold_until).scalar_subquery(),
    _earliest(clocks.c.next_at).scalar_subquery(),
    _earliest(detained.c.lapses_at).where(detained.c.state == DetainedState.OPEN.value).scalar_subquery(),
)
_HOLDS = (
    select(cases.c.number, cases.c.hold_until)
    .where(cases.c.hold_until <= _NOW)
    .order_by(cases.c.hold_until, cases.c.number)
    .limit(1)
)
_CLOCKS = (
    select(clocks.c.id, clocks.c.case_number, clocks.c.next_at)
    .where(clocks.c.next_at <= _NOW, ~_has_pending_reply())
    .order_by(clocks.c.next_at, clocks.c.id)
)
_FIRST_CLOCK = _CLOCKS.limit(1)
_OLDEST = select(
    *(_earliest(inbox.c.received_at).where(inbox.c.state == state).scalar_subquery() for state in UNDECIDED)
)


def next_due_at(connection: Connection) -> datetime | None:
    """Return the earliest instant at which `tick` has something to do; None: nothing is ahead.

    What is postponed until mail is read (R5.6) keeps its due time, so the answer may lie in the past.
    """
    return min(filter(None, connection.execute(_NEXT).one()), default=None)


def first_hold(connection: Connection, now: datetime, aside: Collection[int]) -> Due | None:
    """Return the hold that ended first by `now` (R4.3), but for cases that are set aside."""
    query = _HOLDS.where(cases.c.number.not_in(aside)) if aside else _HOLDS
    row = connection.execute(query, {"now": now}).first()
    return Due(row.number, row.number, row.hold_until) if row else None


def first_clock(connection: Connection, now: datetime, aside: Collection[int], unread: Unread | None) -> Due | None:
    """Return the clock that has something to do first by `now`, but for those that are set aside.

    Left out: a customer's silence, where what they wrote in time may be unread (R5.6), and clocks that a waiting reply
    may meet.
    """
    query = _FIRST_CLOCK
    if unread is not None:
        query = query.where(or_(clocks.c.name != ClockName.WAITING.value, clocks.c.next_at <= unread.until))
    if aside:
        query = query.where(clocks.c.id.not_in(aside))
    row = connection.execute(query, {"now": now}).first()
    return Due(row.id, row.case_number, row.next_at) if row else None


def awaits_reply(connection: Connection, clock: int) -> bool:
    """Tell whether a reply that may meet a clock has had no effect yet: asked again under the case's lock."""
    query = select(clocks.c.id).where(clocks.c.id == clock, _has_pending_reply())
    return connection.execute(query).first() is not None


def postponed_silences(connection: Connection, now: datetime, unread: Unread) -> tuple[Due, ...]:
    """Return the clocks of silence that are due by `now` and wait until mail is read (R5.6), in order."""
    query = _CLOCKS.where(clocks.c.name == ClockName.WAITING.value, clocks.c.next_at > unread.until)
    return tuple(Due(row.id, row.case_number, row.next_at) for row in connection.execute(query, {"now": now}))


def unread(connection: Connection, watched: Sequence[str]) -> Unread | None:
    """Return how far mail is read; None: no mail is undecided, and there are no mailboxes to sweep.

    Args:
        connection: the connection; inside a transaction the answer holds for what is locked there.
        watched: names of the configured mailboxes (`ImapSettings.name`), each to be swept.
    """
    found = [Unread(at, "mail received before it is not decided yet") for at in _undecided(connection)]
    swept = dict.fromkeys(watched) | _sweeps(connection, watched)
    never = datetime.min.replace(tzinfo=UTC)
    found += [Unread(at or never, f"mailbox {name} was not swept since") for name, at in swept.items()]
    return min(found, key=lambda one: one.until, default=None)


def _undecided(connection: Connection) -> list[datetime]:
    """Return the oldest receipt time in each state, by the index on both."""
    return [at for at in connection.execute(_OLDEST).one() if at is not None]


def _sweeps(connection: Connection, watched: Sequence[str]) -> dict[str, datetime | None]:
    if not watched:
        return {}
    query = select(mailboxes.c.name, mailboxes.c.swept_at).where(mailboxes.c.name.in_(watched))
    return {row.name: row.swept_at for row in connection.execute(query)}
