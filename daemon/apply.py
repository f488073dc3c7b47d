"""Effects → rows: the only writer of cases and of the outbox, in the transaction of the decision.

A new kind of effect fails type-checking here (`assert_never`) until it is handled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from daemon.model.case import CLOSED_STATUSES, NEW_CASE, SETTLED_STATUSES, Case, CaseNumber, Status
from daemon.model.effect import (
    AddMessage,
    AddParticipant,
    Assign,
    ChangeStatus,
    Decision,
    Detain,
    Effect,
    LinkCases,
    OpenCase,
    Queue,
    Record,
    SetPriority,
    Settle,
    SetWaiting,
    UnlinkCases,
)
from daemon.posting import Posting, post
from daemon.store import blobs, case_rows, detained
from daemon.store.cases import read_case
from daemon.store.database import Connection
from daemon.store.detained import DetainedMail

LEAVE_CASE_ALONE = (AddMessage, Record, Detain, Settle, Queue)
"""Effects after which a case that was read stands as it was."""


@dataclass(slots=True)
class _Applying:
    """One decision on its way into the database."""

    connection: Connection
    posting: Posting
    decision: Decision
    mail: DetainedMail | None
    opened: CaseNumber = NEW_CASE
    seen: Case | None = None  # the case of the last notice, until an effect may have changed it

    def number(self, case: CaseNumber) -> CaseNumber:
        """Return the number behind `NEW_CASE`."""
        return self.opened if case == NEW_CASE else case

    def record(self, case: CaseNumber, event: str, detail: str, **at_and_actor: Any) -> None:
        """Write a line of history."""
        row = {"case_number": self.number(case), "inbox_id": self.posting.inbox_id, "event": event, "detail": detail}
        case_rows.insert_history(self.connection, row | {"rules": list(self.decision.rules)} | at_and_actor)


def apply(
    connection: Connection,
    decision: Decision,
    posting: Posting,
    *,
    mail: DetainedMail | None = None,
    octets: Mapping[str, bytes] | None = None,
) -> CaseNumber | None:
    """Carry out a decision's effects in their order.

    Args:
        connection: inside the decision's transaction.
        decision: what was decided.
        posting: the desk, the instant and the mail in hand.
        mail: what `Detain` keeps of the mail in hand.
        octets: attachments by hash, for the messages that refer to them.

    Returns:
        The case that the decision is about: the opened one, or the one it names.
    """
    applying = _Applying(connection, posting, decision, mail)
    for effect in decision.effects:
        if isinstance(effect, AddMessage):
            _store_attachments(connection, effect, octets or {})
        if not isinstance(effect, LEAVE_CASE_ALONE):
            applying.seen = None
        _apply(applying, effect)
    return applying.opened or decision.case


def _store_attachments(connection: Connection, message: AddMessage, octets: Mapping[str, bytes]) -> None:
    for ref in message.attachments:
        if ref.sha256 in octets:
            blobs.store(connection, ref.sha256, octets[ref.sha256])


def _apply(applying: _Applying, effect: Effect) -> None:  # noqa: C901, PLR0912 - one case an effect
    match effect:
        case OpenCase():
            _open_case(applying, effect)
        case AddMessage():
            _add_message(applying, effect)
        case ChangeStatus():
            _change_status(applying, effect)
        case SetPriority():
            _set_priority(applying, effect)
        case Assign():
            _assign(applying, effect)
        case SetWaiting():
            _set_waiting(applying, effect)
        case AddParticipant():
            _add_participant(applying, effect)
        case LinkCases():
            _link(applying, effect)
        case UnlinkCases():
            _unlink(applying, effect)
        case Record():
            applying.record(effect.case, effect.event, effect.detail, at=effect.at, actor=effect.actor)
        case Detain():
            _detain(applying, effect)
        case Settle():
            _settle(applying, effect)
        case Queue():
            _queue(applying, effect)
        case _:
            assert_never(effect)


def _open_case(applying: _Applying, effect: OpenCase) -> None:
    applying.opened = case_rows.insert_case(applying.connection, effect)
    case_rows.add_load(applying.connection, effect.assignee, 1, assigned_at=effect.opened_at)
    applying.seen = _as_opened(effect, applying.opened)
    detail = f"{effect.priority} for {effect.requester}, assigned to {effect.assignee}"
    applying.record(NEW_CASE, "case_opened", detail, at=effect.opened_at, actor=effect.actor)
    for person in effect.participants:
        case_rows.insert_participant(applying.connection, applying.opened, person, at=effect.opened_at, by=effect.actor)


def _as_opened(effect: OpenCase, number: CaseNumber) -> Case:
    return Case(
        number=number,
        subject=effect.subject,
        kind=effect.kind,
        status=Status.NEW,
        priority=effect.priority,
        customer=effect.customer,
        requester=effect.requester,
        assignee=effect.assignee,
        team=effect.team,
        language=effect.language,
        opened_at=effect.opened_at,
        participants=effect.participants,
    )


def _add_message(applying: _Applying, effect: AddMessage) -> None:
    number = applying.number(effect.case)
    case_rows.insert_message(applying.connection, number, effect, inbox_id=applying.posting.inbox_id)
    kind = "automatic mail" if effect.automatic else "public" if effect.public else "internal note"
    applying.record(number, "message_added", kind, at=effect.received_at, actor=effect.author)


def _change_status(applying: _Applying, effect: ChangeStatus) -> None:
    number = applying.number(effect.case)
    assignee, before = case_rows.assignee_of(applying.connection, number)
    values = {
        "status": effect.status.value,
        "closed_at": effect.at if effect.status in CLOSED_STATUSES else None,
        "hold_until": effect.until if effect.status is Status.ON_HOLD else None,
        "expected_delivery": effect.until if effect.status is Status.SHIPPING else None,
        "waiting_on": None,
    }
    case_rows.change_case(applying.connection, number, values)
    change = int(Status(before) in SETTLED_STATUSES) - int(effect.status in SETTLED_STATUSES)
    if change:
        case_rows.add_load(applying.connection, assignee, change)
    until = f" until {effect.until.isoformat()}" if effect.until else ""
    detail = f"{before} → {effect.status.value}{until} ({effect.why})"
    applying.record(number, "status_changed", detail, at=effect.at, actor=effect.actor)


def _set_priority(applying: _Applying, effect: SetPriority) -> None:
    case_rows.change_case(applying.connection, applying.number(effect.case), {"priority": effect.priority.value})
    applying.record(effect.case, "priority_changed", effect.priority.value, at=effect.at, actor=effect.actor)


def _assign(applying: _Applying, effect: Assign) -> None:
    number = applying.number(effect.case)
    before, status = case_rows.assignee_of(applying.connection, number)
    values = {"assignee": effect.assignee, "team": effect.team, "assigned_at": effect.at}
    case_rows.change_case(applying.connection, number, values)
    if Status(status) not in SETTLED_STATUSES:
        case_rows.add_load(applying.connection, before, -1)
        case_rows.add_load(applying.connection, effect.assignee, 1, assigned_at=effect.at)
    detail = f"{before} → {effect.assignee} ({effect.why})"
    applying.record(number, "assigned", detail, at=effect.at, actor=effect.actor)


def _set_waiting(applying: _Applying, effect: SetWaiting) -> None:
    waiting = effect.waiting_on.value if effect.waiting_on else None
    case_rows.change_case(applying.connection, applying.number(effect.case), {"waiting_on": waiting})
    detail = f"{waiting or 'nobody'} ({effect.why})"
    applying.record(effect.case, "waiting_on", detail, at=effect.at, actor=effect.actor)


def _add_participant(applying: _Applying, effect: AddParticipant) -> None:
    number, person = applying.number(effect.case), effect.participant
    if case_rows.insert_participant(applying.connection, number, person, at=effect.at, by=effect.actor):
        applying.record(number, "participant_added", person.address, at=effect.at, actor=effect.actor)


def _link(applying: _Applying, effect: LinkCases) -> None:
    number = applying.number(effect.case)
    case_rows.link(applying.connection, number, effect.type, effect.other)
    for here, kind, there in ((number, effect.type, effect.other), (effect.other, effect.type.inverse, number)):
        applying.record(here, "linked", f"{kind.value} {there}", at=effect.at, actor=effect.actor)


def _unlink(applying: _Applying, effect: UnlinkCases) -> None:
    number = applying.number(effect.case)
    case_rows.unlink(applying.connection, number, effect.type, effect.other)
    for here, kind, there in ((number, effect.type, effect.other), (effect.other, effect.type.inverse, number)):
        applying.record(here, "unlinked", f"{kind.value} {there}", at=effect.at, actor=effect.actor)


def _detain(applying: _Applying, effect: Detain) -> None:
    assert applying.mail is not None, "only a mail in hand can be detained"
    detained.insert_detained(applying.connection, applying.mail, effect)


def _settle(applying: _Applying, effect: Settle) -> None:
    case = applying.number(effect.case) if effect.case is not None else None
    detained.settle(applying.connection, replace(effect, case=case))


def _queue(applying: _Applying, effect: Queue) -> None:
    """Post a notice; several to the same case, one after the other, read it once."""
    notice = effect.notice
    if notice.case is None:
        post(applying.connection, notice, applying.posting, case=None, cancelled=effect.cancelled)
        return
    number = applying.number(notice.case)
    if applying.seen is None or applying.seen.number != number:
        applying.seen = read_case(applying.connection, number)
    numbered = replace(notice, case=number)
    post(applying.connection, numbered, applying.posting, case=applying.seen, cancelled=effect.cancelled)
