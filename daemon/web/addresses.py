"""Where each page stands: paths below the page's own address, as they are served and written.

A path has no slash at its end; a static copy has a folder of that name with an `index.html`, as web servers like it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

STYLE = "style.css"
ICON = "icon.svg"
FIGURES = "status.json"
ROBOTS = "robots.txt"


def home(language: str) -> str:
    """Return where the present state stands."""
    return language


def incident(language: str, number: int) -> str:
    """Return where an incident stands."""
    return f"{language}/incident/{number}"


def platform(language: str, platform_id: str) -> str:
    """Return where a platform stands."""
    return f"{language}/platform/{platform_id}"


def history(language: str) -> str:
    """Return where the list of months stands."""
    return f"{language}/history"


def month(language: str, name: str) -> str:
    """Return where a month stands, by its name `2026-11`."""
    return f"{language}/history/{name}"


def feed(language: str) -> str:
    """Return where the feed of everything stands."""
    return f"{language}/feed.atom"


def platform_feed(language: str, platform_id: str) -> str:
    """Return where the feed of one platform stands."""
    return f"{language}/platform/{platform_id}/feed.atom"


def subscribe(language: str) -> str:
    """Return where one asks for news by e-mail; like all that follow it is served alone, never written."""
    return f"{language}/subscribe"


def confirm(language: str, token: str) -> str:
    """Return where a subscriber confirms what was asked for."""
    return f"{language}/confirm/{token}"


def subscription(language: str, token: str) -> str:
    """Return where a subscriber manages their subscriptions."""
    return f"{language}/subscription/{token}"


def unsubscribe(token: str, scopes: Iterable[object]) -> str:
    """Return where the subscriptions under which a mail came are ended (RFC 8058)."""
    return f"unsubscribe/{token}?{'&'.join(f'scope={scope}' for scope in scopes)}"


@dataclass(frozen=True, slots=True)
class Place:
    """The page's address from outside: `https://status.example`, or `https://desk.example/status`."""

    url: str  # without a slash at its end

    @property
    def prefix(self) -> str:
        """Return the path that its links begin with: "" or "/status"."""
        return urlsplit(self.url).path.rstrip("/")

    def link(self, path: str) -> str:
        """Return how pages refer to a path: from the root of the host, so that a slash at the end does not matter."""
        return f"{self.prefix}/{path}" + ("/" if path in _FOLDERS else "")

    def whole(self, path: str) -> str:
        """Return a path as a whole URL."""
        return f"{self.url}/{path}" + ("/" if path in _FOLDERS else "")


_FOLDERS = ("en", "fr")
