"""A mail that the answer to its challenge let through: what the answer said beside goes with it (S2.3)."""

from dataclasses import replace

from daemon.model.case import NEW_CASE, CaseNumber
from daemon.model.case_effect import AddMessage, OpenCase
from daemon.model.effect import Decision, Effect, Queue, Settle
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedState
from daemon.model.readmission import Readmission, Readmitted
from daemon.rules.sighting import Sighting

TO_TECHNICIAN = (NoticeKind.CASE_ASSIGNED, NoticeKind.CUSTOMER_WROTE)


def after_challenge(sighting: Sighting, decision: Decision) -> Decision:
    """Complete the decision on a mail that was let through: its detention names the case, its answer's word is filed.

    A quick word says nothing more; what an agent wrote beside their answer is theirs, and goes to nobody.
    """
    again, waited = sighting.facts.readmitted, sighting.facts.vouched
    if again is None or again.why is not Readmission.CHALLENGE or waited is None:
        return decision
    case = _case(decision)
    if case is None:
        return decision
    settled = Settle(detained=waited.id, state=DetainedState.RELEASED, at=again.at, actor=again.by, case=case)
    effects: tuple[Effect, ...] = (*decision.effects, settled)
    if again.word and sighting.who is not None and sighting.who.agent is None:
        effects = (*(_with_word(effect, again) for effect in effects), _said(case, again))
    return replace(decision, effects=effects)


def _case(decision: Decision) -> CaseNumber | None:
    """Return the case that the mail is on now."""
    return NEW_CASE if any(isinstance(effect, OpenCase) for effect in decision.effects) else decision.case


def _said(case: CaseNumber, again: Readmitted) -> AddMessage:
    return AddMessage(case=case, incoming=True, author=again.by, public=True, text=again.word, received_at=again.at)


def _with_word(effect: Effect, again: Readmitted) -> Effect:
    """Show the technician what was said beside, below the mail itself."""
    if not isinstance(effect, Queue) or effect.notice.kind not in TO_TECHNICIAN:
        return effect
    return replace(effect, notice=replace(effect.notice, text=f"{effect.notice.text.rstrip()}\n\n{again.word}"))
