"""Promises kept and missed, counted where they are stored (R3.3).

A clock belongs to the period in which it was due: a promise is kept or missed at that instant and no other, so a clock
counts once whatever periods are asked for, and what a finished period says does not change afterwards, but for what was
still open.  The clock of a customer's silence promises nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from daemon.model.clocks import Breach, ClockName
from daemon.model.report import MissedClock, Promises, SlaRow, Span
from daemon.rules.subjects import tag
from daemon.store.tables import cases, clocks

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is asked for."""

    span: Span
    now: datetime
    customer: str | None = None  # None: all of them


def promises(connection: Connection, asked: Asked) -> tuple[SlaRow, ...]:
    """Return the promises of a period by customer, priority and clock."""
    keys = (cases.c.customer, cases.c.priority, clocks.c.name)
    counted = tuple(func.count(case((sort, 1))).label(name) for name, sort in _sorts(asked.now))
    rows = connection.execute(_of_period(select(*keys, *counted), asked).group_by(*keys).order_by(*keys))
    return tuple(
        SlaRow(
            customer=row.customer,
            priority=row.priority,
            clock=row.name,
            promises=Promises(**{name: getattr(row, name) for name, _ in _sorts(asked.now)}),
        )
        for row in rows
    )


def missed(connection: Connection, asked: Asked, *, prefix: str, limit: int | None = None) -> Iterator[MissedClock]:
    """Yield the promises of a period that were missed, in the order in which they were due."""
    sorts = dict(_sorts(asked.now))
    columns = (clocks, cases.c.customer, cases.c.priority)
    query = _of_period(select(*columns), asked).where(sorts["missed"] | sorts["reclassified"])
    query = query.order_by(clocks.c.due_at, clocks.c.id).limit(limit)
    for row in connection.execute(query, execution_options={"yield_per": 500}):
        yield _missed_clock(row, asked.now, prefix)


def _of_period(query: Select[Any], asked: Asked) -> Select[Any]:
    query = query.select_from(clocks.join(cases, cases.c.number == clocks.c.case_number)).where(
        clocks.c.due_at >= asked.span.start,
        clocks.c.due_at < asked.span.end,
        clocks.c.name != ClockName.WAITING.value,
    )
    return query if asked.customer is None else query.where(cases.c.customer == asked.customer)


def _sorts(now: datetime) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """Return what a clock can have come to, each with its condition: one of them holds for every clock."""
    by_reclassification = func.coalesce(clocks.c.breach, "") == Breach.RECLASSIFIED.value
    broken = and_(clocks.c.breached_at.is_not(None), ~by_reclassification)
    whole = clocks.c.breached_at.is_(None)
    overdue = and_(whole, clocks.c.active, clocks.c.due_at < now)
    return (
        ("kept", and_(whole, clocks.c.met_at.is_not(None))),
        ("missed", broken | overdue),
        ("reclassified", and_(clocks.c.breached_at.is_not(None), by_reclassification)),
        ("open", and_(whole, clocks.c.active, clocks.c.due_at >= now)),
        ("stopped", and_(whole, ~clocks.c.active, clocks.c.met_at.is_(None))),
    )


def _missed_clock(row: Row[Any], now: datetime, prefix: str) -> MissedClock:
    ended: datetime | None = row.met_at or row.stopped_at
    late = max((ended or now) - row.due_at, timedelta(0))
    return MissedClock(
        case=tag(prefix, row.case_number),
        customer=row.customer,
        priority=row.priority,
        clock=row.name,
        basis=row.basis,
        due=row.due_at,
        ended=ended,
        state="met late" if row.met_at else "stopped" if row.stopped_at else "open",
        late_minutes=-(-late // MINUTE),
        breach=row.breach or Breach.RAN_OUT.value,
    )
