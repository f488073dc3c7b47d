"""A case whose clocks are kept in memory as `apply` would keep them: decision after decision."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from daemon.model.case import NEW_CASE, Case, Kind, Macd, Priority, Status, WaitingOn
from daemon.model.case_effect import AddMessage, ChangeStatus, OpenCase, SetPriority, SetWaiting
from daemon.model.charter import Charter
from daemon.model.clocks import Clock, ClockName
from daemon.model.effect import Effect
from daemon.model.promise_effect import KeepClock, SetMacd
from daemon.rules.case_after import case_after, opened
from daemon.rules.clocks.keeping import with_clocks
from tests.rules.making import CHARTER, PRIMARY

NUMBER = 1042


@dataclass
class ClockedCase:
    """One case with every clock it ever had."""

    charter: Charter = CHARTER
    case: Case | None = None
    kept: dict[int, Clock] = field(default_factory=dict)
    written: int = 0  # clocks that the last decision wrote

    def do(self, *effects: Effect) -> "ClockedCase":
        """Carry out one decision."""
        decided = with_clocks(effects, (self.case,) if self.case else (), self.charter)
        case, self.written = self.case, 0
        for effect in decided:
            if isinstance(effect, OpenCase):
                case = opened(effect, NUMBER)
            elif isinstance(effect, KeepClock):
                self._keep(effect.clock)
            elif case is not None:
                case = case_after(case, effect)
        assert case is not None
        self.case = replace(case, clocks=tuple(clock for clock in self.kept.values() if clock.is_active))
        return self

    def _keep(self, clock: Clock) -> None:
        number = clock.id or max(self.kept, default=0) + 1
        if clock.is_active:
            same = [other for other in self.kept.values() if other.is_active and other.name is clock.name]
            assert all(other.id == number for other in same), "two active clocks of one name: the table refuses that"
        self.kept[number] = replace(clock, id=number)
        self.written += 1

    def all(self, name: ClockName) -> list[Clock]:
        """Return every clock of a name, the oldest first."""
        return [clock for _, clock in sorted(self.kept.items()) if clock.name is name]

    def clock(self, name: ClockName) -> Clock:
        """Return the newest clock of a name."""
        return self.all(name)[-1]

    def is_running(self, name: ClockName) -> bool:
        """Tell whether a clock of a name is active."""
        return self.case is not None and self.case.clock(name) is not None

    # What people do; each a decision of its own.

    def writes(self, at: datetime, author: str = PRIMARY, **fields: Any) -> "ClockedCase":
        """Let a customer's mail come."""
        return self.do(message(at, incoming=True, author=author, **fields))

    def replies(self, at: datetime, *then: Effect) -> "ClockedCase":
        """Let an agent answer publicly, with commands."""
        return self.do(message(at), *then)

    def moves(self, status: Status, at: datetime, until: datetime | None = None) -> "ClockedCase":
        """Change the status."""
        return self.do(status_of(status, at, until))

    def waits(self, on: WaitingOn | None, at: datetime) -> "ClockedCase":
        """Set whom the case waits for."""
        return self.do(waiting(on, at))

    def becomes(self, priority: Priority, at: datetime) -> "ClockedCase":
        """Change the priority."""
        return self.do(SetPriority(case=NUMBER, priority=priority, at=at, actor="agent1"))

    def becomes_macd(self, macd: Macd, at: datetime, since: datetime | None = None) -> "ClockedCase":
        """Make it a MACD request."""
        return self.do(SetMacd(case=NUMBER, macd=macd, at=at, actor="agent1", why="R10.1", since=since))


def opened_case(at: datetime, charter: Charter = CHARTER, **fields: Any) -> ClockedCase:
    """Return a case that was opened at an instant, by an MPOC's mail."""
    known: dict[str, Any] = {
        "subject": "Phones are down",
        "customer": "acme",
        "requester": PRIMARY,
        "assignee": "agent1",
        "team": "support",
        "language": "en",
        "opened_at": at,
        "actor": PRIMARY,
        "why": "R1.1",
    }
    return ClockedCase(charter).do(
        OpenCase(**known | fields), message(at, incoming=True, author=PRIMARY, case=NEW_CASE)
    )


def macd_case(at: datetime, macd: Macd = Macd.STANDARD, charter: Charter = CHARTER, **fields: Any) -> ClockedCase:
    """Return a MACD request of an approver, received at an instant (R10.2)."""
    known: dict[str, Any] = {"approved_at": at}
    return opened_case(at, charter, kind=Kind.MACD, macd=macd, **known | fields)


def message(at: datetime, **fields: Any) -> AddMessage:
    """Return a message, an agent's public reply unless told otherwise."""
    known: dict[str, Any] = {"case": NUMBER, "incoming": False, "author": "agent1@desk.example", "public": True}
    return AddMessage(text="Text", received_at=at, **known | fields)


def status_of(status: Status, at: datetime, until: datetime | None = None) -> ChangeStatus:
    """Return a change of status."""
    return ChangeStatus(case=NUMBER, status=status, at=at, actor="agent1", why="R4.9", until=until)


def waiting(on: WaitingOn | None, at: datetime) -> SetWaiting:
    """Return whom the case waits for from now on."""
    return SetWaiting(case=NUMBER, waiting_on=on, at=at, actor="agent1", why="R6.1")
