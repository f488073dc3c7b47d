"""Effects → rows, in their order: one `match`, closed by `assert_never`."""

from collections.abc import Mapping
from dataclasses import replace

from daemon.apply import changes, desk_wide, mails, promises
from daemon.apply.applying import Applying, InHand
from daemon.model.case import Case, CaseNumber
from daemon.model.case_effect import (
    AddMessage,
    OpenCase,
    Record,
)
from daemon.model.desk_effect import DeskEffect
from daemon.model.effect import Decision, Detain, Effect, Queue, Settle
from daemon.model.mail_effect import MailEffect
from daemon.model.notice import NEW
from daemon.model.promise_effect import (
    KeepClock,
    PauseSilence,
    PromiseEffect,
    RecordTime,
)
from daemon.posting import Posting, post
from daemon.rules.clocks import with_clocks
from daemon.store import blobs, detained
from daemon.store.cases import read_to_show
from daemon.store.database import Connection

LEAVE_CASE_ALONE = (AddMessage, Record, RecordTime, PauseSilence, KeepClock, Detain, Settle, Queue)
"""Effects after which a case that was read stands as it was, as far as a mail shows it."""


NO_MAIL = InHand()


def apply(
    connection: Connection,
    decision: Decision,
    posting: Posting,
    *,
    cases: tuple[Case, ...],
    mail: InHand = NO_MAIL,
) -> CaseNumber | None:
    """Carry out a decision's effects in their order, and what they do to the clocks (R3.10).

    Args:
        connection: inside the decision's transaction.
        decision: what was decided.
        posting: the desk, the instant and the mail in hand.
        cases: the cases that the decision was taken on, as they were read under its lock.
        mail: what is kept of the mail in hand.

    Returns:
        The case that the decision is about: the opened one, or the one it names.
    """
    applying = Applying(connection, posting, decision, mail)
    for effect in with_clocks(decision.effects, cases, posting.desk.config.charter):
        if isinstance(effect, AddMessage):
            _store_attachments(connection, effect, mail.octets)
        if not isinstance(effect, LEAVE_CASE_ALONE):
            applying.seen = None
        _apply(applying, effect)
    return applying.opened or decision.case


def _store_attachments(connection: Connection, message: AddMessage, octets: Mapping[str, bytes]) -> None:
    for ref in message.attachments:
        if ref.sha256 in octets:
            blobs.store(connection, ref.sha256, octets[ref.sha256])


def _apply(applying: Applying, effect: Effect) -> None:
    match effect:
        case OpenCase():
            changes.open_case(applying, effect)
        case Detain():
            _detain(applying, effect)
        case Settle():
            _settle(applying, effect)
        case Queue():
            _queue(applying, effect)
        case _ if isinstance(effect, PromiseEffect):
            promises.carry(applying, effect)
        case _ if isinstance(effect, MailEffect):
            mails.carry(applying, effect)
        case _ if isinstance(effect, DeskEffect):
            desk_wide.carry(applying, effect)
        case _:
            changes.carry(applying, effect)


def _detain(applying: Applying, effect: Detain) -> None:
    assert applying.mail.detained is not None, "only a mail in hand can be detained"
    applying.made = detained.insert_detained(applying.connection, applying.mail.detained, effect)


def _settle(applying: Applying, effect: Settle) -> None:
    case = applying.number(effect.case) if effect.case is not None else None
    detained.settle(applying.connection, replace(effect, case=case))


def _queue(applying: Applying, effect: Queue) -> None:
    """Post a notice; several to the same case, one after the other, read it once."""
    notice = effect.notice
    if notice.about == NEW:
        notice = replace(notice, about=applying.made)
    if notice.case is None:
        post(applying.connection, notice, applying.posting, case=None, cancelled=effect.cancelled)
        return
    number = applying.number(notice.case)
    if applying.seen is None or applying.seen.number != number:
        applying.seen = read_to_show(applying.connection, number)
    numbered = replace(notice, case=number)
    post(applying.connection, numbered, applying.posting, case=applying.seen, cancelled=effect.cancelled)
