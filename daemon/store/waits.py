"""Waits that are longer than any can be, which shows that the clock was set back since they began (S1.6).

Dates are stored by the clock of then.  Where that was an hour ahead, what was to rest for a minute would rest for an
hour and a minute; so whatever rests for longer than the longest pause that it can have is due at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, or_, update

from daemon.model.readmission import PendingState
from daemon.store.inbox_tables import inbox
from daemon.store.tables import outbox


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest pauses there are; of the tuples the last one repeats."""

    of_mail: Sequence[timedelta]  # queued, by the number of its tries
    parked: timedelta  # kept mail after a failure of ours
    reply: timedelta  # an agent's reply in which a `#stop` would count (S3.7)


def end_impossible_waits(connection: Connection, longest: Longest, *, now: datetime) -> int:
    """Have all that rests for too long be due now; returns how many mails, in and out."""
    queued = (outbox.c.state == "queued") & _is_beyond(outbox.c.not_before, outbox.c.attempts, longest.of_mail, now)
    parked = (inbox.c.state == "parked") & (inbox.c.lease_until > now + longest.parked)
    replies = (inbox.c.state == PendingState.WAITING.value) & (inbox.c.lease_until > now + longest.reply)
    ended = (
        update(outbox).where(queued).values(not_before=now),
        update(inbox).where(or_(parked, replies)).values(lease_until=now),
    )
    return sum(connection.execute(statement).rowcount for statement in ended)


def _is_beyond(
    until: Column[Any], tries: Column[Any], longest: Sequence[timedelta], now: datetime
) -> ColumnElement[bool]:
    """Tell whether a date lies further ahead than a row with so many tries can wait."""
    last = len(longest) - 1
    as_often = (tries == number if number < last else tries >= last for number in range(len(longest)))
    each = (often & (until > now + pause) for often, pause in zip(as_often, longest, strict=True))
    return (until > now + min(longest)) & or_(*each)
