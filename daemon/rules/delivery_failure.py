"""What follows when a mail of ours reached nobody: refused by the server (S3.6), bounced or complained of (S3.4).

Somebody is told of each such mail once, however often it is reported.  Of an agent's own mail another one is: whoever
cannot be reached cannot be told so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import Case
from daemon.model.case_effect import Record
from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import SentMail
from daemon.model.mail_effect import MarkContact
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, Directory
from daemon.rules.bounces import LONGEST_WHY
from daemon.rules.due.silence import paused_by_bounce
from daemon.rules.notices import YES, notice, to_agent
from daemon.rules.subscribing import follow_refusal, is_to_subscriber

MAX_REASON = 500
QUESTIONS = (NoticeKind.CHALLENGE, NoticeKind.HELD_REQUEST, NoticeKind.QUARANTINE_DIGEST)
"""Mails about waiting mail: whoever hears that one did not arrive is told which mail waits."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A mail of ours that did not arrive, or was not wanted: why, and when we learned of it."""

    sent: SentMail
    reason: str
    at: datetime
    is_complaint: bool = False  # it arrived, and its reader reported it as unwanted (RFC 5965)
    is_dead: bool = False  # the server that refused it says that there is no such address

    @property
    def event(self) -> str:
        """Name what happened by the mail: the same report again is no news."""
        return f"complaint on row {self.sent.id}" if self.is_complaint else f"row {self.sent.id}"


def delivery_failure(case: Case | None, failure: Failure, charter: Charter) -> Decision:
    """Put a mail that our server refused for good on its case's record and tell an agent (S3.6).

    An address that does not exist is marked as one whose mail bounces: it does (S3.4).
    """
    sent, at = failure.sent, failure.at
    detail = f"{sent.kind} to {sent.recipient}: {failure.reason}"[:MAX_REASON]
    effects = follow_failure(case, failure, charter)
    if failure.is_dead:
        mark = (MarkContact(address=sent.recipient, why=failure.reason[:LONGEST_WHY], at=at),)
        dead = follow_refusal(sent, mark, charter, complained=False) if is_to_subscriber(sent) else mark
        effects = (*dead, *effects)
    if case is not None:
        recorded = Record(case=case.number, event="delivery_failed", detail=detail, at=at, actor="daemon")
        effects = (recorded, *effects)
    number = case.number if case else None
    return Decision(outcome=Outcome.FAILED, effects=effects, reason=detail, rules=("S3.6",), case=number)


def follow_failure(case: Case | None, failure: Failure, charter: Charter) -> tuple[Effect, ...]:
    """Pause a silence that runs, since it may be none (R4.8), and tell an agent."""
    sent = failure.sent
    paused = paused_by_bounce(case, sent.recipient, charter, at=failure.at) if case else ()
    agent = next(_readers(case, sent, charter.directory), None)
    if agent is None:
        return paused
    ours = sent.kind if NoticeKind(sent.kind) in QUESTIONS else ""
    facts = {
        "ours": ours,
        "number": str(sent.about) if ours and sent.about else "",
        "recipient": sent.recipient,
        "reason": failure.reason[:MAX_REASON],
        "subject": sent.subject,
        "silence_paused": YES if paused else "",
        "complaint": YES if failure.is_complaint else "",
    }
    to, number = to_agent(agent, charter.plan), case.number if case else None
    told = notice(NoticeKind.DELIVERY_FAILED, to, case=number, event=failure.event, facts=facts)
    return (*paused, Queue(notice=told))


def _readers(case: Case | None, sent: SentMail, directory: Directory) -> Iterator[Agent]:
    """Give who can be told: the case's agent, who is on call, the team, managers; never whom the mail was for.

    Nobody, where the mail itself told of another that had failed (two dead addresses would go on for ever), was the
    fixed text to somebody whom we do not know (S3.1), or went to a subscriber of the status page: they are one no more.
    """
    kind = NoticeKind(sent.kind)
    if kind is NoticeKind.DELIVERY_FAILED or NOTICES[kind].null_path or is_to_subscriber(sent):
        return
    teams = (directory.team(case.team) if case else None, directory.team(directory.default_team))
    keys = [case.assignee] if case else []
    keys += [key for team in teams if team for key in (team.on_call, *team.members)]
    keys += [key for level in directory.escalation for key in level.agents]
    found = (directory.agent(key) for key in keys)
    yield from (agent for agent in found if agent is not None and agent.email != sent.recipient)
