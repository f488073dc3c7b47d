"""The links of subscribers' mails: managed, ended, erased; and what others can do with them: nothing (R8.2)."""

from dataclasses import fields

import pytest

from daemon.model.incident import UpdateKind
from daemon.web.subscription_words import ASKING, ENGLISH, FRENCH
from daemon.web.words import LANGUAGES
from tests.web.reading import FORM, READER, Visitor, path_of
from tests.web.test_page_answers import POLICY, said_to
from tests.web.test_page_site import tree

CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b"--b1\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b1--\r\n"
)  # fmt: skip
TOKEN = "a" * 26


@pytest.fixture
def subscribed(reader: Visitor) -> Visitor:
    """A reader who has confirmed two platforms."""
    reader.subscribes("platform:voice", "platform:chat")
    reader.confirms()
    return reader


def managing(reader: Visitor) -> str:
    """Return where a reader manages their subscriptions."""
    known = reader.known()
    assert known
    return f"/en/subscription/{known.token}"


def scopes(reader: Visitor) -> list[str]:
    """Return what a reader is subscribed to."""
    known = reader.known()
    return [str(scope) for scope in known.scopes] if known else []


def test_r8_2_a_subscriber_changes_everything_with_one_link(subscribed: Visitor) -> None:
    """R8.2: ends one, adds platforms (the link proves the address), takes another language; the page comes again."""
    path = managing(subscribed)
    page = subscribed.gets(path).body.decode()
    assert READER in page
    assert 'aria-label="End: Voice"' in page

    ended = subscribed.posts(path, ("do", "end"), ("scope", "platform:voice"))
    assert (ended.status, ended.fields["location"]) == (303, path)
    assert scopes(subscribed) == ["platform:chat"]
    subscribed.posts(path, ("do", "add"), ("scope", "platform:internet"), ("scope", "platform:nothing"))
    assert scopes(subscribed) == ["platform:chat", "platform:internet"]
    french = subscribed.posts(path, ("do", "speak"), ("language", "fr"))
    assert french.fields["location"] == path.replace("/en/", "/fr/")
    known = subscribed.known()
    assert known
    assert known.language == "fr"
    assert subscribed.posts(path, ("do", "add")).status == 303  # nothing chosen, nothing done
    assert len(subscribed.mails()) == 1, "none of this sends a mail"


def test_r8_2_who_ends_the_last_is_erased(subscribed: Visitor) -> None:
    """R8.2: with the last subscription the address goes, and with it the link."""
    path = managing(subscribed)
    subscribed.posts(path, ("do", "end"), ("scope", "platform:voice"))
    last = subscribed.posts(path, ("do", "end"), ("scope", "platform:chat"))

    assert last.status == 200
    assert b"Your address is deleted" in last.body
    assert subscribed.known() is None
    assert subscribed.gets(path).status == 404
    assert subscribed.posts(path, ("do", "erase")).status == 404


def test_r8_2_everything_is_erased_at_once(subscribed: Visitor) -> None:
    """R8.2: by one button."""
    assert b"Your address is deleted" in subscribed.posts(managing(subscribed), ("do", "erase")).body
    assert subscribed.known() is None
    assert subscribed.mails() == ()


@pytest.mark.parametrize(
    "fields",
    [(), (("do", "hack"),), (("do", "end"),), (("do", "speak"), ("language", "xx")), (("do", "end"), ("do", "erase"))],
)
def test_r8_2_other_buttons_do_nothing(subscribed: Visitor, fields: tuple[tuple[str, str], ...]) -> None:
    """R8.2: what no form of ours sends is refused."""
    assert subscribed.posts(managing(subscribed), *fields).status == 400
    assert scopes(subscribed) == ["platform:voice", "platform:chat"]


@pytest.mark.parametrize(
    ("body", "media_type"), [(CLICK, FORM), (MULTIPART, "multipart/form-data; boundary=b1")], ids=["form", "multipart"]
)
def test_r8_2_mail_programs_unsubscribe_with_one_post(subscribed: Visitor, body: bytes, media_type: str) -> None:
    """RFC 8058, 3.1: in either media type, without cookie, Origin or redirect; once more, and when gone, is fine."""
    known = subscribed.known()
    assert known
    path = f"/unsubscribe/{known.token}?scope=platform:voice"
    for _ in range(2):
        done = subscribed.sends(path, body, Content_Type=media_type, User_Agent="Google-Gmail")
        assert done.status == 200
        assert "set-cookie" not in done.fields
        assert scopes(subscribed) == ["platform:chat"]
    other = f"/unsubscribe/{known.token}?scope=platform:chat"
    assert [subscribed.sends(other, body, Content_Type=media_type).status for _ in range(2)] == [200, 200]
    assert subscribed.known() is None


def test_r8_2_a_mail_program_may_post_in_chunks(subscribed: Visitor) -> None:
    """RFC 8058, RFC 9112: a body whose length nobody says is read, up to the bound of all forms."""
    known = subscribed.known()
    assert known
    path = f"/unsubscribe/{known.token}?scope=platform:voice"

    assert said_to(subscribed.shown.port, chunked(path, CLICK)).startswith(b"HTTP/1.1 200 ")
    assert scopes(subscribed) == ["platform:chat"]
    assert said_to(subscribed.shown.port, chunked(path, *[b"x" * 4096] * 3)).startswith(b"HTTP/1.1 413 ")


def chunked(path: str, *chunks: bytes) -> bytes:
    """Return a form that is sent in chunks."""
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head.encode() + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


def test_r8_2_one_click_ends_several(subscribed: Visitor) -> None:
    """R8.2: all subscriptions under which a mail came; the page names them before and after."""
    known = subscribed.known()
    assert known
    path = f"/unsubscribe/{known.token}?scope=platform:voice&scope=platform:chat"

    assert b"no more mails about: Voice, Chat." in subscribed.gets(path).body
    assert b"no more mails about: Voice, Chat." in subscribed.sends(path, CLICK, Content_Type=FORM).body
    assert subscribed.known() is None


def test_r8_2_a_scanner_that_follows_links_changes_nothing(subscribed: Visitor) -> None:
    """RFC 8058, 2: GET and HEAD of each link, and a POST without the field, leave everything as it is."""
    subscribed.subscribes("platform:portal")
    known = subscribed.known()
    assert known
    paths = (f"/en/confirm/{known.token}", managing(subscribed), f"/unsubscribe/{known.token}?scope=platform:voice")
    for path in paths:
        for method in ("GET", "HEAD"):
            assert subscribed.shown.asks(path, method=method).status == 200
    assert subscribed.sends(paths[2], b"", Content_Type=FORM).status == 400
    assert subscribed.known() == known


def test_r8_2_a_page_with_a_button_ends_it_too(subscribed: Visitor) -> None:
    """R8.2: for people whose mail program has no such button; it looks the same for each token."""
    known = subscribed.known()
    assert known
    path = f"/unsubscribe/{known.token}?scope=platform:voice"
    page = subscribed.gets(path)

    assert b"You then get no more mails about: Voice." in page.body
    assert subscribed.gets(path.replace(known.token, TOKEN)).body == page.body.replace(
        known.token.encode(), TOKEN.encode()
    )
    assert b"The subscription is ended" in subscribed.posts(path, ("List-Unsubscribe", "One-Click")).body
    assert scopes(subscribed) == ["platform:chat"]


WRONG = (
    f"/en/confirm/{TOKEN}", f"/fr/subscription/{TOKEN}", "/en/confirm/short", "/en/confirm/" + "a" * 27,
    "/en/confirm/" + "A" * 26, "/en/confirm/" + "%00" * 26, "/xx/subscribe", f"/xx/confirm/{TOKEN}",
    "/unsubscribe/short?scope=platform:voice", f"/unsubscribe/{TOKEN}", f"/unsubscribe/{TOKEN}?scope=x",
    f"/unsubscribe/{TOKEN}?scope=platform:%0d%0aX:y",
)  # fmt: skip


@pytest.mark.parametrize("path", WRONG)
def test_r8_2_a_wrong_link_is_a_page_that_is_not_there(subscribed: Visitor, path: str) -> None:
    """R8.2: unknown, short, long or odd tokens look like any other page that is missing."""
    missing = subscribed.gets("/en/nothing")
    page = subscribed.gets(path)

    assert page.status == 404
    if path.startswith("/en"):
        assert page.body == missing.body


def test_r8_2_each_answer_has_the_strict_fields(subscribed: Visitor) -> None:
    """R8.1, R8.2: the policy, no store, no index; pages are well-formed."""
    known = subscribed.known()
    assert known
    subscribed.subscribes("platform:portal")
    paths = ("/en/subscribe", f"/fr/confirm/{known.token}", f"/fr/subscription/{known.token}")
    for path in (*paths, f"/unsubscribe/{known.token}?scope=platform:voice"):
        page = subscribed.gets(path)
        assert page.status == 200
        assert page.fields["content-security-policy"] == POLICY
        assert page.fields["cache-control"] == "no-store"
        assert page.fields["x-robots-tag"] == "noindex"
        assert page.fields["referrer-policy"] == "no-referrer"
        assert tree(page.body).tag == "html"


def test_r8_2_the_form_stands_where_news_are(reader: Visitor) -> None:
    """R8.2: on the present state, each platform and each open incident, not on one that is over."""
    shown = reader.shown
    number = shown.opens_incident("No outgoing calls", "voice")
    places = (f"en/incident/{number}", "fr/platform/voice", "en", "fr")
    for path in places:
        page = shown.shown(path)
        assert page.count('<form method="post"') == 1, path
        assert tree(page.encode()).tag == "html"
    assert f'name="scope" value="incident:{number}"' in shown.shown(places[0])
    assert 'name="scope" value="platform:voice"' in shown.shown(places[1])
    shown.tells(number, "Over.", UpdateKind.RESOLVED)
    assert "<form" not in shown.shown(places[0])


def test_r8_2_an_incident_that_is_over_takes_no_subscribers(reader: Visitor) -> None:
    """R8.2: who kept the page open is answered as ever, and asked nothing."""
    number = reader.shown.opens_incident("No outgoing calls", "voice")
    reader.shown.tells(number, "Over.", UpdateKind.RESOLVED)
    assert reader.subscribes(f"incident:{number}").status == 200
    assert reader.mails() == ()


def test_r8_2_under_a_path_of_another_host(reader: Visitor) -> None:
    """R8.2: forms and redirects keep the path of the page's own address."""
    from dataclasses import replace

    desk = reader.shown.desk
    url = "https://desk.example/status"
    desk.change(lambda config: replace(config, plan=replace(config.plan, status_url=url)))
    assert b'action="/status/en/subscribe"' in reader.gets("/status/en/subscribe").body
    reader.posts("/status/en/subscribe", ("address", READER), ("scope", "platform:voice"))
    known = reader.known()
    assert known
    path = f"/status/en/subscription/{known.token}"
    assert f"{url}/en/confirm/{known.token}" in reader.mails()[0].text

    assert reader.posts(path, ("do", "speak"), ("language", "en")).fields["location"] == path


def test_r8_2_while_the_database_is_away_it_says_so(reader: Visitor) -> None:
    """R8.2, S1.6: 503 with a time to come again, for each of the forms; pages of the site go on."""
    from daemon.store.database import transaction

    with transaction(reader.shown.desk.desk.engine) as connection:
        connection.exec_driver_sql("alter table subscribers rename to hidden")

    answers = [
        reader.subscribes("platform:voice"),
        reader.gets(f"/en/confirm/{TOKEN}"),
        reader.sends(f"/unsubscribe/{TOKEN}?scope=platform:voice", CLICK, Content_Type=FORM),
    ]

    assert {(answer.status, answer.fields.get("retry-after")) for answer in answers} == {(503, "30")}
    assert reader.gets("/en").status == 200


def test_r8_2_the_links_of_the_question_are_the_readers_alone(reader: Visitor) -> None:
    """R8.2: two subscribers have two tokens, which say nothing of the address."""
    other = Visitor(reader.shown, "other@elsewhere.example")
    for one in (reader, other):
        one.subscribes("platform:voice")
    links = {path_of(one.link("confirm/")) for one in (reader, other)}

    assert len(links) == 2
    assert all("elsewhere" not in link and len(link.rpartition("/")[2]) == 26 for link in links)


def test_r8_2_both_catalogues_of_subscriptions_are_complete() -> None:
    """R8.2: each word stands in both languages of the page, with the same gaps to fill, and in its own words."""
    assert ASKING.keys() == LANGUAGES.keys()
    for word in fields(ENGLISH):
        one, other = str(getattr(ENGLISH, word.name)), str(getattr(FRENCH, word.name))
        assert one.strip()
        assert one != other, word.name
        assert one.count("{}") == other.count("{}"), word.name
