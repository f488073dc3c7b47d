# ruff: noqa: E501 -- tables, one row a line
"""R5.3: when a mail reached our side, by the Received field of a trusted relay."""

from datetime import UTC, datetime

import pytest

from daemon.ingest.header import split_message
from daemon.ingest.received import is_loopback, read_date, relayed_at
from daemon.model.setup import TrustedRelay

RELAYS = (TrustedRelay("relay.desk.example", ("192.0.2.10", "2001:db8:1::/48")),)
AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
STAMP = "Mon, 2 Nov 2026 10:30:00 +0100"
PEER = "192.0.2.10"

TABLE: tuple[tuple[str, str, str, datetime | None], ...] = (
    ("from the relay's address", f"from a.example by relay.desk.example with ESMTP; {STAMP}", PEER, AT),
    ("from the relay's network", f"from a.example by relay.desk.example; {STAMP}", "2001:db8:1::25", AT),
    ("the relay's address mapped into IPv6", f"from a.example by relay.desk.example; {STAMP}", "::ffff:192.0.2.10", AT),
    ("the name in capitals", f"from a.example by RELAY.desk.example; {STAMP}", PEER, AT),
    ("comments between", f"from a (by x) by (y) relay.desk.example (Postfix) id 1 for <s@desk.example>; {STAMP}", PEER, AT),
    ("no from clause", f"by relay.desk.example (Postfix, from userid 0); {STAMP}", PEER, AT),
    ("a semicolon in a comment", f"from a by relay.desk.example (a; b); {STAMP}", PEER, AT),
    ("a comment after the date", f"from a by relay.desk.example; {STAMP} (CET)", PEER, AT),
    ("from another address", f"from a.example by relay.desk.example; {STAMP}", "198.51.100.7", None),
    ("without a peer", f"from a.example by relay.desk.example; {STAMP}", "", None),
    ("a peer that is no address", f"from a.example by relay.desk.example; {STAMP}", "localhost", None),
    ("another host's field", f"from relay.desk.example by evil.example; {STAMP}", PEER, None),
    ("our name in a comment", f"from a by evil.example (by relay.desk.example); {STAMP}", PEER, None),
    ("a longer name", f"from a by relay.desk.example.evil.example; {STAMP}", PEER, None),
    ("no date", "from a by relay.desk.example", PEER, None),
    ("a date that is none", "from a by relay.desk.example; yesterday", PEER, None),
    ("a date of another age", "from a by relay.desk.example; Mon, 2 Nov 1026 10:30:00 +0000", PEER, None),
)  # fmt: skip


@pytest.mark.parametrize(("value", "peer", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_r5_3_the_topmost_received_of_a_trusted_relay(value: str, peer: str, expected: datetime | None) -> None:
    """R5.3: the date counts when a relay of ours wrote the field and its host connected to us."""
    header, _ = split_message(f"Received: {value}\r\nFrom: bob@acme.example\r\n\r\n".encode())

    assert relayed_at(header, peer, RELAYS) == expected


def test_r5_3_only_the_topmost_counts() -> None:
    """R5.3: a field of our relay below somebody else's may be a forgery or an older way."""
    header, _ = split_message(
        f"Received: from a by other.example; {STAMP}\r\nReceived: from a by relay.desk.example; {STAMP}\r\n\r\n".encode()
    )

    assert relayed_at(header, PEER, RELAYS) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "Mon, 99 Nov 2026 10:30:00 +0100", "1" * 5_000, "Mon, 2 Nov 2026 10:30:00 +9999999999", "0 0 0 0:0", ","],
)
def test_s4_3_a_date_that_is_none_never_fails(text: str) -> None:
    """S4.3: reading a date gives None, never an exception."""
    assert read_date(text) is None


HERE = ("127.0.0.1", "127.8.9.10", "::1", "[::1]", "::ffff:127.0.0.1", "127.0.0.1%lo")
ELSEWHERE = ("", "localhost", "192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "unix:/run/lmtp")


@pytest.mark.parametrize(("peer", "here"), [*((peer, True) for peer in HERE), *((peer, False) for peer in ELSEWHERE)])
def test_s2_2_this_very_host_in_whatever_form_its_address_comes(peer: str, *, here: bool) -> None:
    """S2.2: a socket for both shows 127.0.0.1 as an address of IPv6; our own server is believed all the same."""
    assert is_loopback(peer) is here
