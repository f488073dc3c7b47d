"""What became of each try is written down: sent, to be tried again, or given up.

What cannot be written, because the database is away, is kept in hand and written by the next pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from daemon.errors import Temporary
from daemon.model.notice import OutgoingMail
from daemon.outbound.outcomes import Deferred, Outcome, Refused, Sent, Unknown, Unreachable
from daemon.store import outbox
from daemon.store.database import Connection, Engine, reading, transaction

_EVENTS = {"sent": "notice.sent", "queued": "notice.deferred", "failed": "notice.failed"}
OnFailed = Callable[[int, str, str], None]
"""Told of a mail that is given up: row, recipient, reason.  It comes before the row is marked, and, after a crash in
between, once more for the same row."""


class NextTry(Protocol):
    """`rules.retry.next_try`, handed in: outbound imports no rules."""

    def __call__(
        self, attempts: int, *, created_at: datetime, now: datetime, give_up: timedelta, chance: float
    ) -> datetime | None:
        """Return when to try again, or None to give up."""
        ...


@dataclass(frozen=True, slots=True)
class Retry:
    """When mails are tried again: the rule, and where it gets its chance from (a number in [0, 1))."""

    next_try: NextTry
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Untried:
    """The mail was claimed and not tried: it is given back as it was."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row and what became of it; `again_at` is None where it is sent or given up."""

    sender: str  # who claimed the row
    mail: OutgoingMail
    outcome: Outcome | Untried
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of `supportd deliver`."""

    id: int
    kind: str
    to: str
    state: str  # sent, queued or failed
    detail: str


class Recorder:
    """Writes attempts down, and keeps those that could not be written."""

    def __init__(self, engine: Engine, on_failed: OnFailed) -> None:
        self._engine = engine
        self._on_failed = on_failed
        self._waiting: tuple[Attempt, ...] = ()

    def record(self, attempts: Sequence[Attempt], *, now: datetime) -> tuple[Delivered, ...]:
        """Write these attempts down, and those that waited.

        Raises:
            Temporary: the database is away; what is unwritten is written by the next call.
        """
        self._waiting += tuple(attempts)
        given_up = tuple(attempt for attempt in self._waiting if _is_given_up(attempt))
        others = tuple(attempt for attempt in self._waiting if not _is_given_up(attempt))
        if others:
            with transaction(self._engine) as connection:
                _write(connection, others, now)
        self._waiting = given_up
        for attempt in given_up:
            self._give_up(attempt)
            self._waiting = self._waiting[1:]
        recorded = (*others, *given_up)
        for attempt in recorded:
            _log(attempt)
        return tuple(_told(attempt) for attempt in recorded)

    def _give_up(self, attempt: Attempt) -> None:
        mail, reason = attempt.mail, _reason(attempt)
        with reading(self._engine) as connection:
            if not outbox.holds_claim(connection, mail.id, attempt.sender):
                return  # we stood still for so long that another sends it: the last word is theirs
        try:
            self._on_failed(mail.id, mail.notice.to.address, reason)
        except Temporary:
            raise
        except Exception:  # noqa: BLE001  the row is marked all the same: it must not be tried for ever
            structlog.get_logger().exception("notice.failure_untold", row=mail.id)
        with transaction(self._engine) as connection:
            outbox.record_failed(connection, mail.id, sender=attempt.sender, error=reason)


def _is_given_up(attempt: Attempt) -> bool:
    if isinstance(attempt.outcome, Deferred | Unknown):
        return attempt.again_at is None
    return isinstance(attempt.outcome, Refused)


def _write(connection: Connection, attempts: Sequence[Attempt], now: datetime) -> None:
    sent = [(one.mail.id, one.outcome.answer) for one in attempts if isinstance(one.outcome, Sent)]
    if sent:
        outbox.record_sent(connection, sent, now=now)
    for attempt in attempts:
        if not isinstance(attempt.outcome, Sent):
            _queue_again(connection, attempt, now)


def _queue_again(connection: Connection, attempt: Attempt, now: datetime) -> None:
    row, sender, outcome, again_at = attempt.mail.id, attempt.sender, attempt.outcome, attempt.again_at or now
    if isinstance(outcome, Untried):
        outbox.release(connection, [row], sender=sender, not_before=now, error="")
    elif isinstance(outcome, Unreachable):
        outbox.release(connection, [row], sender=sender, not_before=again_at, error=outcome.reason)
    elif isinstance(outcome, Deferred | Unknown):
        outbox.record_deferred(connection, row, sender=sender, not_before=again_at, error=outcome.reason)


def _reason(attempt: Attempt) -> str:
    """Say why a mail is given up."""
    outcome = attempt.outcome
    assert not isinstance(outcome, Sent | Untried)
    return (
        outcome.reason
        if isinstance(outcome, Refused)
        else f"given up after {attempt.mail.attempts} tries: {outcome.reason}"
    )


def _log(attempt: Attempt) -> None:
    """Tell the log of each real try; a server that is away is told of once, by the pause."""
    if not isinstance(attempt.outcome, Untried | Unreachable):
        line = _told(attempt)
        structlog.get_logger().info(_EVENTS[line.state], row=line.id, kind=line.kind, detail=line.detail)


def _told(attempt: Attempt) -> Delivered:
    outcome, notice = attempt.outcome, attempt.mail.notice
    state, detail = "queued", "not tried yet"
    if isinstance(outcome, Sent):
        state, detail = "sent", outcome.answer
    elif _is_given_up(attempt):
        state, detail = "failed", _reason(attempt)
    elif not isinstance(outcome, Untried):
        detail = outcome.reason
    return Delivered(attempt.mail.id, notice.kind.value, notice.to.address, state, detail)
