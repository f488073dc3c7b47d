"""Global incidents (R7): a master case is opened, with a public title, and cases of customers join it.

No customer reads anything of another (S2.6): what is told is the title and the public updates, each in the case's own
thread.  Only agents come here; no mail of a customer does (R7.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.case import NEW_CASE, Case, CaseNumber, LinkType, Priority, Status
from daemon.model.case_effect import AddMessage, ChangeStatus, LinkCases, OpenCase
from daemon.model.charter import Charter
from daemon.model.desk_effect import OpenIncident, RetitleIncident, TellIncident
from daemon.model.effect import Effect, Queue
from daemon.model.facts import Facts
from daemon.model.incident import Incident, IncidentUpdate, UpdateKind
from daemon.model.notice_kinds import NoticeKind
from daemon.model.people import Agent, Directory, Team
from daemon.model.plan import MailboxPolicy
from daemon.rules.assignment import products_named, team_for, technician
from daemon.rules.draft import WORKED_ON
from daemon.rules.incidents.readers import children_of, reachable_on, tell_subscribers
from daemon.rules.notices import notice, to_agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An incident that an agent opens: what everybody reads of it, and who says so when."""

    title: str
    products: tuple[str, ...]  # product ids; empty: all
    agent: Agent | None  # None: whoever gets the case
    at: datetime
    event: str  # names what happened: the keys of its notices begin with it
    text: str = ""  # the first news; empty: there are none yet


@dataclass(frozen=True, slots=True)
class Opened:
    """A new master: its effects, the technician it went to, and who opened it."""

    effects: tuple[Effect, ...]
    assignee: Agent
    by: Agent


def products_of(text: str, directory: Directory) -> tuple[str, ...]:
    """Return the ids of the products that a text names; none: every product may be affected."""
    return tuple(product.id for product in products_named(text, directory))


def open_incident(
    wanted: Wanted, facts: Facts, charter: Charter, *, policy: MailboxPolicy, children: tuple[Case, ...] = ()
) -> Opened:
    """Open a master without a customer, tell the status page and its subscribers, and let cases join it (R7.1, R7.4).

    Args:
        wanted: what it is; the leak guard has seen its title and its text.
        facts: give the technicians' loads, the subscribers, and whose mail bounces.
        charter: the plan, and who could work on it.
        policy: of the desk's mailbox; it may name a team.
        children: cases that are to join it, under lock; those that cannot are left out.
    """
    team = _team_for(wanted, policy, charter.directory)
    assignee = technician(team, facts.loads, charter, at=facts.now)
    by = wanted.agent or assignee
    incident = _incident(wanted, by)
    joined = tuple(
        effect
        for child in children
        if may_join(child)
        for effect in join(child, incident, Joining(by, wanted.at, wanted.event), facts.marked, charter.directory)
    )
    effects: tuple[Effect, ...] = (
        _opening(wanted, by, assignee, team, charter),
        *_first_words(wanted, by),
        face_of(incident, by),
        *joined,
        _tell_technician(wanted, by, assignee, charter),
        *tell_opened(incident, by, facts, charter),
    )
    return Opened(effects, assignee, by)


def _incident(wanted: Wanted, by: Agent) -> Incident:
    told = IncidentUpdate(wanted.at, UpdateKind.OPENED, wanted.text, by.id)
    return Incident(case=NEW_CASE, title=wanted.title, products=wanted.products, opened_at=wanted.at, updates=(told,))


def tell_opened(incident: Incident, by: Agent, facts: Facts, charter: Charter) -> tuple[Effect, ...]:
    """Put a new incident on the status page and tell its subscribers (R7.4): the title, and the first news if any."""
    told = incident.last_update or IncidentUpdate(incident.opened_at, UpdateKind.OPENED, "", by.id)
    mails = tell_subscribers(incident, told, facts.subscribers, charter, event=facts.event)
    return (TellIncident(case=incident.case, update=told), *mails)


def _team_for(wanted: Wanted, policy: MailboxPolicy, directory: Directory) -> Team:
    """Return the team of the first product that has one, else the one that the title names (R1.1)."""
    of_product = (team for product in wanted.products for team in directory.teams if product in team.products)
    return next(of_product, None) or team_for(wanted.title, policy, directory)


def _opening(wanted: Wanted, by: Agent, assignee: Agent, team: Team, charter: Charter) -> OpenCase:
    return OpenCase(
        subject=wanted.title,
        customer="",
        requester="",
        assignee=assignee.id,
        team=team.id,
        language=charter.plan.languages[0],
        opened_at=wanted.at,
        actor=by.email,
        why="R7.1",
        priority=Priority.P1G,
    )


def _first_words(wanted: Wanted, by: Agent) -> tuple[Effect, ...]:
    """Return the first news as an agent's first public reply, which begins the work (R3.2, R4.2)."""
    if not wanted.text:
        return ()
    at, actor = wanted.at, by.email
    words = AddMessage(case=NEW_CASE, incoming=False, author=actor, public=True, text=wanted.text, received_at=at)
    return (words, ChangeStatus(case=NEW_CASE, status=Status.IN_PROGRESS, at=at, actor=actor, why="R4.2"))


def _tell_technician(wanted: Wanted, by: Agent, assignee: Agent, charter: Charter) -> Queue:
    told = {"event": "new", "writer": by.email, "received_at": wanted.at.isoformat()}
    return Queue(
        notice=notice(
            NoticeKind.CASE_ASSIGNED,
            to_agent(assignee, charter.plan),
            case=NEW_CASE,
            event=wanted.event,
            facts=told,
            text=wanted.text,
            author=by.name,
        )
    )


def face_of(incident: Incident, by: Agent) -> OpenIncident:
    """Give a case the public face of an incident."""
    return OpenIncident(
        case=incident.case, title=incident.title, products=incident.products, at=incident.opened_at, actor=by.email
    )


@dataclass(frozen=True, slots=True)
class Joining:
    """Who lets a case join a master, and when."""

    by: Agent
    at: datetime
    event: str


def may_join(case: Case) -> bool:
    """Tell whether a case can become a child: it is worked on, and neither a master nor a child of one."""
    return case.status in WORKED_ON and case.priority is not Priority.P1G and master_of(case) is None


def master_of(case: Case) -> CaseNumber | None:
    """Return the master that a case belongs to."""
    return next((link.case for link in case.links if link.type is LinkType.CHILD_OF), None)


def join(
    child: Case, incident: Incident, joining: Joining, marked: frozenset[str], directory: Directory
) -> tuple[Effect, ...]:
    """Tie a case to a master, and tell its people the last news of the incident, in their own thread (R7.1, R7.4).

    Args:
        child: of whatever customer.
        incident: the master's public face; the case number may be `NEW_CASE`.
        joining: who does it.
        marked: addresses whose mail bounces: others are told instead (S3.4).
        directory: whom the desk knows.
    """
    link = LinkCases(
        case=child.number, type=LinkType.CHILD_OF, other=incident.case, at=joining.at, actor=joining.by.email
    )
    return (link, *_tell_joined(child, incident, joining, marked, directory))


def _tell_joined(
    child: Case, incident: Incident, joining: Joining, marked: frozenset[str], directory: Directory
) -> Iterator[Queue]:
    last = incident.last_update
    writer = directory.agent(last.author) if last else None
    told = {"title": incident.title, "since": incident.opened_at.isoformat(), "at": last.at.isoformat() if last else ""}
    for to in reachable_on(child, marked, directory):
        joined = notice(
            NoticeKind.INCIDENT_JOINED,
            to,
            case=child.number,
            event=f"{joining.event} {child.number}",
            facts=told,
            text=last.text if last else "",
            author=writer.name if writer else "",
        )
        yield Queue(notice=joined)


def incident_of(facts: Facts, number: CaseNumber) -> Incident | None:
    """Return a master's public face, if it has one."""
    return next((incident for incident in facts.incidents if incident.case == number), None)


def is_open_incident(facts: Facts, master: Case) -> bool:
    """Tell whether cases can join a master: it is worked on, and what the public was told is not that it is over."""
    incident = incident_of(facts, master.number)
    is_over = incident is not None and incident.resolved_at is not None
    return master.priority is Priority.P1G and master.status in WORKED_ON and not is_over


def has_worked_children(facts: Facts, master: Case) -> bool:
    """Tell whether somebody works on a case that belongs to this master."""
    return any(child.status in WORKED_ON for child in children_of(facts, master))


def opened_by(effects: tuple[Effect, ...], known: Incident | None) -> Incident | None:
    """Return an incident as it stands once effects hold that may open it."""
    for effect in effects:
        if isinstance(effect, OpenIncident):
            known = known or Incident(case=effect.case, title="", products=(), opened_at=effect.at)
            known = replace(known, title=effect.title, products=effect.products)
        elif isinstance(effect, RetitleIncident) and known is not None:
            known = replace(known, title=effect.title)
    return known
