"""The example company's desk with a status page before it: rows come in by the store, pages go out by real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse

from daemon.model.case import CaseNumber
from daemon.model.desk_effect import OpenIncident
from daemon.model.incident import IncidentUpdate, UpdateKind
from daemon.model.window import Announcement, Impact
from daemon.store.database import transaction
from daemon.store.incidents import open_incident, tell_incident
from daemon.store.windows import keep_announcement
from daemon.web.answering import application
from daemon.web.serving import PATIENCE, PageServer
from daemon.web.showcase import Showcase
from daemon.web.subscriptions import Subscriptions
from tests.scenarios.desk import TestDesk, example_config
from tests.servers.neighbour import HOST, free_port


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came."""

    status: int
    fields: dict[str, str]
    body: bytes


@dataclass(slots=True)
class ShownDesk:
    """A desk and what the public sees of it."""

    desk: TestDesk
    showcase: Showcase
    port: int = 0
    opened: list[int] = field(default_factory=list)

    def opens_incident(self, title: str = "No outgoing calls", *products: str) -> int:
        """Make a case of a customer a master that everybody sees."""
        number = CaseNumber(self.desk.mpoc("primary@acme.example").writes(f"Down {len(self.opened)}").case)
        effect = OpenIncident(case=number, title=title, products=products, at=self.desk.now, actor="agent1")
        with transaction(self.desk.desk.engine) as connection:
            open_incident(connection, effect)
        self.opened.append(number)
        return number

    def tells(self, incident: int, text: str, kind: UpdateKind = UpdateKind.UPDATE) -> None:
        """Put an update on an incident."""
        with transaction(self.desk.desk.engine) as connection:
            tell_incident(connection, CaseNumber(incident), IncidentUpdate(self.desk.now, kind, text, "agent1"))

    def announces(self, **changes: object) -> int:
        """Announce a window that begins in an hour."""
        start = self.desk.now + timedelta(hours=1)
        window = Announcement(
            id=0,
            key=f"announced:{next(self.desk.counter)}",
            name="Router replacement",
            start=start,
            end=start + timedelta(hours=2),
            products=("internet",),
            impact=Impact.OUTAGE,
            description="A router is replaced.",
            reason="It fails now and then.",
            by="agent1",
            announced_at=self.desk.now,
        )
        with transaction(self.desk.desk.engine) as connection:
            return keep_announcement(connection, replace(window, **changes))  # type: ignore[arg-type]

    def shown(self, path: str) -> str:
        """Return a page as it is after a look."""
        self.showcase.renew()
        site = self.showcase.site
        assert site is not None
        return site[path].body.decode()

    def asks(self, path: str, *, method: str = "GET", body: bytes | None = None, **fields: str) -> Answered:
        """Ask over a connection of its own."""
        connection = HTTPConnection(HOST, self.port, timeout=10)
        try:
            headers = {name.replace("_", "-"): value for name, value in fields.items()}
            connection.request(method, path, body=body, headers=headers)
            return read(connection.getresponse())
        finally:
            connection.close()


def read(response: HTTPResponse) -> Answered:
    """Return an answer whole; the names of its fields are lower-cased."""
    fields = {name.lower(): value for name, value in response.getheaders()}
    return Answered(response.status, fields, response.read())


def showing(desk: TestDesk) -> ShownDesk:
    """Return the desk, with the example's planned windows, and a status page that nobody has looked at yet."""
    windows = example_config().plan.windows
    desk.change(lambda config: replace(config, plan=replace(config.plan, windows=windows)))
    return ShownDesk(desk, Showcase(desk.desk.engine, lambda: desk.desk.config, lambda: desk.now))


def subscriptions(shown: ShownDesk) -> Subscriptions:
    """Return the pages of subscriptions, as the daemon makes them."""
    return Subscriptions(lambda: shown.desk.desk, shown.showcase, lambda: shown.desk.now)


@contextmanager
def serving(shown: ShownDesk, pages: Subscriptions | None = None) -> Iterator[ShownDesk]:
    """Serve the page on a port while this lasts; without `pages`, the form is answered as soon as it can be."""
    shown.port = free_port()
    pages = pages or replace(subscriptions(shown), answer_after=0)
    app = application(shown.showcase, routes=pages.routes())
    server = PageServer(f"{HOST}:{shown.port}", app, patience=PATIENCE)
    try:
        yield shown
    finally:
        server.close()
