"""A desk's rows in memory, to rehearse on: made from nothing or copied from a real database, never written back.

What is copied is bounded: every case with its people and links, but messages, clocks, work and mails only of cases that
are open or were closed within `RECENT`.  Kept octets, the inbox and the history stay behind: no rule asks for them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Row,
    Select,
    StaticPool,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    make_url,
    or_,
    select,
)

from daemon.model.case import CaseNumber
from daemon.model.mail import Arrival
from daemon.store.database import open_database
from daemon.store.desk_tables import (
    announcements,
    incident_updates,
    incidents,
    subscribers,
    subscriptions,
    window_steps,
    window_told,
)
from daemon.store.every_table import EVERY_TABLE
from daemon.store.inbox import KeptMail
from daemon.store.inbox_tables import detained, inbox
from daemon.store.schema import require_newest
from daemon.store.tables import (
    bounced_contacts,
    cases,
    clocks,
    history,
    links,
    loads,
    messages,
    outbox,
    participants,
    time_entries,
)

FIRST_CASE = 1001
RECENT = timedelta(days=60)
BATCH = 5_000
_RECENT_ONLY: tuple[tuple[Table, Column[Any]], ...] = (
    (messages, messages.c.case_number),
    (clocks, clocks.c.case_number),
    (time_entries, time_entries.c.case_number),
    (outbox, outbox.c.case_number),
)


def open_in_memory() -> Engine:
    """Return an engine on an empty desk in memory, the tables made; it lives as long as the engine.

    Nobody else is on it, so the driver itself may begin transactions, at the first write: a fifth of the time is saved.
    """
    settings = {"check_same_thread": False, "isolation_level": "IMMEDIATE"}
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=settings)
    with engine.begin() as connection:
        EVERY_TABLE.create_all(connection)
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES ('cases', ?)", (FIRST_CASE - 1,))
    return engine


def open_to_read(url: str) -> Engine | None:
    """Return an engine on a real database that cannot write to it; None: there is no such SQLite file yet.

    Raises:
        Permanent: its schema is not the newest.
    """
    file = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite":
        if not file or not Path(file).exists():
            return None
        engine = _only_asking(create_engine(f"sqlite:///file:{_quoted(file)}?mode=rw&uri=true", hide_parameters=True))
    else:
        engine = open_database(url).execution_options(postgresql_readonly=True)
    require_newest(engine)
    return engine


def _only_asking(engine: Engine) -> Engine:
    """Refuse every write; a connection that may do no more (`mode=ro`) would leave SQLite's own files behind."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    return engine


def _quoted(file: str) -> str:
    return "".join(f"%{ord(sign):02x}" if sign in "%?#" else sign for sign in file)


def copy_desk(source: Connection, target: Connection, *, now: datetime) -> None:
    """Copy what the rules may ask for; case numbers go on from there."""
    recent = select(cases.c.number).where(or_(cases.c.closed_at.is_(None), cases.c.closed_at >= now - RECENT))
    for table in (cases, participants, links, loads):
        _copy(source, target, table, select(table))
    for table, case_number in _RECENT_ONLY:
        _copy(source, target, table, select(table).where(case_number.in_(recent)))
    _copy(source, target, detained, select(detained).where(detained.c.state == "open"))
    _copy(source, target, bounced_contacts, select(bounced_contacts))
    _copy_public(source, target, now=now)


def _copy_public(source: Connection, target: Connection, *, now: datetime) -> None:
    """Copy what was told of global incidents and maintenance windows, and who subscribes to the status page."""
    for table in (incidents, incident_updates, announcements, window_steps, subscribers, subscriptions):
        _copy(source, target, table, select(table))
    _copy(source, target, window_told, select(window_told).where(window_told.c.end_at >= now - RECENT))


def _copy(source: Connection, target: Connection, table: Table, query: Select[Any]) -> None:
    rows = source.execute(query.execution_options(yield_per=BATCH))
    for batch in rows.mappings().partitions(BATCH):
        target.execute(insert(table), [_bare(dict(row)) for row in batch])


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out composed octets: nothing is sent."""
    return row | {"octets": None} if "octets" in row else row


def keep_read(connection: Connection, arrival: Arrival, *, now: datetime) -> KeptMail:
    """Store a mail that was read already, without octets."""
    row = {
        "source": arrival.source,
        "source_key": arrival.source_key,
        "mailbox": arrival.mailbox,
        "reverse_path": arrival.envelope.reverse_path,
        "recipients": list(arrival.envelope.recipients),
        "peer": arrival.envelope.peer,
        "greeting": arrival.envelope.greeting,
        "received_at": arrival.received_at,
        "kept_at": now,
        "size": 0,
        "sha256": "",
        "state": "done",
    }
    mail_id = connection.execute(insert(inbox).returning(inbox.c.id), row).scalar_one()
    return KeptMail(mail_id, arrival, 0, 0)


_LAST_MAIL = (
    select(outbox.c.message_id, outbox.c.payload)
    .where(outbox.c.case_number == bindparam("case"), outbox.c.recipient == bindparam("address"))
    .where(outbox.c.state != "cancelled")
    .order_by(outbox.c.id.desc())
    .limit(1)
)


def last_mail(connection: Connection, case: CaseNumber, address: str) -> tuple[str, dict[str, str]] | None:
    """Return the last mail that somebody got on a case: its Message-ID, and the addresses that it offers by purpose."""
    row = connection.execute(_LAST_MAIL, {"case": case, "address": address}).first()
    return (row.message_id, dict(row.payload.get("offers", ()))) if row else None


_ASSIGNEE = select(cases.c.assignee).where(cases.c.number == bindparam("case"))


def assignee_of(connection: Connection, case: CaseNumber) -> str:
    """Return the id of the technician who has a case."""
    return str(connection.execute(_ASSIGNEE, {"case": case}).scalar_one())


def newest_rows(connection: Connection) -> tuple[int, int]:
    """Return the newest ids of outgoing mail and of history."""
    mail = connection.execute(select(func.max(outbox.c.id))).scalar() or 0
    event = connection.execute(select(func.max(history.c.id))).scalar() or 0
    return mail, event


def mails_after(connection: Connection, row_id: int) -> Iterable[Row[Any]]:
    """Return what was written to the outbox after a row, the oldest first."""
    columns = (outbox.c.kind, outbox.c.recipient, outbox.c.case_number, outbox.c.subject, outbox.c.created_at)
    query = select(*columns, outbox.c.state, outbox.c.last_error).where(outbox.c.id > row_id)
    return connection.execute(query.order_by(outbox.c.created_at, outbox.c.id))


def events_after(connection: Connection, row_id: int, events: tuple[str, ...]) -> Iterable[Row[Any]]:
    """Return what of these kinds was recorded after a line of history, the oldest first."""
    query = select(history).where(history.c.id > row_id, history.c.event.in_(events))
    return connection.execute(query.order_by(history.c.at, history.c.id))


def all_clocks(connection: Connection) -> Iterable[Row[Any]]:
    """Return every clock, case by case, the oldest first."""
    return connection.execute(select(clocks).order_by(clocks.c.case_number, clocks.c.id))


def all_holds(connection: Connection) -> Iterable[Row[Any]]:
    """Return the cases on hold and until when."""
    query = select(cases.c.number, cases.c.hold_until).where(cases.c.hold_until.is_not(None))
    return connection.execute(query.order_by(cases.c.number))
