"""Subscriptions in a real Chromium (R8.2): by keyboard and mouse, narrow, in both languages, axe-clean."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.neighbour import HOST
from tests.web.reading import READER, Visitor
from tests.web.test_page_browser import RULES
from tests.web.test_subscribing import NEWS, incident, tell

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BUTTONS = {
    "en": ("Subscribe", "Confirm", "End", "Delete my address"),
    "fr": ("S’abonner", "Confirmer", "Mettre fin", "Effacer mon adresse"),
}
HEADINGS = {
    "en": ("Please look into your mailbox", "Your subscription is confirmed", "The subscription is ended"),
    "fr": ("Veuillez consulter votre boîte aux lettres", "Votre abonnement est confirmé", "L’abonnement a pris fin"),
}


@pytest.fixture
def browsed(reader: Visitor) -> Visitor:
    """A reader whose links lead to the served page itself."""
    base = f"http://{HOST}:{reader.shown.port}"
    reader.shown.desk.change(lambda config: replace(config, plan=replace(config.plan, status_url=base)))
    reader.shown.showcase.renew()
    return reader


@pytest.fixture(params=["en", "fr"])
def narrow(request: pytest.FixtureRequest, chromium: "Browser", browsed: Visitor) -> Iterator["Page"]:
    """A page as wide as a small telephone, in a browser of one language without JavaScript; a logged error fails."""
    errors: list[str] = []
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale=request.param)
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"http://{HOST}:{browsed.shown.port}/{request.param}/")
    yield page
    context.close()
    assert errors == []


def look_at(page: "Page", folder: Path) -> None:
    """Hold a page to what holds for all: it fits, and axe-core finds nothing; keep a picture."""
    from axe_playwright_python.sync_playwright import Axe

    name = re.sub(r"\W+", "-", page.get_by_role("heading", level=1).inner_text())
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320, name
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, f"{name}: {results.generate_report()}"


def newest(reader: Visitor, part: str) -> str:
    """Return the newest link of the reader's mails that holds this."""
    links: list[str] = [link for mail in reader.mails() for link in re.findall(r"http://\S+", mail.text)]
    return [link for link in links if part in link][-1]


def test_r8_2_the_whole_way_on_a_small_telephone(narrow: "Page", browsed: Visitor, tmp_path: Path) -> None:
    """R8.2: form, link, button, mail, end: each page fits, and can be used by everybody; no form of ours is refused."""
    language = narrow.url.rstrip("/").rpartition("/")[2]
    (subscribe, confirm, end, _), headings = BUTTONS[language], HEADINGS[language]
    master = incident(browsed.shown.desk)
    look_at(narrow, tmp_path)
    narrow.get_by_label("Voice", exact=True).check()
    narrow.get_by_role("textbox").fill(READER)
    narrow.get_by_role("button", name=subscribe).click()
    assert narrow.get_by_role("heading", level=1).inner_text() == headings[0]
    look_at(narrow, tmp_path)

    narrow.goto(newest(browsed, "confirm/"))
    look_at(narrow, tmp_path)
    narrow.get_by_role("button", name=confirm).click()
    assert narrow.get_by_role("heading", level=1).inner_text() == headings[1]
    look_at(narrow, tmp_path)
    assert tell(browsed, master, NEWS) == ["status_incident"]

    narrow.goto(newest(browsed, "unsubscribe/"))
    look_at(narrow, tmp_path)
    narrow.get_by_role("button", name=end).click()
    assert narrow.get_by_role("heading", level=1).inner_text() == headings[2]
    assert browsed.known() is None
    assert tell(browsed, master, NEWS) == []


def test_r8_2_managed_by_keyboard(narrow: "Page", browsed: Visitor, tmp_path: Path) -> None:
    """R8.2: one ended, another added, the language changed, all erased: with nothing but the keyboard."""
    language = narrow.url.rstrip("/").rpartition("/")[2]
    browsed.subscribes("platform:voice", "platform:chat", language=language)
    narrow.goto(newest(browsed, "confirm/"))
    narrow.get_by_role("button", name=BUTTONS[language][1]).press("Enter")
    narrow.goto(newest(browsed, "confirm/").replace("confirm", "subscription"))
    look_at(narrow, tmp_path)

    narrow.get_by_role("button", name=re.compile("Voice")).press("Enter")
    narrow.get_by_label("Internet", exact=True).press("Space")
    narrow.locator("section[aria-labelledby=more] button").press("Enter")
    narrow.get_by_role("combobox").select_option("fr" if language == "en" else "en")
    narrow.locator("section[aria-labelledby=language] button").press("Enter")
    narrow.wait_for_url(lambda url: f"/{language}/" not in url)
    known = browsed.known()
    assert known
    assert ([scope.of for scope in known.scopes], known.language) == (
        ["chat", "internet"],
        "fr" if language == "en" else "en",
    )
    look_at(narrow, tmp_path)
    narrow.locator("section[aria-labelledby=erase] button").press("Enter")

    narrow.wait_for_load_state()
    look_at(narrow, tmp_path)
    assert browsed.known() is None


def test_r8_2_a_fault_is_said_beside_the_field(chromium: "Browser", browsed: Visitor, tmp_path: Path) -> None:
    """R8.2: what the browser lets through and we cannot use: an alert, tied to the field; what was typed stays."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"http://{HOST}:{browsed.shown.port}/en/subscribe")
    page.get_by_label("Voice", exact=True).check()
    page.get_by_role("textbox").fill("reader@localhost")
    page.get_by_role("button", name="Subscribe").click()

    assert "no e-mail address" in page.get_by_role("alert").inner_text()
    field = page.get_by_role("textbox")
    assert (field.input_value(), field.get_attribute("aria-describedby")) == ("reader@localhost", "fault")
    assert page.get_by_label("Voice", exact=True).is_checked()
    look_at(page, tmp_path)
    context.close()


def test_r8_2_another_site_cannot_send_the_form(chromium: "Browser", browsed: Visitor, tmp_path: Path) -> None:
    """R8.2: a real browser says where a form stands; from elsewhere nothing is asked of anybody."""
    target = f"http://{HOST}:{browsed.shown.port}/en/subscribe"
    fields = f'<input name="address" value="{READER}"><input name="scope" value="platform:voice"><button>Go</button>'
    foreign = tmp_path / "foreign.html"
    foreign.write_text(f'<form method="post" action="{target}">{fields}</form>')
    context = chromium.new_context()
    page = context.new_page()
    page.goto(foreign.as_uri())
    with page.expect_response(target) as answered:
        page.get_by_role("button").click()

    assert answered.value.status == 403
    assert browsed.mails() == ()
    context.close()
