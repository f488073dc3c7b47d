"""The running daemon's tick: what has come due is done, once the mail of before the start is read."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog

from daemon.clock import Clock
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.store.database import reading
from daemon.tick import ticking
from daemon.tick.clocks import unread_mail

START_PATIENCE = timedelta(minutes=2)
"""So long a start waits for mailboxes to be swept: what was answered while we were down is no breach (R5.6)."""

log = structlog.get_logger()


class Timekeeper:
    """Woken again and again; lives as long as the daemon."""

    def __init__(self, desk: Callable[[], Desk], clock: Clock, *, on_done: Callable[[], None]) -> None:
        """Remember when the daemon started; `on_done` is called after each thing that was done."""
        self._desk = desk
        self._clock = clock
        self._on_done = on_done
        self._started_at = clock()
        self._is_ready = False
        self._skipped: set[Ticked] = set()  # of the last tick: what is postponed is logged once, not every time

    def tick(self, stop: Event) -> None:
        """Do what is due, and log it; told to stop, leave the rest to the next start."""
        if not self._is_ready and not self._has_caught_up():
            return
        self._is_ready = True
        skipped: set[Ticked] = set()
        for item in ticking(self._desk(), now=self._clock()):
            if item.action is Action.SKIPPED:
                skipped.add(item)
            if item not in self._skipped:
                log.info("timetable.ticked", action=item.action, case=item.case, due=item.at.isoformat())
                self._on_done()
            if stop.is_set():
                break
        self._skipped = skipped

    def _has_caught_up(self) -> bool:
        """Tell whether all mail that was there at the start is read, or has been waited for long enough."""
        if self._clock() - self._started_at >= START_PATIENCE:
            return True
        desk = self._desk()
        with reading(desk.engine) as connection:
            behind = unread_mail(connection, desk)
        return behind is None or behind.until >= self._started_at
