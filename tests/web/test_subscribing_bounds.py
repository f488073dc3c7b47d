"""How often, from where and in what form somebody may ask the page for mails (S3.1, R8.2)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from daemon.web.answering import LONGEST_BODY
from daemon.web.forms import address_of
from daemon.web.turnstile import Bounds, Turnstile, client_of
from tests.web.open_desk import ShownDesk, serving, subscriptions
from tests.web.reading import FORM, READER, URL, Visitor, with_page

NOW = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
GOOD = f"address={READER.replace('@', '%40')}&scope=platform%3Avoice&website=".encode()


def test_s3_1_a_client_asks_ten_questions_an_hour_and_all_three_hundred() -> None:
    """S3.1: counted over the last hour, a client at a time, and all together."""
    turnstile = Turnstile(Bounds())
    assert [turnstile.admits("192.0.2.1", now=NOW) for _ in range(11)] == [True] * 10 + [False]
    assert turnstile.admits("192.0.2.2", now=NOW)
    assert turnstile.admits("192.0.2.1", now=NOW + timedelta(hours=1))

    busy = Turnstile(Bounds())
    assert all(busy.admits(f"192.0.2.{number % 250}", now=NOW) for number in range(300))
    with capture_logs() as logged:
        assert not any(busy.admits("198.51.100.1", now=NOW + timedelta(minutes=minute)) for minute in range(60))
    assert [line["event"] for line in logged] == ["subscription.refused"], "operators read of it once an hour"
    assert busy.admits("198.51.100.1", now=NOW + timedelta(minutes=60))


def test_s3_1_readers_behind_one_web_server_share_only_the_bound_for_all() -> None:
    """S3.1: where nobody says who asks, no ten of them may lock out the others."""
    turnstile = Turnstile(Bounds(per_client=1, in_all=5))
    assert [turnstile.admits("", now=NOW) for _ in range(6)] == [True] * 5 + [False]


CLIENTS = (
    ("127.0.0.1", "203.0.113.5", "203.0.113.5", "our web server names the client"),
    ("10.0.0.2", "6.6.6.6, 203.0.113.5", "203.0.113.5", "what the client claimed before does not count"),
    ("8.8.8.8", "198.51.100.1", "8.8.8.8", "who connects from the Internet is who they are"),
    ("127.0.0.1", "", "", "nobody says"),
    ("127.0.0.1", "unknown", "", "no address"),
    ("127.0.0.1", "2001:4860:1:2:3:4:5:6", "2001:4860:1:2::/64", "a customer has a whole network"),
    ("2001:4860:1:2::1", "", "2001:4860:1:2::/64", "likewise"),
    ("", "8.8.8.8", "", "no connection of a known kind"),
)


@pytest.mark.parametrize(("peer", "forwarded", "client"), [row[:3] for row in CLIENTS], ids=[row[3] for row in CLIENTS])
def test_s3_1_clients_are_told_apart(peer: str, forwarded: str, client: str) -> None:
    """S3.1: by the connection, or by the word of a web server nearby."""
    assert client_of(peer, forwarded) == client


def test_s3_1_past_the_bound_the_page_says_come_later(reader: Visitor) -> None:
    """S3.1: 429 with a time, for a known and an unknown address alike; another client goes on."""
    reader.fields = {"X-Forwarded-For": "8.8.4.4"}
    for number in range(10):
        one = Visitor(reader.shown, f"r{number}@elsewhere.example", reader.fields)
        assert one.subscribes("platform:voice").status == 200

    known = Visitor(reader.shown, "r1@elsewhere.example", reader.fields).subscribes("platform:voice")
    unknown = reader.subscribes("platform:voice")

    assert (known.status, known.fields["retry-after"], known.body) == (429, "3600", unknown.body)
    assert b"There were too many requests" in known.body
    assert len(reader.shown.desk.mails()) == 10
    assert Visitor(reader.shown, READER, {"X-Forwarded-For": "8.8.8.8"}).subscribes("platform:voice").status == 200


ORIGINS: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 200),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Origin": "null"}, 200),
    ({"Origin": URL}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": URL}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": f"{URL}.evil.example"}, 403),
    ({"Origin": "nonsense"}, 403),
)


@pytest.mark.parametrize(("fields", "status"), ORIGINS)
def test_r8_2_forms_on_other_sites_are_refused(reader: Visitor, fields: dict[str, str], status: int) -> None:
    """R8.2: by what browsers say of themselves; clients that say nothing are no browser that was led here."""
    reader.fields = fields
    assert reader.subscribes("platform:voice").status == status
    assert len(reader.mails()) == (status == 200)


@given(st.text(max_size=40) | st.emails().map(str) | st.from_regex(r"[a-z.+@\r\n,;<>\"() -]{3,30}"))
def test_s2_1_whatever_is_typed_is_one_plain_address_or_none(text: str) -> None:
    """S2.1, S3.5: lower-case ASCII with one @, no space, no sign that could begin another address or field."""
    address = address_of(text)
    assert not address or re.fullmatch(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{3,253}", address)
    assert not address or address == text.strip(" ").lower()


BODIES: tuple[tuple[bytes, str, int], ...] = (
    (GOOD, FORM, 200),
    (GOOD, f"{FORM}; charset=UTF-8", 200),
    (GOOD, "text/plain", 415),
    (GOOD, "multipart/form-data; boundary=x", 415),
    (b'{"address": "reader@elsewhere.example"}', "application/json", 415),
    (GOOD, "", 415),
    (b"\xff\xfe" + GOOD, FORM, 400),
    (GOOD.replace(b"reader", b"%ff%fe"), FORM, 400),
    (b"&".join([GOOD] + [b"scope=platform%3Avoice"] * 200), FORM, 400),
    (GOOD + b"&x=" + b"y" * LONGEST_BODY, FORM, 413),
    (b"", FORM, 400),
    (b"&&&==", FORM, 400),
)


@pytest.mark.parametrize(("body", "media_type", "status"), BODIES)
def test_r8_2_the_form_is_read_strictly(reader: Visitor, body: bytes, media_type: str, status: int) -> None:
    """R8.2, S4.3: other media types, broken octets, too many fields, too long: refused before anything is done."""
    fields = {"Content_Type": media_type} if media_type else {}
    assert reader.sends("/en/subscribe", body, **fields).status == status
    assert len(reader.shown.desk.mails()) == (status == 200)


def test_r8_2_each_answer_takes_the_same_time(shown: ShownDesk) -> None:
    """R8.2: none comes before the time that the work may take, so that it tells nothing."""
    from time import monotonic

    from daemon.web.subscriptions import ANSWER_SECONDS

    with_page(shown.desk)
    shown.showcase.renew()
    with serving(shown, subscriptions(shown)):
        for address in (READER, "support@desk.example"):
            begun = monotonic()
            Visitor(shown, address).subscribes("platform:voice")
            assert monotonic() - begun >= ANSWER_SECONDS
