"""The page over real HTTP: what is answered, with which fields, and to whom no more (R8.1)."""

import socket
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.errors import Permanent
from daemon.web.answering import LONGEST_BODY, application
from daemon.web.serving import CONNECTIONS, FIELDS, PATIENCE, PageServer
from tests.servers.neighbour import HOST, free_port
from tests.waiting import wait_for
from tests.web.open_desk import ShownDesk, read

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def test_r8_1_every_page_of_the_site_is_answered(served: ShownDesk) -> None:
    """R8.1: each path, with and without a slash at its end, in its media type, with the same octets as the site's."""
    number = served.opens_incident()
    served.showcase.renew()
    assert served.showcase.site
    for path, page in served.showcase.site.items():
        for asked in {f"/{path}", f"/{path}/".replace("//", "/")}:
            answered = served.asks(asked)
            assert (answered.status, answered.body) == (200, page.body), asked
            assert answered.fields["content-type"] == page.media_type
            assert answered.fields["content-length"] == str(len(page.body))
    assert f"en/incident/{number}" in served.showcase.site


REQUESTS = (
    ("GET", "/en/", 200),
    ("HEAD", "/en/", 200),
    ("GET", "/style.css", 200),
    ("GET", "/fr/feed.atom", 200),
    ("GET", "/status.json", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/en/incident/99999", 404),
    ("GET", "/fr/nulle-part", 404),
    ("GET", "/en/../../etc/passwd", 404),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
    ("GET", "/en/%00%ff%fe", 404),
    ("GET", "/" + "a" * 4000, 404),
    ("POST", "/en/", 405),
    ("DELETE", "/en/", 405),
    ("OPTIONS", "/", 405),
)


def test_r8_1_every_answer_forbids_what_a_page_does_not_need(served: ShownDesk) -> None:
    """R8.1: the strict policy and its like stand on every answer, also where something is refused."""
    served.showcase.renew()
    for method, path, status in REQUESTS:
        answered = served.asks(path, method=method)

        assert answered.status == status, path
        assert answered.fields["content-security-policy"] == POLICY
        assert answered.fields["x-content-type-options"] == "nosniff"
        assert answered.fields["referrer-policy"] == "no-referrer"
        assert {name.lower() for name in FIELDS} <= answered.fields.keys()
        assert "server" not in answered.fields
        assert "set-cookie" not in answered.fields
        assert (answered.body == b"") is (method == "HEAD")
        assert parsedate_to_datetime(answered.fields["date"])
        assert answered.fields["cache-control"] == ("public, max-age=15" if status == 200 else "no-store")


def test_r8_1_a_page_that_the_asker_has_is_not_sent_again(served: ShownDesk) -> None:
    """R8.1: by entity tag (RFC 9110, 13.1.2); another state is another tag."""
    served.showcase.renew()
    tag = served.asks("/en/").fields["etag"]
    again = served.asks("/en/", If_None_Match=f'"other", W/{tag}')
    assert (again.status, again.body, again.fields["etag"]) == (304, b"", tag)

    served.opens_incident()
    served.showcase.renew()

    assert served.asks("/en/", If_None_Match=tag).status == 200


def test_r8_1_the_front_door_goes_by_the_reader_s_language(served: ShownDesk) -> None:
    """R8.1: by Accept-Language, said in Content-Language and Vary; errors too, unless the path says otherwise."""
    served.showcase.renew()

    french = served.asks("/", Accept_Language="fr-CA, en;q=0.3")
    assert (french.fields["content-language"], french.fields["vary"]) == ("fr", "Accept-Language")
    assert served.asks("/").fields["content-language"] == "en"
    assert served.asks("/nowhere", Accept_Language="fr").fields["content-language"] == "fr"
    assert served.asks("/en/nowhere", Accept_Language="fr").fields["content-language"] == "en"


def test_r8_1_programs_of_other_pages_may_read_figures_and_feeds_alone(served: ShownDesk) -> None:
    """R8.2: `status.json` and the feeds are for everybody's programs; pages are for people."""
    served.showcase.renew()

    assert served.asks("/status.json").fields["access-control-allow-origin"] == "*"
    assert served.asks("/en/feed.atom").fields["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in served.asks("/en/").fields


def test_r8_1_before_the_first_look_the_page_says_to_come_again(served: ShownDesk) -> None:
    """R8.1: 503 with Retry-After, in the style of the page."""
    answered = served.asks("/fr/")

    assert answered.status == 503
    assert answered.fields["retry-after"] == "30"
    assert "n’est pas prête" in answered.body.decode()


def test_r8_1_what_is_longer_than_any_form_is_refused_unread(served: ShownDesk) -> None:
    """R8.1: by its length; one in chunks, which says none, once it is too long (`test_subscription_pages`)."""
    served.showcase.renew()

    assert served.asks("/en/", method="POST", body=b"a" * (LONGEST_BODY + 1)).status == 413
    assert served.asks("/en/", method="POST", body=b"a", Content_Length="1").status == 405
    chunked = b"POST /en/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    assert said_to(served.port, chunked).startswith(b"HTTP/1.1 405 ")


def said_to(port: int, octets: bytes) -> bytes:
    """Return what is answered to octets, up to the end of the connection or of the head."""
    with socket.create_connection((HOST, port), timeout=10) as client:
        client.sendall(octets)
        received = b""
        while b"\r\n\r\n" not in received and (more := client.recv(65536)):
            received += more
        return received


def test_r8_1_a_head_without_end_is_cut_off(served: ShownDesk) -> None:
    """R8.1: a request's head is bounded in octets."""
    served.showcase.renew()

    assert said_to(served.port, b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000).startswith((b"HTTP/1.1 400 ", b""))
    assert served.asks("/en/").status == 200


def test_r8_1_a_client_that_says_nothing_is_cut_off(shown: ShownDesk) -> None:
    """R8.1: a request and its answer are bounded in time, whether nothing comes or drops of it; others go on."""
    shown.showcase.renew()
    port = free_port()
    server = PageServer(f"{HOST}:{port}", application(shown.showcase), patience=0.2)
    try:
        assert said_to(port, b"") == b""
        assert said_to(port, b"GET /en/ HTTP/1.1\r\nHo") == b""
    except ConnectionResetError:
        pass  # cut off is cut off
    finally:
        server.close()


def test_r8_1_an_address_in_use_is_said(served: ShownDesk) -> None:
    """R8.1: which, and what to do."""
    with pytest.raises(Permanent, match=rf"status page {HOST}:{served.port}: .*choose another"):
        PageServer(f"{HOST}:{served.port}", application(served.showcase), patience=PATIENCE)


def test_r8_1_a_closed_page_gives_its_address_back(shown: ShownDesk, tmp_path: Path) -> None:
    """R8.1: a reload can put another in its place at once."""
    address = f"{HOST}:{free_port()}"
    for _ in range(2):
        server = PageServer(address, application(shown.showcase), patience=PATIENCE)
        assert server.is_alive
        server.close()
        assert not server.is_alive


def test_r8_1_a_defect_in_one_request_is_answered_and_logged(
    shown: ShownDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    """R8.1: 500 in the style of the page; the next request is answered as if nothing had been."""

    async def fails(_request: Request) -> Response:
        raise ZeroDivisionError

    shown.showcase.renew()
    shown.port = free_port()
    app = application(shown.showcase, routes=(Route("/en/broken", fails),))
    server = PageServer(f"{HOST}:{shown.port}", app, patience=PATIENCE)
    try:
        answered = shown.asks("/en/broken")
        assert answered.status == 500
        assert "fault of ours" in answered.body.decode()
        assert answered.fields["content-security-policy"] == POLICY
        assert shown.asks("/fr/").status == 200
    finally:
        server.close()
    assert "status_page.failed" in "".join(capfd.readouterr())


def test_r8_1_connections_are_bounded(served: ShownDesk) -> None:
    """R8.1: past the bound everybody is told to come again, in the open; who was let in is served on."""
    served.showcase.renew()
    first = HTTPConnection(HOST, served.port, timeout=10)
    first.request("GET", "/en/")
    assert read(first.getresponse()).status == 200
    idle = [socket.create_connection((HOST, served.port), timeout=10) for _ in range(CONNECTIONS)]
    try:
        refused = served.asks("/en/")
        assert refused.status == 503
        assert refused.fields["content-security-policy"] == POLICY
    finally:
        first.close()
        for client in idle:
            client.close()

    wait_for(lambda: served.asks("/en/").status == 200, seconds=10, what="room again")


def test_r8_1_the_page_is_served_on_ipv6_too(shown: ShownDesk) -> None:
    """R8.1: `listen: "[::1]:8027"`; a machine without IPv6 says so."""
    shown.showcase.renew()
    port = free_port()
    if not has_ipv6():
        with pytest.raises(Permanent):
            PageServer(f"[::1]:{port}", application(shown.showcase), patience=PATIENCE)
        return
    server = PageServer(f"[::1]:{port}", application(shown.showcase), patience=PATIENCE)
    connection = HTTPConnection("::1", port, timeout=10)
    try:
        connection.request("GET", "/fr/")
        assert read(connection.getresponse()).status == 200
    finally:
        connection.close()
        server.close()


def has_ipv6() -> bool:
    """Tell whether this machine has a loopback address of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
