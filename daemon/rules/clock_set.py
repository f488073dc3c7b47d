"""The active clocks of one case, while a decision is followed: started, measured, paused, met, stopped (R3.10)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.model.clocks import Breach, Clock, ClockName, Pause, Terms
from daemon.model.plan import Plan
from daemon.rules.clock_times import DUE, due_of, marks, timed

Halt = tuple[str, datetime | None]
"""Why a clock pauses, and until when, where that is known."""


@dataclass(slots=True)
class ClockSet:
    """At most one active clock of a name, and those that ended on the way."""

    plan: Plan
    active: dict[ClockName, Clock]
    _written: dict[ClockName, Clock] = field(init=False)
    _ended: list[Clock] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Remember what is written already."""
        self._written = dict(self.active)

    def changed(self) -> tuple[Clock, ...]:
        """Return what is to be written: first what ended, so that another of its name may begin."""
        running = (clock for name, clock in self.active.items() if self._written.get(name) != clock)
        return tuple(self._timed(clock) for clock in (*self._ended, *running))

    def _timed(self, clock: Clock) -> Clock:
        due, next_at = timed(clock, self.plan)
        return replace(clock, due=due, next_at=next_at)

    def take_over(self, clock: Clock) -> None:
        """Take over an active clock that the decision writes by itself (a reminder that was sent)."""
        if clock.is_active:
            self.active[clock.name] = self._written[clock.name] = clock

    def start(self, name: ClockName, terms: Terms, at: datetime) -> None:
        """Begin a clock; one of its name that is active ends here."""
        self.stop(name, at)
        self.active[name] = Clock(name=name, started_at=at, terms=terms)

    def measure(self, name: ClockName, terms: Terms, at: datetime) -> None:
        """Measure an active clock anew from its own start (R3.8); a due time past by now is a breach (R3.11)."""
        clock = self.active[name]
        if terms == clock.terms:
            return
        clock = replace(clock, terms=terms)
        if clock.breached_at is None:
            clock = self._reclassified(clock, at)
        self.active[name] = clock

    def _reclassified(self, clock: Clock, at: datetime) -> Clock:
        """What lies behind by now is told to nobody, but for the breach."""
        passed = (name for name, when in marks(clock, self.plan) if when is not None and when <= at and name != DUE)
        clock = replace(clock, told=tuple(passed))
        due = due_of(clock, self.plan)
        if due is not None and due < at:
            return replace(clock, breached_at=at, breach=Breach.RECLASSIFIED)
        return clock

    def meet(self, name: ClockName, at: datetime) -> None:
        """End a clock by what it waited for; too late is a breach, whoever noticed it when (R3.3)."""
        clock = self.active.pop(name, None)
        if clock is None:
            return
        clock = _unpaused(clock, at)
        due = due_of(clock, self.plan)
        if name is ClockName.WAITING or due is None or at <= due:
            ran_out = clock.breach is Breach.RAN_OUT  # noted meanwhile, of a reply that had come in time
            clock = replace(clock, breached_at=None, breach=None) if ran_out else clock
        elif clock.breached_at is None:
            clock = replace(clock, breached_at=due, breach=Breach.RAN_OUT)
        self._end(replace(clock, met_at=max(at, clock.started_at), due=due))

    def stop(self, name: ClockName, at: datetime) -> None:
        """End a clock without its being met."""
        clock = self.active.pop(name, None)
        if clock is None:
            return
        clock = _unpaused(clock, at)
        due = due_of(clock, self.plan)
        is_late = name is not ClockName.WAITING and due is not None and due < at
        if is_late and clock.breached_at is None:
            clock = replace(clock, breached_at=due, breach=Breach.RAN_OUT)
        self._end(replace(clock, stopped_at=max(at, clock.started_at), due=due))

    def _end(self, clock: Clock) -> None:
        """Keep a clock that ended; one that never ran leaves no trace."""
        if clock.id or (clock.met_at or clock.stopped_at) != clock.started_at:
            self._ended.append(clock)

    def pause(self, name: ClockName, wanted: Halt | None, at: datetime) -> None:
        """Open, change or close the pause that holds at an instant; None: the clock runs."""
        clock = self.active.get(name)
        if clock is None:
            return
        current = clock.paused_at(at)
        if current is not None and wanted == (current.why, current.end):
            return
        clock = _unpaused(clock, at)
        if wanted is not None and (wanted[1] is None or wanted[1] > at):
            clock = replace(clock, pauses=(*clock.pauses, Pause(at, wanted[1], wanted[0])))
        self.active[name] = clock


def _unpaused(clock: Clock, at: datetime) -> Clock:
    """Return the clock with whatever pause holds at an instant ended there; one that would be empty goes."""
    closed = (replace(p, end=at) if p.end is None or p.end > at else p for p in clock.pauses)
    return replace(clock, pauses=tuple(p for p in closed if p.end is not None and p.start < p.end))
