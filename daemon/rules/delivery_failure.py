"""What follows when a mail of ours reached nobody: refused by the server (S3.6), bounced or complained of (S3.4)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import Case
from daemon.model.case_effect import Record
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import SentMail
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.rules.notices import YES, notice, to_agent
from daemon.rules.opening import responsible
from daemon.rules.silence import paused_by_bounce

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """A mail of ours that did not arrive, or was not wanted: why, what told us, and when."""

    sent: SentMail
    reason: str
    event: str
    at: datetime
    is_complaint: bool = False  # it arrived, and its reader reported it as unwanted (RFC 5965)


def delivery_failure(case: Case, sent: SentMail, reason: str, charter: Charter, *, now: datetime) -> Decision:
    """Put the failure on the record and tell the case's agent, unless it is their own mail that failed."""
    detail = f"{sent.kind} to {sent.recipient}: {reason}"[:MAX_REASON]
    recorded = Record(case=case.number, event="delivery_failed", detail=detail, at=now, actor="daemon")
    failure = Failure(sent, reason, event=f"row {sent.id}", at=now)
    effects: tuple[Effect, ...] = (recorded, *follow_failure(case, failure, charter))
    return Decision(outcome=Outcome.FAILED, effects=effects, reason=detail, rules=("S3.6",), case=case.number)


def follow_failure(case: Case, failure: Failure, charter: Charter) -> tuple[Effect, ...]:
    """Pause a silence that runs, since it may be none (R4.8), and tell the agent of any mail but their own."""
    sent, agent = failure.sent, responsible(case, charter.directory)
    paused = paused_by_bounce(case, sent.recipient, charter, at=failure.at)
    if agent.email == sent.recipient:
        return paused
    facts = {
        "recipient": sent.recipient,
        "reason": failure.reason[:MAX_REASON],
        "subject": sent.subject,
        "silence_paused": YES if paused else "",
        "complaint": YES if failure.is_complaint else "",
    }
    to = to_agent(agent, charter.plan)
    told = notice(NoticeKind.DELIVERY_FAILED, to, case=case.number, event=failure.event, facts=facts)
    return (*paused, Queue(notice=told))
