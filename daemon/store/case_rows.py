"""Writing cases: one function a kind of row.  Only `apply` calls these."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, insert, select, update

from daemon.model.case import CaseNumber, LinkType, Participant
from daemon.model.case_effect import AddMessage, OpenCase
from daemon.model.clocks import Clock
from daemon.model.promise_effect import RecordTime
from daemon.store.clocks import clock_row
from daemon.store.conflict import insert_into
from daemon.store.prepared import Prepared
from daemon.store.tables import attachments, cases, clocks, history, links, loads, messages, participants, time_entries

_INSERT_CASE = Prepared(insert(cases).returning(cases.c.number))
_CHANGE_CASE = Prepared(update(cases).where(cases.c.number == bindparam("this_case")))
_INSERT_MESSAGE = Prepared(insert(messages).returning(messages.c.id))
_INSERT_ATTACHMENT = Prepared(insert(attachments))
_INSERT_EVENT = Prepared(insert(history))
_INSERT_CLOCK = Prepared(insert(clocks))
_KEEP_CLOCK = Prepared(update(clocks).where(clocks.c.id == bindparam("this_clock")))
_INSERT_TIME = insert(time_entries)
_STANDING = Prepared(
    select(cases.c.assignee, cases.c.status, cases.c.waiting_on).where(cases.c.number == bindparam("case"))
)


def insert_case(connection: Connection, opening: OpenCase) -> CaseNumber:
    """Insert a case in status New and return its number."""
    row = {
        "subject": opening.subject,
        "kind": opening.kind.value,
        "status": "new",
        "priority": opening.priority.value,
        "customer": opening.customer,
        "requester": opening.requester,
        "assignee": opening.assignee,
        "team": opening.team,
        "language": opening.language,
        "opened_at": opening.opened_at,
        "assigned_at": opening.opened_at,
        "macd": opening.macd.value if opening.macd else None,
        "approved_at": opening.approved_at,
    }
    number: CaseNumber = _INSERT_CASE.row(connection, row).number
    return number


def change_case(connection: Connection, number: CaseNumber, values: dict[str, Any]) -> None:
    """Change columns of a case."""
    _CHANGE_CASE.rows(connection, values | {"this_case": number})


def add_load(connection: Connection, agent: str, change: int, *, assigned_at: datetime | None = None) -> None:
    """Count an open case more or less for a technician."""
    first = {"agent": agent, "open_cases": max(change, 0), "last_assigned_at": assigned_at, "change": change}
    _add_load(connection.dialect.name, is_assigned=assigned_at is not None).rows(connection, first)


@cache
def _add_load(dialect: str, *, is_assigned: bool) -> Prepared:
    values: dict[str, Any] = {"open_cases": loads.c.open_cases + bindparam("change", type_=Integer)}
    if is_assigned:
        values["last_assigned_at"] = bindparam("last_assigned_at", type_=loads.c.last_assigned_at.type)
    named = {column.name: bindparam(column.name, type_=column.type) for column in loads.c}
    statement = insert_into(dialect, loads).values(named)
    return Prepared(statement.on_conflict_do_update(index_elements=["agent"], set_=values))


def insert_messages(
    connection: Connection, added: Sequence[tuple[CaseNumber, AddMessage]], *, inbox_id: int | None
) -> None:
    """Insert messages with their attachments."""
    ids = [_INSERT_MESSAGE.row(connection, _message_row(*one, inbox_id)).id for one in added]
    refs = [
        {"message_id": message_id} | dataclasses.asdict(ref)
        for message_id, (_, message) in zip(ids, added, strict=True)
        for ref in message.attachments
    ]
    _INSERT_ATTACHMENT.each(connection, refs)


def _message_row(number: CaseNumber, message: AddMessage, inbox_id: int | None) -> dict[str, Any]:
    return {
        "case_number": number,
        "inbox_id": inbox_id,
        "incoming": message.incoming,
        "author": message.author,
        "public": message.public,
        "automatic": message.automatic,
        "text": message.text,
        "received_at": message.received_at,
        "message_id": message.message_id,
    }


def insert_participant(
    connection: Connection, number: CaseNumber, person: Participant, *, at: datetime, by: str
) -> bool:
    """Insert a participant; False: they were one already."""
    row = {"case_number": number, "address": person.address, "name": person.name, "added_at": at, "added_by": by}
    return _insert_participant(connection.dialect.name).row(connection, row) is not None


@cache
def _insert_participant(dialect: str) -> Prepared:
    return Prepared(insert_into(dialect, participants).on_conflict_do_nothing().returning(participants.c.address))


def link(connection: Connection, number: CaseNumber, kind: LinkType, other: CaseNumber) -> None:
    """Insert a link and its inverse."""
    rows = [
        {"case_number": number, "type": kind.value, "other": other},
        {"case_number": other, "type": kind.inverse.value, "other": number},
    ]
    connection.execute(insert_into(connection.dialect.name, links).on_conflict_do_nothing(), rows)


def unlink(connection: Connection, number: CaseNumber, kind: LinkType, other: CaseNumber) -> None:
    """Delete a link and its inverse."""
    for here, tie, there in ((number, kind, other), (other, kind.inverse, number)):
        connection.execute(
            delete(links).where(links.c.case_number == here, links.c.type == tie.value, links.c.other == there)
        )


def insert_history(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert lines of history (columns of `history`)."""
    _INSERT_EVENT.each(connection, rows)


def keep_clocks(connection: Connection, kept: Sequence[tuple[CaseNumber, Clock]]) -> None:
    """Write clocks as they now stand, then insert those that begin: of a name only one is active."""
    written = [clock_row(clock) | {"this_clock": clock.id} for _, clock in kept if clock.id]
    begun = [clock_row(clock) | {"case_number": number} for number, clock in kept if not clock.id]
    _KEEP_CLOCK.each(connection, written)
    _INSERT_CLOCK.each(connection, begun)


def insert_time(connection: Connection, number: CaseNumber, entry: RecordTime, *, inbox_id: int | None) -> None:
    """Insert minutes of work (R10.4)."""
    row = {"agent": entry.actor, "minutes": entry.minutes, "at": entry.at, "inbox_id": inbox_id}
    connection.execute(_INSERT_TIME, row | {"case_number": number})


def standing_of(connection: Connection, number: CaseNumber) -> Any:
    """Return a case's assignee, status and whom it waits for."""
    return _STANDING.row(connection, {"case": number})
