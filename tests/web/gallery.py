"""A small desk's public things for the tests of the status page: incidents, windows, pictures, a whole site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.model.case import CaseNumber
from daemon.model.incident import Incident, IncidentUpdate, UpdateKind
from daemon.model.people import Product
from daemon.model.window import Impact, Lead, LeadUnit, Window, Work
from daemon.web.addresses import Place
from daemon.web.picture import Picture, Sources, picture_of
from daemon.web.rendering import Frame, Renderer, Site

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, 10:00 in Denver
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRODUCTS = (Product("voice", "Voice"), Product("chat", "Chat"), Product("portal", "Portal"))
FRAME = Frame(name="Example Desk", place=Place("https://status.desk.example"), zone=DENVER, domain="desk.example")
TITLE, TEXT = "No outgoing calls", "Calls to mobile networks fail.\nWe route them another way."
RENDERER = Renderer()


def told(at: datetime, text: str = TEXT, kind: UpdateKind = UpdateKind.UPDATE) -> IncidentUpdate:
    """Return what an agent told of an incident."""
    return IncidentUpdate(at, kind, text, "agent1")


def an_incident(number: int = 1042, **fields: object) -> Incident:
    """Return an incident of an hour ago, on voice, that is open."""
    incident = Incident(
        case=CaseNumber(number),
        title=TITLE,
        products=("voice",),
        opened_at=NOW - HOUR,
        updates=(told(NOW - HOUR, "", UpdateKind.OPENED), told(NOW - HOUR / 2)),
    )
    return replace(incident, **fields)  # type: ignore[arg-type]


def over(number: int, opened_at: datetime, **fields: object) -> Incident:
    """Return an incident that was over after two hours."""
    end = opened_at + 2 * HOUR
    updates = (told(opened_at), told(end, "All calls go through again.", UpdateKind.RESOLVED))
    return an_incident(number, opened_at=opened_at, resolved_at=end, updates=updates, **fields)


def a_window(start: datetime, **fields: object) -> Window:
    """Return a window of six hours on voice and chat."""
    work = Work(
        name="Monthly maintenance",
        products=("voice", "chat"),
        impact=Impact.DEGRADED,
        description="Updates of servers.",
        reason="Security and stability.",
    )
    window = Window(
        key=f"monthly:{start.date()}", work=work, start=start, end=start + 6 * HOUR, leads=(Lead(1, LeadUnit.WEEK),)
    )
    return replace(window, **fields)  # type: ignore[arg-type]


def with_impact(window: Window, impact: Impact) -> Window:
    """Return the window with another impact."""
    return replace(window, work=replace(window.work, impact=impact))


def picture(incidents: tuple[Incident, ...] = (), windows: tuple[Window, ...] = (), *, now: datetime = NOW) -> Picture:
    """Return what is shown of these."""
    return picture_of(
        Sources(products=PRODUCTS, incidents=incidents, windows=windows, since=now - 100 * DAY, zone=DENVER), now=now
    )


def busy() -> Picture:
    """Return a picture in which there is one of everything."""
    return picture(
        (an_incident(), over(1001, NOW - 20 * DAY), over(907, NOW - 70 * DAY, products=())),
        (
            a_window(NOW - 40 * DAY),
            a_window(NOW - HOUR),
            a_window(NOW + 4 * DAY),
            a_window(NOW + 9 * DAY, is_cancelled=True),
            with_impact(a_window(NOW + 2 * DAY, key="portal:1", leads=()), Impact.NONE),
        ),
    )


def site(shown: Picture, frame: Frame = FRAME) -> Site:
    """Return the whole site of a picture."""
    return RENDERER.site(shown, frame)
