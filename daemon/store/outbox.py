"""Outgoing mail, from `queued` to `sent`, `failed` or `cancelled`.

A row is written in the transaction that decided it (only `apply` does); outbound claims it, composes it once, submits
it outside any transaction and records what the server said.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, or_, select, update

from daemon.model.mail import Purpose
from daemon.model.notice import AttachmentRef, CaseCard, Notice, OutgoingMail, Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.store.tables import outbox

LEASE = timedelta(minutes=15)
"""The last resort: what a dead daemon held is given back long before (`nodes`); machines' clocks may differ by less."""
OLD_ABOUT = "detained"
"""What `about` was called while a notice could be about detained mail alone."""


def encode_payload(mail: OutgoingMail) -> dict[str, Any]:
    """Return what `decode` needs beside the row's own columns, as JSON."""
    return {
        "notice": _plain(mail.notice)
        | {"to": _plain(mail.notice.to), "attachments": [_plain(ref) for ref in mail.notice.attachments]},
        "card": _plain(mail.card) if mail.card else None,
        "reply_to": mail.reply_to,
        "note_to": mail.note_to,
        "reverse_path": mail.reverse_path,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "offers": [[purpose.value, address] for purpose, address in mail.offers],
    }


def _plain(value: Notice | Recipient | AttachmentRef | CaseCard) -> dict[str, Any]:
    """Return a value's fields as they are; `dataclasses.asdict` would copy each, at ten times the cost."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def decode(row: Row[Any]) -> OutgoingMail:
    """Return a row as outbound sees it."""
    payload = row.payload
    return OutgoingMail(
        id=row.id,
        notice=_notice(payload["notice"]),
        card=_card(payload["card"]),
        message_id=row.message_id,
        reply_to=payload["reply_to"],
        note_to=payload["note_to"],
        reverse_path=payload["reverse_path"],
        in_reply_to=payload["in_reply_to"],
        references=tuple(payload["references"]),
        offers=tuple((Purpose(purpose), address) for purpose, address in payload.get("offers", ())),
        created_at=row.created_at.isoformat(),
        octets=row.octets,
        attempts=row.attempts,
    )


def _notice(values: dict[str, Any]) -> Notice:
    """Return a notice; facts that its kind got after the row was written are empty."""
    kind, given = NoticeKind(values["kind"]), dict(values["facts"])
    known = values | {
        "about": about_of(values),
        "kind": kind,
        "to": Recipient(**values["to"]),
        "facts": tuple((name, given.get(name, "")) for name in NOTICES[kind].facts),
        "attachments": tuple(AttachmentRef(**ref) for ref in values["attachments"]),
    }
    known.pop(OLD_ABOUT, None)
    return Notice(**known)


def about_of(values: dict[str, Any]) -> int | None:
    """Return what a stored notice is about beside a case."""
    number: int | None = values.get("about", values.get(OLD_ABOUT))
    return number


def _card(values: dict[str, Any] | None) -> CaseCard | None:
    return CaseCard(**values | {"escalation": tuple(values["escalation"])}) if values else None


def claim(connection: Connection, sender: str, *, now: datetime, limit: int) -> tuple[OutgoingMail, ...]:
    """Claim up to `limit` rows that are due, oldest first; one whose sender's lease ran out is due again."""
    ids = list(connection.execute(_DUE, {"now": now, "most": limit}).scalars())
    if not ids:
        return ()
    rows = connection.execute(_CLAIM, {"ids": ids, "sender": sender, "until": now + LEASE}).all()
    return tuple(decode(row) for row in sorted(rows, key=lambda row: row.id))


_DUE = (
    select(outbox.c.id)
    .where(
        or_(
            (outbox.c.state == "queued") & (outbox.c.not_before <= bindparam("now")),
            (outbox.c.state == "sending") & (outbox.c.lease_until <= bindparam("now")),
        )
    )
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sending",
        claimed_by=bindparam("sender"),
        lease_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
    )
    .returning(outbox)
)


def store_octets(connection: Connection, composed: Sequence[tuple[int, bytes]]) -> None:
    """Keep the composed bytes: every later try sends exactly these."""
    connection.execute(_STORE_OCTETS, [{"row": row_id, "composed": raw} for row_id, raw in composed])


_STORE_OCTETS = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.octets.is_(None))
    .values(octets=bindparam("composed"))
)


def record_sent(connection: Connection, sent: Sequence[tuple[int, str]], *, now: datetime) -> None:
    """Note of each row what the server said when it took the mail: so it is, whoever holds the row by now."""
    connection.execute(_RECORD_SENT, [{"row": row_id, "now": now, "answer": answer} for row_id, answer in sent])


_RECORD_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), or_(outbox.c.state == "queued", outbox.c.state == "sending"))
    .values(state="sent", sent_at=bindparam("now"), last_error=bindparam("answer"), claimed_by=None, lease_until=None)
)


def record_deferred(connection: Connection, row_id: int, *, sender: str, not_before: datetime, error: str) -> None:
    """Note a temporary refusal, and when to try again; a sender that lost its claim has no say."""
    _end(connection, row_id, _held_by(sender), {"state": "queued", "not_before": not_before, "last_error": error})


def record_failed(connection: Connection, row_id: int, *, sender: str, error: str) -> None:
    """Note a refusal for good; a sender that lost its claim has no say."""
    _end(connection, row_id, _held_by(sender), {"state": "failed", "last_error": error})


def holds_claim(connection: Connection, row_id: int, sender: str) -> bool:
    """Tell whether a row is still in its sender's hands."""
    query = select(outbox.c.id).where(outbox.c.id == row_id, _held_by(sender))
    return connection.execute(query).first() is not None


def _held_by(sender: str) -> ColumnElement[bool]:
    return (outbox.c.state == "sending") & (outbox.c.claimed_by == sender)


def _end(connection: Connection, row_id: int, allowed: ColumnElement[bool], values: dict[str, Any]) -> None:
    ended = {"claimed_by": None, "lease_until": None, **values}
    connection.execute(update(outbox).where(outbox.c.id == row_id, allowed).values(ended))


def release(connection: Connection, ids: Sequence[int], *, sender: str, not_before: datetime, error: str) -> None:
    """Queue a sender's claimed rows again and take their attempt back: it told nothing about these mails (S1.6)."""
    where = outbox.c.id.in_(list(ids)) & _held_by(sender)
    values = {"state": "queued", "not_before": not_before, "claimed_by": None, "lease_until": None}
    told = {"last_error": error} if error else {}
    connection.execute(update(outbox).where(where).values(values | told | {"attempts": outbox.c.attempts - 1}))


def release_all_of(connection: Connection, sender_prefix: str) -> int:
    """Queue again whatever senders with this name prefix hold; returns how many rows."""
    where = outbox.c.claimed_by.startswith(sender_prefix, autoescape=True) & (outbox.c.state == "sending")
    return connection.execute(
        update(outbox).where(where).values(state="queued", claimed_by=None, lease_until=None)
    ).rowcount


def next_due(connection: Connection) -> datetime | None:
    """Return when the next queued row is due, or None where nothing is queued."""
    query = select(outbox.c.not_before).where(outbox.c.state == "queued").order_by(outbox.c.not_before).limit(1)
    return connection.execute(query).scalar()
