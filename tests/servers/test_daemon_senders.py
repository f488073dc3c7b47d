"""Mail handed to the running daemon straight from outside: its sender's domain is looked at by ourselves (S2.2)."""

import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ingest.spf_client import client_of
from daemon.model.mail import Envelope
from tests.servers.name_server import NameServer
from tests.servers.neighbour import missing
from tests.servers.running_daemon import PRIMARY, SUPPORT, Site, a_request, make_site, running
from tests.servers.signing import rsa_key, signed


@pytest.fixture
def outside() -> str:
    """An address of this machine that is not its loopback: what comes from there is not from one of our own servers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))  # sends nothing
        except OSError:
            missing("this machine has no address but its loopback")
        address: str = probe.getsockname()[0]
    return address


@pytest.fixture
def names() -> Iterator[NameServer]:
    """A name system in which acme.example signs its mail and asks for rejection of the rest."""
    with NameServer() as server:
        server.publish("s1._domainkey.acme.example", rsa_key().record)
        server.publish("_dmarc.acme.example", "v=DMARC1; p=reject")
        yield server


@pytest.fixture
def site(tmp_path: Path, outside: str, names: NameServer) -> Site:
    """The example company, open to the world, that quarantines who proves nothing."""
    site = make_site(tmp_path / "site")
    site.edit(
        ("unauthenticated: accept", "unauthenticated: quarantine"),
        ("host: 127.0.0.1\n", f"host: {outside}\n"),
        ("health: ", f"authentication:\n  resolvers: ['{names.address}']\n  spf: true\n\nhealth: "),
    )
    return site


def test_s2_2_the_running_daemon_tells_a_signed_mail_from_a_forged_one(
    site: Site, outside: str, names: NameServer
) -> None:
    """S2.2, S3.1: an MPOC's signed mail opens a case and is answered; forged ones are quarantined, and nobody hears."""
    forged = a_request("forged")
    genuine = signed(a_request("genuine"), "acme.example")
    mails = (genuine, forged, genuine.replace(b"Subject: genuine", b"Subject: changed"))
    with running(site) as daemon:
        with smtplib.SMTP(outside, site.smtp_port, timeout=20) as client:
            for mail in mails:
                client.sendmail(PRIMARY, [SUPPORT], mail)
        daemon.wait_until(lambda: len(site.outcomes()) == 3 and None not in site.outcomes(), what="all is decided")
        daemon.wait_until(lambda: len(site.outgoing) >= 1, what="the answer")

    verdicts = [row.authentication for row in site.rows("select authentication from inbox order by id")]
    assert verdicts == ["pass", "fail", "fail"]
    assert site.outcomes() == ["case_opened", "quarantined", "quarantined"]
    assert all(b"genuine" in mail for mail in site.outgoing if PRIMARY.encode() in mail)
    assert names.count("s1._domainkey.acme.example") <= 2  # once a reader


def test_s2_2_the_running_daemon_believes_a_host_that_the_domain_names(
    site: Site, outside: str, names: NameServer
) -> None:
    """S2.2: unsigned mail from a host that the domain names is theirs, unless this machine has a private address."""
    names.publish("acme.example", f"v=spf1 ip4:{outside} -all")
    is_public = client_of(Envelope(PRIMARY, (), outside, "mail.acme.example")) is not None
    with running(site) as daemon:
        with smtplib.SMTP(outside, site.smtp_port, "mail.acme.example", timeout=20) as client:
            client.sendmail(PRIMARY, [SUPPORT], a_request("unsigned"))
        daemon.wait_until(lambda: len(site.outcomes()) == 1 and None not in site.outcomes(), what="it is decided")

    (row,) = site.rows("select authentication, greeting from inbox")
    assert (row.authentication, row.greeting) == ("pass" if is_public else "fail", "mail.acme.example")
