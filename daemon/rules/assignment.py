"""Who gets a case (R1.1): the team by mailbox or product, then the least loaded technician on duty, in a fair order."""

import re
from datetime import UTC, datetime

from daemon.model.charter import Charter
from daemon.model.facts import Load
from daemon.model.people import Agent, Directory, Product, Team
from daemon.model.plan import MailboxPolicy, Plan

NEVER = datetime.min.replace(tzinfo=UTC)
_WORD = re.compile(r"\w+")


def team_for(subject: str, mailbox: MailboxPolicy, directory: Directory) -> Team:
    """Return the mailbox's team, else the team of a product that the subject names, else the default team."""
    named = mailbox.team or _team_of_product(subject, directory) or directory.default_team
    team = directory.team(named) or directory.team(directory.default_team)
    assert team is not None, "the configuration was checked: its default team exists"
    return team


def _team_of_product(subject: str, directory: Directory) -> str | None:
    """Return the team of the first product with a team that the subject names."""
    teams = (
        (product, team.id) for product in directory.products for team in directory.teams if product.id in team.products
    )
    said = _words(subject)
    return next((team for product, team in teams if _names(said, product)), None)


def product_named(subject: str, directory: Directory) -> Product | None:
    """Return the first product that a subject names, whole words together and in order."""
    return next(iter(products_named(subject, directory)), None)


def products_named(text: str, directory: Directory) -> tuple[Product, ...]:
    """Return every product that a text names, in the order of the configuration."""
    said = _words(text)
    return tuple(product for product in directory.products if _names(said, product))


def _names(said: str, product: Product) -> bool:
    return any(_words(name) in said for name in (product.id, *product.keywords))


def _words(text: str) -> str:
    """Return the words of a text, case-blind, each between single spaces."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def technician(team: Team, loads: tuple[Load, ...], charter: Charter, *, at: datetime) -> Agent:
    """Return the member on duty with the fewest open cases; of equals, the one who got a case the longest ago.

    With nobody on duty it is the team's on-call member (R1.1).
    """
    plan, directory = charter.plan, charter.directory
    on_duty = [
        agent for key in team.members if (agent := directory.agent(key)) is not None and is_on_duty(agent, plan, at)
    ]
    if not on_duty:
        on_call = directory.agent(team.on_call)
        assert on_call is not None, "the configuration was checked: its on-call agents exist"
        return on_call
    known = {load.agent: load for load in loads}
    return min(on_duty, key=lambda agent: _burden(known.get(agent.id)))


def _burden(load: Load | None) -> tuple[int, datetime]:
    return (load.open_cases, load.last_assigned_at or NEVER) if load else (0, NEVER)


def is_on_duty(agent: Agent, plan: Plan, at: datetime) -> bool:
    """Tell whether the agent works at this instant: inside their hours, and not away."""
    local = at.astimezone(plan.zone)
    away = any(first <= local.date() <= last for first, last in agent.away)
    return agent.duty.include(local) and not away


def assignee_or_on_call(assignee: str, team_id: str, directory: Directory) -> Agent:
    """Return the agent who answers for a case; the team's on-call member where the assignee has left."""
    agent = directory.agent(assignee)
    if agent is not None:
        return agent
    team = directory.team(team_id) or directory.team(directory.default_team)
    assert team is not None, "the configuration was checked: its default team exists"
    on_call = directory.agent(team.on_call)
    assert on_call is not None, "the configuration was checked: its on-call agents exist"
    return on_call
