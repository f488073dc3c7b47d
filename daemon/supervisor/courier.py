"""Delivery as a part of the daemon: the outbox is emptied whenever it is woken, and looked at each second."""

import random
import threading
from collections.abc import Callable

import structlog

from daemon.clock import Clock
from daemon.errors import Temporary
from daemon.outage import Outage
from daemon.outbound.delivery import BATCH, Delivery
from daemon.outbound.recording import Retry
from daemon.outbound.route import route_of
from daemon.receive import delivery_failed
from daemon.rules.retry import next_try
from daemon.store.database import transaction
from daemon.store.outbox import release_all_of
from daemon.supervisor.office import Office

POLL_SECONDS = 1.0  # several machines may share a database: nobody wakes us for what another one queued
GATHER_SECONDS = 0.02  # after a pass, so that the next one finds more mails to share its transactions
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 3.0

log = structlog.get_logger()


class Courier:
    """Sends what the outbox holds, by the route of the configuration in force."""

    def __init__(self, office: Office, name: str, clock: Clock, *, is_believed: Callable[[], bool]) -> None:
        """Prepare; `is_believed` tells whether what is claimed under `name` is certainly ours still."""
        self._office = office
        self._is_believed = is_believed
        self._name = name
        self._clock = clock
        self._awake = threading.Event()
        self._delivery: Delivery | None = None
        self._stranded = False
        self._outage = Outage()

    @property
    def trouble(self) -> str:
        """Return why no mail can be handed over at present, or nothing."""
        return self._delivery.trouble if self._delivery else ""

    def wake(self) -> None:
        """Have the outbox looked at now."""
        self._awake.set()

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop`; a reload makes a new route, once the batch in hand is recorded."""
        while not stop.is_set():
            config = self._office.config()
            retry = Retry(next_try, random.random)
            route = route_of(config, clock=self._clock)
            self._delivery = Delivery(
                self._office.engine, route, clock=self._clock, retry=retry, on_failed=self._tell_agent
            )
            try:
                while not stop.is_set() and self._office.config() is config:
                    self._deliver(self._delivery, stop)
            finally:
                self._delivery.close()

    def _deliver(self, delivery: Delivery, stop: threading.Event) -> None:
        """Deliver a batch; wait where there was none, or while the database is away."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            self._awake.clear()
            try:
                delivered = delivery.deliver_due(self._name, is_ours=self._is_believed)
                if self._stranded:
                    self._release_stranded()
            except Temporary as trouble:
                if self._outage.is_news():
                    log.warning("delivery.paused", reason=str(trouble), away=self._outage.seconds)
                self._stranded = True
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            self._outage.end()
            if not delivered:
                self._awake.wait(POLL_SECONDS)
            elif len(delivered) < BATCH:
                stop.wait(GATHER_SECONDS)
            return

    def _release_stranded(self) -> None:
        """Queue again what was claimed when the database went away: all that was tried has been recorded by now."""
        with transaction(self._office.engine) as connection:
            release_all_of(connection, self._name)
        self._stranded = False
        self._awake.set()

    def _tell_agent(self, row: int, _recipient: str, reason: str) -> None:
        log.warning("notice.undeliverable", row=row)
        delivery_failed(self._office.desk(), row, reason=reason, now=self._clock())
