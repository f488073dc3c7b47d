"""Global incidents from the shell (R7): opened without a customer, joined by cases, told of, resolved."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.act.commanding import ShellWish, carry_out
from daemon.act.starting import agent_named, facts_now, opened_number
from daemon.apply import apply
from daemon.desk import Desk
from daemon.errors import Permanent
from daemon.gather.incidents import lock_with_children, with_incidents
from daemon.model.case import Case, CaseNumber
from daemon.model.effect import Decision, Effect
from daemon.model.facts import Facts
from daemon.model.outcome import Outcome
from daemon.model.people import Agent
from daemon.posting import Posting
from daemon.rules.agents.guarding import found_in_public
from daemon.rules.commands.table import carry
from daemon.rules.commands.text import read_command
from daemon.rules.draft import Draft
from daemon.rules.incidents.masters import Wanted, incident_of, open_incident, products_of
from daemon.rules.opening import responsible
from daemon.rules.sayings.saying import Fault, say
from daemon.rules.subjects import tag
from daemon.store.cases import read_case
from daemon.store.database import Connection, reading, transaction
from daemon.store.incidents import incidents_of


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentWish:
    """An incident that an agent opens from the shell."""

    title: str
    products: tuple[str, ...]  # product ids; empty: as far as the title names them, else all
    text: str  # the first news, or empty
    agent: str  # id or address; empty: whoever gets the case
    sends_anyway: bool = False  # whatever the guard finds (S3.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an agent tells of an incident from the shell."""

    text: str
    agent: str  # id or address; empty: whoever has the master
    sends_anyway: bool = False


def open_master(desk: Desk, wish: IncidentWish, *, now: datetime) -> CaseNumber:
    """Open a master case without a customer; the status page and its subscribers are told (R7.1, R7.4).

    Raises:
        Permanent: there is no title, no such agent, or the guard finds a customer in what everybody would read.
    """
    directory, policy = desk.config.directory, desk.config.plan.mailboxes[0]
    by, title = agent_named(desk, wish.agent) if wish.agent else None, " ".join(wish.title.split())
    if not title:
        raise Permanent("an incident needs a title that everybody may read")
    with transaction(desk.engine) as connection:
        facts = facts_now(connection, desk, now)
        facts = with_incidents(connection, desk, facts, masters=(), opens=True)
        wanted = Wanted(
            title=title,
            products=wish.products or products_of(title, directory),
            agent=by,
            at=now,
            event=facts.event,
            text=wish.text.strip(),
        )
        opened = open_incident(wanted, facts, desk.config.charter, policy=policy)
        reason = f"{opened.by.id} opened a global incident"
        decision = Decision(outcome=Outcome.CASE_OPENED, effects=opened.effects, reason=reason, rules=("R7.1", "R7.2"))
        if not wish.sends_anyway:
            _refuse_leaks(decision, facts, desk)
        return opened_number(apply(connection, decision, Posting(desk, now, None), cases=()))


def _refuse_leaks(decision: Decision, facts: Facts, desk: Desk) -> None:
    found = found_in_public(decision, facts, desk.config.charter)
    if found:
        raise Permanent(say("may leak everybody", found="; ".join(map(str, found))).words("en"))


def link_cases(
    desk: Desk, master: CaseNumber, cases: tuple[CaseNumber, ...], *, agent: str, now: datetime
) -> tuple[CaseNumber, ...]:
    """Let cases join a master: all of them, or none; their people get its last update (R7.1, R7.4).

    Raises:
        Permanent: there is no such case, or it cannot join; one line a fault.
    """
    prefix = desk.config.plan.provider.prefix
    with transaction(desk.engine) as connection:
        facts = replace(facts_now(connection, desk, now), cases=lock_with_children(connection, {master, *cases}, ()))
        facts = with_incidents(connection, desk, facts, masters=(), opens=False)
        by = _agent_on(desk, _master_in(facts, master, prefix), agent)
        effects, faults = _joined(cases, tag(prefix, master), by, facts, desk)
        if faults:
            raise Permanent("\n".join(faults))
        reason = f"{by.id} let {len(cases)} cases join the master {tag(prefix, master)}"
        decision = Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("R7.1",), case=master)
        apply(connection, decision, Posting(desk, now, None), cases=facts.cases)
        return cases


def _joined(
    cases: tuple[CaseNumber, ...], master: str, by: Agent, facts: Facts, desk: Desk
) -> tuple[tuple[Effect, ...], list[str]]:
    """Return what `#master` does to each of the cases, and what is wrong with it."""
    effects: tuple[Effect, ...] = ()
    faults: list[str] = []
    command, prefix = read_command(f"master {master}"), desk.config.plan.provider.prefix
    for number in dict.fromkeys(cases):
        case = facts.case(number)
        if case is None:
            faults.append(f"there is no case {tag(prefix, number)}")
            continue
        draft = Draft(agent=by, facts=facts, charter=desk.config.charter, case=case)
        try:
            effects += carry(draft, command).effects
        except Fault as fault:
            faults.append(f"{tag(prefix, number)}: {fault.saying.words('en')}")
    return effects, faults


def _master_in(facts: Facts, number: CaseNumber, prefix: str) -> Case:
    case = facts.case(number)
    if case is None or incident_of(facts, number) is None:
        raise Permanent(f"{tag(prefix, number)} is no global incident")
    return case


def _agent_on(desk: Desk, master: Case, agent: str) -> Agent:
    return agent_named(desk, agent) if agent else responsible(master, desk.config.directory)


def update_incident(desk: Desk, master: CaseNumber, telling: Telling, *, now: datetime) -> str:
    """Tell everybody of an incident: a public reply on the master (R7.4).

    Returns:
        Whom it reached, in words.

    Raises:
        Permanent: there is no such incident, or the guard finds a customer in the text.
    """
    return carry_out(desk, master, _wish(desk, master, telling), now=now)


def resolve_incident(desk: Desk, master: CaseNumber, telling: Telling, *, now: datetime) -> str:
    """End an incident: the master and its children are Resolved - Follow-up Needed (R7.5).

    Returns:
        Whom it reached, in words.

    Raises:
        Permanent: there is no such incident, it is over, or the guard finds a customer in the text.
    """
    return carry_out(desk, master, _wish(desk, master, telling, "status resolved"), now=now)


def _wish(desk: Desk, number: CaseNumber, telling: Telling, *lines: str) -> ShellWish:
    prefix = desk.config.plan.provider.prefix
    with reading(desk.engine) as connection:
        master = _known(connection, number, prefix)
    anyway = ("send-anyway",) if telling.sends_anyway and telling.text else ()
    return ShellWish(_agent_on(desk, master, telling.agent).id, (*lines, *anyway), telling.text)


def _known(connection: Connection, number: CaseNumber, prefix: str) -> Case:
    case = read_case(connection, number)
    if case is None or not incidents_of(connection, [number]):
        raise Permanent(f"{tag(prefix, number)} is no global incident")
    return case
