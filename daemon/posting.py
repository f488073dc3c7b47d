"""A notice → an outbox row: its signed Message-ID and addresses, and the thread it belongs to.

In-Reply-To and References name only Message-IDs that this very recipient sent or was sent on the case (S2.8).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon.credentials import Claim, sign_address, sign_bounce, sign_message_id
from daemon.desk import Desk
from daemon.model.case import Case
from daemon.model.mail import Purpose, Subject, subject_of
from daemon.model.notice import CaseCard, Notice, OutgoingMail
from daemon.model.notice_kinds import NOTICES, Audience
from daemon.rules.address_marks import unwanted
from daemon.rules.subjects import tag
from daemon.store.addresses import bounced_among
from daemon.store.database import Connection
from daemon.store.outbox import encode_payload
from daemon.store.outbox_rows import insert_row, thread_of


@dataclass(frozen=True, slots=True)
class Posting:
    """When and why a notice is posted."""

    desk: Desk
    now: datetime
    inbox_id: int | None  # the mail that caused it


def post(connection: Connection, notice: Notice, posting: Posting, *, case: Case | None, cancelled: str) -> bool:
    """Write a notice to the outbox; one with the same key adds nothing.

    Args:
        connection: inside the decision's transaction.
        notice: what is to be told.
        posting: when and why.
        case: the notice's case as it stands now, or None where it has none.
        cancelled: why it is written but not sent (S3.3), or empty.

    Returns:
        Whether a row was written.
    """
    token = posting.desk.new_token()
    cancelled = cancelled or _unwanted(connection, notice)
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
    return insert_row(connection, row)


def _unwanted(connection: Connection, notice: Notice) -> str:
    """Return why a marked address gets no such mail, or the empty string (S3.4)."""
    marked = bounced_among(connection, (notice.to.address,))
    return unwanted(notice.kind, marked[0].why) if marked else ""


def _addressed(
    connection: Connection, notice: Notice, posting: Posting, *, case: Case | None, token: str
) -> OutgoingMail:
    desk, spec = posting.desk, NOTICES[notice.kind]
    base, to = desk.config.plan.provider.support_address, notice.to.address
    about = (case.number if case else 0) if subject_of(spec.reply) is Subject.CASE else notice.about or 0
    claim = Claim(about, spec.reply, posting.now.date(), token)
    is_agents = spec.audience is Audience.AGENT and case is not None
    note = replace(claim, purpose=Purpose.NOTE)
    references = thread_of(connection, case.number, to) if case else ()
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
        offers=tuple(
            (purpose, sign_address(desk.keyring, replace(claim, purpose=purpose), recipient=to, base=base))
            for purpose in (spec.offers if _may_be_offered(notice, case, desk) else ())
        ),
        created_at=posting.now.isoformat(),
        octets=None,
        attempts=0,
    )


def _may_be_offered(notice: Notice, case: Case | None, desk: Desk) -> bool:
    """Tell whether a reader may confirm, approve or decline: a participant who is no MPOC may not (R2.6)."""
    listed = desk.config.directory.mpoc(notice.to.address)
    if listed is None:
        return False
    return notice.about is not None if case is None else listed[0].id == case.customer


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
        escalation=tuple(", ".join(filter(None, (c.name, c.email, c.phone))) for c in customer.escalation)
        if customer
        else (),
    )


def _subject(notice: Notice, case: Case | None, prefix: str) -> str:
    return f"[{tag(prefix, case.number)}] {case.subject}" if case else notice.subject
