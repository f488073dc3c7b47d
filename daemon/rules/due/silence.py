"""A customer's silence: reminded, announced to the technician, and ended (R4.4, R6.2)."""

from datetime import datetime

from daemon.model.case import Case, Status
from daemon.model.case_effect import ChangeStatus
from daemon.model.charter import Charter
from daemon.model.clocks import ClockName
from daemon.model.due import Action, Step
from daemon.model.effect import Effect
from daemon.model.notice_kinds import NoticeKind
from daemon.model.promise_effect import PauseSilence
from daemon.rules.clocks.keeping import OUR_BOUNCE
from daemon.rules.clocks.times import CONFIRMATION
from daemon.rules.due.mark import Came
from daemon.rules.notices import everybody_on, requester_of, to_agent
from daemon.rules.opening import responsible
from daemon.rules.reopening import last_day
from daemon.rules.statuses import may_become


def remind_customer(came: Came) -> Step:
    """Remind the requester that we wait for their confirmation (R4.4) or their answer (R6.2)."""
    kind, rule = NoticeKind.ANSWER_REMINDER, "R6.2"
    if came.clock.terms.basis == CONFIRMATION:
        kind, rule = NoticeKind.CONFIRMATION_REMINDER, "R4.4"
    to = requester_of(came.case, came.charter.directory)
    mails = (came.mail(kind, to, {"ends_at": came.due}),) if to else ()
    reason = f"{to.address if to else 'nobody'} reminded of {came.clock.terms.basis}"
    effects = (came.told(came.clock), *mails, came.record("reminded", reason))
    return came.step(Action.REMINDED, reason, effects, rule)


def warn_technician(came: Came) -> Step:
    """Tell the technician that the case is about to close by itself; a reply of theirs keeps it open (R6.2)."""
    agent = responsible(came.case, came.charter.directory)
    mail = came.mail(NoticeKind.SILENCE_WARNING, to_agent(agent, came.charter.plan), {"ends_at": came.due})
    reason = f"{agent.id} warned that the case closes by itself"
    effects = (came.told(came.clock), mail, came.record("reminded", reason))
    return came.step(Action.REMINDED, reason, effects, "R6.2")


def end_silence(came: Came) -> Step:
    """Close a case whose customer said nothing for as long as the plan allows; everybody on it is told."""
    if came.clock.terms.basis == CONFIRMATION:
        return _close(came, Status.CLOSED, Action.CLOSED, "R4.4")
    return _close(came, Status.CLOSED_NO_RESPONSE, Action.CLOSED_NO_RESPONSE, "R6.2")


def _close(came: Came, status: Status, action: Action, rule: str) -> Step:
    case, plan = came.case, came.charter.plan
    facts = {"status": status.value}
    if status is Status.CLOSED:
        facts["reopen_until"] = last_day(came.at, plan).isoformat()
    mails = (came.mail(NoticeKind.STATUS_CHANGED, to, facts) for to in everybody_on(case, came.charter.directory))
    reason = f"no word from the customer: {came.clock.terms.basis} was awaited since {came.clock.started_at:%F %R} UTC"
    effects: tuple[Effect, ...] = (came.told(came.clock), *_moves(came, status, rule), *mails)
    return came.step(action, reason, effects, rule)


def _moves(came: Came, status: Status, rule: str) -> tuple[ChangeStatus, ...]:
    """Move along R4.9's table: a New case on which we waited is In Progress first."""
    steps = (status,) if may_become(came.case, status) else (Status.IN_PROGRESS, status)
    return tuple(
        ChangeStatus(case=came.case.number, status=step, at=came.at, actor="daemon", why=rule) for step in steps
    )


def paused_by_bounce(case: Case, recipient: str, charter: Charter, *, at: datetime) -> tuple[PauseSilence, ...]:
    """Pause a silence that runs where a mail of ours did not reach whoever answers for the case (R4.8, S3.4).

    Of others on the case a dead address pauses nothing: it would keep the case open for ever.
    """
    clock, asked = case.clock(ClockName.WAITING), requester_of(case, charter.directory)
    if clock is None or asked is None or recipient != asked.address:
        return ()
    known = clock.paused_at(at)
    if known is not None and known.why == OUR_BOUNCE:
        return ()
    return (PauseSilence(case=case.number, at=at, why=f"our mail to {recipient} did not arrive"),)
