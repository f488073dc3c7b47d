"""The IMAP watches, kept as the configuration in force says: one thread a mailbox."""

from collections.abc import Callable
from threading import Event

import structlog

from daemon.health import Health
from daemon.ingest.watch import MailboxHealth, Station, Watch, WatchState
from daemon.model.setup import ImapSettings
from daemon.supervisor.part import Part

STOP_SECONDS = 5.0
MEND = {
    WatchState.REFUSED: "check user and password, then send SIGHUP",
    WatchState.UNREACHABLE: "check host, port and network; it is tried again",
}

log = structlog.get_logger()


class Watches:
    """The threads that watch mailboxes."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._parts: dict[ImapSettings, Part] = {}

    def adjust(self) -> None:
        """Stop what is no longer configured and start what is new; other watches go on undisturbed."""
        wanted = self._station.config().settings.imap
        for settings in [settings for settings in self._parts if settings not in wanted]:
            self._parts[settings].stop()
            self._parts.pop(settings).join(STOP_SECONDS)
            log.info("watch.stopped", mailbox=settings.mailbox)
        for settings in wanted:
            if settings not in self._parts:
                self._parts[settings] = Part(f"watch {settings.mailbox}", self._watching(settings)).start()
                log.info("watch.started", mailbox=settings.mailbox)

    def parts(self) -> tuple[Part, ...]:
        """Return the threads."""
        return tuple(self._parts.values())

    def _watching(self, settings: ImapSettings) -> Callable[[Event], None]:
        return lambda stop: Watch(settings, self._station, stop=stop).run()


def reporting(health: Health) -> Callable[[MailboxHealth], None]:
    """Return what takes the reports of watches."""

    def report(mailbox: MailboxHealth) -> None:
        name = f"mailbox {mailbox.mailbox}"
        if mailbox.state is WatchState.STOPPED:
            health.forget(name)
        elif mailbox.state in MEND:
            health.report(name, f"{mailbox.error}: {MEND[mailbox.state]}")
        elif mailbox.state is not WatchState.CONNECTING:
            health.report(name, mailbox.error)

    return report
