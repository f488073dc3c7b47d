"""A reply that had to wait, and the customer's mail that came in between: it must not be overwritten (S3.7, R4)."""

from daemon.model.case import Case, Status, WaitingOn
from daemon.model.facts import Facts
from daemon.rules.draft import Draft
from daemon.rules.sayings.saying import Saying, say

RESTS_ON_SILENCE = frozenset(
    {Status.ON_HOLD, Status.RESOLVED, Status.CLOSED, Status.CLOSED_NO_RESPONSE, Status.DUPLICATE}
)
"""Statuses that a customer's next mail would end: whoever gives one has not read a mail that came meanwhile."""


def customer_wrote_since(facts: Facts) -> bool:
    """Tell whether somebody outside wrote on the case after an agent's mail on it was received."""
    wrote_at = facts.replies.customer_wrote_at
    return wrote_at is not None and wrote_at > facts.received_at


def overtaken(draft: Draft, before: Case | None) -> tuple[tuple[str, Saying], ...]:
    """Return what is wrong with a reply that was postponed: its commands rest on a silence that was none.

    A plain answer crosses with the customer's mail as letters do, and is sent.
    """
    if draft.facts.readmitted is None or draft.case is None or before is None or not customer_wrote_since(draft.facts):
        return ()
    if not (_is_put_to_rest(draft.case, before) or _begins_to_wait(draft.case, before)):
        return ()
    wrote_at = draft.facts.replies.customer_wrote_at
    assert wrote_at is not None
    return (("", say("customer wrote since", time=f"{wrote_at.astimezone(draft.plan.zone):%H:%M:%S}")),)


def _is_put_to_rest(after: Case, before: Case) -> bool:
    return after.status in RESTS_ON_SILENCE and after.status is not before.status


def _begins_to_wait(after: Case, before: Case) -> bool:
    return after.waiting_on is WaitingOn.CUSTOMER and before.waiting_on is not WaitingOn.CUSTOMER
