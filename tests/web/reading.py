"""Somebody who subscribes to the page: forms are sent as browsers send them, links of mails are followed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from urllib.parse import urlencode, urlsplit

from daemon.model.setup import StatusPageSettings
from daemon.model.subscriber import Subscriber
from daemon.store.database import reading
from daemon.store.subscribers import subscriber_at
from tests.scenarios.desk import TestDesk
from tests.scenarios.post import Mail
from tests.web.open_desk import Answered, ShownDesk

READER = "reader@elsewhere.example"
URL = "https://status.desk.example"
FORM = "application/x-www-form-urlencoded"

Fields = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Visitor:
    """A browser on the page."""

    shown: ShownDesk
    address: str = READER
    fields: dict[str, str] = field(default_factory=dict)  # of each request, as X_Forwarded_For

    def gets(self, path: str) -> Answered:
        """Ask for a page."""
        return self.shown.asks(path, method="GET", body=None, **self.fields)

    def posts(self, path: str, *fields: tuple[str, str], **more: str) -> Answered:
        """Send a form."""
        return self.sends(path, urlencode(fields).encode(), Content_Type=FORM, **more)

    def sends(self, path: str, body: bytes, **more: str) -> Answered:
        """Send octets."""
        return self.shown.asks(path, method="POST", body=body, **(self.fields | more))

    def subscribes(self, *scopes: str, language: str = "en", **more: str) -> Answered:
        """Ask for news by the form."""
        fields = [("address", self.address), ("website", ""), *(("scope", scope) for scope in scopes)]
        return self.posts(f"/{language}/subscribe", *fields, **more)

    def confirms(self, language: str = "en") -> Answered:
        """Follow the link of the question, and press the button."""
        path = path_of(self.link("confirm/"))
        assert path.startswith(f"/{language}/")
        return self.posts(path, *hidden_fields(self.gets(path)))

    def mails(self) -> tuple[Mail, ...]:
        """Return what came to this address."""
        return self.shown.desk.mails_to(self.address)

    def link(self, part: str) -> str:
        """Return the newest link that holds this."""
        links: list[str] = [link for mail in self.mails() for link in re.findall(r"https://\S+", mail.text)]
        found = [link for link in links if part in link]
        assert found, f"no link {part} in any mail to {self.address}"
        return found[-1]

    def known(self) -> Subscriber | None:
        """Return what the desk keeps of this address."""
        with reading(self.shown.desk.desk.engine) as connection:
            return subscriber_at(connection, self.address)


def path_of(link: str) -> str:
    """Return a link as the web server sees it."""
    assert link.startswith(f"{URL}/")
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def hidden_fields(page: Answered) -> list[tuple[str, str]]:
    """Return the hidden fields of a page with one form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.body.decode())
    return [(unescape(name), unescape(value)) for name, value in found]


def with_page(desk: TestDesk) -> None:
    """Let the desk have a page that is served."""
    place = StatusPageSettings(listen="127.0.0.1:8027")
    desk.change(
        lambda config: replace(
            config,
            settings=replace(config.settings, status_page=place),
            plan=replace(config.plan, status_url=URL),
        )
    )
