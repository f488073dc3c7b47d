"""The short while that an agent's reply waits before it has any effect: a `#stop` in it cancels it (S3.7).

Commands, status, clocks and mail happen together once it is over, dated at the reply's receipt.  Decided at once:

- what sends nothing to a customer (notes, refusals, commands about ourselves), for there is nothing to regret;
- whatever is on a P1 or P1G, or makes it one: there every minute counts;
- `#stop` and `#send-anyway` themselves, with all that stands beside them;
- what opens a case (`#for`, a late `#reopen`): the caller awaits the acknowledgement, and there is no case yet on which
  a `#stop` could be said.
"""

from functools import reduce

from daemon.model.case import Case, Priority
from daemon.model.case_effect import OpenCase
from daemon.model.effect import Decision, Queue
from daemon.model.mail_effect import Postpone
from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.model.outcome import Outcome
from daemon.model.plan import Plan
from daemon.model.readmission import PendingState
from daemon.rules.agents.text import AgentText
from daemon.rules.case_after import case_after

AT_ONCE = frozenset({"stop", "send-anyway"})
URGENT = frozenset({Priority.P1, Priority.P1G})


def must_wait(decision: Decision, wanted: AgentText, plan: Plan) -> bool:
    """Tell whether what was decided on an agent's mail has to wait; it does so once."""
    if wanted.at_shell or wanted.facts.readmitted is not None or not plan.reply_delay:
        return False
    if wanted.case is None or wanted.commands & AT_ONCE or any(isinstance(e, OpenCase) for e in decision.effects):
        return False
    return writes_to_customers(decision) and not is_urgent(wanted.case, decision)


def writes_to_customers(decision: Decision) -> bool:
    """Tell whether anything would leave the house."""
    mails = (effect.notice for effect in decision.effects if isinstance(effect, Queue))
    return any(NOTICES[mail.kind].audience is not Audience.AGENT for mail in mails)


def is_urgent(case: Case, decision: Decision) -> bool:
    """Tell whether a case is a P1 or P1G, or a decision makes it one."""
    after = reduce(case_after, (e for e in decision.effects if getattr(e, "case", None) == case.number), case)
    return bool({case.priority, after.priority} & URGENT)


def postpone(wanted: AgentText, plan: Plan) -> Decision:
    """Put an agent's mail off; one that is read late too: a `#stop` that came in time may lie unread behind it."""
    assert wanted.case is not None
    until = wanted.facts.received_at + plan.reply_delay
    effect = Postpone(state=PendingState.WAITING, until=until, case=wanted.case.number, text=wanted.written)
    reason = f"the reply of {wanted.agent.id} waits until {until:%H:%M:%S} UTC for a #stop"
    number = wanted.case.number
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=(effect,), reason=reason, rules=("S3.7",), case=number)
