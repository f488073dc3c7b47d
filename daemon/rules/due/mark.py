"""A mark that has come on a case's clock, and what every answer to one has in common."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.case import Case
from daemon.model.case_effect import Record
from daemon.model.charter import Charter
from daemon.model.clocks import Clock
from daemon.model.due import Action, Step
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.notice import Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import KeepClock
from daemon.rules.clocks.times import timed
from daemon.rules.notices import notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A mark that has come, on the clock of a case."""

    case: Case
    clock: Clock
    mark: str
    at: datetime  # when it came
    now: datetime  # when it is seen to
    charter: Charter
    history: str = ""  # the case so far, for a manager to whom it is escalated

    @property
    def event(self) -> str:
        """Name what happened: the keys of its notices begin with it."""
        return f"clock {self.clock.id} {self.mark} {self.at.isoformat()}"

    @property
    def due(self) -> str:
        """Return when the clock runs out, or ran out, as a fact of a notice."""
        due = self.clock.due or self.at
        return due.isoformat()

    def told(self, clock: Clock) -> KeepClock:
        """Write the clock with the mark acted on."""
        acted = replace(clock, told=(*clock.told, self.mark))
        return KeepClock(case=self.case.number, clock=retimed(acted, self.charter))

    def mail(self, kind: NoticeKind, to: Recipient, facts: dict[str, str]) -> Queue:
        """Queue a notice on the case; the same mark queues it once."""
        return Queue(notice=notice(kind, to, case=self.case.number, event=self.event, facts=facts))

    def record(self, event: str, detail: str) -> Record:
        """Write a line of history, as of the instant at which the mark came."""
        return Record(case=self.case.number, event=event, detail=detail, at=self.at, actor="daemon")

    def step(self, action: Action, reason: str, effects: tuple[Effect, ...], *rules: str) -> Step:
        """Return what is to be done."""
        outcome, number = Outcome.CASE_UPDATED, self.case.number
        decision = Decision(outcome=outcome, effects=effects, reason=reason, rules=rules, case=number)
        return Step(action, self.at, decision)


def retimed(clock: Clock, charter: Charter) -> Clock:
    """Return a clock with its times reckoned by the configuration in force."""
    due, next_at = timed(clock, charter.plan)
    return replace(clock, due=due, next_at=next_at)
