"""The status page in a real Chromium: narrow, wide, light, dark, printed, by keyboard, and by the rules of axe-core."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from daemon.model.incident import UpdateKind
from tests.scenarios.desk import example_desk
from tests.servers.neighbour import HOST
from tests.web.open_desk import ShownDesk, serving, showing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def busy_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShownDesk]:
    """A served page with one of everything: incidents open and over, work that runs, comes, and was cancelled."""
    desk = example_desk(f"sqlite:///{tmp_path_factory.mktemp('page') / 'supportd.db'}")
    shown = showing(desk)
    over = shown.opens_incident("Chat was slow", "chat")
    shown.tells(over, "We look into it.")
    desk.days_pass(1)
    shown.tells(over, "It is fast again.", UpdateKind.RESOLVED)
    desk.it_is("2026-11-21T04:30:00+00:00")
    shown.announces(cancelled_at=desk.now)
    number = shown.opens_incident(f"No calls <to> mobile networks {LONG}", "voice")
    shown.tells(
        number, f"Calls fail.\nSee https://status.example/{LONG}\n\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd"
    )
    desk.it_is("2026-11-21T06:00:00+00:00")
    shown.announces()
    shown.showcase.renew()
    with serving(shown):
        yield shown
    desk.desk.engine.dispose()


@pytest.fixture
def opened(chromium: "Browser", busy_page: ShownDesk) -> Iterator[Callable[..., "Page"]]:
    """Open paths of the page in a fresh context; what a page logs as an error fails the test."""
    contexts = []
    errors: list[str] = []

    def open_page(path: str, *, width: int = 1024, **options: object) -> "Page":
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        visit(page, busy_page, path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def visit(page: "Page", shown: ShownDesk, path: str) -> None:
    """Go to a path of the page."""
    page.goto(f"http://{HOST}:{shown.port}/{path}")


def paths(shown: ShownDesk) -> tuple[str, ...]:
    """Return one page of each kind in both languages."""
    first, second = shown.opened
    kinds = ("", f"incident/{first}", f"incident/{second}", "platform/voice", "history", "history/2026-11")
    return tuple(f"{language}/{kind}" for language in ("en", "fr") for kind in kinds)


def test_r8_1_nothing_is_wider_than_a_small_telephone(
    opened: Callable[..., "Page"], busy_page: ShownDesk, tmp_path: Path
) -> None:
    """R8.1: at 320 px no page scrolls sideways, whatever words stand on it (WCAG 2.2, 1.4.10)."""
    page = opened("", width=320)
    for path in paths(busy_page):
        visit(page, busy_page, path)
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1] == 320, path
        page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_r8_1_axe_finds_nothing_to_complain_of(
    opened: Callable[..., "Page"], busy_page: ShownDesk, scheme: str
) -> None:
    """R8.1: by axe-core's rules for WCAG 2.2 AA and good practice, contrast too, no page has a fault, light or dark."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened("", color_scheme=scheme)
    for path in paths(busy_page):
        visit(page, busy_page, path)
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
        assert len(results.response["passes"]) > 10, "the rules were run"


def test_r8_1_the_style_is_loaded_and_nothing_else(opened: Callable[..., "Page"], busy_page: ShownDesk) -> None:
    """R8.1: the policy lets the style in; no script runs, and nothing is asked of any other host."""
    page = opened("en/")
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")

    own = f"http://{HOST}:{busy_page.port}"
    assert f"{own}/style.css" in asked
    assert set(asked) <= {f"{own}/style.css", f"{own}/icon.svg"}
    assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
    assert page.evaluate("document.scripts.length") == 0


def test_r8_1_the_keyboard_goes_first_to_the_content(opened: Callable[..., "Page"]) -> None:
    """R8.1: the first tab shows the skip link; Enter goes past the navigation (WCAG 2.4.1)."""
    page = opened("en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_r8_1_a_reader_finds_their_way_in_either_language(opened: Callable[..., "Page"], busy_page: ShownDesk) -> None:
    """R8.1: from the front door to an incident, to the same in French, to the history and back, by links alone."""
    page = opened("", locale="en-GB")
    page.get_by_role("link", name="No calls <to> mobile").first.click()
    assert page.url.endswith(f"/en/incident/{busy_page.opened[1]}")
    page.get_by_role("link", name="Français").click()
    assert page.get_by_role("heading", name="Mises à jour").is_visible()
    page.get_by_role("link", name="Historique").click()
    page.get_by_role("link", name="novembre 2026").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Historique\u00a0: novembre 2026"
    assert page.get_by_text("It is fast again.").is_visible()
    page.get_by_role("link", name="Actuellement").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Un incident est en cours"


def test_r8_1_the_front_door_speaks_french_to_a_french_browser(opened: Callable[..., "Page"]) -> None:
    """R8.1: as a browser says it by itself."""
    assert opened("", locale="fr-FR").get_by_role("heading", level=1).inner_text() == "Un incident est en cours"


def test_r8_1_the_page_prints(opened: Callable[..., "Page"]) -> None:
    """R8.1: on paper there is no navigation, and dark on light."""
    page = opened("en/", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.get_by_role("navigation").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
