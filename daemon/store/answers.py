"""What was sent of late: asked by the governor and by the once-a-day rules (S3.3, S2.5, R2.4)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from daemon.model.case import CaseNumber
from daemon.model.facts import AnswerCounts, SentMail
from daemon.model.notice import NoticeKind
from daemon.store.tables import outbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counts(connection: Connection, address: str, case: CaseNumber, *, now: datetime) -> AnswerCounts:
    """Count the automatic answers of late to an address and on the case that its mail names (0: none), up to `now`."""
    return AnswerCounts(
        address_hour=_count(connection, outbox.c.recipient == address, since=now - HOUR),
        address_day=_count(connection, outbox.c.recipient == address, since=now - DAY),
        case_hour=_count(connection, outbox.c.case_number == case, since=now - HOUR) if case else 0,
    )


def _count(connection: Connection, which: ColumnElement[bool], *, since: datetime) -> int:
    query = select(func.count()).select_from(outbox)
    query = query.where(which, outbox.c.answers.is_(True), outbox.c.created_at > since, outbox.c.state != "cancelled")
    return connection.execute(query).scalar_one()


def answered_stranger(connection: Connection, address: str, *, now: datetime) -> bool:
    """Tell whether this address got a quarantine answer within a day (R2.4)."""
    query = select(outbox.c.id).where(
        outbox.c.recipient == address,
        outbox.c.kind == NoticeKind.QUARANTINE_ANSWER.value,
        outbox.c.created_at > now - DAY,
    )
    return connection.execute(query.limit(1)).first() is not None


def told_of_sender(connection: Connection, case: CaseNumber, address: str, *, now: datetime) -> bool:
    """Tell whether the case's agent was told of this outsider within a day (S2.5)."""
    query = select(outbox.c.payload).where(
        outbox.c.case_number == case,
        outbox.c.kind == NoticeKind.OUTSIDER_WROTE.value,
        outbox.c.created_at > now - DAY,
    )
    payloads = connection.execute(query).scalars()
    return any(["writer", address] in payload["notice"]["facts"] for payload in payloads)


def sent_mail(connection: Connection, token: str) -> SentMail | None:
    """Return the outgoing mail with this token (S3.4)."""
    row = connection.execute(select(outbox).where(outbox.c.token == token)).first()
    return SentMail(row.id, row.kind, row.recipient, row.subject, row.case_number) if row else None


def sent_row(connection: Connection, row_id: int) -> SentMail | None:
    """Return the outgoing mail with this id."""
    row = connection.execute(select(outbox).where(outbox.c.id == row_id)).first()
    return SentMail(row.id, row.kind, row.recipient, row.subject, row.case_number) if row else None
