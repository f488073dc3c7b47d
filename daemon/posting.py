"""A notice → an outbox row: its signed Message-ID and addresses, and the thread it belongs to.

In-Reply-To and References name only Message-IDs that this very recipient sent or was sent on the case (S2.8).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from daemon.credentials import Claim, sign_address, sign_bounce, sign_message_id
from daemon.desk import Desk
from daemon.model.case import Case, CaseNumber
from daemon.model.mail import Purpose
from daemon.model.notice import NOTICES, Audience, CaseCard, Notice, OutgoingMail
from daemon.rules.subjects import tag
from daemon.store.cases import read_case
from daemon.store.outbox import encode_payload
from daemon.store.tables import messages, outbox

MAX_REFERENCES = 10


@dataclass(frozen=True, slots=True)
class Posting:
    """When and why a notice is posted."""

    desk: Desk
    now: datetime
    inbox_id: int | None  # the mail that caused it


def post(connection: Connection, notice: Notice, posting: Posting, *, cancelled: str) -> bool:
    """Write a notice to the outbox; one with the same key adds nothing.

    Returns:
        Whether a row was written.
    """
    case = read_case(connection, notice.case) if notice.case else None
    token = posting.desk.new_token()
    mail = _addressed(connection, notice, posting, case=case, token=token)
    row = {
        "key": notice.key,
        "token": token,
        "kind": notice.kind.value,
        "recipient": notice.to.address,
        "subject": _subject(notice, case, posting.desk.config.plan.provider.prefix),
        "message_id": mail.message_id,
        "case_number": case.number if case else None,
        "inbox_id": posting.inbox_id,
        "answers": NOTICES[notice.kind].answers,
        "payload": encode_payload(mail),
        "state": "cancelled" if cancelled else "queued",
        "last_error": cancelled,
        "created_at": posting.now,
        "not_before": posting.now,
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert_row = dialect.insert(outbox).values(row).on_conflict_do_nothing(index_elements=["key"])
    return connection.execute(insert_row).rowcount > 0


def _addressed(
    connection: Connection, notice: Notice, posting: Posting, *, case: Case | None, token: str
) -> OutgoingMail:
    desk, spec = posting.desk, NOTICES[notice.kind]
    base, to = desk.config.plan.provider.support_address, notice.to.address
    claim = Claim(case.number if case else 0, spec.reply, posting.now.date(), token)
    is_agents = spec.audience is Audience.AGENT and case is not None
    note = replace(claim, purpose=Purpose.NOTE)
    references = _thread(connection, case.number, to) if case else ()
    return OutgoingMail(
        id=0,
        notice=notice,
        card=_card(case, desk) if case else None,
        message_id=sign_message_id(desk.keyring, claim, recipient=to, domain=base.rpartition("@")[2]),
        reply_to=sign_address(desk.keyring, claim, recipient=to, base=base) if is_agents else "",
        note_to=sign_address(desk.keyring, note, recipient=to, base=base) if is_agents else "",
        reverse_path="" if spec.null_path else sign_bounce(desk.keyring, token, base=base),
        in_reply_to=references[-1] if references else notice.in_reply_to,
        references=references or ((notice.in_reply_to,) if notice.in_reply_to else ()),
        created_at=posting.now.isoformat(),
        octets=None,
        attempts=0,
    )


def _thread(connection: Connection, number: CaseNumber, address: str) -> tuple[str, ...]:
    """Return the last Message-IDs that this person sent or was sent on the case, oldest first."""
    sent_by = (
        select(messages.c.message_id, messages.c.received_at.label("at"))
        .where(messages.c.case_number == number, messages.c.author == address, messages.c.message_id != "")
        .order_by(messages.c.id.desc())
        .limit(MAX_REFERENCES)
    )
    sent_to = (
        select(outbox.c.message_id, outbox.c.created_at.label("at"))
        .where(outbox.c.case_number == number, outbox.c.recipient == address, outbox.c.state != "cancelled")
        .order_by(outbox.c.id.desc())
        .limit(MAX_REFERENCES)
    )
    rows = [*reversed(connection.execute(sent_by).all()), *reversed(connection.execute(sent_to).all())]
    ordered = [row.message_id for row in sorted(rows, key=lambda row: row.at)]
    return tuple(dict.fromkeys(ordered))[-MAX_REFERENCES:]


def _card(case: Case, desk: Desk) -> CaseCard:
    directory = desk.config.directory
    customer, assignee = directory.customer(case.customer), directory.agent(case.assignee)
    return CaseCard(
        number=case.number,
        subject=case.subject,
        status=case.status.value,
        priority=case.priority.value,
        customer_name=customer.name if customer else case.customer,
        requester=case.requester,
        assignee_name=assignee.name if assignee else case.assignee,
        opened_at=case.opened_at.isoformat(),
        participants=len(case.participants),
        escalation=tuple(f"{c.name}, {c.email}, {c.phone}".rstrip(", ") for c in customer.escalation)
        if customer
        else (),
    )


def _subject(notice: Notice, case: Case | None, prefix: str) -> str:
    return f"[{tag(prefix, case.number)}] {case.subject}" if case else notice.subject
