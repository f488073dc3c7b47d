"""The active clocks of one case, while a decision is followed: started, measured, paused, met, stopped (R3.10)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.model.clocks import Breach, Clock, ClockName, Pause, Terms
from daemon.model.plan import Plan
from daemon.rules.clocks.times import DUE, OVERDUE, due_of, marks, timed, until

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
        """Take over what the decision writes of a clock by itself: what was told, and a breach (R3.3)."""
        current = self.active.get(clock.name)
        if current is not None and current.id == clock.id:
            self.active[clock.name] = self._timed(_noted(current, clock))
            self._written[clock.name] = clock
        self._ended = [_noted(ended, clock) if ended.id == clock.id else ended for ended in self._ended]

    def start(self, name: ClockName, terms: Terms, at: datetime) -> None:
        """Begin a clock; one of its name that is active ends here."""
        self.stop(name, at)
        self.active[name] = Clock(name=name, started_at=at, terms=terms)

    def take_up(self, begun: Clock, at: datetime) -> None:
        """Begin a clock that has run before this instant: a due time past by now is a breach (R3.11)."""
        self.stop(begun.name, at)
        self.active[begun.name] = self._measured(begun, begun.terms, at)

    def measure(self, name: ClockName, terms: Terms, at: datetime, *, is_anew: bool = False) -> None:
        """Measure an active clock anew from its own start (R3.8); a due time past by now is a breach (R3.11).

        Args:
            name: of the clock.
            terms: what it is measured against from now on.
            at: the instant of the change.
            is_anew: the due time was named just now (R3.5, R10.1), even if it is the one that was named before.
        """
        clock = self.active.get(name)
        if clock is None:
            return
        terms = _named(terms, clock, at, is_anew=is_anew)
        if terms != clock.terms:
            self.active[name] = self._measured(_as_of(clock, at, self.plan), terms, at)

    def _measured(self, clock: Clock, terms: Terms, at: datetime) -> Clock:
        """What lies behind by now is told to nobody, but for the breach; one that was recorded stays.

        A breach by reclassification that nobody was told of yet was a slip, where the due time is ahead again.
        """
        clock = replace(clock, terms=terms)
        if clock.breached_at is not None:
            due = due_of(clock, self.plan)
            is_slip = clock.breach is Breach.RECLASSIFIED and DUE not in clock.told
            if not is_slip or (due is not None and due < at):
                return replace(clock, told=tuple(dict.fromkeys((*clock.told, *self._passed(clock, at)))))
            clock = _unbreached(clock)
        clock = replace(clock, told=self._passed(clock, at))
        due = due_of(clock, self.plan)
        if due is not None and due < at:
            return replace(clock, breached_at=at, breach=Breach.RECLASSIFIED)
        return clock

    def _passed(self, clock: Clock, at: datetime) -> tuple[str, ...]:
        """Return the marks that lie behind at an instant; the breach itself is told however late."""
        way = marks(clock, self.plan)
        return tuple(name for name, when in way if when is not None and when <= at and name != DUE)

    def meet(self, name: ClockName, at: datetime) -> None:
        """End a clock by what it waited for; too late is a breach, whoever noticed it when (R3.3)."""
        clock = self.active.pop(name, None)
        if clock is not None:
            clock = _unpaused(clock, at)
            if clock.breach is Breach.RAN_OUT and clock.breached_at == at:
                clock = _unbreached(clock)  # at the due time is in time
            self._end(replace(_as_of(clock, at, self.plan), met_at=max(at, clock.started_at)))

    def stop(self, name: ClockName, at: datetime) -> None:
        """End a clock without its being met."""
        clock = self.active.pop(name, None)
        if clock is not None:
            clock = _as_of(_unpaused(clock, at), at, self.plan)
            self._end(replace(clock, stopped_at=max(at, clock.started_at)))

    def _end(self, clock: Clock) -> None:
        """Keep a clock that ended; one that never ran leaves no trace."""
        if clock.id or (clock.met_at or clock.stopped_at) != clock.started_at:
            self._ended.append(replace(clock, due=due_of(clock, self.plan)))

    def pause(self, name: ClockName, wanted: Halt | None, at: datetime) -> None:
        """Open, change or close the pause that holds at an instant; None: the clock runs."""
        clock = self.active.get(name)
        if clock is None:
            return
        at = max(at, clock.started_at)  # a mail that was read late may be older than the clock
        current = clock.paused_at(at)
        if current is not None and wanted == (current.why, current.end):
            return
        clock = _unpaused(clock, at)
        if wanted is not None and (wanted[1] is None or wanted[1] > at):
            if clock.breach is Breach.RAN_OUT and clock.breached_at is not None and at < clock.breached_at:
                clock = _unbreached(clock)  # it had paused by then
            clock = replace(clock, pauses=(*clock.pauses, Pause(at, wanted[1], wanted[0])))
        self.active[name] = clock


def _unpaused(clock: Clock, at: datetime) -> Clock:
    """Return the clock with whatever pause holds at an instant ended there; one that would be empty goes."""
    closed = (replace(p, end=at) if p.end is None or p.end > at else p for p in clock.pauses)
    return replace(clock, pauses=tuple(p for p in closed if p.end is not None and p.start < p.end))


def _as_of(clock: Clock, at: datetime, plan: Plan) -> Clock:
    """Return the clock with its breach as it stood at an instant, whoever noticed it when (R3.3).

    One that was noted meanwhile, before a mail received in time was read, is none (R5.6).
    """
    if clock.breached_at is not None:
        return _unbreached(clock) if at < clock.breached_at else clock
    due = due_of(clock, plan)
    if clock.name is ClockName.WAITING or due is None or at <= due:
        return clock
    return replace(clock, breached_at=due, breach=Breach.RAN_OUT)


def _unbreached(clock: Clock) -> Clock:
    before = tuple(mark for mark in clock.told if mark != DUE and not mark.startswith(OVERDUE))
    return replace(clock, breached_at=None, breach=None, told=before)


def _noted(clock: Clock, written: Clock) -> Clock:
    """Return the clock with what was written of it: what was told, and a breach."""
    return replace(clock, told=written.told, breached_at=written.breached_at, breach=written.breach)


def _named(terms: Terms, clock: Clock, at: datetime, *, is_anew: bool) -> Terms:
    """Return terms as named at an instant; what was named before that stays so, whatever else changes."""
    if terms.fixed is None:
        return terms
    if terms.fixed == clock.terms.fixed and not is_anew:
        return clock.terms
    return replace(terms, allowance=until(terms.fixed, max(at, clock.started_at)))
