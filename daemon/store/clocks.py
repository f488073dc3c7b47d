"""The clocks of cases, as rows and as values (R3.10)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from daemon.model.allowance import Allowance, TimeUnit
from daemon.model.case import CaseNumber
from daemon.model.clocks import Breach, Clock, ClockName, Pause, Terms
from daemon.store.tables import cases, clocks

_NUMBERS = bindparam("numbers", expanding=True, type_=cases.c.number.type)
_ACTIVE = select(clocks).where(clocks.c.case_number.in_(_NUMBERS), clocks.c.active).order_by(clocks.c.id)
_BY_ID = select(clocks).where(clocks.c.id == bindparam("clock"))
_ENDED_BY_SILENCE = (
    select(clocks.c.case_number)
    .join(cases, cases.c.number == clocks.c.case_number)
    .where(clocks.c.case_number.in_(_NUMBERS), clocks.c.name == ClockName.WAITING.value)
    .where(clocks.c.stopped_at == cases.c.closed_at, clocks.c.due_at == cases.c.closed_at)
)


def active_clocks(connection: Connection, numbers: Sequence[CaseNumber]) -> Sequence[Row[Any]]:
    """Return the rows of the active clocks of these cases."""
    return connection.execute(_ACTIVE, {"numbers": numbers}).all()


def clocks_of(connection: Connection, number: CaseNumber) -> tuple[Clock, ...]:
    """Return every clock that a case ever had, the oldest first."""
    query = select(clocks).where(clocks.c.case_number == number).order_by(clocks.c.id)
    return tuple(read_clock(row) for row in connection.execute(query))


def ended_by_silence(connection: Connection, numbers: Sequence[CaseNumber]) -> frozenset[CaseNumber]:
    """Return those of the cases that were closed when a customer's silence ran out (R4.4, R6.2)."""
    if not numbers:
        return frozenset()
    return frozenset(connection.execute(_ENDED_BY_SILENCE, {"numbers": numbers}).scalars())


def clock_by_id(connection: Connection, clock_id: int) -> Clock | None:
    """Return one clock; its case is locked by the caller."""
    row = connection.execute(_BY_ID, {"clock": clock_id}).first()
    return read_clock(row) if row else None


def read_clock(row: Row[Any]) -> Clock:
    """Return a row as a value."""
    return Clock(
        id=row.id,
        name=ClockName(row.name),
        started_at=row.started_at,
        terms=Terms(Allowance(row.amount, TimeUnit(row.unit)), row.basis, row.calendar, row.fixed_at),
        pauses=tuple(_pause(*pause) for pause in row.pauses),
        due=row.due_at,
        met_at=row.met_at,
        stopped_at=row.stopped_at,
        breached_at=row.breached_at,
        breach=Breach(row.breach) if row.breach else None,
        told=tuple(row.told),
        next_at=row.next_at,
    )


def clock_row(clock: Clock) -> dict[str, Any]:
    """Return a value as columns, without `id` and `case_number`."""
    return {
        "name": clock.name.value,
        "active": clock.is_active,
        "started_at": clock.started_at,
        "amount": clock.terms.allowance.amount,
        "unit": clock.terms.allowance.unit.value,
        "calendar": clock.terms.calendar,
        "basis": clock.terms.basis,
        "fixed_at": clock.terms.fixed,
        "pauses": [[_written(pause.start), _written(pause.end), pause.why] for pause in clock.pauses],
        "due_at": clock.due,
        "met_at": clock.met_at,
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
        "breach": clock.breach.value if clock.breach else None,
        "told": list(clock.told),
        "next_at": clock.next_at,
    }


def _pause(start: str, end: str | None, why: str) -> Pause:
    return Pause(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None, why)


def _written(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None
