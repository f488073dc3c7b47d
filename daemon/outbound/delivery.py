"""The outbox is emptied, a batch at a time: claim, compose, submit, record (S3.6).

A server that takes no mail at all pauses the whole delivery, with growing pauses, and counts against no mail (S1.6).
A crash between *sent* and *recorded* sends the same octets again; nothing is lost.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event

from daemon.clock import Clock
from daemon.model.notice import OutgoingMail
from daemon.outbound.batch import Batch
from daemon.outbound.outcomes import Deferred, Outcome, Unknown, Unreachable
from daemon.outbound.pause import Pause
from daemon.outbound.preparing import Prepared, prepare
from daemon.outbound.recording import Attempt, Delivered, OnFailed, Recorder, Retry, Untried
from daemon.outbound.route import Route
from daemon.outbound.turned_away import TurnedAway
from daemon.store import outbox
from daemon.store.database import Engine, reading, transaction

BATCH = 64
TIME_FOR_A_BATCH = timedelta(minutes=4)
"""Well under the lease of a claim: what was not tried by then is given back."""


def _always() -> bool:
    return True


class Delivery:
    """Sends what the outbox holds by one route; a reload closes it and makes another."""

    def __init__(self, engine: Engine, route: Route, *, clock: Clock, retry: Retry, on_failed: OnFailed) -> None:
        self._engine = engine
        self._route = route
        self._clock = clock
        self._retry = retry
        self._recorder = Recorder(engine, on_failed)
        self._pause = Pause()
        self._turned_away = TurnedAway()
        self._stop = Event()

    @property
    def trouble(self) -> str:
        """Why no mail at all can be handed over at present, for health; empty: it can."""
        return self._pause.reason or self._turned_away.trouble

    def deliver_due(self, sender: str, *, is_ours: Callable[[], bool] = _always) -> tuple[Delivered, ...]:
        """Try once each of a batch of rows that are due; nothing, while delivery pauses.

        Args:
            sender: the name under which rows are claimed, unique to this process and thread.
            is_ours: asked before each mail: whether what this sender claimed is certainly its own still.

        Raises:
            Temporary: the database is away; what was sent meanwhile is recorded by a later call.
        """
        recorded = self._recorder.record((), now=self._clock())
        if self._pause.lasts(self._clock()) or not is_ours():
            return recorded
        with transaction(self._engine) as connection:
            claimed = outbox.claim(connection, sender, now=self._clock(), limit=BATCH)
        if not claimed:
            return recorded
        prepared = prepare(self._engine, claimed, self._route)
        outcomes = self._tried(prepared, lambda: is_ours() and not self._stop.is_set())
        self._turned_away.note(outcomes)
        attempts = self._judged(sender, outcomes, now=self._clock())
        return recorded + self._recorder.record(attempts, now=self._clock())

    def due_at(self) -> datetime | None:
        """Return when there is something to do next, or None where nothing is queued."""
        with reading(self._engine) as connection:
            due = outbox.next_due(connection)
        return max(due, self._pause.until) if due else None

    def stop(self) -> None:
        """Have a pass in another thread finish the mails in hand and give the others back."""
        self._stop.set()

    def close(self) -> None:
        """Let go of the connections."""
        self._route.transport.close()

    def _tried(self, prepared: Prepared, may_go_on: Callable[[], bool]) -> list[tuple[OutgoingMail, Outcome | Untried]]:
        """Hand the mails over, several at once, and say what became of every claimed row."""
        end = self._clock() + TIME_FOR_A_BATCH
        batch = Batch(self._route.transport, clock=self._clock, end=end, may_go_on=may_go_on)
        parcels = [parcel for _, parcel in prepared.parcels]
        outcomes = batch.hand_over(parcels, at_once=self._route.connections) if parcels else ()
        tried = [(mail, outcome) for (mail, _), outcome in zip(prepared.parcels, outcomes, strict=True)]
        return [*tried, *prepared.hopeless, *((mail, Untried()) for mail in prepared.waiting)]

    def _judged(
        self, sender: str, outcomes: Sequence[tuple[OutgoingMail, Outcome | Untried]], *, now: datetime
    ) -> list[Attempt]:
        """Say of each mail when it is tried again, and pause or go on as the outcomes tell."""
        away = next((outcome for _, outcome in outcomes if isinstance(outcome, Unreachable)), None)
        if away:
            self._pause.grow(away.reason, now, is_refusal=away.is_refusal)
        elif any(not isinstance(outcome, Untried) for _, outcome in outcomes):
            self._pause.end()
        return [Attempt(sender, mail, outcome, self._again_at(mail, outcome, now)) for mail, outcome in outcomes]

    def _again_at(self, mail: OutgoingMail, outcome: Outcome | Untried, now: datetime) -> datetime | None:
        if isinstance(outcome, Unreachable):
            return self._pause.until
        if not isinstance(outcome, Deferred | Unknown):
            return None
        created_at = datetime.fromisoformat(mail.created_at)
        return self._retry.next_try(
            mail.attempts, created_at=created_at, now=now, give_up=self._route.give_up, chance=self._retry.chance()
        )
