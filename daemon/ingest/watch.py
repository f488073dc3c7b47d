"""The watch over one IMAP mailbox: connect, sweep, wait in IDLE, sweep again; reconnect for ever (S1.4, S1.6).

IDLE is a mere hint: after each cycle the folder is searched whatever IDLE said, and swept whole now and then.  After
mail has come the cycles are short at first: an EXISTS that arrives in one packet with the start of IDLE stays unseen.
Of several daemons on one database one holds the watch, under a lease that it renews each cycle and gives up in
trouble, so that another may try.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event

import structlog

from daemon.clock import Clock
from daemon.errors import Temporary
from daemon.ingest.intake import Intake
from daemon.ingest.mailbox import ImapFolder, LoginRefused, open_folder
from daemon.ingest.sweep import Bounds, Sweep
from daemon.model.setup import Config, ImapSettings
from daemon.outage import Outage
from daemon.store import mailboxes
from daemon.store.database import Engine, reading, transaction

log = structlog.get_logger()


class WatchState(StrEnum):
    """How a watch stands."""

    CONNECTING = "connecting"
    WATCHING = "watching"
    WAITING = "waiting"  # another daemon has the watch
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class MailboxHealth:
    """What a watch reports whenever it changes."""

    mailbox: str
    state: WatchState
    since: datetime
    swept_at: datetime | None = None  # last full sweep
    error: str = ""  # last trouble, in one line; empty once it is mended


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a watch waits, in seconds."""

    idle: float = 20.0  # with the read timeout of 60 s a half-open connection is noticed within 90 s
    idle_after_mail: float = 2.0
    retries: tuple[float, ...] = (1.0, 2.0, 4.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
    retries_refused: tuple[float, ...] = (30.0, 60.0, 120.0, 300.0, 600.0, 900.0)
    claim: float = 5.0  # between two tries to get a watch that another daemon has


@dataclass(frozen=True, slots=True)
class Station:
    """What every watch of a daemon is given."""

    engine: Engine
    intake: Intake
    clock: Clock
    config: Callable[[], Config]
    watcher: str  # the daemon's name in the leases
    report: Callable[[MailboxHealth], None]
    rhythm: Rhythm


class Watch:
    """The loop over one mailbox, for a thread of its own."""

    def __init__(self, settings: ImapSettings, station: Station, *, stop: Event) -> None:
        self._settings = settings
        self._station = station
        self._stop = stop
        self._name = settings.name
        self._failures = 0
        self._outage = Outage()
        self._swept_at: datetime | None = None
        self._health = MailboxHealth(settings.mailbox, WatchState.CONNECTING, station.clock())

    def run(self) -> None:
        """Watch until `stop` is set; returns within 2 s of that, unless a batch is in hand."""
        while not self._stop.is_set():
            try:
                pause = self._watch_once()
            except LoginRefused as refused:
                pause = self._fail(WatchState.REFUSED, refused, self._station.rhythm.retries_refused)
            except Temporary as trouble:
                pause = self._fail(WatchState.UNREACHABLE, trouble, self._station.rhythm.retries)
            except Exception as defect:  # noqa: BLE001  # told by `_fail`; the loop's unit of work: the watch must go on
                pause = self._fail(WatchState.UNREACHABLE, defect, self._station.rhythm.retries)
            self._stop.wait(pause)
        if left := self._give_up_claim():
            log.warning("mailbox.claim_left", mailbox=self._settings.mailbox, reason=left)
        self._report(WatchState.STOPPED, error="")

    def _watch_once(self) -> float:
        """Watch over one connection; returns how long to pause before the next."""
        if not self._claim():
            self._report(WatchState.WAITING, error="")
            return self._station.rhythm.claim
        folder = open_folder(self._settings)
        try:
            folder.prepare(self._settings.processed)
            folder.prepare(self._settings.unreadable)
            self._follow(folder)
        finally:
            folder.close()
        return 0.0

    def _follow(self, folder: ImapFolder) -> None:
        """Take mail as it comes, until the watch is stopped or another daemon has it."""
        station = self._station
        sweep = Sweep(folder, self._settings, engine=station.engine, intake=station.intake, clock=station.clock)
        self._compare(folder)
        idle, is_open = 0.0, False
        while self._proceed():
            before = sweep.last_uid
            if not self._take(folder, sweep):
                return
            is_open = is_open or self._note_open(folder)
            self._report(WatchState.WATCHING, error=sweep.refusal)
            quiet = sweep.last_uid == before
            idle = min(idle * 2, station.rhythm.idle) if quiet and idle else station.rhythm.idle_after_mail
            self._rest(folder, idle)

    def _note_open(self, folder: ImapFolder) -> bool:
        """Note that the mailbox was read: only that ends an outage; an open connection alone does not."""
        self._failures = 0
        can = {"idle": folder.can_idle, "move": folder.can_move}
        log.info("mailbox.opened", mailbox=self._settings.mailbox, away=self._outage.end(), **can)
        return True

    def _compare(self, folder: ImapFolder) -> None:
        """Say so if the server has given all messages new UIDs since the last sweep, by whichever daemon."""
        with reading(self._station.engine) as connection:
            before = mailboxes.progress(connection, self._name).uidvalidity
        if before not in (0, folder.uidvalidity):
            log.warning("mailbox.renumbered", mailbox=self._settings.mailbox, uidvalidity=folder.uidvalidity)

    def _take(self, folder: ImapFolder, sweep: Sweep) -> bool:
        bounds = Bounds(self._station.config().settings.max_message_octets, self._proceed)
        now = self._station.clock()
        if sweep.last_uid and not self._is_sweep_due(now):
            return sweep.take_new(bounds)
        if not sweep.take_all(bounds):
            return False
        self._swept_at = now
        reached = mailboxes.Progress(folder.uidvalidity, sweep.last_uid, now)
        with transaction(self._station.engine) as connection:
            mailboxes.record_progress(connection, self._name, reached, watcher=self._station.watcher)
        return True

    def _is_sweep_due(self, now: datetime) -> bool:
        """Tell whether the last full sweep was long ago, or will have been by a clock that was set back."""
        passed = now - self._swept_at if self._swept_at else timedelta.max
        return not timedelta(0) <= passed < timedelta(seconds=self._settings.sweep_seconds)

    def _rest(self, folder: ImapFolder, idle: float) -> None:
        if folder.can_idle:
            folder.wait(idle, self._stop)
        else:
            self._stop.wait(self._settings.poll_seconds)
            folder.noop()

    def _proceed(self) -> bool:
        """Tell whether to go on: not stopped, and the lease renewed."""
        return not self._stop.is_set() and self._claim()

    def _claim(self) -> bool:
        with transaction(self._station.engine) as connection:
            return mailboxes.claim_watch(
                connection, self._name, watcher=self._station.watcher, now=self._station.clock()
            )

    def _give_up_claim(self) -> str:
        """Let another daemon have the watch; returns why that failed, or nothing."""
        try:
            with transaction(self._station.engine) as connection:
                mailboxes.end_watch(connection, self._name, watcher=self._station.watcher)
        except Temporary as trouble:
            return str(trouble)
        return ""

    def _fail(self, state: WatchState, trouble: Exception, pauses: tuple[float, ...]) -> float:
        """Report a trouble, let another daemon try, and return the pause, with a jitter of a fifth."""
        self._give_up_claim()
        self._report(state, error=str(trouble) or type(trouble).__name__)
        pause = pauses[min(self._failures, len(pauses) - 1)] * (0.8 + secrets.randbelow(401) / 1000)
        self._failures += 1
        if self._outage.is_news(type(trouble).__name__):
            self._tell(trouble, {"mailbox": self._settings.mailbox, "away": self._outage.seconds, "pause": pause})
        return pause

    def _tell(self, trouble: Exception, facts: dict[str, str | float]) -> None:
        if isinstance(trouble, LoginRefused):
            log.error("mailbox.refused", reason=str(trouble), **facts)
        elif isinstance(trouble, Temporary):
            log.warning("mailbox.lost", reason=str(trouble), **facts)
        else:
            log.error("mailbox.failed", exc_info=trouble, **facts)

    def _report(self, state: WatchState, *, error: str) -> None:
        since = self._health.since if state is self._health.state else self._station.clock()
        health = replace(self._health, state=state, since=since, swept_at=self._swept_at, error=error)
        if health != self._health:
            self._health = health
            self._station.report(health)
