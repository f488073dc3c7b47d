"""Handing over the mails of one pass, from several threads at once."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import Event

from daemon.clock import Clock
from daemon.outbound.outcomes import Deferred, Outcome, Parcel, Transport, Unreachable
from daemon.outbound.recording import Untried

A_SHARE = 4
"""So few mails have gone by one connection before a thread is started; where they go slowly, more wait next time."""


class Batch:
    """The mails of one pass: once the server is away, or the time is up, or we may not go on, the rest is not tried."""

    def __init__(self, transport: Transport, *, clock: Clock, end: datetime, may_go_on: Callable[[], bool]) -> None:
        """Prepare; `may_go_on` is asked before each mail, from several threads."""
        self._transport = transport
        self._clock = clock
        self._end = end
        self._may_go_on = may_go_on
        self._away = Event()

    def hand_over(self, parcels: Sequence[Parcel], *, at_once: int) -> tuple[Outcome | Untried, ...]:
        """Return what became of each mail, in order."""
        outcomes: list[Outcome | Untried] = [Untried()] * len(parcels)
        waiting = deque(enumerate(parcels))
        helpers = min(at_once, -(-len(parcels) // A_SHARE)) - 1
        with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="delivery") as threads:
            shares = [threads.submit(self._share, waiting, outcomes) for _ in range(helpers)]
            self._share(waiting, outcomes)
            for share in shares:
                share.result()
        return tuple(outcomes)

    def _share(self, waiting: deque[tuple[int, Parcel]], outcomes: list[Outcome | Untried]) -> None:
        """Hand over one mail after another as long as any waits, beside others who do the same."""
        with suppress(IndexError):  # the last one is taken
            while True:
                place, parcel = waiting.popleft()
                outcomes[place] = self._one(parcel)

    def _one(self, parcel: Parcel) -> Outcome | Untried:
        if self._away.is_set() or self._clock() >= self._end or not self._may_go_on():
            return Untried()
        try:
            outcome = self._transport.hand_over(parcel)
        except Exception as trouble:  # noqa: BLE001  around one mail: the others go on
            return Deferred(f"{type(trouble).__name__} while the mail was handed over: {trouble}")
        if isinstance(outcome, Unreachable):
            self._away.set()
        return outcome
