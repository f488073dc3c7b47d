"""The Atom feeds and status.json (R8.2): by the letter of RFC 4287, and of docs/status-page.md."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from daemon.web.feed import EPOCH
from daemon.web.rendering import ATOM
from tests.repository.sources import ROOT
from tests.web.gallery import DAY, NOW, a_window, an_incident, busy, over, picture, site
from tests.web.test_page_site import HOSTILE

SPACE = "{http://www.w3.org/2005/Atom}"
PAGES = site(busy())
FEEDS = tuple(path for path, page in PAGES.items() if page.media_type == ATOM)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def texts(element: etree._Element, name: str) -> list[str]:
    """Return the texts of the children of a name."""
    return [child.text or "" for child in element.findall(SPACE + name)]


def one(element: etree._Element, name: str) -> str:
    """Return the text of the one child of a name."""
    (text,) = texts(element, name)
    return text


@pytest.mark.parametrize("path", FEEDS)
def test_r8_2_each_feed_keeps_to_rfc_4287(path: str) -> None:
    """R8.2: one id, title and updated everywhere, an author, a link to itself, absolute URLs, entries all different."""
    feed = etree.fromstring(PAGES[path].body)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{SPACE}link")}
    entries = feed.findall(f"{SPACE}entry")
    ids = [one(entry, "id") for entry in entries]
    changed = [one(entry, "updated") for entry in entries]

    assert feed.tag == f"{SPACE}feed"
    assert one(feed, "title")
    assert one(feed, "id") == f"tag:desk.example,2026:{path}"
    assert [child.text for child in feed.iterfind(f"{SPACE}author/{SPACE}name")] == ["Example Desk"]
    assert links["self"] == f"https://status.desk.example/{path}"
    assert len(ids) == len(set(ids))
    assert all(RFC_3339.fullmatch(at) for at in changed)
    assert changed == sorted(changed, reverse=True)
    assert one(feed, "updated") == changed[0] if changed else True
    for entry in entries:
        assert one(entry, "title")
        (content,) = entry.findall(f"{SPACE}content")
        assert content.get("type") == "html"
        assert str(entry.find(f"{SPACE}link").get("href")).startswith("https://status.desk.example/")  # type: ignore[union-attr]


def test_r8_2_feeds_tell_of_incidents_and_of_windows_that_somebody_is_told_of() -> None:
    """R8.2: routine work without a notice (R11.4) is on the page, and on no feed; a platform's feed holds its own."""
    names = {path: re.findall(rb"2026:en/((?:incident|window)/[\w:-]+)</id>", PAGES[path].body) for path in FEEDS}

    assert b"incident/1042" in names["en/feed.atom"]
    assert b"window/monthly:2026-11-27" in names["en/feed.atom"]
    assert b"window/portal:1" not in names["en/feed.atom"]
    assert names["en/platform/portal/feed.atom"] == [b"incident/907"]


def test_r8_2_an_empty_feed_is_a_feed() -> None:
    """R8.2: nothing happened yet."""
    feed = etree.fromstring(site(picture())["en/feed.atom"].body)

    assert one(feed, "updated") == EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert not feed.findall(f"{SPACE}entry")


def test_s4_5_hostile_words_in_a_feed_are_text_within_its_markup() -> None:
    """S4.5: readers of feeds take the content as HTML: in it, too, markup that an agent wrote is text."""
    feed = etree.fromstring(site(picture((an_incident(title=HOSTILE),)))["en/feed.atom"].body)
    entry = feed.find(f"{SPACE}entry")
    assert entry is not None
    assert one(entry, "title").startswith("<script>alert(1)</script>")  # a text construct: no markup at all
    assert "<script" not in one(entry, "content")


def test_r8_2_old_entries_leave_the_feed() -> None:
    """R8.2: what was over 90 days before the newest change is history, and on the page alone."""
    shown = site(picture((an_incident(), over(5, NOW - 91 * DAY))))["en/feed.atom"].body

    assert b"incident/1042" in shown
    assert b"incident/5<" not in shown


STATES, KINDS = {"operational", "maintenance", "incident"}, {"opened", "update", "resolved"}
PHASES, IMPACTS = {"coming", "running", "over", "cancelled"}, {"none", "degraded", "outage"}


def is_instant(text: str) -> bool:
    """Tell whether this is ISO 8601 in UTC."""
    return datetime.fromisoformat(text).isoformat() == text and text.endswith("+00:00")


def test_r8_2_the_figures_have_the_documented_form() -> None:
    """R8.2: `status.json` has exactly the fields and values that docs/status-page.md tells of."""
    shown: dict[str, Any] = json.loads(PAGES["status.json"].body)
    example: dict[str, Any] = json.loads(documented())
    ids = {platform["id"] for platform in shown["platforms"]}

    assert list(shown) == list(example)
    assert (shown["version"], shown["state"]) == (1, "incident")
    for name in ("platforms", "incidents", "maintenance"):
        assert shown[name]
        assert all(list(row) == list(example[name][0]) for row in shown[name])
    assert {platform["state"] for platform in shown["platforms"]} <= STATES
    for incident in shown["incidents"]:
        assert set(incident["platforms"]) <= ids
        assert is_instant(incident["opened_at"])
        assert incident["resolved_at"] is None or is_instant(incident["resolved_at"])
        assert all(list(update) == ["at", "kind", "text"] for update in incident["updates"])
        assert all(is_instant(update["at"]) and update["kind"] in KINDS for update in incident["updates"])
    for window in shown["maintenance"]:
        assert window["state"] in PHASES
        assert window["impact"] in IMPACTS
        assert is_instant(window["start"])
        assert is_instant(window["end"])


def documented() -> str:
    """Return the example in docs/status-page.md."""
    text = (ROOT / "docs/status-page.md").read_text()
    return text.partition("```json\n")[2].partition("```")[0]


def test_r8_2_the_figures_hold_what_was_cancelled_too() -> None:
    """R8.2: a program that counts on a window learns that it does not come."""
    shown = json.loads(site(picture(windows=(a_window(NOW + DAY, is_cancelled=True),)))["status.json"].body)

    assert [window["state"] for window in shown["maintenance"]] == ["cancelled"]
