"""The daemon's life: start in order, run, reload when asked, stop in order."""

import asyncio
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import structlog

from daemon.claimant import own_name
from daemon.clock import Clock, SharedClock
from daemon.errors import ConfigInvalid, Permanent, Temporary
from daemon.health import Health
from daemon.ingest.intake import Intake
from daemon.outage import Outage
from daemon.store.readiness import make_ready
from daemon.supervisor.alarm import Alarm
from daemon.supervisor.health_page import HealthPage
from daemon.supervisor.office import Office
from daemon.supervisor.part import Part
from daemon.supervisor.sockets import Sockets
from daemon.supervisor.status_page import StatusPage
from daemon.supervisor.succession import release_claims_of_the_dead
from daemon.supervisor.systemd import notify, reloading, watchdog_seconds
from daemon.supervisor.workshop import Workshop
from daemon.timetable import Entry, keep_time

ADJUST_SECONDS = 5.0
ALARM_SECONDS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 3.0

log = structlog.get_logger()


class Supervisor:
    """One running daemon."""

    def __init__(self, folder: Path, environment: Mapping[str, str], clock: Clock) -> None:
        """Load the configuration and build the parts that take mail; nothing runs yet.

        Raises:
            ConfigInvalid: the configuration is wrong.
            Permanent: the database's driver is missing.
        """
        self._environment = environment
        self._clock = clock = SharedClock(clock)
        self._name = own_name()
        self._office = Office(folder, environment, clock)
        self._health = Health(clock)
        self._workshop = Workshop(self._office, folder, name=self._name, clock=clock, health=self._health)
        self._intake = Intake(self._office.engine, clock, self._workshop.wake)
        self._sockets = Sockets(self._office.config, intake=self._intake, clock=clock, health=self._health)
        self._page = HealthPage(self._health)
        self._status_page = StatusPage(self._office, clock=clock, health=self._health)
        self._alarm = Alarm(self._office.config, self._health, clock)
        self._alarm_part = Part("alarm", lambda stop: keep_time((Entry("alarm", ALARM_SECONDS, self._look),), stop))
        self._stopping = asyncio.Event()
        self.ended_in_order = True
        self._reload = asyncio.Event()

    async def run(self) -> None:
        """Run until a signal says stop.

        Raises:
            Permanent: the set-up is broken; says what to mend.
            Temporary: the SQLite database cannot be used.
        """
        self._listen_to_signals()
        await self._ready_database()
        self._intake.start()
        self._alarm_part.start()
        try:
            await self._sockets.open_all()
            await self._page.open(self._office.config().settings.health_address)
            self._status_page.start()
            notify(self._environment, "READY=1")
            if await self._open_office():
                await self._work()
        finally:
            await self._stop()

    async def _work(self) -> None:
        """Start what works on mail, and look after the rest until told to stop."""
        loop = asyncio.get_running_loop()
        released = release_claims_of_the_dead(self._office.engine, self._name)
        if released:
            log.info("claims.released", mails=released)

        def ask_for_reload() -> None:
            loop.call_soon_threadsafe(self._reload.set)

        self._workshop.start(self._intake, on_changed_files=ask_for_reload)
        self._warn()
        log.info("daemon.started", listeners=len(self._office.config().settings.listeners))
        minders = (asyncio.create_task(self._mind_reloads()), asyncio.create_task(self._mind_watchdog()))
        await self._stopping.wait()
        for minder in minders:
            minder.cancel()

    async def _stop(self) -> None:
        """Take no more mail, finish what is in hand, end."""
        notify(self._environment, "STOPPING=1")
        self._alarm_part.stop()
        await self._sockets.close_all()
        self._status_page.stop()
        self.ended_in_order = await asyncio.to_thread(self._workshop.stop)
        await asyncio.to_thread(self._status_page.join)
        await asyncio.to_thread(self._intake.close)
        await self._page.close()
        self._office.engine.dispose()
        if self._stopping.is_set():
            log.info("daemon.stopped")

    def _look(self) -> None:
        """Tell whoever runs us what is wrong, in a thread that waits for none of the others (S1.6)."""
        self._health.report("checks", self._workshop.checks_trouble)
        self._alarm.look()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)

    def _told_to_stop(self) -> None:
        """Stop in order; a second signal ends us at once, which loses nothing: what is in hand is done again."""
        if self._stopping.is_set():
            os._exit(1)
        self._stopping.set()
        log.info("daemon.stopping")

    async def _ready_database(self) -> None:
        """Create or upgrade an SQLite database; look at a PostgreSQL one, unless it is away."""
        try:
            await asyncio.to_thread(make_ready, self._office.engine)
        except Temporary:
            if self._office.engine.dialect.name == "sqlite":
                raise

    async def _open_office(self) -> bool:
        """Wait for the database; mail is answered 451 meanwhile.  False: told to stop before it came."""
        pause, outage = FIRST_PAUSE, Outage()
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(make_ready, self._office.engine)
                await asyncio.to_thread(self._office.open)
            except Temporary as trouble:
                self._health.report("database", f"{trouble}: it is tried again")
                if outage.is_news():
                    log.warning("daemon.waited", reason=str(trouble), away=outage.seconds)
            else:
                self._health.report("database", "")
                return True
            await _sleep_or(self._stopping, pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    async def _mind_reloads(self) -> None:
        """Reload when asked; now and then try again what could not be opened."""
        while True:
            asked = await _sleep_or(self._reload, ADJUST_SECONDS)
            self._reload.clear()
            try:
                if asked:
                    await self._reload_now()
                await self._sockets.adjust()
            except Exception as failure:  # the loop's unit of work: the daemon goes on as it is
                log.error("part.crashed", part="reload", pause=ADJUST_SECONDS, exc_info=failure)

    async def _reload_now(self) -> None:
        """Put the changed configuration in force, or say why not; the daemon goes on with the old one."""
        reloading(self._environment)
        log.info("daemon.reloading")
        self._workshop.note_files()
        try:
            config = await asyncio.to_thread(self._office.reload)
        except ConfigInvalid as refused:
            self._refuse(refused)
        except Temporary as trouble:
            log.warning("daemon.waited", reason=str(trouble), pause=ADJUST_SECONDS)
            asyncio.get_running_loop().call_later(ADJUST_SECONDS, self._reload.set)
        else:
            await asyncio.to_thread(self._workshop.adjust)
            self._status_page.adjust()
            await self._open_page(config.settings.health_address)
            self._health.report("configuration", "")
            log.info("config.loaded")
            self._warn()
        notify(self._environment, "READY=1")

    async def _open_page(self, address: str) -> None:
        try:
            await self._page.open(address)
        except Permanent as trouble:
            log.error("health.failed", part="health page", trouble=str(trouble))

    def _refuse(self, refused: ConfigInvalid) -> None:
        for fault in refused.faults:
            log.error("config.refused", fault=str(fault))
        first, more = refused.faults[0], len(refused.faults) - 1
        others = f" (and {more} more: `supportd check` lists them)" if more else ""
        self._health.report("configuration", f"refused, the last good one stays: {first}{others}")

    def _warn(self) -> None:
        for warning in self._office.config().warnings:
            log.warning("config.warned", warning=warning)

    async def _mind_watchdog(self) -> None:
        """Tell systemd that the loop turns and the parts live; it restarts us when it hears nothing."""
        seconds = watchdog_seconds(self._environment)
        while seconds:
            if self._workshop.is_alive:
                notify(self._environment, "WATCHDOG=1")
            await asyncio.sleep(seconds)


async def _sleep_or(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most so long; tells whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
