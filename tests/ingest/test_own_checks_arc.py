# ruff: noqa: E501 -- a table, one row a line
"""S2.2: the word of a forwarder whom the configuration names, sealed by ARC (RFC 8617)."""

from collections.abc import Callable

import pytest

from daemon.model.mail import Authentication
from tests.ingest.senders import FAIL, PASS, judged, letter, names, server
from tests.servers.name_server import NameServer
from tests.servers.signing import rsa_key, sealed

__all__ = ["names", "server"]  # fixtures

OTHER_KEY = rsa_key(seed=2)
RELAY_SAW = "dmarc=pass header.from=acme.example"
FORWARDED: tuple[tuple[str, Callable[[], bytes], tuple[str, ...], Authentication], ...] = (
    ("a trusted forwarder saw a pass", lambda: sealed(letter(), "forwarder.example", RELAY_SAW), ("forwarder.example",), PASS),
    ("named in capitals", lambda: sealed(letter(), "forwarder.example", RELAY_SAW), ("Forwarder.Example",), PASS),
    ("nobody is trusted", lambda: sealed(letter(), "forwarder.example", RELAY_SAW), (), FAIL),
    ("another one is trusted", lambda: sealed(letter(), "forwarder.example", RELAY_SAW), ("acme.example",), FAIL),
    ("a stranger sealed", lambda: sealed(letter(), "evil.example", RELAY_SAW), ("forwarder.example",), FAIL),
    ("the forwarder saw a fail", lambda: sealed(letter(), "forwarder.example", "dmarc=fail header.from=acme.example"), ("forwarder.example",), FAIL),
    ("the forwarder saw another domain pass", lambda: sealed(letter(), "forwarder.example", "dmarc=pass header.from=evil.example"), ("forwarder.example",), FAIL),
    ("the forwarder names no domain", lambda: sealed(letter(), "forwarder.example", "dmarc=pass"), ("forwarder.example",), FAIL),
    ("the forwarder saw only a signature", lambda: sealed(letter(), "forwarder.example", "dkim=pass header.d=acme.example"), ("forwarder.example",), FAIL),
    ("changed after the seal", lambda: sealed(letter(), "forwarder.example", RELAY_SAW) + b"more\r\n", ("forwarder.example",), FAIL),
    ("another From after the seal", lambda: sealed(letter("evil.example"), "forwarder.example", RELAY_SAW).replace(b"bob@evil", b"bob@acme"), ("forwarder.example",), FAIL),
    ("another verdict after the seal", lambda: sealed(letter(), "forwarder.example", "dmarc=fail header.from=acme.example").replace(b"dmarc=fail", b"dmarc=pass"), ("forwarder.example",), FAIL),
    ("sealed with another key", lambda: sealed(letter(), "forwarder.example", RELAY_SAW, key=OTHER_KEY), ("forwarder.example",), FAIL),
    ("half a set", lambda: sealed(letter(), "forwarder.example", RELAY_SAW).partition(b"\r\nARC-")[2].join((b"ARC-", b"")), ("forwarder.example",), FAIL),
    ("six seals", lambda: b"".join(b"ARC-Seal: i=%d; d=forwarder.example; s=s1\r\n" % number for number in range(1, 7)) + letter(), ("forwarder.example",), FAIL),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "forwarders", "expected"), [row[1:] for row in FORWARDED], ids=[row[0] for row in FORWARDED]
)
def test_s2_2_a_trusted_forwarder_is_believed(
    names: NameServer, make: Callable[[], bytes], forwarders: tuple[str, ...], expected: Authentication
) -> None:
    """RFC 8617: a whole chain whose last seal is a configured forwarder's lets its DMARC pass for the From domain count."""
    assert judged(names, make(), forwarders=forwarders) is expected
