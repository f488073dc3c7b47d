"""What the guard does with an agent's text that may say what its customer must not read (S3.7).

The reply is held back for a day, and its agent told what was found.  `#send-anyway` lets it go, a further reply of
theirs takes its place; otherwise it ends without effect, and they have their text back.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from daemon.model.case import NEW_CASE, Case
from daemon.model.case_effect import AddMessage, OpenCase
from daemon.model.charter import Charter
from daemon.model.desk_effect import OpenIncident, RetitleIncident, TellIncident
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.facts import Facts
from daemon.model.mail_effect import EndMail, Postpone, Readmit
from daemon.model.notice import Notice
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent
from daemon.model.readmission import PendingReply, PendingState
from daemon.rules.agents.delay import URGENT, is_urgent
from daemon.rules.agents.text import AgentText
from daemon.rules.assignment import is_on_duty
from daemon.rules.business_time import days_later
from daemon.rules.leak_guard import SEND_ANYWAY, Leak, leaks
from daemon.rules.notices import notice, to_agent
from daemon.rules.opening import responsible
from daemon.rules.secrets import secrets_from_everybody, secrets_of

TO_CHILDREN = frozenset({NoticeKind.INCIDENT_UPDATE, NoticeKind.INCIDENT_RESOLVED})
"""What the people of every child read of a master's update; what a case reads that joins was looked at already."""


def found_in(decision: Decision, wanted: AgentText, charter: Charter) -> tuple[Leak, ...]:
    """Return what an agent's own words would give away: to the customer of the case, or to everybody (R7.4)."""
    public = found_in_public(decision, wanted.facts, charter)
    texts = tuple(_outgoing(decision, wanted))
    if not texts:
        return public
    opened = next((effect.customer for effect in decision.effects if isinstance(effect, OpenCase)), "")
    reader = opened or (wanted.case.customer if wanted.case else "")
    secrets = secrets_of(reader, wanted.facts.replies, charter)
    own = leaks("\n".join(texts), secrets, charter.directory, prefix=charter.plan.provider.prefix)
    return tuple(dict.fromkeys((*public, *own)))


def found_in_public(decision: Decision, facts: Facts, charter: Charter) -> tuple[Leak, ...]:
    """Return what a decision's public texts would give away of any customer: a title, an update, names of files."""
    texts = tuple(dict.fromkeys(_public(decision)))
    if not texts:
        return ()
    told = tuple(update.text for incident in facts.incidents for update in incident.updates)
    secrets = secrets_from_everybody(facts.replies, told, charter.plan)
    return leaks("\n".join(texts), secrets, charter.directory, prefix=charter.plan.provider.prefix)


def _public(decision: Decision) -> Iterator[str]:
    """Give what people of every child would read, and the status page: also where only files are sent."""
    for effect in decision.effects:
        if isinstance(effect, OpenIncident | RetitleIncident):
            yield effect.title
        elif isinstance(effect, TellIncident):
            yield effect.update.text
        elif isinstance(effect, Queue) and effect.notice.kind in TO_CHILDREN:
            yield effect.notice.text
            yield from (attachment.name for attachment in effect.notice.attachments)


def _outgoing(decision: Decision, wanted: AgentText) -> Iterator[str]:
    """Give what people of the case would read of an agent's own: the text, names of files, a new case's subject."""
    number = wanted.case.number if wanted.case else NEW_CASE
    for effect in decision.effects:
        if isinstance(effect, AddMessage) and effect.public and effect.case in (number, NEW_CASE):
            if not effect.incoming or _is_own(effect, wanted):
                yield effect.text
                yield from (attachment.name for attachment in effect.attachments)
        elif isinstance(effect, OpenCase) and "for" in wanted.commands:
            yield effect.subject


def _is_own(message: AddMessage, wanted: AgentText) -> bool:
    """Tell whether a request that an agent enters for a customer is in the agent's own words (R1.4)."""
    return bool(message.text) and message.text == wanted.commanded.text


def can_be_held(wanted: AgentText) -> bool:
    """Tell whether a text can be held back: it is a mail on a case, where `#send-anyway` can be said."""
    return wanted.case is not None and not wanted.at_shell and "for" not in wanted.commands


def hold_back(found: tuple[Leak, ...], decision: Decision, wanted: AgentText, charter: Charter) -> Decision:
    """Stop a reply: its agent is told, and on a P1 or P1G everybody who could step in."""
    case = wanted.case
    assert case is not None
    until = days_later(wanted.facts.now, 1, charter.plan.zone)
    told = _told(found, until)
    agents = (wanted.agent, *(_team_of(case, charter, wanted.facts.now) if is_urgent(case, decision) else ()))
    mails = (_mail(NoticeKind.REPLY_HELD_BACK, agent, told, wanted, charter) for agent in dict.fromkeys(agents))
    stopped = Postpone(state=PendingState.HELD_BACK, until=until, case=case.number, text=wanted.written)
    taken = () if SEND_ANYWAY in wanted.commands else replaced(decision, wanted)  # what they want sent stays theirs
    effects: tuple[Effect, ...] = (stopped, *taken, *(Queue(notice=mail) for mail in mails))
    reason = f"held back: {'; '.join(map(str, found))}"
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("S3.7",), case=case.number)


def ring_once_urgent(decision: Decision, wanted: AgentText, charter: Charter) -> tuple[Queue, ...]:
    """Tell everybody who could step in of replies that are held back on a case that becomes a P1 or P1G only now."""
    case, ended = wanted.case, _ended_by(decision)
    if case is None or case.priority in URGENT or not is_urgent(case, decision):
        return ()
    return tuple(
        Queue(notice=_again(reply, agent, wanted, charter))
        for reply in wanted.facts.replies.pending
        if reply.case == case.number and reply.state is PendingState.HELD_BACK and reply.mail not in ended
        for agent in dict.fromkeys((*_writer_of(reply, charter), *_team_of(case, charter, wanted.facts.now)))
    )


def _writer_of(reply: PendingReply, charter: Charter) -> Iterator[Agent]:
    if agent := charter.directory.agent(reply.sender):
        yield agent


def _ended_by(decision: Decision) -> frozenset[int]:
    return frozenset(effect.mail for effect in decision.effects if isinstance(effect, Readmit | EndMail))


def _again(reply: PendingReply, agent: Agent, wanted: AgentText, charter: Charter) -> Notice:
    """Return what somebody reads of a reply that was held back before."""
    assert wanted.case is not None
    secrets = secrets_of(wanted.case.customer, wanted.facts.replies, charter)
    found = leaks(reply.text, secrets, charter.directory, prefix=charter.plan.provider.prefix)
    writers = (writer.name for writer in _writer_of(reply, charter))
    made = notice(
        NoticeKind.REPLY_HELD_BACK,
        to_agent(agent, charter.plan),
        case=wanted.case.number,
        event=wanted.facts.event,
        facts=_told(found, reply.until),
        text=reply.text,
        author=next(writers, reply.sender),
        subject=wanted.case.subject,
    )
    return replace(made, key=f"{made.key}:{reply.mail}")


def _told(found: tuple[Leak, ...], until: datetime) -> dict[str, str]:
    return {"leaks": "\n".join(map(str, found)), "until": until.isoformat()}


def expire(found: tuple[Leak, ...], wanted: AgentText, charter: Charter) -> Decision:
    """End a reply that nobody let go within the day; its agent has the text back."""
    told = {"leaks": "\n".join(map(str, found))}
    mail = _mail(NoticeKind.REPLY_EXPIRED, wanted.agent, told, wanted, charter)
    return Decision(
        outcome=Outcome.COMMAND_FAILED,
        effects=(Queue(notice=mail),),
        reason="held back, and nobody said #send-anyway within a day",
        rules=("S3.7",),
        case=wanted.case.number if wanted.case else None,
    )


def replaced(decision: Decision, wanted: AgentText) -> tuple[EndMail, ...]:
    """End what was held back of an agent when a further reply of theirs on the case takes its place.

    Not what the same mail lets go: it is sent, and the text beside that word too.
    """
    if wanted.case is None or not has_public_reply(decision):
        return ()
    released = {effect.mail for effect in decision.effects if isinstance(effect, Readmit)}
    reason = f"a later reply took its place: {wanted.facts.event}"
    return tuple(
        EndMail(mail=reply.mail, outcome=Outcome.COMMAND_FAILED, reason=reason, at=wanted.facts.now)
        for reply in wanted.facts.replies.pending
        if reply.case == wanted.case.number
        and reply.sender == wanted.agent.email
        and reply.state is PendingState.HELD_BACK
        and reply.mail not in released
    )


def has_public_reply(decision: Decision) -> bool:
    """Tell whether a decision puts an agent's public reply on a case."""
    return any(isinstance(e, AddMessage) and e.public and not e.incoming for e in decision.effects)


def _team_of(case: Case, charter: Charter, now: datetime) -> Iterator[Agent]:
    """Give the technician of a case, the members of its team who are on duty, and the one on call."""
    directory = charter.directory
    yield responsible(case, directory)
    team = directory.team(case.team) or directory.team(directory.default_team)
    assert team is not None, "the configuration was checked: its default team exists"
    for key in team.members:
        agent = directory.agent(key)
        if agent is not None and is_on_duty(agent, charter.plan, now):
            yield agent
    on_call = directory.agent(team.on_call)
    if on_call is not None:
        yield on_call


def _mail(kind: NoticeKind, agent: Agent, told: dict[str, str], wanted: AgentText, charter: Charter) -> Notice:
    return notice(
        kind,
        to_agent(agent, charter.plan),
        case=wanted.case.number if wanted.case else None,
        event=wanted.facts.event,
        facts=told,
        text=wanted.written,
        author=wanted.agent.name,
        subject=wanted.subject,
        in_reply_to=wanted.message_id if agent == wanted.agent else "",
    )
