"""A customer's wish to escalate their case (R9): an update like any other, and the next level is told."""

from dataclasses import replace

from daemon.model.effect import Decision
from daemon.rules.customers.mail import update, writer_of
from daemon.rules.escalation import Call, escalate
from daemon.rules.notices import answer
from daemon.rules.sighting import Sighting


def escalate_for_customer(sighting: Sighting) -> Decision:
    """Escalate a case for an MPOC of its customer (R9.1, R9.2); where nobody can be reached it is an update alone."""
    decision, match, facts = update(sighting), sighting.match, sighting.facts
    assert match is not None, "triage sent a mail on a case here"
    call = Call(
        by=sighting.mail.originator.address,
        at=facts.received_at,
        event=facts.event,
        history=facts.history,
        answer_to=writer_of(sighting),
    )
    escalated = escalate(match.case, sighting.charter, call)
    if escalated is None:
        return replace(decision, reason=f"{decision.reason}; no escalation level is configured")
    told = answer(escalated.answer, facts, sighting.mail, sighting.plan) if escalated.answer else ()
    return replace(
        decision,
        effects=(*decision.effects, *escalated.effects, *told),
        rules=(*decision.rules, "R9.2"),
        reason=f"{call.by} escalated case {match.case.number} to level {escalated.reach.level.level}",
    )
