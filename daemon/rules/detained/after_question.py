"""A contact's mail that answers the question on a held request and decides nothing: whoever reads of it hears so."""

from dataclasses import replace

from daemon.model.effect import Decision, Effect, Queue
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.rules.detained.deciders import may_decide
from daemon.rules.sighting import Sighting


def after_question(sighting: Sighting, decision: Decision) -> Decision:
    """Say in the mails about a new case that the request waits, and how it is decided (R2.3, decision 33)."""
    request = _undecided(sighting)
    if request is None:
        return decision
    return replace(decision, effects=tuple(_with(effect, request) for effect in decision.effects))


def _undecided(sighting: Sighting) -> DetainedRequest | None:
    """Return the request that a contact who decides was asked about and that still waits."""
    request, who = sighting.facts.answered, sighting.who
    if request is None or request.kind is not DetainedKind.HELD or request.state is not DetainedState.OPEN:
        return None
    if who is None or who.customer is None or who.mpoc is None or who.customer.id != request.customer:
        return None
    return request if may_decide(who.mpoc, who.customer, is_macd=request.is_macd) else None


def _with(effect: Effect, request: DetainedRequest) -> Effect:
    if not isinstance(effect, Queue):
        return effect
    told = {NoticeKind.ACKNOWLEDGEMENT: request.sender, NoticeKind.CASE_ASSIGNED: str(request.id)}
    undecided = told.get(effect.notice.kind)
    if undecided is None:
        return effect
    facts = tuple((name, undecided if name == "undecided" else value) for name, value in effect.notice.facts)
    return replace(effect, notice=replace(effect.notice, facts=facts))
