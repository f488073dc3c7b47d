"""The parts that work on mail once it is kept: readers, delivery, watches, timetables."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from daemon.clock import SharedClock
from daemon.errors import Temporary
from daemon.health import Health
from daemon.ingest.intake import Intake
from daemon.ingest.watch import Rhythm, Station
from daemon.settings import fingerprint
from daemon.store.claims import slow_lane_waits
from daemon.store.database import reading
from daemon.supervisor import checks
from daemon.supervisor.answers_alarm import AnswersAlarm
from daemon.supervisor.courier import Courier
from daemon.supervisor.heartbeat import BEAT_SECONDS, Heartbeat
from daemon.supervisor.office import Office
from daemon.supervisor.part import Part
from daemon.supervisor.pool import ReaderPool
from daemon.supervisor.timekeeper import Timekeeper
from daemon.supervisor.waits import end_impossible_waits
from daemon.supervisor.watches import Watches, reporting
from daemon.timetable import Entry, keep_time

TICK_SECONDS = 15
LOOK_AT_FILES_SECONDS = 1
CHECK_SECONDS = 5
LOOK_AT_KEYS_SECONDS = 60
LOOK_AT_WAITS_SECONDS = 10
STOP_SECONDS = 25.0
RETRIES = (1.0, 2.0, 4.0, 5.0, 10.0)
"""Pauses of a watch whose server is away: mail is taken within 15 s of its return; a refused login waits for longer."""

log = structlog.get_logger()


class Workshop:
    """Everything that runs in threads and processes of its own."""

    def __init__(self, office: Office, folder: Path, *, name: str, clock: SharedClock, health: Health) -> None:
        self._office = office
        self._folder = folder
        self._name = name
        self._clock = clock
        self._health = health
        self._alarm = AnswersAlarm(log)
        self._heart = Heartbeat(office.engine, name, clock=clock, health=health)
        self._courier = Courier(office, f"{name}delivery", clock, is_believed=self._heart.is_believed)
        self._pool = ReaderPool(office.engine, office.config, name=name, clock=clock, on_decided=self._courier.wake)
        self._watches: Watches | None = None
        self._parts: tuple[Part, ...] = ()
        self._vital = (
            _timed("heartbeat", BEAT_SECONDS, self._beat),
            _timed("cover", BEAT_SECONDS, self._heart.cover),
        )
        self._checked_at: datetime | None = None
        self._fingerprint = self._seen = fingerprint(folder)
        self._on_changed_files: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Say that mail was kept."""
        self._pool.wake()

    def start(self, intake: Intake, *, on_changed_files: Callable[[], None]) -> None:
        """Start all parts; `on_changed_files` is called from a thread."""
        self._on_changed_files = on_changed_files
        self._heart.begin()
        for part in self._vital:
            part.start()
        self._watches = Watches(self._station(intake))
        keeper = Timekeeper(self._office.desk, self._clock, on_done=self._courier.wake)
        works: tuple[tuple[str, Callable[[threading.Event], None]], ...] = (
            ("readers", self._pool.run),
            ("delivery", self._courier.run),
            ("tick", lambda stop: keep_time((Entry("tick", TICK_SECONDS, lambda: keeper.tick(stop)),), stop)),
            ("housekeeping", lambda stop: keep_time(self._housekeeping(), stop)),
        )
        self._parts = tuple(Part(name, work).start() for name, work in works)
        self._watches.adjust()

    def note_files(self) -> None:
        """Remember the files as they are now: a reload begins."""
        self._fingerprint = self._seen = fingerprint(self._folder)

    def adjust(self) -> None:
        """Have all parts work by the configuration that is now in force."""
        self._pool.replace_all()
        self._courier.wake()
        if self._watches:
            self._watches.adjust()

    def stop(self) -> bool:
        """Have each part finish what it has in hand, and end; tells whether all did in time."""
        watching = self._watches.parts() if self._watches else ()
        for part in (*watching, *self._parts):
            part.stop()
        self._pool.nudge()
        self._courier.wake()
        end = time.monotonic() + STOP_SECONDS
        ended = [part.join(max(0.0, end - time.monotonic())) for part in (*watching, *self._parts)]
        self._say_farewell()
        return all(ended)

    def _say_farewell(self) -> None:
        """Say that we end, where we said that we live; a database that is away learns it from our silence."""
        for part in self._vital:
            part.stop()
        if not self._heart.is_believed():
            return
        try:
            self._heart.end()
        except Temporary as trouble:
            log.warning("node.unended", reason=str(trouble))

    @property
    def is_alive(self) -> bool:
        """Tell whether the readers' thread still turns."""
        return self._pool.is_turning

    def _beat(self) -> None:
        """Say that we live; where the clock was put right, the readers go by it too."""
        if self._heart.beat():
            self._pool.replace_all()

    def _station(self, intake: Intake) -> Station:
        return Station(
            engine=self._office.engine,
            intake=intake,
            clock=self._clock,
            config=self._office.config,
            watcher=f"{self._name}watch",
            report=reporting(self._health),
            rhythm=Rhythm(retries=RETRIES),
        )

    def _housekeeping(self) -> tuple[Entry, ...]:
        return (
            Entry("look at files", LOOK_AT_FILES_SECONDS, self._look_at_files),
            Entry("check", CHECK_SECONDS, self._check),
            Entry("look at keys", LOOK_AT_KEYS_SECONDS, self._look_at_keys),
            Entry("look at waits", LOOK_AT_WAITS_SECONDS, self._look_at_waits),
        )

    def _look_at_waits(self) -> None:
        """Have nothing rest until an instant of before the clock was set back."""
        if end_impossible_waits(self._office.engine, self._office.config().plan, now=self._clock()):
            self._courier.wake()

    def _look_at_keys(self) -> None:
        """Have everybody work with the signing keys as they now stand: another process may have rotated them (S2.8)."""
        if self._office.renew_keys():
            log.info("keys.changed")
            self._pool.replace_all()

    def _look_at_files(self) -> None:
        """Ask for a reload once changed files have stayed the same for two looks: half a file is no configuration."""
        found = fingerprint(self._folder)
        if found == self._seen != self._fingerprint:
            self._fingerprint = found
            self._on_changed_files()
        self._seen = found

    @property
    def checks_trouble(self) -> str:
        """Return since when no look at the parts has ended, where that is long ago: the database may hang."""
        return checks.late_checks_trouble(self._checked_at, now=self._clock())

    def _check(self) -> None:
        """Report how each part does."""
        try:
            self._look_at_parts()
        finally:
            self._checked_at = self._clock()

    def _look_at_parts(self) -> None:
        engine, now, report = self._office.engine, self._clock(), self._health.report
        for part in (*self._vital, *self._parts, *(self._watches.parts() if self._watches else ())):
            report(part.name, part.trouble)
        report("reader processes", self._pool.trouble)
        report("delivery server", self._courier.trouble)
        report("disk", checks.disk_trouble(engine, self._office.config().settings))
        trouble = checks.database_trouble(engine)
        report("database", trouble)
        if trouble:
            return
        found = checks.look_at_backlog(engine, now=now)
        report("queue", checks.queue_trouble(found, now=now))
        report("outbox", checks.outbox_trouble(found, now=now))
        report("answers", self._alarm.trouble(found.answers, self._office.config().plan.governor.alarm_hour))
        with reading(engine) as connection:
            if slow_lane_waits(connection, now=now):
                self._pool.want_slow_lane()


def _timed(name: str, seconds: int, job: Callable[[], None]) -> Part:
    """Return a part that does one job again and again."""
    return Part(name, lambda stop: keep_time((Entry(name, seconds, job),), stop))
