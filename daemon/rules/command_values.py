"""What may stand behind a command: dates, priorities, people, cases; each read to a value, or a `Fault` says why."""

import re
from datetime import date, timedelta

from daemon.model.case import CaseNumber, Priority
from daemon.model.people import Agent, Directory, Team
from daemon.rules.sayings import Fault

TOMORROW = {"tomorrow", "demain"}
WEEKDAYS = {
    word: number
    for words in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
    for number, word in enumerate(words)
}
_NUMBER = re.compile(r"(?:([A-Za-z]{1,10})-)?(\d{1,12})")


def read_date(argument: str, *, today: date) -> date:
    """Read `2026-12-01`, `tomorrow`, or a weekday (`monday`, `lundi`: the next one after today).

    Raises:
        Fault: it is no date, or not after today.
    """
    word = argument.strip().casefold()
    if word in TOMORROW:
        return today + timedelta(days=1)
    if word in WEEKDAYS:
        ahead = (WEEKDAYS[word] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise Fault("no date", word=repr(argument), example=str(today + timedelta(days=7))) from None
    if day <= today:
        raise Fault("past date", day=str(day), today=str(today))
    if day > today + timedelta(days=366):
        raise Fault("far date", day=str(day))
    return day


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
