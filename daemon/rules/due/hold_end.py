"""The end of a hold (R4.3): on its date the case returns to In Progress, and the agent is told."""

from daemon.model.case import Case, Status
from daemon.model.case_effect import ChangeStatus
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Queue
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.rules.notices import notice, to_agent
from daemon.rules.opening import responsible


def end_hold(case: Case, charter: Charter) -> Decision:
    """Take a case up again whose hold has run out.

    Raises:
        ValueError: the case is not on hold.
    """
    until = case.hold_until
    if case.status is not Status.ON_HOLD or until is None:
        raise ValueError(f"case {case.number} is not on hold")
    back = ChangeStatus(case=case.number, status=Status.IN_PROGRESS, at=until, actor="daemon", why="R4.3")
    event = f"hold {case.number} {until.isoformat()}"
    agent = to_agent(responsible(case, charter.directory), charter.plan)
    ended = notice(NoticeKind.HOLD_ENDED, agent, case=case.number, event=event)
    reason = "the date of the hold has come"
    effects = (back, Queue(notice=ended))
    return Decision(outcome=Outcome.CASE_UPDATED, effects=effects, reason=reason, rules=("R4.3",), case=case.number)
