"""A notice → an outbox row: its signed Message-ID and addresses, and the thread it belongs to.

In-Reply-To and References name only Message-IDs that this very recipient sent or was sent on the case (S2.8).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from daemon.credentials import Claim, sign_address, sign_bounce, sign_message_id
from daemon.desk import Desk
from daemon.model.case import Case, CaseNumber
from daemon.model.mail import Purpose, Subject, subject_of
from daemon.model.notice import CaseCard, Notice, OutgoingMail
from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.rules.address_marks import unwanted
from daemon.rules.subjects import tag
from daemon.store.addresses import bounced_among
from daemon.store.database import Connection
from daemon.store.outbox import encode_payload
from daemon.store.outbox_rows import insert_rows, threads_of


@dataclass(frozen=True, slots=True)
class Posting:
    """When and why a notice is posted."""

    desk: Desk
    now: datetime
    inbox_id: int | None  # the mail that caused it


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice on its way into the outbox."""

    notice: Notice
    case: Case | None  # its case as it stands now, or None where it has none
    cancelled: str  # why it is written but not sent (S3.3), or empty

    @property
    def thread(self) -> tuple[CaseNumber, str]:
        """Return what it belongs to: its case (0: none), and whom it goes to."""
        return self.case.number if self.case else 0, self.notice.to.address


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of the readers of letters that are written together."""

    marked: Mapping[str, str]  # why nobody's mail reaches an address (S3.4)
    threads: Mapping[tuple[CaseNumber, str], tuple[str, ...]]


def post(connection: Connection, letters: Sequence[Letter], posting: Posting) -> None:
    """Write notices to the outbox, in their order; one with a key that is there adds nothing.

    Args:
        connection: inside the decision's transaction.
        letters: what is to be told.
        posting: when and why.
    """
    for some in _apart(letters):
        known = _known(connection, some)
        insert_rows(connection, [_row(letter, posting, known) for letter in some])


def _known(connection: Connection, letters: Sequence[Letter]) -> _Known:
    """Look up every reader of these letters, and the threads that the letters continue."""
    marked = bounced_among(connection, {letter.notice.to.address for letter in letters})
    threads = threads_of(connection, [letter.thread for letter in letters if letter.case])
    return _Known({one.address: one.why for one in marked}, threads)


def _apart(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Give runs of letters in which nobody gets two on a case: the second continues the thread of the first."""
    some: list[Letter] = []
    threads: set[tuple[int, str]] = set()
    for letter in letters:
        if letter.thread in threads:
            yield some
            some, threads = [], set()
        some.append(letter)
        threads.add(letter.thread)
    if some:
        yield some


def _row(letter: Letter, posting: Posting, known: _Known) -> dict[str, Any]:
    """Return a letter as a row of the outbox."""
    notice, case, token = letter.notice, letter.case, posting.desk.new_token()
    why_marked = known.marked.get(notice.to.address, "")
    cancelled = letter.cancelled or (unwanted(notice.kind, why_marked) if why_marked else "")  # S3.4
    mail = _addressed(letter, posting, token=token, references=known.threads.get(letter.thread, ()))
    return {
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


def _addressed(letter: Letter, posting: Posting, *, token: str, references: tuple[str, ...]) -> OutgoingMail:
    notice, case, desk = letter.notice, letter.case, posting.desk
    spec = NOTICES[notice.kind]
    base, to = desk.config.plan.provider.support_address, notice.to.address
    about = (case.number if case else 0) if subject_of(spec.reply) is Subject.CASE else notice.about or 0
    claim = Claim(about, spec.reply, posting.now.date(), token)
    is_agents = spec.audience is Audience.AGENT and case is not None
    is_answered_here = is_agents or spec.asks
    note = replace(claim, purpose=Purpose.NOTE)
    return OutgoingMail(
        id=0,
        notice=notice,
        card=_card(case, desk) if case else None,
        message_id=sign_message_id(desk.keyring, claim, recipient=to, domain=base.rpartition("@")[2]),
        reply_to=sign_address(desk.keyring, claim, recipient=to, base=base) if is_answered_here else "",
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
