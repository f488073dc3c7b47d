"""Cases that an agent opens: for an MPOC who called or whose mail is forwarded (R1.4), and linked ones (R5.2)."""

from dataclasses import replace

from daemon.model.case import NEW_CASE, Case, Priority
from daemon.model.case_effect import AddMessage, AddParticipant
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.notice import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.plan import MailboxPolicy
from daemon.model.promise_effect import RecordTime
from daemon.rules.draft import Draft
from daemon.rules.macd import commission
from daemon.rules.notices import notice, requester_of, to_agent, to_mpoc
from daemon.rules.opening import (
    Opened,
    Request,
    acknowledge,
    follow_up_facts,
    kept_people,
    link_to,
    open_case,
    tell_technician,
)


def open_for_mpoc(draft: Draft, text: str, forwarded_text: str, *, subject: str, policy: MailboxPolicy) -> Decision:
    """Open a case for the MPOC that `#for` names.

    A forwarded mail is the request, and what the agent wrote above it an internal note; otherwise the agent's own
    text is the request (R1.4).
    """
    mpoc = draft.opens_for
    assert mpoc is not None
    request = _request(draft, forwarded_text or text, subject=subject, address=mpoc.email)
    macd = commission(draft.macd, mpoc, draft.charter, at=draft.at) if draft.macd else None
    request = replace(request, priority=draft.priority or Priority.P4, macd=macd)
    opened = open_case(request, draft.facts, draft.charter, policy=policy)
    effects: tuple[Effect, ...] = (*opened.effects, *(e for e in draft.effects if isinstance(e, RecordTime)))
    if forwarded_text and text:
        effects += (_note(draft, text),)
    told = acknowledge(request, draft.facts, draft.plan, now=draft.at)
    effects += (told, tell_technician(opened, request, draft.facts, draft.plan), _transcript(draft, mpoc.email))
    reason = f"{draft.agent.id} opened it for {mpoc.email}"
    return Decision(outcome=Outcome.CASE_OPENED, effects=effects, reason=reason, rules=("R1.4",))


def resume(draft: Draft, earlier: Case, text: str, *, policy: MailboxPolicy) -> Decision:
    """Open a case linked to one that can no longer be reopened, on the customer's behalf (R5.1, R5.2, R5.4)."""
    requester = requester_of(earlier, draft.directory)
    assert requester is not None, "#reopen was refused where the customer is not configured any more"
    request = _request(draft, text, subject=earlier.subject, address=requester.address)
    opened = open_case(request, draft.facts, draft.charter, policy=policy, prefer=earlier.assignee)
    told = notice(
        NoticeKind.FOLLOW_UP_OPENED,
        to_mpoc(request.mpoc),
        case=NEW_CASE,
        event=draft.facts.event,
        facts=follow_up_facts(earlier, draft.plan, draft.at),
    )
    joined = tuple(
        AddParticipant(case=NEW_CASE, participant=person, at=draft.at, actor=draft.agent.email)
        for person in kept_people(earlier, requester.address, draft.directory)
    )
    effects: tuple[Effect, ...] = (
        *draft.effects,
        *opened.effects,
        *joined,
        link_to(earlier, draft.at, draft.agent.email),
        Queue(notice=told),
    )
    effects += (_tell(opened, request, draft, earlier), _transcript(draft, requester.address))
    reason = f"{draft.agent.id} took up closed case {earlier.number}"
    return Decision(outcome=Outcome.FOLLOW_UP_OPENED, effects=effects, reason=reason, rules=("R5.1", "R5.2"))


def _tell(opened: Opened, request: Request, draft: Draft, earlier: Case) -> Queue:
    return tell_technician(opened, request, draft.facts, draft.plan, earlier=earlier)


def _request(draft: Draft, text: str, *, subject: str, address: str) -> Request:
    listed = draft.directory.mpoc(address)
    assert listed is not None, "the address was looked up in the directory before"
    customer, mpoc = listed
    return Request(
        customer=customer,
        mpoc=mpoc,
        subject=subject,
        text=text,
        author=mpoc.email,
        author_name=mpoc.name,
        received_at=draft.at,
        actor=draft.agent.email,
        why="R1.4",
        attachments=draft.facts.attachments,
    )


def _note(draft: Draft, text: str) -> AddMessage:
    return AddMessage(
        case=NEW_CASE, incoming=False, author=draft.agent.email, public=False, text=text, received_at=draft.at
    )


def _transcript(draft: Draft, requester: str) -> Queue:
    words = [saying.words(draft.agent.language) for saying in draft.done]
    told = {"done": "\n".join(words), "sent_to": requester}
    done = notice(
        NoticeKind.COMMANDS_DONE, to_agent(draft.agent, draft.plan), case=NEW_CASE, event=draft.facts.event, facts=told
    )
    return Queue(notice=done)
