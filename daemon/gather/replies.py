"""The facts that are asked before an agent's text leaves the house (S3.7): read under the decision's lock."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.desk import Desk
from daemon.model.case import CaseNumber
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail
from daemon.model.people import Agent
from daemon.model.replies import ReplyFacts
from daemon.rules.agents.crossing import AT_ONCE
from daemon.rules.leak_guard import tags_in
from daemon.rules.matching import proposals
from daemon.store.database import Connection
from daemon.store.pending import pending_on
from daemon.store.replies import customer_wrote_at, notes_on, replies_since, said_on, tagged_cases

MAX_TAGS = 100
"""So many tags of a text are looked up; the guard takes any further one for another customer's."""


@dataclass(frozen=True, slots=True)
class AgentWords:
    """What an agent wrote, and about which case; 0 where it is about none."""

    agent: Agent
    case: CaseNumber
    text: str
    received_at: datetime


def with_replies(connection: Connection, desk: Desk, facts: Facts, mail: InboundMail) -> Facts:
    """Return the facts of a mail with those that are asked about an agent's reply; nobody else's needs them."""
    agent = desk.config.directory.agent(mail.originator.address)
    if agent is None:
        return facts
    case = next((number for number, _, _ in proposals(facts) if facts.case(number)), 0)
    text = "\n".join((mail.subject, mail.reply_text, *(part.name for part in mail.attachments)))
    words = AgentWords(agent, case, text, facts.received_at)
    return replace(facts, replies=reply_facts(connection, desk, words))


def reply_facts(connection: Connection, desk: Desk, words: AgentWords) -> ReplyFacts:
    """Return what is known about an agent's text and the case that it is about."""
    case = words.case
    tagged = tagged_cases(connection, tags_in(words.text, desk.config.plan.provider.prefix)[:MAX_TAGS])
    if not case:
        return ReplyFacts(tagged=tagged)
    notes = notes_on(connection, case)
    recent = replies_since(connection, case, words.received_at - AT_ONCE)
    return ReplyFacts(
        pending=pending_on(connection, [case]),
        crossing=tuple(reply for reply in recent if reply.agent != words.agent.email),
        notes=notes,
        said=said_on(connection, case) if notes else (),
        tagged=tagged,
        customer_wrote_at=customer_wrote_at(connection, case),
    )
