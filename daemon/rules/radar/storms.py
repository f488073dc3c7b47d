"""What agents are told of mails that look alike (R7): whether it is news, to whom, and the one mail to each of them.

The radar never acts: what is decided here is a mail, and that it was told.  A master is made only by an agent's answer
(`storm_mail`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.model.case import CaseNumber
from daemon.model.charter import Charter
from daemon.model.desk_effect import KeepStorm
from daemon.model.effect import Decision, Effect, Queue
from daemon.model.incident import Incident, Storm
from daemon.model.notice import NEW, Notice, Recipient
from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import Outcome
from daemon.model.people import Agent, Directory
from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Whose
from daemon.rules.assignment import is_on_duty
from daemon.rules.maintenance.notices import names_of
from daemon.rules.notices import notice, to_agent
from daemon.rules.radar.words import Ear, stems_of

MOST_LISTED = 50
LEAST_SHOWN = 0.05
"""Rounded, less than this is nothing."""
LOUDER = 2
"""So many times as many customers make a storm news again while it is not to be told."""
ALIKE = 0.5
"""A storm, or an incident, is the same where so large a part of its words is the cluster's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of storms and incidents when a cluster is found."""

    now: datetime
    storms: tuple[Storm, ...]  # told within the pause
    incidents: tuple[Incident, ...]  # that are not over
    whose: Mapping[CaseNumber, Whose]  # of all cases of the clusters and the storms


def news_of(cluster: Cluster, known: Known, policy: RadarPolicy, ear: Ear) -> Storm | None:
    """Return the storm to tell of, or None: it was told, or is an incident already."""
    if any(_is_of(incident, cluster, ear) for incident in known.incidents):
        return None
    before = next((storm for storm in reversed(known.storms) if _is_same(storm, cluster, ear)), None)
    fresh = Storm(id=0, at=known.now, cases=cluster.cases, words=cluster.words, products=cluster.products)
    if before is None or known.now - before.at >= policy.pause:
        return fresh
    heard = {known.whose[case].customer for case in before.cases if case in known.whose}
    if len(heard | cluster.customers) < LOUDER * len(heard):
        return None
    return replace(fresh, id=before.id, cases=_together(before.cases, cluster.cases), incident=before.incident)


def _together(before: tuple[CaseNumber, ...], more: tuple[CaseNumber, ...]) -> tuple[CaseNumber, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _is_same(storm: Storm, cluster: Cluster, ear: Ear) -> bool:
    """Tell whether mails are more of a storm: on its cases, or in its words."""
    if set(storm.cases) & set(cluster.cases):
        return True
    are_near = bool(set(storm.products) & set(cluster.products)) or not (storm.products and cluster.products)
    return are_near and _share(stems_of(" ".join(storm.words), ear), cluster) >= ALIKE


def _is_of(incident: Incident, cluster: Cluster, ear: Ear) -> bool:
    """Tell whether an incident is what these mails are about: one of their products, and a title in their words."""
    are_near = bool(set(incident.products) & set(cluster.products)) or not (incident.products and cluster.products)
    return are_near and _share(stems_of(incident.title, ear), cluster) >= ALIKE


def _share(stems: frozenset[str], cluster: Cluster) -> float:
    said = {stem for mail in cluster.mails for stem in mail.words}
    return len(stems & said) / len(stems) if stems else 0.0


def readers(products: tuple[str, ...], charter: Charter, now: datetime) -> tuple[Agent, ...]:
    """Return who is told: everybody on duty of the products' teams, else the default team's on-call member."""
    directory = charter.directory
    members = (key for team in directory.teams if set(team.products) & set(products) for key in team.members)
    agents = (directory.agent(key) for key in dict.fromkeys(members))
    on_duty = tuple(agent for agent in agents if agent is not None and is_on_duty(agent, charter.plan, now))
    if on_duty:
        return on_duty
    team = directory.team(directory.default_team)
    on_call = directory.agent(team.on_call) if team else None
    return (on_call,) if on_call else ()


def tell(storm: Storm, cluster: Cluster, known: Known, charter: Charter, *, cases: str) -> Decision:
    """Tell each agent of a storm, once, and remember that; nothing else follows.

    Args:
        storm: as it is to be kept.
        cluster: what was found.
        known: when.
        charter: whom the desk knows.
        cases: what `listed` gives, as JSON.
    """
    agents = readers(storm.products, charter, known.now)
    facts = {
        "cases": cases,
        "words": "\n".join(storm.words),
        "products": names_of(storm.products, charter.directory),
        "usual": f"{cluster.usual:.1f}" if cluster.usual >= LEAST_SHOWN else "",
    }
    mails = tuple(Queue(notice=_mail(storm, cluster, facts, to_agent(agent, charter.plan))) for agent in agents)
    told = ", ".join(agent.id for agent in agents)
    reason = f"mails of {len(cluster.customers)} customers look alike ({', '.join(storm.words)}): {told} told"
    effects: tuple[Effect, ...] = (KeepStorm(storm=storm), *mails)
    return Decision(outcome=Outcome.AGENT_UPDATE, effects=effects, reason=reason, rules=("R7.1", "R7.2"))


def _mail(storm: Storm, cluster: Cluster, facts: dict[str, str], to: Recipient) -> Notice:
    event = f"storm {cluster.mails[-1].message}"  # a further mail of the same storm has a newer message
    return replace(notice(NoticeKind.STORM, to, case=None, event=event, facts=facts), about=storm.id or NEW)


def listed(storm: Storm, cluster: Cluster, known: Known, directory: Directory) -> Iterator[dict[str, object]]:
    """Give the cases of a storm, those with the newest mails last."""
    first = {mail.case: mail.at for mail in reversed(cluster.mails)}
    for case in storm.cases[-MOST_LISTED:]:
        if case in known.whose and case in first:
            customer = directory.customer(known.whose[case].customer)
            yield {
                "case": case,
                "customer": customer.name if customer else known.whose[case].customer,
                "subject": known.whose[case].subject,
                "at": first[case].isoformat(),
            }
