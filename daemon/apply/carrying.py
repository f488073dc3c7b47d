"""Effects → rows, in their order: one `match`, closed by `assert_never`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

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
from daemon.model.notice import NEW, OPENED_CASE, Notice
from daemon.model.promise_effect import (
    KeepClock,
    PauseSilence,
    PromiseEffect,
    RecordTime,
)
from daemon.posting import Letter, Posting, post
from daemon.rules.clocks.keeping import with_clocks
from daemon.store import detained
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
    applying.seen = next((case for case in cases if case.number == decision.case), None)
    effects = with_clocks(decision.effects, cases, posting.desk.config.charter)
    for kind, run in groupby(effects, key=type):
        if not issubclass(kind, LEAVE_CASE_ALONE):
            applying.seen = None
        _carry(applying, tuple(run))
    applying.end()
    return applying.opened or decision.case


def _carry(applying: Applying, run: tuple[Effect, ...]) -> None:
    """Carry out effects of one kind that follow each other: many rows at once, where there are many (R7.4)."""
    messages = [effect for effect in run if isinstance(effect, AddMessage)]
    clocks = [effect for effect in run if isinstance(effect, KeepClock)]
    letters = [effect for effect in run if isinstance(effect, Queue)]
    if messages:
        changes.add_messages(applying, messages)
    elif clocks:
        promises.keep_clocks(applying, clocks)
    elif letters:
        _queue(applying, letters)
    else:
        for effect in run:
            _apply(applying, effect)


def _apply(applying: Applying, effect: Effect) -> None:
    match effect:
        case OpenCase():
            changes.open_case(applying, effect)
        case Detain():
            _detain(applying, effect)
        case Settle():
            _settle(applying, effect)
        case Queue():
            _queue(applying, (effect,))
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


def _queue(applying: Applying, effects: Sequence[Queue]) -> None:
    """Post notices; each case that they are about is read once."""
    notices = [_numbered(applying, effect.notice) for effect in effects]
    cases = _shown(applying, {notice.case for notice in notices if notice.case is not None})
    letters = [
        Letter(notice, cases.get(notice.case) if notice.case else None, effect.cancelled)
        for notice, effect in zip(notices, effects, strict=True)
    ]
    post(applying.connection, letters, applying.posting)


def _numbered(applying: Applying, notice: Notice) -> Notice:
    """Return a notice with the numbers of what this decision has made."""
    if notice.about == NEW:
        notice = replace(notice, about=applying.made)
    if any(name == "link" and OPENED_CASE in value for name, value in notice.facts):
        notice = replace(notice, facts=tuple(_link_numbered(applying, *fact) for fact in notice.facts))
    return notice if notice.case is None else replace(notice, case=applying.number(notice.case))


def _link_numbered(applying: Applying, name: str, value: str) -> tuple[str, str]:
    return name, value.replace(OPENED_CASE, str(applying.opened)) if name == "link" else value


def _shown(applying: Applying, numbers: set[CaseNumber]) -> dict[CaseNumber, Case]:
    """Return cases as they stand now; the one that was read last, at first under the lock, is not read again."""
    seen = applying.seen
    known = {seen.number: seen} if seen is not None and seen.number in numbers else {}
    missing = numbers - known.keys()
    if missing:
        known |= read_to_show(applying.connection, missing)
        applying.seen = known[max(missing)]
    return known
