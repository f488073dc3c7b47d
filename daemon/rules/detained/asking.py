"""The challenge itself (S2.3): one mail that asks an address about what waits under it, at once or in its turn.

It shows of each mail its subject, when it came and how long it is, and nothing else: whoever can write under somebody's
address must not have us carry their words to them (S3.8).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.mail_effect import AskAbout
from daemon.model.notice import Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Customer
from daemon.model.readmission import DetainedRequest
from daemon.rules.business_time import days_later
from daemon.rules.notices import YES, notice, to_agent, to_mpoc, to_outsider
from daemon.rules.subjects import MAX_SUBJECT

MOST_ASKED = 10


@dataclass(frozen=True, slots=True)
class Listed:
    """What a challenge shows of a mail."""

    id: int
    subject: str
    received_at: datetime
    size: int  # octets


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: of which mails, the newest first, and why now."""

    mails: tuple[Listed, ...]
    event: str
    more: int = 0  # older mails that wait too
    is_again: bool = False  # an answer said neither yes nor no


def listed(requests: Sequence[DetainedRequest]) -> tuple[Listed, ...]:
    """Return what a challenge shows of detained mails."""
    return tuple(Listed(one.id, one.subject, one.received_at, one.size) for one in requests)


def challenge_notice(question: Question, to: Recipient, charter: Charter) -> Notice:
    """Return the challenge; it names no Message-ID: nobody knows that its reader wrote that (S2.8)."""
    newest = question.mails[0]
    shown = [
        {
            "id": one.id,
            "subject": one.subject[:MAX_SUBJECT],
            "received_at": one.received_at.isoformat(),
            "size": one.size,
        }
        for one in question.mails
    ]
    told = {
        "mails": json.dumps(shown),
        "more": str(question.more) if question.more else "",
        "days": str(charter.plan.challenge_days),
        "again": YES if question.is_again else "",
    }
    asking = notice(
        NoticeKind.CHALLENGE, to, case=None, event=question.event, facts=told, subject=newest.subject[:MAX_SUBJECT]
    )
    return replace(asking, about=newest.id)


def ask_in_turn(waiting: Sequence[DetainedRequest], more: int, charter: Charter, *, now: datetime) -> Decision:
    """Ask a sender about the mail that waits under their address, in one challenge (S2.3).

    Args:
        waiting: the newest of it, the newest first: what is listed, and lapses together.
        more: how many older ones there are: they lapse with these, or are asked about once these are answered.
        charter: whom the desk knows.
        now: when the time to answer begins.
    """
    newest = waiting[0]
    question = Question(mails=listed(waiting), event=f"asked {newest.id}", more=more)
    to = on_file(newest.sender, charter.directory.customer(newest.customer), charter)
    lapses_at = days_later(now, charter.plan.challenge_days, charter.plan.zone)
    asking = Queue(notice=challenge_notice(question, to, charter))
    effects: tuple[Effect, ...] = (AskAbout(detained=tuple(one.id for one in waiting), lapses_at=lapses_at), asking)
    reason = f"{newest.sender} is asked about {len(waiting)} of the mails that wait for their word"
    return Decision(outcome=Outcome.CHALLENGED, effects=effects, reason=reason, rules=("S2.3",))


def on_file(address: str, customer: Customer | None, charter: Charter) -> Recipient:
    """Return a sender as we know them: agents and contacts as configured, others by the address they have (S3.1)."""
    agent, mpoc = charter.directory.agent(address), charter.directory.mpoc(address)
    if agent is not None:
        return to_agent(agent, charter.plan)
    return to_mpoc(mpoc[1]) if mpoc else to_outsider(address, customer)
