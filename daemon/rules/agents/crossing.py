"""Two agents who answer the customer at once are told of each other (S3.7): once a pair of replies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from daemon.model.charter import Charter
from daemon.model.effect import Decision, Queue
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent
from daemon.model.readmission import PendingState
from daemon.model.replies import OtherReply
from daemon.rules.agents.guarding import has_public_reply
from daemon.rules.agents.text import AgentText
from daemon.rules.notices import notice, to_agent

AT_ONCE = timedelta(minutes=10)
"""Replies received within so long of each other: neither agent can have read the other's."""


def tell_each_other(decision: Decision, wanted: AgentText, charter: Charter) -> tuple[Queue, ...]:
    """Tell an agent whose public reply takes effect and those who wrote to the customer moments ago, or are about to.

    A reply of the other one that still waits can be stopped.
    """
    if wanted.case is None or not has_public_reply(decision):
        return ()
    mine = OtherReply(agent=wanted.agent.email, received_at=wanted.facts.received_at, text=wanted.commanded.text)
    return tuple(
        told
        for other in _others(wanted)
        if (agent := charter.directory.agent(other.agent)) is not None and agent.id != wanted.agent.id
        for told in (
            _tell(wanted.agent, other, mine, wanted, charter),
            _tell(agent, mine, other, wanted, charter),
        )
    )


def _others(wanted: AgentText) -> Iterator[OtherReply]:
    replies, at = wanted.facts.replies, wanted.facts.received_at
    yield from replies.crossing
    for reply in replies.pending:
        is_here = wanted.case is not None and reply.case == wanted.case.number
        if is_here and reply.state is PendingState.WAITING and abs(reply.received_at - at) <= AT_ONCE:
            yield OtherReply(agent=reply.sender, received_at=reply.received_at, text=reply.text)


def _tell(reader: Agent, other: OtherReply, own: OtherReply, wanted: AgentText, charter: Charter) -> Queue:
    """Tell one of the two; the key is the pair's, whichever of the replies took effect first."""
    assert wanted.case is not None
    writer = charter.directory.agent(other.agent)
    told = notice(
        NoticeKind.REPLIES_CROSSED,
        to_agent(reader, charter.plan),
        case=wanted.case.number,
        event=wanted.facts.event,
        facts={"other": writer.name if writer else other.agent, "received_at": other.received_at.isoformat()},
        text=other.text,
        author=writer.name if writer else other.agent,
    )
    pair = "+".join(sorted(f"{reply.agent}@{reply.received_at.isoformat()}" for reply in (other, own)))
    return Queue(notice=replace(told, key=f"case {wanted.case.number}:{told.kind}:{pair}:{reader.email}"))
