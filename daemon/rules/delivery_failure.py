"""What follows when a mail of ours could not be delivered for good (S3.6)."""

from datetime import datetime

from daemon.model.case import Case
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Outcome, Queue, Record
from daemon.model.facts import SentMail
from daemon.model.notice import NoticeKind
from daemon.rules.notices import notice, to_agent
from daemon.rules.opening import responsible

MAX_REASON = 500


def delivery_failure(case: Case, sent: SentMail, reason: str, charter: Charter, *, now: datetime) -> Decision:
    """Put the failure on the record and tell the case's agent, unless it is their own mail that failed."""
    detail = f"{sent.kind} to {sent.recipient}: {reason}"[:MAX_REASON]
    effects: tuple[Effect, ...] = (
        Record(case=case.number, event="delivery_failed", detail=detail, at=now, actor="daemon"),
    )
    agent = responsible(case, charter.directory)
    if agent.email != sent.recipient:
        told = {"recipient": sent.recipient, "reason": reason[:MAX_REASON], "subject": sent.subject}
        failed = notice(
            NoticeKind.DELIVERY_FAILED,
            to_agent(agent, charter.plan),
            case=case.number,
            event=f"row {sent.id}",
            facts=told,
        )
        effects += (Queue(notice=failed),)
    return Decision(outcome=Outcome.FAILED, effects=effects, reason=detail, rules=("S3.6",), case=case.number)
