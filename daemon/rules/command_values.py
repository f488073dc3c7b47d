"""What may stand behind a command: dates, priorities, people, cases; each read to a value, or a `Fault` says why."""

import re
from datetime import date, timedelta

from daemon.model.case import CaseNumber, Priority
from daemon.model.people import Agent, Directory, Team

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = re.compile(r"(?:([A-Za-z]{1,10})-)?(\d{1,12})")


class Fault(ValueError):
    """A command that cannot be carried out; its text tells the agent what would be right."""


def read_date(argument: str, *, today: date) -> date:
    """Read `2026-12-01`, `tomorrow`, or a weekday (`monday`: the next one after today).

    Raises:
        Fault: it is no date, or not after today.
    """
    word = argument.strip().casefold()
    if word == "tomorrow":
        return today + timedelta(days=1)
    if word in WEEKDAYS:
        ahead = (WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise Fault(f"{argument!r} is no date: write it as {today + timedelta(days=7)}, tomorrow or monday") from None
    if day <= today:
        raise Fault(f"{day} is not after today ({today})")
    if day > today + timedelta(days=366):
        raise Fault(f"{day} is more than a year away")
    return day


def read_priority(argument: str) -> Priority:
    """Read a priority an agent may set: 1 to 4, or P1 to P4."""
    digit = argument.strip().casefold().removeprefix("p")
    if digit not in {"1", "2", "3", "4"}:
        raise Fault(f"{argument!r} is no priority: write 1, 2, 3 or 4")
    return Priority(f"P{digit}")


def read_case(argument: str, prefix: str) -> CaseNumber:
    """Read a case as `SUP-1042` or `1042`."""
    found = _NUMBER.fullmatch(argument.strip().strip("[]"))
    if not found or (found.group(1) or prefix).casefold() != prefix.casefold():
        raise Fault(f"{argument!r} is no case: write its number, such as {prefix}-1042")
    return int(found.group(2))


def read_address(argument: str) -> str:
    """Read one plain address, lower-cased."""
    address = argument.strip().strip("<>").removeprefix("mailto:").casefold()
    if not re.fullmatch(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,190}\.[a-z0-9-]{2,63}", address):
        raise Fault(f"{argument!r} is no e-mail address")
    return address


def read_assignee(argument: str, directory: Directory) -> Agent | Team:
    """Read an agent (id, address or name) or a team (id or name)."""
    word = argument.strip().casefold()
    for agent in directory.agents:
        if word in {agent.id.casefold(), agent.email, agent.name.casefold()}:
            return agent
    for team in directory.teams:
        if word in {team.id.casefold(), team.name.casefold()}:
            return team
    known = ", ".join([agent.id for agent in directory.agents][:12] + [team.id for team in directory.teams][:12])
    raise Fault(f"{argument!r} is no agent and no team; there are: {known}")
