"""Detained mail whose time runs out: what nobody answers lapses (R2.3, S2.3)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from daemon.model.outcome import DetainedState
from daemon.store.due import Due, Unread
from daemon.store.inbox_tables import detained


def _lapsing(now: datetime) -> Select[Any]:
    """Ask for what has lapsed by `now`, in order; only held and challenged mail ever does."""
    return (
        select(detained.c.id, detained.c.case_number, detained.c.lapses_at)
        .where(detained.c.state == DetainedState.OPEN.value, detained.c.lapses_at <= now)
        .order_by(detained.c.lapses_at, detained.c.id)
    )


def first_lapse(connection: Connection, now: datetime, aside: Collection[int], unread: Unread | None) -> Due | None:
    """Return what lapsed first by `now`, but for what is set aside.

    Left out: what an answer that came in time and is unread may decide (R5.6).
    """
    query = _lapsing(now).limit(1)
    if unread is not None:
        query = query.where(detained.c.lapses_at <= unread.until)
    if aside:
        query = query.where(detained.c.id.not_in(aside))
    row = connection.execute(query).first()
    return _due(row) if row else None


def postponed_lapses(connection: Connection, now: datetime, unread: Unread) -> tuple[Due, ...]:
    """Return what is to lapse by `now` and waits until mail is read (R5.6), in order."""
    rows = connection.execute(_lapsing(now).where(detained.c.lapses_at > unread.until))
    return tuple(_due(row) for row in rows)


def _due(row: Row[Any]) -> Due:
    return Due(row.id, row.case_number, row.lapses_at)
