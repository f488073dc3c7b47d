"""What comes due next, and how far mail is read: what `tick` goes by."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from daemon.store.tables import cases, clocks


def next_due_at(connection: Connection) -> datetime | None:
    """Return the earliest instant at which `tick` has something to do; None: nothing is ahead.

    What is postponed until mail is read (R5.6) keeps its due time, so the answer may lie in the past.
    """
    hold = connection.execute(select(func.min(cases.c.hold_until, type_=cases.c.hold_until.type))).scalar()
    clock = connection.execute(select(func.min(clocks.c.next_at, type_=clocks.c.next_at.type))).scalar()
    return min(filter(None, (hold, clock)), default=None)
