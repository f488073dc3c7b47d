"""Mail that a program wrote: stored and filed, never answered, and it changes nothing (S3.2, R4.8)."""

from dataclasses import replace

from daemon.model.case import Case
from daemon.model.case_effect import AddMessage, Record
from daemon.model.effect import Decision, Effect
from daemon.model.outcome import Outcome
from daemon.rules.delivery_failure import Failure, follow_failure
from daemon.rules.messages import incoming_message
from daemon.rules.sighting import Sighting


def keep_loop(_sighting: Sighting) -> Decision:
    """Our own mail came back: kept, counted, and that is all."""
    return Decision(outcome=Outcome.LOOP, effects=(), rules=("S3.2",), reason="the daemon wrote this mail itself")


def file_unanswered(sighting: Sighting) -> Decision:
    """File machine mail on the case that it may speak on; elsewhere it is only stored (R4.8, S2.5)."""
    mark = sighting.mail.marks.automatic or sighting.mail.marks.no_answer
    proven = sighting.who is not None and sighting.who.is_proven
    case = sighting.match.case if sighting.match and proven else None
    effects = (_filed(sighting, case),) if case else ()
    number = case.number if case else None
    return Decision(
        outcome=Outcome.AUTO_REPLY,
        effects=effects,
        rules=("S3.2", "R4.8"),
        reason=f"written by a program: {mark}",
        case=number,
    )


def record_delivery(sighting: Sighting) -> Decision:
    """A delivery report counts only when a signed reverse-path ties it to a mail of ours (S3.4)."""
    sent, report = sighting.facts.sent, sighting.mail.report
    if sent is None or sent.case is None:
        reason = "a delivery report that is tied to no mail on a case"
        return Decision(outcome=Outcome.BOUNCE, effects=(), rules=("S3.4",), reason=reason)
    failed = [recipient for recipient in report.recipients if recipient.hard] if report else []
    why = failed[0].reason or failed[0].status if failed else ""
    case = sighting.facts.case(sent.case)
    effects: tuple[Effect, ...] = ()
    if case is not None and (failed or (report and not report.is_success)):
        detail = f"{sent.kind} to {sent.recipient}: {why or 'delayed or refused'}"
        at = sighting.facts.received_at
        effects = (Record(case=case.number, event="mail_bounced", detail=detail[:500], at=at, actor="daemon"),)
    if case is not None and failed:
        failure = Failure(sent, why, event=sighting.facts.event, at=sighting.facts.received_at)
        effects += follow_failure(case, failure, sighting.charter)
    reason = f"a report on mail {sent.id} to {sent.recipient}"
    return Decision(outcome=Outcome.BOUNCE, effects=effects, rules=("S3.4",), reason=reason, case=sent.case)


def _filed(sighting: Sighting, case: Case) -> AddMessage:
    written = incoming_message(sighting.mail, sighting.facts, case.number)
    return replace(written, public=False, automatic=True)
