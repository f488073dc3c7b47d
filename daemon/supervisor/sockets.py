"""The listeners, kept as the configuration in force says: opened, closed, and tried again where a port is taken."""

from collections.abc import Callable

import structlog

from daemon.clock import Clock
from daemon.errors import Permanent
from daemon.health import Health
from daemon.ingest.intake import Intake
from daemon.ingest.listener import Listener, serve
from daemon.model.setup import Config, ListenerSettings

log = structlog.get_logger()


class Sockets:
    """The open listeners; used from the event loop alone."""

    def __init__(self, config: Callable[[], Config], *, intake: Intake, clock: Clock, health: Health) -> None:
        self._config = config
        self._intake = intake
        self._clock = clock
        self._health = health
        self._open: dict[ListenerSettings, Listener] = {}

    async def open_all(self) -> None:
        """Open every listener at start.

        Raises:
            Permanent: an address cannot be bound, or a certificate cannot be read.
        """
        for settings in self._config().settings.listeners:
            await self._serve(settings)

    async def adjust(self) -> None:
        """Close what is no longer configured and open what is new; what fails is reported and tried again later."""
        wanted = self._config().settings.listeners
        for settings in [settings for settings in self._open if settings not in wanted]:
            await self._close(settings)
            self._health.forget(_name(settings))
        for settings in wanted:
            if settings in self._open:
                continue
            try:
                await self._serve(settings)
            except Permanent as trouble:
                self._health.report(_name(settings), str(trouble))

    async def close_all(self) -> None:
        """Close every listener; transactions in hand get their answer."""
        for settings in tuple(self._open):
            await self._close(settings)

    async def _serve(self, settings: ListenerSettings) -> None:
        self._open[settings] = await serve(settings, self._config, intake=self._intake, clock=self._clock)
        self._health.report(_name(settings), "")
        log.info("listener.started", protocol=settings.protocol, host=settings.host, port=self._open[settings].port)

    async def _close(self, settings: ListenerSettings) -> None:
        await self._open.pop(settings).close()
        log.info("listener.stopped", protocol=settings.protocol, host=settings.host, port=settings.port)


def _name(settings: ListenerSettings) -> str:
    return f"listener {settings.protocol} {settings.host}:{settings.port}"
