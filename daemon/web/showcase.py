"""What is shown now: one whole site in memory, made anew when something changes; requests never ask the database.

Where the database is away the last good site is shown, and says since when; without one there is nothing to show yet.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.model.setup import Config
from daemon.store.database import Engine, reading
from daemon.web.addresses import Place
from daemon.web.looking import look, mark_of
from daemon.web.picture import Picture
from daemon.web.rendering import Frame, Page, Renderer, Site

STALE = timedelta(seconds=60)
"""The page says that it is old once it could not be renewed for so long."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What is shown: swapped as a whole."""

    config: Config
    picture: Picture
    frame: Frame
    site: Site


class Showcase:
    """The present site; looked at by many threads, renewed by one."""

    def __init__(self, engine: Engine, config: Callable[[], Config], clock: Clock) -> None:
        self._engine = engine
        self._config = config
        self._clock = clock
        self._renderer = Renderer()
        self._mark: Hashable = None
        self._seen_at: datetime | None = None
        self._exhibit: Exhibit | None = None

    @property
    def site(self) -> Site | None:
        """Return the pages that are shown; None: nothing is known yet."""
        return self._exhibit.site if self._exhibit else None

    @property
    def place(self) -> Place:
        """Return where the page is seen from outside."""
        return Place(self._config().plan.status_url)

    def message(self, kind: str, language: str) -> Page:
        """Return a page that says why there is none (`Renderer.message`)."""
        return self._renderer.message(kind, language, frame_of(self._config()))

    def page(self, template: str, language: str, **shown: object) -> Page:
        """Return one more page in the frame of all (`Renderer.page`)."""
        return self._renderer.page(template, shown, frame_of(self._config()), language)

    def renew(self) -> bool:
        """Look whether anything changed, and make the site anew where it did; tells whether it is another one now.

        Raises:
            Temporary: the database is away; what was shown stays, and says so after a while.
        """
        config, now = self._config(), self._clock()
        try:
            with reading(self._engine) as connection:
                mark = mark_of(connection, now=now)
                if mark == self._mark and not self._is_outdated(config, now):
                    self._seen_at = now
                    return False
                picture = look(connection, config, now=now)
        except Exception:  # whatever it is: what is shown grows old
            self._say_stale(now)
            raise
        self._show(config, picture, frame_of(config))
        self._mark, self._seen_at = mark, now
        return True

    def _is_outdated(self, config: Config, now: datetime) -> bool:
        """Tell whether there is nothing to show, or time or the configuration changed what is, or it says it is old."""
        shown = self._exhibit
        if shown is None or shown.config is not config:
            return True
        return now >= shown.picture.changes_at or shown.frame.stale_since is not None

    def _say_stale(self, now: datetime) -> None:
        shown, seen_at = self._exhibit, self._seen_at
        if shown and seen_at and now - seen_at >= STALE and shown.frame.stale_since is None:
            self._show(shown.config, shown.picture, frame_of(shown.config, stale_since=seen_at))

    def _show(self, config: Config, picture: Picture, frame: Frame) -> None:
        self._exhibit = Exhibit(config, picture, frame, self._renderer.site(picture, frame))


def frame_of(config: Config, *, stale_since: datetime | None = None) -> Frame:
    """Return what stands around every page of this configuration."""
    plan, page = config.plan, config.settings.status_page
    return Frame(
        name=plan.provider.name,
        place=Place(plan.status_url),
        zone=plan.zone,
        domain=plan.provider.support_address.rpartition("@")[2],
        written_in=plan.languages[0],
        offers_subscriptions=bool(page and page.listen),
        stale_since=stale_since,
    )
