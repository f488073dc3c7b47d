"""Commands that call for more than a technician: global incidents and escalations (R7, R9)."""

import re
from collections.abc import Iterator

from daemon.model.case import Case, Kind, LinkType, Priority, WaitingOn
from daemon.model.case_effect import LinkCases, SetPriority, SetWaiting
from daemon.model.desk_effect import OpenIncident, RetitleIncident
from daemon.model.effect import Queue
from daemon.rules.commands.command import Command
from daemon.rules.commands.values import read_case
from daemon.rules.draft import Draft
from daemon.rules.escalation import Call, escalate, next_level
from daemon.rules.incidents.masters import (
    Joining,
    incident_of,
    is_open_incident,
    join,
    master_of,
    opened_by,
    products_of,
)
from daemon.rules.sayings.saying import Fault, Saying, say
from daemon.rules.subjects import NO_SUBJECT, bare_subject, tag

_LEVEL = re.compile(r"(?:(?:to )?level |(?:au )?niveau |l)?([1-9])")


def _p1g(draft: Draft, argument: str) -> Draft:
    """Make a case the master of a global incident (R7.1), or open one on no case; only an agent can (R7.2).

    A subject is a customer's own words, and may say whatever is theirs alone: it becomes no title (S2.6).  At three in
    the morning nobody is asked for one: without a title the incident has a plain one, which `#public-title` corrects.
    """
    if draft.opens_for is not None:
        if draft.macd is not None:
            raise Fault("macd master")
        title = _title_of_case(draft, argument, draft.subject)
        return draft.with_line(_titled(title), priority=Priority.P1G, incident=title)
    if draft.case is None:
        title = _title(draft, "#p1g", argument)
        return draft.with_line(_titled(title), incident=title)
    case = draft.on_worked_case("#p1g")
    known = incident_of(draft.facts, case.number)
    if case.priority is Priority.P1G and known is not None and known.resolved_at is None:
        raise Fault("has priority", priority=Priority.P1G.value)
    _refuse_child(draft, case)
    if case.kind is Kind.MACD:
        raise Fault("macd master")
    title = _title_of_case(draft, argument or (known.title if known else ""), case.subject)
    products = products_of(f"{title} {case.subject}", draft.directory)
    at, actor = draft.at, draft.agent.email
    draft = draft.with_more(tuple(_urgent(case, draft)))
    face = OpenIncident(case=case.number, title=title, products=products, at=at, actor=actor)
    return draft.with_effect(face, _titled(title), priority=Priority.P1G.value)


def _urgent(case: Case, draft: Draft) -> Iterator[SetPriority | SetWaiting]:
    """Give what lets a master run: its priority, and that it waits for no customer's word (R7.3)."""
    at, actor = draft.at, draft.agent.email
    if case.priority is not Priority.P1G:
        yield SetPriority(case=case.number, priority=Priority.P1G, at=at, actor=actor)
    if case.waiting_on is WaitingOn.CUSTOMER:
        yield SetWaiting(case=case.number, waiting_on=None, at=at, actor=actor, why="R7.3")


def _title_of_case(draft: Draft, argument: str, subject: str) -> str:
    """Return the title that the agent wrote, else a plain one: of the subject it names the products alone."""
    if argument and _bare(draft, argument):
        return _title(draft, "#p1g", argument)
    named = set(products_of(subject, draft.directory))
    names = ", ".join(product.name for product in draft.directory.products if product.id in named)
    plain = say("plain title of", products=names) if names else say("plain title")
    return plain.words(draft.plan.languages[0])


def _bare(draft: Draft, argument: str) -> str:
    title = bare_subject(argument, draft.plan.provider.prefix)
    return "" if title in NO_SUBJECT.values() else title


def _title(draft: Draft, command: str, argument: str) -> str:
    """Return what everybody is to read; the guard looks at it once the mail is read whole (S3.7).

    Raises:
        Fault: nothing is left of it.
    """
    title = _bare(draft, argument)
    if not title:
        raise Fault("needs title", command=command)
    return title


def _titled(title: str) -> Saying:
    return say("public title", priority=Priority.P1G.value, title=title)


def _retitle(draft: Draft, argument: str) -> Draft:
    """Let everybody read another title of an incident, one that is over too: what was wrong in it stands no more."""
    case = draft.on_case()
    incident = opened_by(draft.effects, incident_of(draft.facts, case.number))
    if incident is None:
        raise Fault("no incident")
    title = _title(draft, "#public-title", argument)
    changed = RetitleIncident(case=case.number, title=title, at=draft.at, actor=draft.agent.email)
    return draft.with_effect(changed, _titled(title))


def _master(draft: Draft, argument: str) -> Draft:
    """Join a master case, of whatever customer; the customer reads the incident's news, and no more (R7.1, S2.6)."""
    case, prefix = draft.on_worked_case("#master"), draft.plan.provider.prefix
    number = read_case(argument, prefix)
    master = draft.facts.case(number)
    if case.number == number or case.priority is Priority.P1G:
        raise Fault("is master")
    if master is None or not is_open_incident(draft.facts, master):
        raise Fault("no master", tag=tag(prefix, number))
    _refuse_child(draft, case)
    done = say("child", tag=tag(prefix, number))
    incident = incident_of(draft.facts, number)
    if incident is None:  # it was made a P1G before incidents had a title
        link = LinkCases(case=case.number, type=LinkType.CHILD_OF, other=number, at=draft.at, actor=draft.agent.email)
        return draft.with_effect(link, done)
    joining = Joining(draft.agent, draft.at, draft.facts.event)
    return draft.with_effects(join(case, incident, joining, draft.facts.marked, draft.directory), done)


def _refuse_child(draft: Draft, case: Case) -> None:
    master = master_of(case)
    if master is not None:
        raise Fault("is child", tag=tag(draft.plan.provider.prefix, master))


def _escalate(draft: Draft, argument: str) -> Draft:
    """Bring a case to the next level, for a customer who asked by telephone or for the agent's own reasons (R9.2)."""
    case, level = draft.on_case(), _read_level(argument)
    if case.is_closed():
        raise Fault("closed escalates")
    above = next_level(case, draft.directory)
    if level is not None and level != (above.level if above else case.escalation_level):
        raise Fault(
            "wrong level", level=str(level), now=str(case.escalation_level), right=_right(above.level if above else 0)
        )
    facts = draft.facts
    call = Call(by=draft.agent.email, at=draft.at, event=facts.event, history=facts.history)
    escalated = escalate(case, draft.charter, call)
    if escalated is None:
        raise Fault("nobody above")
    answer = (Queue(notice=escalated.answer),) if escalated.answer else ()
    reach = escalated.reach
    done = say("escalated", level=str(reach.level.level), title=reach.level.title, name=reach.manager.name)
    return draft.with_effects((*escalated.effects, *answer), done)


def _right(level: int) -> str:
    return f"#escalate {level}" if level else "#escalate"


def _read_level(argument: str) -> int | None:
    if not argument:
        return None
    found = _LEVEL.fullmatch(" ".join(argument.casefold().split()))
    if found is None:
        raise Fault("no level", word=repr(argument))
    return int(found.group(1))


P1G = Command("p1g", _p1g)
PUBLIC_TITLE = Command("public-title", _retitle)
MASTER = Command("master", _master)
ESCALATE = Command("escalate", _escalate)
