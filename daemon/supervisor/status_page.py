"""The status page in the running daemon (R8): looked at every two seconds, served, and written as files.

It runs beside the mail, in threads of its own; whatever fails here is shown by the health page, and takes nothing down.
The web server's libraries are loaded here, when a page is configured.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from daemon.clock import Clock
from daemon.desk import Desk
from daemon.errors import Permanent, Temporary
from daemon.health import Health
from daemon.model.setup import Config, StatusPageSettings
from daemon.store.database import Engine
from daemon.supervisor.part import Part

if TYPE_CHECKING:
    from daemon.web.rendering import Site
    from daemon.web.serving import PageServer
    from daemon.web.showcase import Showcase

LOOK_SECONDS = 2.0
STOP_SECONDS = 8.0
SERVED, WRITTEN = "status page", "status page folder"

log = structlog.get_logger()


class Office(Protocol):
    """What the page needs of the desk (`supervisor.office`)."""

    @property
    def engine(self) -> Engine:
        """The database, open or not."""

    def config(self) -> Config:
        """Return the configuration in force."""

    def desk(self) -> Desk:
        """Return the open desk.

        Raises:
            Temporary: it is not open yet.
        """


class StatusPage:
    """The part that shows the page."""

    def __init__(self, office: Office, *, clock: Clock, health: Health) -> None:
        self._office = office
        self._clock = clock
        self._health = health
        self._part = Part(SERVED, self._run)
        self._is_started = False
        self._wake = threading.Event()
        self._showcase: Showcase | None = None
        self._server: PageServer | None = None
        self._written: tuple[Path, Site] | None = None

    def start(self) -> None:
        """Start the thread."""
        self._is_started = True
        self._part.start()

    def adjust(self) -> None:
        """Have the page taken to where a changed configuration puts it, at once."""
        self._wake.set()

    def stop(self) -> None:
        """Ask the page to close; returns at once."""
        self._part.stop()
        self._wake.set()

    def join(self) -> None:
        """Wait until the page is closed, or has had its time."""
        if self._is_started:
            self._part.join(STOP_SECONDS)

    def _run(self, stop: threading.Event) -> None:
        """Take turns; after a defect the page stays open with what it shows, while the part starts again."""
        if self._part.trouble:
            self._health.report(SERVED, self._part.trouble)
        try:
            while not stop.is_set():
                self._wake.clear()
                self._turn(self._office.config().settings.status_page)
                self._wake.wait(LOOK_SECONDS)
        finally:
            if stop.is_set():
                self._close()

    def _turn(self, settings: StatusPageSettings | None) -> None:
        """Do what is to be done now: look, serve, write."""
        if settings is None:
            self._close()
            self._forget()
            return
        trouble = self._look()
        trouble = self._serve(settings.listen) or trouble
        self._health.report(SERVED, trouble or self._part.trouble)
        self._write(settings.folder)

    def _look(self) -> str:
        """Take up what changed; returns why that is not known."""
        if self._showcase is None:
            from daemon.web.showcase import Showcase

            self._showcase = Showcase(self._office.engine, self._office.config, self._clock)
        try:
            self._showcase.renew()
        except Temporary as trouble:
            return f"not renewed, the last page stays: {trouble}"
        return ""

    def _serve(self, address: str) -> str:
        """Serve at this address, and at no other; returns what is wrong."""
        if self._server and (self._server.address != address or not self._server.is_alive):
            self._close()
        if not address or self._server or not self._showcase:
            return ""
        return self._opened(address, self._showcase)

    def _opened(self, address: str, showcase: "Showcase") -> str:
        """Open the address, unless it cannot be had."""
        from daemon.web.answering import application
        from daemon.web.serving import PATIENCE, PageServer
        from daemon.web.subscriptions import Subscriptions

        routes = Subscriptions(self._office.desk, showcase, self._clock).routes()
        try:
            self._server = PageServer(address, application(showcase, routes=routes), patience=PATIENCE)
        except Permanent as trouble:
            return str(trouble)
        log.info("status_page.opened", address=address)
        return ""

    def _write(self, folder: Path | None) -> None:
        """Write the site where it is another one than was written."""
        from daemon.web.copying import write_copy

        site = self._showcase.site if self._showcase else None
        if folder is None or site is None:
            self._health.forget(WRITTEN)
            return
        if self._written and self._written[0] == folder and self._written[1] is site:
            return
        try:
            files = write_copy(site, folder)
        except (Permanent, Temporary) as trouble:
            self._health.report(WRITTEN, str(trouble))
            return
        self._written = (folder, site)
        self._health.report(WRITTEN, "")
        log.info("status_page.written", files=files)

    def _close(self) -> None:
        if self._server:
            self._server.close()
            log.info("status_page.closed", address=self._server.address)
        self._server = None

    def _forget(self) -> None:
        for part in (SERVED, WRITTEN):
            self._health.forget(part)
