"""Cases as the rules see them, read under the lock that the decision holds."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from daemon.model.case import Case, CaseNumber, Kind, Link, LinkType, Macd, Participant, Priority, Status, WaitingOn
from daemon.model.facts import Load
from daemon.store.clocks import active_clocks, ended_by_silence, read_clock
from daemon.store.prepared import Prepared
from daemon.store.tables import cases, links, loads, participants

MAX_CHAIN = 20
"""Duplicates of duplicates are followed this far; `#duplicate` links to the root, so chains are short."""


def lock_cases(connection: Connection, numbers: Iterable[CaseNumber]) -> tuple[Case, ...]:
    """Read these cases, and the primaries of the duplicates among them, locking their rows in the order of numbers."""
    wanted = {number for number in numbers if number > 0}
    found: dict[CaseNumber, Case] = {}
    for _ in range(MAX_CHAIN):
        missing = sorted(wanted - found.keys())
        if not missing:
            break
        read = _read(connection, _LOCKED_CASES, missing)
        found |= {case.number: case for case in read}
        wanted = {primary for case in read if (primary := case.primary()) is not None} - found.keys()
    return tuple(found.values())


def read_case(connection: Connection, number: CaseNumber) -> Case | None:
    """Read one case, whole, without locking it."""
    return next(iter(_read(connection, _CASES, [number])), None)


def read_to_show(connection: Connection, numbers: Iterable[CaseNumber]) -> dict[CaseNumber, Case]:
    """Read what mails show of cases, without locking them: the cases and their people, without links and clocks."""
    named = {"numbers": sorted(numbers)}
    rows = connection.execute(_CASES, named).all()
    people = _grouped(connection.execute(_PEOPLE, named))
    return {row.number: _case(row, people.get(row.number, []), [], []) for row in rows}


def customer_of(connection: Connection, number: CaseNumber) -> str:
    """Return the id of a case's customer."""
    customer: str = connection.execute(_CUSTOMER, {"number": number}).scalar_one()
    return customer


_NUMBERS = bindparam("numbers", expanding=True, type_=cases.c.number.type)
_CASES = select(cases).where(cases.c.number.in_(_NUMBERS)).order_by(cases.c.number)
_LOCKED_CASES = _CASES.with_for_update(key_share=True)
_PEOPLE = (
    select(participants)
    .where(participants.c.case_number.in_(_NUMBERS))
    .order_by(participants.c.added_at, participants.c.address)
)
_TIES = select(links).where(links.c.case_number.in_(_NUMBERS))
_CUSTOMER = select(cases.c.customer).where(cases.c.number == bindparam("number"))
_LOADS = Prepared(select(loads))


def _read(connection: Connection, query: Select[Any], numbers: list[CaseNumber]) -> list[Case]:
    named = {"numbers": numbers}
    rows = connection.execute(query, named).all()
    if not rows:
        return []
    people = _grouped(connection.execute(_PEOPLE, named))
    ties = _grouped(connection.execute(_TIES, named))
    active = _grouped(active_clocks(connection, numbers))
    silent = ended_by_silence(connection, [row.number for row in rows if row.closed_at])
    found = (
        _case(row, people.get(row.number, []), ties.get(row.number, []), active.get(row.number, [])) for row in rows
    )
    return [replace(case, ended_by_silence=case.number in silent) if silent else case for case in found]


def _grouped(rows: Iterable[Row[Any]]) -> dict[CaseNumber, list[Row[Any]]]:
    groups: dict[CaseNumber, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.case_number, []).append(row)
    return groups


def _case(row: Row[Any], people: list[Row[Any]], ties: list[Row[Any]], clocks: list[Row[Any]]) -> Case:
    return Case(
        number=row.number,
        subject=row.subject,
        kind=Kind(row.kind),
        status=Status(row.status),
        priority=Priority(row.priority),
        customer=row.customer,
        requester=row.requester,
        assignee=row.assignee,
        team=row.team,
        language=row.language,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        hold_until=row.hold_until,
        expected_delivery=row.expected_delivery,
        waiting_on=WaitingOn(row.waiting_on) if row.waiting_on else None,
        participants=tuple(Participant(person.address, person.name) for person in people),
        links=tuple(Link(LinkType(tie.type), tie.other) for tie in ties),
        etr=row.etr,
        vendor=row.vendor,
        macd=Macd(row.macd) if row.macd else None,
        approved_at=row.approved_at,
        carrier_delay=row.carrier_delay,
        escalation_level=row.escalation_level,
        escalated_to=row.escalated_to,
        clocks=tuple(read_clock(clock) for clock in clocks),
    )


def agent_loads(connection: Connection) -> tuple[Load, ...]:
    """Return how busy each technician is; who never had a case is not listed."""
    return tuple(Load(row.agent, row.open_cases, row.last_assigned_at) for row in _LOADS.rows(connection))
