"""The whole site: markup, links, languages, and what hostile words in it do: nothing (R8.1, S4.5)."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from string import Formatter
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from daemon.web.addresses import Place
from daemon.web.rendering import ATOM, HTML, Site
from daemon.web.words import ENGLISH, FRENCH, LANGUAGES, PageWords, language_for
from tests.web.gallery import DAY, FRAME, NOW, RENDERER, a_window, an_incident, busy, picture, site, told

PAGES = site(busy())
HTML_PAGES = tuple(path for path, page in PAGES.items() if page.media_type == HTML)
HOSTILE = "<script>alert(1)</script> \"quoted\" 'single' &amp; </time> {{ words }} \u202eesrever\u202c \x00\x0b end"


def tree(body: bytes) -> etree._Element:
    """Return a page as strict XML: what is well-formed so is read alike by every browser."""
    text = body.decode("utf-8").replace("<!DOCTYPE html>\n", "")
    text = re.sub(r"<(meta|link|br|input)\b([^>]*)>", r"<\1\2/>", text).replace("&nbsp;", "\u00a0")
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False))


def found(page: etree._Element, path: str) -> list[Any]:
    """Return the elements or texts at a path."""
    return list(cast("list[Any]", page.xpath(path)))


def links(element: etree._Element) -> Iterator[str]:
    """Yield where links and style lead."""
    for name in ("href", "src", "action"):
        yield from (str(value) for value in found(element, f"//@{name}"))


def test_r8_1_a_platform_has_its_own_history_by_month() -> None:
    """R8.1: what fell into each of the last months on this platform, incidents and work, and nothing of others."""
    shown = {name: PAGES[f"en/platform/{name}"].body.decode() for name in ("voice", "portal")}
    history = {name: page.partition('<h2 id="history">')[2] for name, page in shown.items()}

    assert re.findall("<h3>(.*)</h3>", history["voice"]) == ["November 2026", "October 2026", "September 2026"]
    assert "Monthly maintenance" in history["voice"]
    assert re.findall("<h3>(.*)</h3>", history["portal"]) == ["September 2026"]  # an incident of all
    assert "Monthly maintenance" not in history["portal"]


@pytest.mark.parametrize(("language", "marked"), [("en", []), ("fr", ["en"])])
def test_r8_1_what_was_written_in_another_language_says_so(language: str, marked: list[str]) -> None:
    """R8.1: screen readers speak titles and texts in the desk's own language, in a page of another (WCAG 3.1.2)."""
    pages = site(busy(), replace(FRAME, written_in="en"))
    for path in ("incident/1042", "history/2026-11", "platform/voice"):
        page = tree(pages[f"{language}/{path}"].body)
        assert sorted({str(lang) for lang in found(page, "//main//*[@dir]/@lang")}) == marked
        assert len(found(page, "//main//*[@dir][@lang]")) == (len(found(page, "//main//*[@dir]")) if marked else 0)


@pytest.mark.parametrize("path", HTML_PAGES)
def test_r8_1_each_page_is_well_formed_and_in_order(path: str) -> None:
    """R8.1: one h1, no heading skips a level, a skip link, one main, lang, unique ids; every time says its zone."""
    page = tree(PAGES[path].body)
    levels = [int(str(heading.tag)[1]) for heading in page.iter("h1", "h2", "h3", "h4")]
    ids = [str(value) for value in found(page, "//@id")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    assert found(page, "//a[@class='skip']/@href") == ["#content"]
    assert len(found(page, "//main[@id='content']")) == 1
    assert page.get("lang") == (path.partition("/")[0] or "en")
    assert not found(page, "//script | //style | //@style | //@onclick | //img | //iframe")
    for time in page.iter("time"):
        whole = "".join(map(str, time.getparent().itertext()))  # type: ignore[union-attr]
        assert re.search(r"M[SD]T", whole)
        assert re.search(r"\((?:[0-9-]{10} )?[0-9]{2}:[0-9]{2}\u00a0UTC\)", whole)  # to be read without a pointer
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[67]:00", str(time.get("datetime")))


@pytest.mark.parametrize("path", HTML_PAGES)
def test_r8_1_every_link_of_the_site_leads_to_a_page_of_it(path: str) -> None:
    """R8.1: no dead link, and none that leads elsewhere."""
    page = tree(PAGES[path].body)
    anchors = {f"#{value}" for value in found(page, "//@id")}

    for link in links(page):
        assert link in anchors or link.strip("/") in PAGES, link


def test_r8_1_every_page_can_be_reached_from_the_front_door() -> None:
    """R8.1: nobody has to know an address; robots.txt is for those who do."""
    seen, waiting = {""}, [""]
    while waiting:
        page = PAGES[waiting.pop()]
        ahead = {link.strip("/") for link in links(tree(page.body))} if page.media_type == HTML else set()
        fresh = {path for path in ahead if path in PAGES} - seen
        seen |= fresh
        waiting += fresh

    assert set(PAGES) - seen == {"robots.txt"}


def test_r8_1_the_page_is_the_same_in_both_languages() -> None:
    """R8.1: English and French have the same pages, each with a link to the same page in the other."""
    for path in HTML_PAGES:
        language, _, rest = path.partition("/")
        if path:
            other = "fr" if language == "en" else "en"
            assert f"{other}/{rest}".strip("/") in PAGES
            there = found(tree(PAGES[path].body), "//nav//a[@hreflang]/@href")
            assert [str(link).strip("/") for link in there] == [f"{other}/{rest}".strip("/")]


def words_in(words: PageWords) -> Iterator[tuple[str, str]]:
    """Yield every word of a catalogue with its name."""
    for field in fields(words):
        value = getattr(words, field.name)
        if isinstance(value, str):
            yield field.name, value
            continue
        for key, member in value.items():
            for number, text in enumerate((member,) if isinstance(member, str) else member):
                yield f"{field.name}.{key}.{number}", text


def test_r8_1_both_catalogues_are_complete() -> None:
    """R8.1: each word stands in both languages, with the same gaps to fill, and in no other language's words."""
    english, french = dict(words_in(ENGLISH)), dict(words_in(FRENCH))
    same = {name for name in english if english[name] == french[name]}

    assert english.keys() == french.keys()
    assert all(text.strip() for text in (*english.values(), *french.values()))
    for name, text in english.items():
        gaps = [[gap for _, gap, _, _ in Formatter().parse(one) if gap is not None] for one in (text, french[name])]
        assert gaps[0] == gaps[1], name
    assert {name.partition(".")[0] for name in same} <= {
        "month_incidents",
        "navigation", "figures", "states", "incident", "colon",
    }  # fmt: skip


ACCEPTED = (
    ("", "en"),
    ("fr", "fr"),
    ("fr-CA,en;q=0.5", "fr"),
    ("en;q=0.4, fr;q=0.6", "fr"),
    ("de, fr;q=0.2", "fr"),
    ("de", "en"),
    ("fr;q=0", "en"),
    ("*", "en"),
    ("fr;q=nonsense, en", "en"),
    (";;,,q=;fr" * 50, "en"),
    ("FR", "fr"),
)


@pytest.mark.parametrize(("accepted", "language"), ACCEPTED)
def test_r8_1_the_front_door_speaks_the_reader_s_language(accepted: str, language: str) -> None:
    """R8.1: by Accept-Language (RFC 9110, 12.5.4); what cannot be read counts as nothing."""
    assert language_for(accepted) == language


def test_s4_5_what_agents_write_is_shown_as_they_wrote_it_and_does_nothing() -> None:
    """S4.5: markup is text, lines stay lines, addresses of the web become no links, control characters go."""
    text = f"{HOSTILE}\nSee https://evil.example/?a=1&b=2 now"
    shown = picture((an_incident(title=HOSTILE, updates=(told(NOW, text),)),), (a_window(NOW + DAY),))
    for page in site(shown).values():
        if page.media_type != HTML:
            continue
        whole = tree(page.body)
        assert not found(whole, "//script")
        assert b"evil.example" not in b"".join(str(link).encode() for link in links(whole))
    paragraph = found(tree(site(shown)["en/incident/1042"].body), "//ol/li/p[@dir='auto']")[0]
    assert "<script>alert(1)</script> \"quoted\" 'single' &amp; </time> {{ words }}" in "".join(paragraph.itertext())
    assert len(found(paragraph, "br")) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=300), title=st.text(max_size=80))
def test_s4_5_no_words_at_all_break_a_page_or_a_feed(text: str, title: str) -> None:
    """S4.5: whatever is written, every page stays well-formed, has as many elements, and the feed is XML."""
    plain = shape(site(picture((an_incident(title="x", updates=(told(NOW, "x"),)),))))
    odd = shape(site(picture((an_incident(title=f"x{title}", updates=(told(NOW, f"x{text}"),)),))))

    assert odd == plain


def shape(pages: Site) -> dict[str, list[str]]:
    """Return the elements of each page in order, but for line breaks."""
    shapes: dict[str, list[str]] = {}
    for path, page in pages.items():
        if page.media_type == HTML:
            shapes[path] = [str(element.tag) for element in tree(page.body).iter() if element.tag != "br"]
        elif page.media_type == ATOM:
            shapes[path] = [str(element.tag) for element in etree.fromstring(page.body).iter()]
    return shapes


def test_r8_1_under_a_path_of_another_host_links_begin_with_it() -> None:
    """R8.1: `https://desk.example/status` is a place too."""
    pages = site(busy(), replace(FRAME, place=Place("https://desk.example/status")))

    for path, page in pages.items():
        if page.media_type == HTML:
            local = [link for link in links(tree(page.body)) if not link.startswith("#")]
            assert all(link.startswith("/status/") and link[8:].strip("/") in pages for link in local), path
    assert b'href="https://desk.example/status/fr/feed.atom"' in pages["fr/feed.atom"].body


def test_r8_1_an_old_page_says_since_when_it_is_old() -> None:
    """R8.1: what could not be renewed says so on top, in both languages."""
    for language, said in (
        ("en", "could not be brought up to date since"),
        ("fr", "n’a pas pu être mise à jour depuis"),
    ):
        page = tree(site(busy(), replace(FRAME, stale_since=NOW))[language].body)
        (banner,) = found(page, "//p[@class='stale']")
        assert said in "".join(banner.itertext())
        assert len(found(banner, "time")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ENGLISH.messages)
def test_r8_1_pages_that_show_nothing_are_in_the_frame_too(kind: str, language: str) -> None:
    """R8.1: not found, failed, away: one sentence, and the way back."""
    page = tree(RENDERER.message(kind, language, FRAME).body)

    assert found(page, "//main//a/@href") == [f"/{language}/"]
    assert found(page, "//nav//a[@hreflang]/@href") == ["/fr/" if language == "en" else "/en/"]
    assert not found(page, "//*[@aria-current]")
    assert "".join(found(page, "//h1")[0].itertext()) == LANGUAGES[language].messages[kind][0]
