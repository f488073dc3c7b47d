"""What an agent's words on a master do for everybody (R7.4, R7.5): the children, the status page, its subscribers.

It is all one decision with what they do to the master itself: nobody reads of it unless everybody does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.model.case import SETTLED_STATUSES, Case, Priority, Status
from daemon.model.case_effect import AddMessage, ChangeStatus
from daemon.model.desk_effect import OpenIncident, TellIncident
from daemon.model.effect import Effect, Queue
from daemon.model.incident import Incident, IncidentUpdate, UpdateKind
from daemon.model.notice import AttachmentRef, Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.promise_effect import PauseSilence
from daemon.rules.draft import WORKED_ON, Draft
from daemon.rules.due.silence_end import closes_at
from daemon.rules.incidents.masters import incident_of, opened_by
from daemon.rules.incidents.readers import children_of, reachable_on, tell_subscribers
from daemon.rules.notices import notice, requester_of
from daemon.rules.sayings.saying import Saying, say


@dataclass(frozen=True, slots=True)
class Words:
    """What an agent says publicly on a master."""

    text: str = ""
    files: tuple[AttachmentRef, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is said."""
        return bool(self.text or self.files)


@dataclass(frozen=True, slots=True)
class Told:
    """What everybody is told, and the line that says so to the agent."""

    effects: tuple[Effect, ...] = ()
    line: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True)
class _News:
    """One telling of an incident."""

    draft: Draft  # of the master, once its commands hold
    incident: Incident
    kind: UpdateKind
    words: Words

    @property
    def is_over(self) -> bool:
        """Tell whether it was over before."""
        return self.incident.resolved_at is not None


NOTHING = Told()
NOBODYS = Words()


def tell_everybody(draft: Draft, before: Case, words: Words) -> Told:
    """Return what an agent's mail on a case does for everybody, if the case is a master.

    Args:
        draft: the case as it stands once the commands hold.
        before: the case as the mail found it.
        words: what it says publicly; nothing: a note.
    """
    known = incident_of(draft.facts, before.number)
    incident = opened_by(draft.effects, known)
    if incident is None or Priority.P1G not in (before.priority, draft.on_case().priority):
        return NOTHING
    if draft.at < incident.opened_at:
        words = NOBODYS  # written before it was everybody's: a reply that had to wait is for the customer alone (S3.7)
    kind = _kind(draft, before, incident, words)
    return _tell(_News(draft, incident, kind, words)) if kind else NOTHING


def _kind(draft: Draft, before: Case, incident: Incident, words: Words) -> UpdateKind | None:
    """Return what is told; None: nothing is.

    An incident that is over is open again by an agent's command alone, not by what the master's own customer writes.
    """
    after, was_over = draft.on_case(), incident.resolved_at is not None
    if not was_over and not _is_worked_on(after):
        return UpdateKind.RESOLVED
    if any(isinstance(effect, OpenIncident) for effect in draft.effects):
        return UpdateKind.OPENED
    if was_over and _is_worked_on(after) and not _is_worked_on(before):
        return UpdateKind.UPDATE
    if not words:
        return None
    return UpdateKind.RESOLVED if was_over else UpdateKind.UPDATE


def _is_worked_on(master: Case) -> bool:
    return master.status in WORKED_ON and master.priority is Priority.P1G


def _tell(news: _News) -> Told:
    draft, kind = news.draft, news.kind
    told = IncidentUpdate(draft.at, kind, news.words.text, draft.agent.id)
    is_public = bool(told.text) or kind is not UpdateKind.UPDATE or news.is_over  # files alone are for the cases
    public = (TellIncident(case=news.incident.case, update=told),) if is_public else ()
    children = [child for child in children_of(draft.facts, draft.on_case()) if child.status not in SETTLED_STATUSES]
    moved = {child.number: tuple(_moved(child, news)) for child in children}
    mails = tuple(queued for child in children for queued in _mails(child, moved[child.number], news))
    subscribers = _to_subscribers(told, news) if public else ()
    done = tuple(effect for effects in moved.values() for effect in effects)
    told_on = len({queued.notice.case for queued in mails})
    line = say("told everybody", cases=str(told_on), subscribers=str(len(subscribers)))
    return Told((*public, *done, *mails, *subscribers), (line,))


def _to_subscribers(told: IncidentUpdate, news: _News) -> tuple[Queue, ...]:
    facts = news.draft.facts
    return tell_subscribers(news.incident, told, facts.subscribers, news.draft.charter, event=facts.event)


def _moved(child: Case, news: _News) -> Iterator[Effect]:
    """Give what happens to a child: the public reply, and the status that goes with it."""
    status, why = _status(child, news)
    said = _message(child, news)
    resolves = status is Status.RESOLVED
    if resolves:
        yield from said  # it was said while the case was worked on: its clocks are met by it (R3.2)
    if status is not None:
        draft = news.draft
        yield ChangeStatus(case=child.number, status=status, at=draft.at, actor=draft.agent.email, why=why)
    if resolves:
        yield from _unheard(child, news)
    else:
        yield from said


def _unheard(child: Case, news: _News) -> tuple[PauseSilence, ...]:
    """Stop the clock that waits for a confirmation where mail to whoever answers for the case bounces (S3.4).

    Another contact is told instead; but who has not been asked is not silent.
    """
    draft = news.draft
    asked = requester_of(child, draft.directory)
    if asked is None or asked.address not in draft.facts.marked:
        return ()
    return (PauseSilence(case=child.number, at=draft.at, why=f"mail to {asked.address} does not arrive"),)


def _message(child: Case, news: _News) -> tuple[AddMessage, ...]:
    if not news.words:
        return ()
    reply = AddMessage(
        case=child.number,
        incoming=False,
        author=news.draft.agent.email,
        public=True,
        text=news.words.text,
        received_at=news.draft.at,
        attachments=news.words.files,
    )
    return (reply,)


def _status(child: Case, news: _News) -> tuple[Status | None, str]:
    """Return the status that a child gets, and the rule that says so; None: it keeps its own."""
    resolves = news.kind is UpdateKind.RESOLVED and not news.is_over
    if resolves:
        return (Status.RESOLVED, "R7.5") if child.status in WORKED_ON else (None, "")
    if news.is_over and news.kind is not UpdateKind.RESOLVED and child.status is Status.RESOLVED:
        return Status.IN_PROGRESS, "R7.3"  # what was resolved is not
    if news.words and child.status in (Status.NEW, Status.REOPENED):
        return Status.IN_PROGRESS, "R4.2"
    return None, ""


def _mails(child: Case, moved: tuple[Effect, ...], news: _News) -> Iterator[Queue]:
    """Give what the people of a child read, each a mail of their own in their own thread (R7.4, S3.6)."""
    facts = news.draft.facts
    told = _kind_told(child, moved, news)
    if told is None:
        return
    kind, values = told
    for to in reachable_on(child, facts.marked, news.draft.directory):
        yield Queue(notice=_mail(kind, to, child, values, news))


def _kind_told(child: Case, moved: tuple[Effect, ...], news: _News) -> tuple[NoticeKind, dict[str, str]] | None:
    status = next((effect.status for effect in moved if isinstance(effect, ChangeStatus)), None)
    about = {"title": news.incident.title, "since": news.incident.opened_at.isoformat()}
    if status is Status.RESOLVED:
        return NoticeKind.INCIDENT_RESOLVED, about | {"ends_at": closes_at(child, moved, news.draft.charter)}
    if news.words:
        return NoticeKind.INCIDENT_UPDATE, about
    return (NoticeKind.STATUS_CHANGED, {"status": status.value}) if status else None


def _mail(kind: NoticeKind, to: Recipient, child: Case, values: dict[str, str], news: _News) -> Notice:
    return notice(
        kind,
        to,
        case=child.number,
        event=f"{news.draft.facts.event} {child.number}",
        facts=values,
        text=news.words.text,
        author=news.draft.agent.name,
        attachments=news.words.files,
    )
