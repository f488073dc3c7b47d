"""What was sent of late: asked by the governor and by the once-a-day rules (S3.3, S2.5, R2.4)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from daemon.model.case import CaseNumber
from daemon.model.facts import AnswerCounts, AskedContact, SentMail
from daemon.model.notice_kinds import NoticeKind
from daemon.store.instant import Instant
from daemon.store.outbox import about_of
from daemon.store.prepared import Prepared
from daemon.store.tables import outbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BURST = timedelta(minutes=10)
MOST_OUTSIDERS = 30
"""Outsiders a case and day of whom its agent is told: whoever holds a mail of ours can invent any number of them."""


_SINCE_HOUR = outbox.c.created_at > bindparam("an_hour_ago", type_=Instant())
_SINCE_DAY = outbox.c.created_at > bindparam("a_day_ago", type_=Instant())
_BEFORE_RECEIPT = (outbox.c.created_at >= bindparam("burst_began", type_=Instant())) & (
    outbox.c.created_at < bindparam("received_at", type_=Instant())
)
_COUNTED = outbox.c.answers.is_(True) & (outbox.c.state != "cancelled")
_TO_ADDRESS = Prepared(
    select(
        func.count().filter(_SINCE_HOUR).label("hour"),
        func.count().label("day"),
        func.count().filter(_BEFORE_RECEIPT).label("burst"),
    ).where(outbox.c.recipient == bindparam("address"), _COUNTED, _SINCE_DAY)
)
_ON_CASES = (
    select(func.count().label("answers"))
    .where(outbox.c.case_number.in_(bindparam("cases", expanding=True)), _COUNTED, _SINCE_HOUR)
    .group_by(outbox.c.case_number)
)
_GOT_SINCE = (
    select(outbox.c.id)
    .where(outbox.c.recipient == bindparam("address"), outbox.c.kind == bindparam("kind"))
    .where(outbox.c.created_at > bindparam("since", type_=Instant()))
    .limit(1)
)
_ASKED = (
    select(
        outbox.c.recipient,
        outbox.c.kind,
        func.count().filter(_SINCE_HOUR).label("hour"),
        func.count().label("day"),
    )
    .where(outbox.c.recipient.in_(bindparam("addresses", expanding=True)), _SINCE_DAY, outbox.c.state != "cancelled")
    .where(outbox.c.kind.in_([NoticeKind.HELD_REQUEST.value, NoticeKind.HELD_MORE.value]))
    .group_by(outbox.c.recipient, outbox.c.kind)
)
_TOLD_OF_SENDER = select(outbox.c.payload).where(
    outbox.c.case_number == bindparam("case"), outbox.c.kind == NoticeKind.OUTSIDER_WROTE.value, _SINCE_DAY
)


def counts(
    connection: Connection, address: str, cases: Collection[CaseNumber], *, now: datetime, received_at: datetime
) -> AnswerCounts:
    """Count the automatic answers of late to an address, and on that of these cases which has the most.

    Hour and day end at `now`; the minutes of quick ping-pong end where the mail was received.
    """
    since = {"an_hour_ago": now - HOUR, "a_day_ago": now - DAY}
    burst = {"burst_began": received_at - BURST, "received_at": received_at}
    row = _TO_ADDRESS.row(connection, since | burst | {"address": address})
    on_cases = connection.execute(_ON_CASES, since | {"cases": list(cases)}).scalars() if cases else ()
    return AnswerCounts(row.hour, row.day, max(on_cases, default=0), row.burst)


def answers_of_hour(connection: Connection, *, now: datetime) -> int:
    """Count the automatic answers to everybody within the hour before `now` (S3.3)."""
    query = select(func.count()).where(_COUNTED, _SINCE_HOUR)
    return int(connection.execute(query, {"an_hour_ago": now - HOUR}).scalar_one())


def got_since(connection: Connection, address: str, kind: NoticeKind, *, since: datetime) -> bool:
    """Tell whether a mail of this kind was written to this address after an instant (R2.4, S2.3)."""
    given = {"address": address, "kind": kind.value, "since": since}
    return connection.execute(_GOT_SINCE, given).first() is not None


def asked_of_late(connection: Connection, addresses: Collection[str], *, now: datetime) -> tuple[AskedContact, ...]:
    """Return which of these contacts were asked about held requests within a day, and how often (S3.3)."""
    given = {"addresses": sorted(addresses), "an_hour_ago": now - HOUR, "a_day_ago": now - DAY}
    rows = connection.execute(_ASKED, given).all() if addresses else ()
    told = {row.recipient for row in rows if row.kind == NoticeKind.HELD_MORE.value}
    asked = {row.recipient: row for row in rows if row.kind == NoticeKind.HELD_REQUEST.value}
    return tuple(AskedContact(name, row.hour, row.day, name in told) for name, row in asked.items())


def told_of_sender(connection: Connection, case: CaseNumber, writer: str, *, now: datetime) -> bool:
    """Tell whether the case's agent was told of this outsider within a day, or of so many that it is enough (S2.5)."""
    payloads = connection.execute(_TOLD_OF_SENDER, {"case": case, "a_day_ago": now - DAY}).scalars().all()
    return len(payloads) >= MOST_OUTSIDERS or any(["writer", writer] in p["notice"]["facts"] for p in payloads)


def sent_mail(connection: Connection, token: str) -> SentMail | None:
    """Return the outgoing mail with this token (S3.4)."""
    row = connection.execute(select(outbox).where(outbox.c.token == token)).first()
    return _sent(row) if row else None


def sent_row(connection: Connection, row_id: int) -> SentMail | None:
    """Return the outgoing mail with this id."""
    row = connection.execute(select(outbox).where(outbox.c.id == row_id)).first()
    return _sent(row) if row else None


def _sent(row: Row[Any]) -> SentMail:
    about = about_of(row.payload["notice"])
    return SentMail(row.id, row.kind, row.recipient, row.subject, row.case_number, about)


def any_queued(connection: Connection, keys: Collection[str]) -> bool:
    """Tell whether a mail with one of these keys was written already, whatever became of it."""
    return connection.execute(select(outbox.c.id).where(outbox.c.key.in_(keys)).limit(1)).first() is not None
