"""Handing over the mails of one pass, from several threads at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

from daemon.clock import Clock
from daemon.outbound.outcomes import Deferred, Outcome, Parcel, Transport, Unreachable
from daemon.outbound.recording import Untried


class Batch:
    """The mails of one pass: once the server is away, the time is up or a stop is asked for, the rest is not tried."""

    def __init__(self, transport: Transport, *, clock: Clock, end: datetime, stop: Event) -> None:
        self._transport = transport
        self._clock = clock
        self._end = end
        self._stop = stop
        self._away = Event()

    def hand_over(self, parcels: Sequence[Parcel], *, at_once: int) -> tuple[Outcome | Untried, ...]:
        """Return what became of each mail, in order."""
        if len(parcels) == 1:
            return (self._one(parcels[0]),)
        with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="delivery") as threads:
            return tuple(threads.map(self._one, parcels))

    def _one(self, parcel: Parcel) -> Outcome | Untried:
        if self._away.is_set() or self._stop.is_set() or self._clock() >= self._end:
            return Untried()
        try:
            outcome = self._transport.hand_over(parcel)
        except Exception as trouble:  # noqa: BLE001  around one mail: the others go on
            return Deferred(f"{type(trouble).__name__} while the mail was handed over: {trouble}")
        if isinstance(outcome, Unreachable):
            self._away.set()
        return outcome
