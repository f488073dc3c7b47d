"""What may stand behind a command: priorities, cases, people; each read to a value, or a `Fault` says why."""

import re

from daemon.model.case import CaseNumber, Priority
from daemon.model.people import Agent, Directory, Team
from daemon.rules.sayings.saying import Fault

_NUMBER = re.compile(r"(?:([A-Za-z]{1,10})-)?(\d{1,12})")


def read_priority(argument: str) -> Priority:
    """Read a priority an agent may set: 1 to 4, or P1 to P4."""
    digit = argument.strip().casefold().removeprefix("p")
    if digit not in {"1", "2", "3", "4"}:
        raise Fault("no priority", word=repr(argument))
    return Priority(f"P{digit}")


def read_case(argument: str, prefix: str) -> CaseNumber:
    """Read a case as `SUP-1042` or `1042`."""
    found = _NUMBER.fullmatch(argument.strip().strip("[]"))
    if not found or (found.group(1) or prefix).casefold() != prefix.casefold():
        raise Fault("no case", word=repr(argument), prefix=prefix)
    return int(found.group(2))


def read_address(argument: str) -> str:
    """Read one plain address, lower-cased."""
    address = argument.strip().strip("<>").removeprefix("mailto:").casefold()
    if not re.fullmatch(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,190}\.[a-z0-9-]{2,63}", address):
        raise Fault("no address", word=repr(argument))
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
    raise Fault("no assignee", word=repr(argument), known=known)
