"""Cases that an agent opens: for an MPOC who called or whose mail is forwarded (R1.4), and linked ones (R5.2)."""

from collections.abc import Iterator
from dataclasses import replace

from daemon.model.case import NEW_CASE, Case, Priority, Status
from daemon.model.case_effect import AddMessage, AddParticipant, ChangeStatus
from daemon.model.desk_effect import KeepStorm
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.incident import Incident
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.plan import MailboxPolicy
from daemon.model.promise_effect import RecordTime
from daemon.rules.draft import Draft
from daemon.rules.incidents.masters import Wanted, face_of, may_join, open_incident, products_of, tell_opened
from daemon.rules.macd.commission import commission
from daemon.rules.notices import YES, everybody_on, notice, requester_of, to_agent, to_mpoc
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
from daemon.rules.sayings.saying import say


def open_for_mpoc(draft: Draft, text: str, forwarded_text: str, *, subject: str, policy: MailboxPolicy) -> Decision:
    """Open a case for the MPOC that `#for` names.

    A forwarded mail is the request, and what the agent wrote above it an internal note; otherwise the agent's own
    text is the request (R1.4).
    """
    mpoc = draft.opens_for
    assert mpoc is not None
    said = forwarded_text or ("" if draft.is_note else text)  # a note stays one (S3.7)
    request = _request(draft, said, subject=subject, address=mpoc.email)
    macd = commission(draft.macd, mpoc, draft.charter, at=draft.at) if draft.macd else None
    request = replace(request, priority=draft.priority or Priority.P4, macd=macd)
    opened = open_case(request, draft.facts, draft.charter, policy=policy)
    effects: tuple[Effect, ...] = (*opened.effects, *(e for e in draft.effects if isinstance(e, RecordTime)))
    if text and text != said:
        effects += (_note(draft, text),)
    effects += tuple(_incident(draft))
    told = acknowledge(request, draft.facts, draft.plan, now=draft.at)
    effects += (told, tell_technician(opened, request, draft.facts, draft.plan), _transcript(draft, mpoc.email))
    reason = f"{draft.agent.id} opened it for {mpoc.email}"
    return Decision(outcome=Outcome.CASE_OPENED, effects=effects, reason=reason, rules=("R1.4",))


def _incident(draft: Draft) -> Iterator[Effect]:
    """Make the new case a master (R7.1); the request is its customer's, so everybody reads but the title."""
    if not draft.incident:
        return
    products = products_of(draft.incident, draft.directory)
    incident = Incident(case=NEW_CASE, title=draft.incident, products=products, opened_at=draft.at)
    yield face_of(incident, draft.agent)
    yield from tell_opened(incident, draft.agent, draft.facts, draft.charter)


def open_master(draft: Draft, text: str, *, policy: MailboxPolicy) -> Decision:
    """Open the master of a global incident without a customer, by a mail on no case (R7.1).

    In answer to a mail about a storm, the storm's cases join it.
    """
    storm = draft.facts.storm
    wanted = Wanted(
        title=draft.incident,
        products=products_of(draft.incident, draft.directory) or (storm.products if storm else ()),
        agent=draft.agent,
        at=draft.at,
        event=draft.facts.event,
        text="" if draft.is_note else text,
    )
    children = tuple(case for case in draft.facts.cases if storm is not None and case.number in storm.cases)
    opened = open_incident(wanted, draft.facts, draft.charter, policy=policy, children=children)
    made: tuple[Effect, ...] = (KeepStorm(storm=replace(storm, incident=NEW_CASE)),) if storm else ()
    if storm is not None:
        draft = draft.with_line(say("storm linked", number=str(sum(map(may_join, children)))))
    effects = (*draft.effects, *opened.effects, *made, _transcript(draft, ""))
    reason = f"{draft.agent.id} opened a global incident"
    return Decision(outcome=Outcome.CASE_OPENED, effects=effects, reason=reason, rules=("R7.1", "R7.2"))


def resume(draft: Draft, earlier: Case, text: str, *, policy: MailboxPolicy) -> Decision:
    """Open a case linked to one that can no longer be reopened, on the customer's behalf (R5.1, R5.2, R5.4).

    The agent's words are the desk's first answer on it, sent to everybody who follows it, or a note that stays inside.
    """
    requester = requester_of(earlier, draft.directory)
    assert requester is not None, "#reopen was refused where the customer is not configured any more"
    request = _request(draft, text, subject=earlier.subject, address=requester.address)
    opened = open_case(request, draft.facts, draft.charter, policy=policy, prefer=earlier.assignee)
    told = notice(
        NoticeKind.FOLLOW_UP_OPENED,
        to_mpoc(request.mpoc),
        case=NEW_CASE,
        event=draft.facts.event,
        facts=follow_up_facts(earlier, draft.plan, draft.at) | {"by_agent": YES},
    )
    joined = tuple(
        AddParticipant(case=NEW_CASE, participant=person, at=draft.at, actor=draft.agent.email)
        for person in kept_people(earlier, requester.address, draft.directory)
    )
    effects: tuple[Effect, ...] = (
        *draft.effects,
        *(effect for effect in opened.effects if not isinstance(effect, AddMessage)),
        *joined,
        link_to(earlier, draft.at, draft.agent.email),
        *_said_on_new(draft, text),
        Queue(notice=told),
        *_sent_on_new(draft, text, earlier),
    )
    effects += (_tell(opened, request, draft, earlier), _transcript(draft, requester.address))
    reason = f"{draft.agent.id} took up closed case {earlier.number}"
    return Decision(outcome=Outcome.FOLLOW_UP_OPENED, effects=effects, reason=reason, rules=("R5.1", "R5.2"))


def _said_on_new(draft: Draft, text: str) -> tuple[Effect, ...]:
    """Put what the agent wrote on the new case; public words begin the work (R4.2)."""
    if not text and not draft.facts.attachments:
        return ()
    at, actor = draft.at, draft.agent.email
    words = replace(_note(draft, text), public=not draft.is_note, attachments=draft.facts.attachments)
    if draft.is_note:
        return (words,)
    return (words, ChangeStatus(case=NEW_CASE, status=Status.IN_PROGRESS, at=at, actor=actor, why="R4.2"))


def _sent_on_new(draft: Draft, text: str, earlier: Case) -> tuple[Queue, ...]:
    """Send the agent's public words to everybody who follows the new case, each a mail of their own (S3.6)."""
    files = draft.facts.attachments
    if draft.is_note or not (text or files):
        return ()
    return tuple(
        Queue(
            notice=notice(
                NoticeKind.UPDATE,
                to,
                case=NEW_CASE,
                event=draft.facts.event,
                text=text,
                author=draft.agent.name,
                attachments=files,
            )
        )
        for to in everybody_on(earlier, draft.directory)
    )


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
