"""The clocks of a case as `case show` prints them (R3.10): the newest of each name, as it stands at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from daemon.model.case import CaseNumber
from daemon.model.clocks import Breach, Clock, ClockState
from daemon.store.clocks import clocks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseView:
    """An interval in which a clock does not run; printed as {from, to, why}."""

    from_: datetime
    to: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """One clock; the fields and their order are the contract of `case show --json`."""

    start: datetime
    due: datetime | None
    met_at: datetime | None
    state: ClockState
    pauses: tuple[PauseView, ...]
    basis: str
    stopped_at: datetime | None
    breached_at: datetime | None
    breach: Breach | None


def newest_clocks(connection: Connection, number: CaseNumber, *, now: datetime) -> Mapping[str, ClockView]:
    """Return the newest clock of each name that a case ever had, by name in the order of their first."""
    return {clock.name.value: _view(clock, now) for clock in clocks_of(connection, number)}


def _view(clock: Clock, now: datetime) -> ClockView:
    return ClockView(
        start=clock.started_at,
        due=clock.due,
        met_at=clock.met_at,
        state=clock.state(now),
        pauses=tuple(PauseView(from_=pause.start, to=pause.end, why=pause.why) for pause in clock.pauses),
        basis=clock.terms.basis,
        stopped_at=clock.stopped_at,
        breached_at=clock.breached_at,
        breach=clock.breach,
    )
