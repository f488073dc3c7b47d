"""A picture becomes a whole site: pages in every language, feeds, figures, style; octets that are served and written.

Templates lie in `templates/web/`, one for all languages.  What agents wrote is data: it is escaped, keeps its lines,
and becomes no link.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FunctionLoader, StrictUndefined, pass_context
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from daemon.outbound.words import spell_instant, words_of
from daemon.web import addresses
from daemon.web.addresses import Place
from daemon.web.feed import entries_of, moment_of
from daemon.web.figures import figures_of
from daemon.web.picture import Month, Picture, ShownWindow, by_work
from daemon.web.subscription_words import ASKING
from daemon.web.words import LANGUAGES

HTML, ATOM, JSON = "text/html; charset=utf-8", "application/atom+xml; charset=utf-8", "application/json"
CSS, TEXT, SVG = "text/css; charset=utf-8", "text/plain; charset=utf-8", "image/svg+xml"
ROBOTS = "User-agent: *\nDisallow: {0}/unsubscribe/\nDisallow: {0}/*/subscription/\nDisallow: {0}/*/confirm/\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is served and written."""

    body: bytes
    media_type: str
    language: str = ""  # empty: none in particular

    @property
    def tag(self) -> str:
        """Return its entity tag (RFC 9110, 8.8.3)."""
        return f'"{sha256(self.body).hexdigest()[:24]}"'


NOWHERE = ""
"""The path of a page that is none of the site's: it leads to the front of the other language."""
Site = Mapping[str, Page]
"""The pages by their paths (`addresses`); the empty path is the front door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page."""

    name: str  # the provider's
    place: Place
    zone: ZoneInfo
    domain: str  # of the support address: names the entries of feeds for ever
    written_in: str = ""  # what titles and texts are taken to be written in; empty: nobody knows
    offers_subscriptions: bool = False
    stale_since: datetime | None = None  # the picture could not be renewed since


class Renderer:
    """The packaged templates, compiled once a process, and what is made of them."""

    def __init__(self) -> None:
        self._environment = _environment()
        packaged = files("daemon._templates") / "web"
        self._fixed = {
            addresses.STYLE: Page((packaged / addresses.STYLE).read_bytes(), CSS),
            addresses.ICON: Page((packaged / addresses.ICON).read_bytes(), SVG),
        }
        self._incidents: dict[str, tuple[object, Page]] = {}  # by path: what a page was made of, and the page

    def site(self, picture: Picture, frame: Frame) -> Site:
        """Return every page that there is."""
        place = frame.place
        pages = {path: page for language in LANGUAGES for path, page in self._pages(picture, frame, language)}
        self._incidents = {path: known for path, known in self._incidents.items() if path in pages}
        return {
            "": pages[addresses.home(next(iter(LANGUAGES)))],
            **pages,
            **self._fixed,
            addresses.FIGURES: Page(figures_of(picture, name=frame.name, place=place), JSON),
            addresses.ROBOTS: Page(ROBOTS.format(place.prefix).encode(), TEXT),
        }

    def message(self, kind: str, language: str, frame: Frame) -> Page:
        """Return a page that says why there is none: kind `not_found`, `failed`, `away` or `wrong`."""
        return self._page("message.html.j2", {"kind": kind, "path": NOWHERE}, frame, language)

    def page(self, template: str, shown: Mapping[str, object], frame: Frame, language: str) -> Page:
        """Return one more page in the frame of all; `shown` holds what its template asks for, and its `path`."""
        return self._page(template, shown, frame, language)

    def _pages(self, picture: Picture, frame: Frame, language: str) -> Iterator[tuple[str, Page]]:
        for path, template, shown in _plan(picture, language):
            whole = {"picture": picture, "path": path, **shown}
            yield path, self._lasting(template, whole, frame, language) or self._page(template, whole, frame, language)
        feeds = [(addresses.feed(language), picture, "")]
        feeds += [(addresses.platform_feed(language, p.id), picture.of(p.id), p.name) for p in picture.platforms]
        for path, part, platform in feeds:
            shown = {"entries": entries_of(part), "moment": moment_of(part), "platform": platform, "path": path}
            yield path, self._page("feed.atom.j2", {"everything": picture, **shown}, frame, language)

    def _lasting(self, template: str, shown: Mapping[str, Any], frame: Frame, language: str) -> Page | None:
        """Return an incident's page, or None of anything else: of thousands that are over none is made twice."""
        if "incident" not in shown:
            return None
        names = tuple((platform.id, platform.name) for platform in shown["picture"].platforms)
        made_of, path = (shown["incident"], names, frame), shown["path"]
        if path not in self._incidents or self._incidents[path][0] != made_of:
            self._incidents[path] = (made_of, self._page(template, shown, frame, language))
        return self._incidents[path][1]

    def _page(self, template: str, shown: Mapping[str, object], frame: Frame, language: str) -> Page:
        context = {
            "frame": frame,
            "place": frame.place,
            "language": language,
            "languages": LANGUAGES,
            "words": LANGUAGES[language],
            "asking": ASKING[language],
            "addresses": addresses,
            "as_written": _as_written(frame, language),
        }
        text = self._environment.get_template(template).render(context | dict(shown))
        return Page(text.encode("utf-8"), ATOM if template.endswith(".atom.j2") else HTML, language)


def _as_written(frame: Frame, language: str) -> Markup:
    """Return the attributes of what people wrote: its direction, and its language where the page has another one."""
    other = frame.written_in if frame.written_in != language else ""
    return Markup(' dir="auto"') + (Markup(' lang="{}"').format(other) if other else Markup())


def _plan(picture: Picture, language: str) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Yield path, template and contents of each page of one language."""
    yield addresses.home(language), "now.html.j2", {}
    yield addresses.history(language), "history.html.j2", {}
    for month in picture.months:
        yield addresses.month(language, str(month)), "month.html.j2", {"month": month}
    for incident in picture.incidents:
        yield addresses.incident(language, incident.number), "incident.html.j2", {"incident": incident}
    for platform in picture.platforms:
        shown = {"platform": platform, "picture": picture.of(platform.id), "everything": picture}
        yield addresses.platform(language, platform.id), "platform.html.j2", shown


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        by_work=by_work,
        when=_when,
        span=_span,
        spelt=_spelt,
        iso=_iso,
        breaks=_breaks,
        month_name=_month_name,
        names=_names,
        html_with=_html_with,
        in_language=_in_language,
    )
    return environment


def _packaged(name: str) -> str | None:
    entry = files("daemon._templates") / "web"
    for step in split_template_path(name):
        entry = entry / step
    return entry.read_text("utf-8") if entry.is_file() else None


@pass_context
def _when(context: Context, at: datetime) -> Markup:
    """Return an instant as a reader sees it: on the plan's clock with the zone named, then in UTC."""
    return _time(context, at, _spelt(context, at))


@pass_context
def _span(context: Context, window: ShownWindow) -> Markup:
    """Return from when to when a window is; the day is said once where there is but one."""
    zone, words = context["frame"].zone, context["words"]
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    first = _when(context, window.start)
    if (start.date(), start.utcoffset()) == (end.date(), end.utcoffset()):
        return _html_with(words.span_of_a_day, first, _time(context, window.end, end.strftime(words.hour)))
    return _html_with(words.span, first, _when(context, window.end))


def _time(context: Context, at: datetime, said: str) -> Markup:
    """Return an instant with UTC beside it, for whoever is elsewhere: visible, since no finger reaches a title."""
    local, utc = at.astimezone(context["frame"].zone), at.astimezone(UTC)
    day = f"{utc:%Y-%m-%d} " if utc.date() != local.date() else ""
    return Markup('<time datetime="{}">{}</time> <span class="utc">({}{:%H:%M}\u00a0UTC)</span>').format(
        local.isoformat(timespec="seconds"), said, day, utc
    )


@pass_context
def _spelt(context: Context, at: datetime) -> str:
    """Return an instant in words."""
    zone = context["frame"].zone.key
    return spell_instant(words_of(context["language"]), at.astimezone(UTC).isoformat(), timezone=zone)


def _iso(at: datetime) -> str:
    """Return an instant as RFC 3339 has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _breaks(text: str) -> Markup:
    """Escape text and keep its lines."""
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))


def _html_with(words: str, *values: object) -> Markup:
    """Return a sentence with values put in, which are escaped unless they are markup."""
    return escape(words).format(*values)


def _in_language(path: str, language: str) -> str:
    """Return where the same page stands in another language."""
    return "/".join((language, *path.split("/")[1:]))


@pass_context
def _month_name(context: Context, month: Month) -> str:
    return f"{words_of(context['language']).months[month.first.month - 1]} {month.first.year}"


@pass_context
def _names(context: Context, ids: tuple[str, ...]) -> str:
    """Return the platforms' names in a row; all of them are called so."""
    picture: Picture = context["everything"] if "everything" in context else context["picture"]
    known = {platform.id: platform.name for platform in picture.platforms}
    if ids and set(ids) == set(known) and len(ids) > 1:
        return str(context["words"].all_platforms)
    return ", ".join(known.get(id_, id_) for id_ in ids)
