"""Mail that a program wrote: stored and filed, never answered, and it changes nothing (S3.2, R4.8)."""

from dataclasses import replace
from datetime import datetime

from daemon.model.case import Case
from daemon.model.case_effect import AddMessage, Record
from daemon.model.effect import Decision, Effect
from daemon.model.facts import SentMail
from daemon.model.outcome import Outcome
from daemon.rules.bounces import Judged, Verdict, judge, mark_of
from daemon.rules.delivery_failure import MAX_REASON, Failure, follow_failure
from daemon.rules.messages import incoming_message
from daemon.rules.sighting import Sighting
from daemon.rules.subscribing import follow_refusal, is_to_subscriber


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
    if sent is None:
        reason = "a delivery report that is tied to no mail of ours"
        return Decision(outcome=Outcome.BOUNCE, effects=(), rules=("S3.4",), reason=reason)
    judged = judge(report, sent)
    case = sighting.facts.case(sent.case)
    effects = _marked(judged, sent, sighting)
    if case is not None and judged.verdict is not Verdict.NOTHING:
        effects += (_on_record(case, judged, sent, at=sighting.facts.received_at),)
    if judged.verdict in (Verdict.HARD, Verdict.COMPLAINT):
        complained = judged.verdict is Verdict.COMPLAINT
        failure = Failure(sent, judged.why, sighting.facts.received_at, is_complaint=complained)
        effects += follow_failure(case, failure, sighting.charter)
    reader = "a subscriber" if is_to_subscriber(sent) else sent.recipient  # the address is to be forgotten
    reason = f"a report on mail {sent.id} to {reader}: {judged.verdict}"
    return Decision(outcome=Outcome.BOUNCE, effects=effects, rules=("S3.4",), reason=reason, case=sent.case)


def _marked(judged: Judged, sent: SentMail, sighting: Sighting) -> tuple[Effect, ...]:
    """Note of a contact that their mail bounces; a subscriber of the status page is none any more."""
    mark = mark_of(judged, sent, at=sighting.facts.received_at)
    if not is_to_subscriber(sent):
        return mark
    return follow_refusal(sent, mark, sighting.charter, complained=judged.verdict is Verdict.COMPLAINT)


def _on_record(case: Case, judged: Judged, sent: SentMail, *, at: datetime) -> Record:
    detail = f"{sent.kind} to {sent.recipient}: {judged.why or 'delayed or refused'}"[:MAX_REASON]
    event = "mail_complained" if judged.verdict is Verdict.COMPLAINT else "mail_bounced"
    return Record(case=case.number, event=event, detail=detail, at=at, actor="daemon")


def _filed(sighting: Sighting, case: Case) -> AddMessage:
    written = incoming_message(sighting.mail, sighting.facts, case.number)
    return replace(written, public=False, automatic=True)
