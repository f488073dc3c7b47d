"""What the daily digest tells: mail that waits for an agent, and what programs wrote (R2.4, S1.2)."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, not_, or_, select

from daemon.model.notice_kinds import NoticeKind
from daemon.model.outcome import DetainedKind, DetainedState, Outcome
from daemon.rules.detained.digest import MOST_ASKED, MOST_ITEMS, PROGRAMS, Backlog, Listed
from daemon.store.inbox_tables import detained, inbox
from daemon.store.tables import outbox

Asked = tuple[str, bool]
"""A customer's id, and whether it is asked about MACD requests."""

_LATE = timedelta(days=14)
"""Mail that programs wrote is counted where it was decided within this time of its receipt."""


def last_digest_at(connection: Connection) -> datetime | None:
    """Return when the last digest was written; None: there was none."""
    query = select(outbox.c.created_at).where(outbox.c.kind == NoticeKind.QUARANTINE_DIGEST.value)
    return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).scalar()


def asked_of(connection: Connection) -> tuple[Asked, ...]:
    """Return of which customers held requests wait."""
    query = select(detained.c.customer, detained.c.is_macd).where(_waits(DetainedKind.HELD)).distinct()
    return tuple((row.customer, row.is_macd) for row in connection.execute(query))


def is_anything_new(connection: Connection, *, since: datetime | None, until: datetime) -> bool:
    """Tell whether mail that waits for somebody, or a program's, was decided since then and before `until`."""
    came = inbox.c.decided_at < until
    if since is not None:
        came &= inbox.c.decided_at >= since
    waits = select(detained.c.id).join(inbox, inbox.c.id == detained.c.inbox_id)
    if connection.execute(waits.where(or_(_for_agents(()), _waits(DetainedKind.HELD)), came).limit(1)).first():
        return True
    return bool(machine_counts(connection, since=since or until - timedelta(days=1), until=until))


def machine_counts(connection: Connection, *, since: datetime, until: datetime) -> tuple[tuple[Outcome, int], ...]:
    """Count the mail of programs that belongs to no case, by how it ended, decided since then and before `until`."""
    known = [outcome.value for outcome in PROGRAMS]
    query = (
        select(inbox.c.outcome, func.count().label("many"))
        .where(inbox.c.state == "done", inbox.c.received_at > since - _LATE)
        .where(inbox.c.decided_at >= since, inbox.c.decided_at < until)
        .where(inbox.c.outcome.in_(known), inbox.c.case_number.is_(None))
        .group_by(inbox.c.outcome)
    )
    counted = {row.outcome: row.many for row in connection.execute(query)}
    return tuple((outcome, counted[outcome.value]) for outcome in PROGRAMS if outcome.value in counted)


def backlog(connection: Connection, *, since: datetime, until: datetime, unreachable: Collection[Asked]) -> Backlog:
    """Return what waits, for agents and for contacts, and what programs wrote since then and before `until`."""
    for_agents = _for_agents(unreachable)
    asked = and_(_waits(DetainedKind.HELD), not_(for_agents))
    machine = machine_counts(connection, since=since, until=until)
    counted = [{"outcome": outcome.value, "count": count} for outcome, count in machine]
    return Backlog(
        for_agents=_listed(connection, for_agents, most=MOST_ITEMS),
        asked=_listed(connection, asked, most=MOST_ASKED),
        machine=json.dumps(counted),
    )


def _listed(connection: Connection, waits: ColumnElement[bool], *, most: int) -> Listed:
    """Return the newest mails that wait so, and how many more do."""
    rows = connection.execute(select(detained).where(waits).order_by(detained.c.id.desc()).limit(most)).all()
    many = connection.execute(select(func.count()).select_from(detained).where(waits)).scalar_one()
    return Listed(json.dumps([_item(row) for row in rows]), many, many - len(rows))


def _waits(kind: DetainedKind) -> ColumnElement[bool]:
    is_open = and_(detained.c.state == DetainedState.OPEN.value, detained.c.kind == kind.value)
    return and_(is_open, detained.c.waits_with.is_(None))  # else it comes or goes with the request it waits with


def _for_agents(unreachable: Collection[Asked]) -> ColumnElement[bool]:
    """Ask for quarantined mail, what nobody is asked about, and requests that reach none of their contacts."""
    nobodys = or_(
        false(),
        *(and_(detained.c.customer == customer, detained.c.is_macd.is_(macd)) for customer, macd in unreachable),
    )
    challenged, held = _waits(DetainedKind.CHALLENGED), _waits(DetainedKind.HELD)
    unasked = and_(or_(challenged, held), detained.c.lapses_at.is_(None))
    return or_(_waits(DetainedKind.QUARANTINED), unasked, and_(held, nobodys))


def _item(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": DetainedKind(row.kind).for_agents.value,
        "sender": row.sender,
        "subject": row.subject,
        "reason": row.reason,
        "received_at": row.received_at.isoformat(),
        "case": row.case_number or "",
        "lapses_at": row.lapses_at.isoformat() if row.lapses_at else "",
    }
