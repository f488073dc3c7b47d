"""What the marks on a clock's way do when they come: reminders, breaches, endings by silence (R3.3, R4.4, R6.2, R7.3).

However late they come (the daemon was down), only what still makes sense is sent, and what is left out is said.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.clocks import Breach, Clock, ClockName
from daemon.model.due import Action, Step
from daemon.model.effect import Effect
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent
from daemon.rules.clocks.times import DUE, REMINDER, WARNING, marks
from daemon.rules.due.louder import is_overdue, tell_louder
from daemon.rules.due.mark import Came
from daemon.rules.due.silence import end_silence, remind_customer, warn_technician
from daemon.rules.escalation import MANAGERS, escalate_further, manager_for
from daemon.rules.notices import to_agent
from daemon.rules.opening import responsible

SHARE = "%"
"""What the name of a mark at a share of a clock's time ends with."""


def next_step(case: Case, clock: Clock, charter: Charter, *, now: datetime, history: str) -> Step | None:
    """Return what is to be done about the earliest mark of a clock that has come and was not acted on.

    Args:
        case: as it stands, under lock.
        clock: one of its clocks, active or not, as it is written.
        charter: the plan's figures, and whom the desk knows.
        now: marks up to this instant have come.
        history: the case so far, for a manager to whom it is escalated (R9.2).

    Returns:
        None where nothing has come: the configuration may have changed since the clock was written.
    """
    reckoned = [(at, name) for name, at in marks(clock, charter.plan) if at is not None and at <= now]
    ahead = [(at, name) for at, name in reckoned if name not in clock.told]
    if not ahead:
        return None
    at, name = min(ahead)
    came = Came(case=case, clock=clock, mark=name, at=at, now=now, charter=charter, history=history)
    overtaken = _overtaken(name, tuple(other for _, other in sorted(reckoned)))
    return _skip(came, overtaken) if overtaken else _response(came)(came)


def _overtaken(mark: str, came: tuple[str, ...]) -> str:
    """Return why a mark makes no sense any more, or the empty string.

    Once the clock ran out nobody is reminded of it, and of several shares that passed only the latest is told; so it
    is with what grows louder after that.
    """
    if mark == DUE:
        return ""
    if is_overdue(mark):
        last = came[-1]
        return f"{last} has passed too" if last != mark else ""
    if DUE in came:
        return "the time has run out since"
    later = [name for name in came[came.index(mark) + 1 :] if name.endswith(SHARE)]
    return f"{later[-1]} has passed too" if mark.endswith(SHARE) and later else ""


def _skip(came: Came, why: str) -> Step:
    reason = f"{came.clock.name.value}: {came.mark} not told, {why}"
    effects = (came.told(came.clock), came.record("reminder_skipped", reason))
    return came.step(Action.SKIPPED, reason, effects, "R3.3")


def _remind(came: Came) -> Step:
    """Remind the assigned agent of a clock that runs (R3.3)."""
    agent, clock = responsible(came.case, came.charter.directory), came.clock
    share = came.mark.removesuffix(SHARE)
    facts = {"clock": clock.name.value, "basis": clock.terms.basis, "due": came.due, "share": share}
    mail = came.mail(NoticeKind.CLOCK_REMINDER, to_agent(agent, came.charter.plan), facts)
    reason = f"{clock.name.value} at {came.mark}: {agent.id} reminded"
    effects = (came.told(clock), mail, came.record("reminded", reason))
    return came.step(Action.REMINDED, reason, effects, "R3.3")


def _breach(came: Came) -> Step:
    """Record a breach, and tell the agent and the manager, once each (R3.3)."""
    clock, people = _breached(came), _agent_and_manager(came)
    breach = (clock.breach or Breach.RAN_OUT).value
    facts = {"clock": clock.name.value, "basis": clock.terms.basis, "due": came.due, "breach": breach}
    plan = came.charter.plan
    mails = (came.mail(NoticeKind.CLOCK_BREACHED, to_agent(agent, plan), facts) for agent in people)
    reason = f"{clock.name.value} {breach} ({clock.terms.basis}): {', '.join(agent.id for agent in people)} told"
    effects: tuple[Effect, ...] = (came.told(clock), *mails, came.record("breached", reason))
    return came.step(Action.BREACHED, reason, effects, "R3.3")


def _breached(came: Came) -> Clock:
    """Return the clock with its breach; one by reclassification, or of a clock met late, stands there already."""
    clock = came.clock
    return clock if clock.breached_at is not None else replace(clock, breached_at=came.at, breach=Breach.RAN_OUT)


def _agent_and_manager(came: Came) -> tuple[Agent, ...]:
    agent = responsible(came.case, came.charter.directory)
    manager = manager_for(MANAGERS, came.case, came.charter, at=came.now)
    return (agent,) if manager is None or manager.id == agent.id else (agent, manager)


def _no_acknowledgement(came: Came) -> Step:
    """Tell the next level that a manager did not answer (R9.3); on the last one it is a breach like any other.

    The next manager's time runs from now, however late that is: they cannot answer before they are told.
    """
    clock = _breached(came)
    further = escalate_further(came.case, came.charter, at=came.now, event=came.event, history=came.history)
    if not clock.is_active or not further:
        return _breach(came)
    reason = f"{clock.name.value} ran out ({clock.terms.basis}): the next level told"
    effects = (came.told(clock), came.record("breached", reason), *further)
    return came.step(Action.BREACHED, reason, effects, "R9.3", "R3.3")


RESPONSES: tuple[tuple[str, Callable[[Came], bool], Callable[[Came], Step]], ...] = (
    ("nothing is told of an incident", lambda came: is_overdue(came.mark), tell_louder),
    ("a share of our time has passed", lambda came: came.mark.endswith(SHARE), _remind),
    ("the customer is silent", lambda came: came.mark == REMINDER, remind_customer),
    ("the customer stays silent", lambda came: came.mark == WARNING, warn_technician),
    ("the silence ends", lambda came: came.clock.name is ClockName.WAITING, end_silence),
    ("a manager is silent", lambda came: came.clock.name is ClockName.MANAGER_ACK, _no_acknowledgement),
    ("our time has run out", lambda _came: True, _breach),
)
"""What follows a mark: the first row that holds."""


def _response(came: Came) -> Callable[[Came], Step]:
    return next(response for _, holds, response in RESPONSES if holds(came))
