"""Clocks on whose way something has come: reminders, breaches, endings by silence (R3.3, R4.4, R6.2, R9.3)."""

from collections.abc import Collection
from datetime import datetime

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.case import Case
from daemon.model.clocks import Clock, ClockName
from daemon.model.due import Step, Ticked
from daemon.model.effect import Decision
from daemon.model.outcome import Outcome
from daemon.model.promise_effect import KeepClock
from daemon.posting import Posting
from daemon.rules.due.mark import retimed
from daemon.rules.due.steps import next_step
from daemon.store.case_text import case_text
from daemon.store.cases import lock_cases
from daemon.store.clocks import clock_by_id
from daemon.store.database import Connection
from daemon.store.due import Due, Unread, awaits_reply, first_clock, unread
from daemon.tick.source import Source


def unread_mail(connection: Connection, desk: Desk) -> Unread | None:
    """Return how far the desk's mail is read (R5.6)."""
    return unread(connection, tuple(mailbox.name for mailbox in desk.config.settings.imap))


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    return first_clock(connection, now, aside, unread_mail(connection, desk))


def _do(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    assert due.case is not None, "every clock is a case's"
    case = lock_cases(connection, [due.case])[0]
    clock = clock_by_id(connection, due.key)
    if clock is None or clock.next_at is None or clock.next_at > now or _may_be_unread(connection, desk, clock):
        return None
    if awaits_reply(connection, due.key):
        return None
    step = _step(connection, desk, case, clock, now)
    decision = step.decision if step else _reckoned_anew(desk, case, clock)
    apply(connection, decision, Posting(desk, now, None), cases=(case,))
    return Ticked(step.action, case.number, step.at, step.decision.reason) if step else None


def _may_be_unread(connection: Connection, desk: Desk, clock: Clock) -> bool:
    """Tell whether what the customer wrote in time may be unread: asked again under the lock (R5.6)."""
    if clock.name is not ClockName.WAITING or clock.next_at is None:
        return False
    behind = unread_mail(connection, desk)
    return behind is not None and clock.next_at > behind.until


def _step(connection: Connection, desk: Desk, case: Case, clock: Clock, now: datetime) -> Step | None:
    history = case_text(connection, case.number) if clock.name is ClockName.MANAGER_ACK else ""
    return next_step(case, clock, desk.config.charter, now=now, history=history)


def _reckoned_anew(desk: Desk, case: Case, clock: Clock) -> Decision:
    """Write a clock for which nothing has come by the configuration in force: its calendar was changed, say."""
    effects = (KeepClock(case=case.number, clock=retimed(clock, desk.config.charter)),)
    reason = "the configuration has changed"
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason=reason, rules=("R3.10",), case=case.number)


CLOCKS = Source("clocks", _first, _do)
