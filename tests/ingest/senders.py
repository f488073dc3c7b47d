# ruff: noqa: E501 -- a table, one row a line
"""A name system with a few domains, their letters, and a checker that asks it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.ingest.name_system import NameSystem
from daemon.ingest.own_checks import OwnChecks, Sender
from daemon.model.mail import Arrival, Authentication, Envelope
from daemon.model.setup import AuthenticationSettings
from tests.servers.name_server import NameServer
from tests.servers.signing import ed25519_key, rsa_key

PASS, FAIL, NONE, TEMPORARY = Authentication.PASS, Authentication.FAIL, Authentication.NONE, Authentication.TEMPORARY
NOW = datetime.now(UTC)
ACME, PLAIN = "acme.example", "plain.example"
PEER = "203.0.113.5"


@pytest.fixture(scope="module")
def server() -> Iterator[NameServer]:
    """A name system with a few domains."""
    with NameServer() as names:
        yield names


@pytest.fixture
def names(server: NameServer) -> NameServer:
    """The name system as every test finds it.

    acme.example asks for rejection, plain.example says nothing, strict.example wants strict alignment, and two firms
    live below a public suffix of two labels.
    """
    server.forget()
    for domain in (
        ACME,
        PLAIN,
        "mail.acme.example",
        "strict.example",
        "mail.strict.example",
        "firm.co.example",
        "evil.co.example",
        "evil.example",
        "forwarder.example",
        "deep.mail.acme.example",
    ):
        server.publish(f"s1._domainkey.{domain}", rsa_key().record)
    server.publish("e1._domainkey.acme.example", ed25519_key().record)
    server.publish("_dmarc.acme.example", "v=DMARC1; p=reject; rua=mailto:x@acme.example")
    server.publish("_dmarc.strict.example", "v=DMARC1;p=quarantine;adkim=s")
    server.publish("_dmarc.firm.co.example", "v=DMARC1; p=reject")
    server.publish("_dmarc.evil.co.example", "v=DMARC1; p=none")
    server.publish("_dmarc.co.example", "v=DMARC1; p=none; psd=y")
    return server


def letter(domain: str = ACME, *, extra: str = "", body: str = "The phones are down. \r\n\r\n") -> bytes:
    return f"From: Bob <bob@{domain}>\r\nTo: support@desk.example\r\nSubject: Phones\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n{extra}\r\n{body}".encode()


def arrived(raw: bytes, *, reverse_path: str = "", peer: str = PEER, greeting: str = "") -> Arrival:
    """Return a mail as a listener kept it."""
    return Arrival(raw, f"smtp {peer}", "smtp:1", "support", Envelope(reverse_path, (), peer, greeting), NOW)


def checker(names: NameServer, *, seconds: int = 5, forwarders: tuple[str, ...] = (), spf: bool = True) -> OwnChecks:
    asked = AuthenticationSettings(True, (names.address,), seconds, forwarders, spf)
    return OwnChecks(asked, NameSystem(asked.resolvers))


def judged(names: NameServer, raw: bytes, domain: str = ACME, *, forwarders: tuple[str, ...] = ()) -> Authentication:
    return checker(names, forwarders=forwarders).judge(arrived(raw), Sender(domain, is_known=True))
