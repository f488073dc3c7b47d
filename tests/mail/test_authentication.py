# ruff: noqa: E501 -- tables, one row a line
"""S2.2: what Authentication-Results of our own server say of the originator's domain."""

import pytest

from daemon.ingest.authentication import Trust, read_authentication, read_results
from daemon.ingest.header import split_message
from daemon.model.mail import Authentication, Envelope
from daemon.model.setup import TrustedRelay

PASS, FAIL, NONE, TEMPORARY = Authentication.PASS, Authentication.FAIL, Authentication.NONE, Authentication.TEMPORARY

TRUST = Trust(authserv_ids=("mx.desk.example",), relays=(TrustedRelay("relay.desk.example", ("192.0.2.0/24",)),))


def judged(*lines: str, trust: Trust = TRUST) -> Authentication:
    header, _ = split_message("\r\n".join((*lines, "From: bob@acme.example", "", "")).encode())
    return read_authentication(header, "acme.example", trust, envelope=Envelope(None, ()))


AR = "Authentication-Results: mx.desk.example;"

VERDICTS: tuple[tuple[str, str, Authentication], ...] = (
    ("DMARC passes", " dmarc=pass header.from=acme.example", PASS),
    ("DMARC passes, with a policy comment", " dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example", PASS),
    ("DMARC passes without naming the domain", " dmarc=pass", PASS),
    ("DMARC passes, folded", "\r\n\tdmarc=pass\r\n\theader.from=acme.example", PASS),
    ("DMARC passes for another domain", " dmarc=pass header.from=evil.example", NONE),
    ("DMARC passes for a subdomain", " dmarc=pass header.from=x.acme.example", NONE),
    ("DMARC fails", " dmarc=fail header.from=acme.example", FAIL),
    ("DMARC fails and DKIM passes", " dmarc=fail header.from=acme.example; dkim=pass header.d=acme.example", FAIL),
    ("DMARC has a temporary error", " dmarc=temperror header.from=acme.example", TEMPORARY),
    ("no DMARC record, DKIM passes", " dmarc=none header.from=acme.example; dkim=pass header.d=acme.example", PASS),
    ("DKIM of the domain passes", " dkim=pass header.d=acme.example", PASS),
    ("DKIM by identity", " dkim=pass header.i=@acme.example", PASS),
    ("DKIM of a subdomain", " dkim=pass header.d=example.acme.example; spf=none", PASS),
    ("DKIM of a stranger", " dkim=pass header.d=evil.example", NONE),
    ("DKIM of a look-alike ending", " dkim=pass header.d=notacme.example", NONE),
    ("DKIM of a top-level domain", " dkim=pass header.d=example", NONE),
    ("one of two DKIM signatures", " dkim=fail header.d=acme.example; dkim=pass header.d=acme.example", PASS),
    ("DKIM fails", " dkim=fail header.d=acme.example", FAIL),
    ("DKIM of a stranger fails", " dkim=fail header.d=list.example", NONE),
    ("SPF of the domain", " spf=pass smtp.mailfrom=bob@acme.example", PASS),
    ("SPF of the domain alone", " spf=pass smtp.mailfrom=acme.example", PASS),
    ("SPF of the greeting only", " spf=pass smtp.helo=mail.acme.example", NONE),
    ("SPF of a stranger", " spf=pass smtp.mailfrom=bounce@evil.example", NONE),
    ("SPF fails", " spf=fail smtp.mailfrom=bob@acme.example", FAIL),
    ("SPF is unsure", " spf=softfail smtp.mailfrom=bob@acme.example", NONE),
    ("SPF has a temporary error", " spf=temperror smtp.mailfrom=bob@acme.example", TEMPORARY),
    ("nothing was checked", " none", NONE),
    ("nothing stands there", "", NONE),
    ("pass stands in a comment", " dmarc=none (dmarc=pass header.from=acme.example)", NONE),
    ("pass stands in a reason", ' dmarc=fail reason="; dmarc=pass" header.from=acme.example', FAIL),
    ("pass stands in a quoted property", ' spf=none smtp.mailfrom="x; dmarc=pass header.from=acme.example"', NONE),
    ("an unknown method", " magic=pass header.from=acme.example", NONE),
    ("a method with a version", " dmarc/1=pass header.from=acme.example", PASS),
    ("spaces round the signs", " dmarc = pass header.from = acme.example", PASS),
)  # fmt: skip


@pytest.mark.parametrize(("results", "expected"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_s2_2_the_results_are_weighed(results: str, expected: Authentication) -> None:
    """S2.2: DMARC decides where it answers; else an aligned DKIM signature or SPF result; the rest is no proof."""
    assert judged(AR + results) is expected


def test_s2_2_a_version_may_follow_the_id() -> None:
    """RFC 8601 2.2: the authserv-id may be followed by a version."""
    assert judged("Authentication-Results: mx.desk.example 1; dmarc=pass header.from=acme.example") is PASS


GOOD = f"{AR} dmarc=pass header.from=acme.example"
BAD = f"{AR} dmarc=fail header.from=acme.example"
OURS = "Received: from peer.example (peer.example [198.51.100.1]) by mx.desk.example with ESMTPS; Mon, 2 Nov 2026 10:00:00 +0000"
RELAYED = "Received: from mx.desk.example by relay.desk.example; Mon, 2 Nov 2026 10:00:01 +0000"
THEIRS = "Received: from home by peer.example; Mon, 2 Nov 2026 09:59:00 +0000"

PLACES: tuple[tuple[str, tuple[str, ...], Authentication], ...] = (
    ("above every Received", (GOOD, OURS, THEIRS), PASS),
    ("right below our own Received", (OURS, GOOD, THEIRS), PASS),
    ("below our relay and our server", (RELAYED, OURS, GOOD, THEIRS), PASS),
    ("without any Received", (GOOD,), PASS),
    ("below a stranger's Received", (OURS, THEIRS, GOOD), NONE),
    ("below a stranger's Received only", (THEIRS, GOOD), NONE),
    ("forged below what our server wrote", (BAD, OURS, GOOD, THEIRS), FAIL),
    ("forged right below what our server wrote", (OURS, BAD, GOOD, THEIRS), FAIL),
    ("forged under our server's other method", (OURS, f"{AR} dmarc=none", GOOD), NONE),
    ("two fields of ours", (OURS, f"{AR} spf=none", GOOD, THEIRS), PASS),
    ("a host that only calls itself so in a comment", (f"{THEIRS[:23]} by evil.example (by mx.desk.example);", GOOD), NONE),
    ("a step inside a host, then our own", ("Received: by 2001:db8::1 with SMTP id x; x", OURS, GOOD), PASS),
    ("a step inside a host, then a stranger", ("Received: by 2001:db8::1 with SMTP id x; x", THEIRS, GOOD), NONE),
    ("a host whose name has only hexadecimal letters", ("Received: by be.de with SMTP id x; x", OURS, GOOD), NONE),
    ("a step inside a host alone", ("Received: by 2001:db8::1 with SMTP id x; x", GOOD), NONE),
    ("another server's field", ("Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.example",), NONE),
    ("an id that begins like ours", ("Authentication-Results: mx.desk.example.evil.example; dmarc=pass",), NONE),
    ("an ARC field", ("ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass header.from=acme.example",), NONE),
    ("a field with another name", ("X-Authentication-Results: mx.desk.example; dmarc=pass",), NONE),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_s2_2_only_our_own_server_is_believed(lines: tuple[str, ...], expected: Authentication) -> None:
    """S2.2, RFC 8601 5: a field counts by its id and only where nobody but our server can have written it."""
    assert judged(*lines) is expected


def test_s2_2_without_a_configured_id_nothing_is_believed() -> None:
    """S2.2: a field names its writer by itself; without a pinned id it is only a claim."""
    assert judged(GOOD, trust=Trust()) is NONE


def test_s4_2_a_field_of_signs_is_read_in_bounded_time() -> None:
    """S4.2: brackets, quotes and semicolons without end cost what their length costs."""
    for flood in (b"(" * 60_000, b'"' * 60_000, b";" * 60_000, b"a=b;" * 15_000, b"\\" * 60_000, b'"\\' * 30_000):
        assert read_results(b"mx; " + flood).authserv_id == "mx"


FORGED = (
    b"mx.desk.example; spf=pass smtp.mailfrom=acme.example=x@evil.example",
    b'mx.desk.example; spf=pass smtp.mailfrom="acme.example"@evil.example',
    b"mx.desk.example; dkim=pass header.d=evil.example header.i=header.d=acme.example=x@evil.example",
    b'mx.desk.example; dkim=pass header.i="acme.example"@evil.example',
    b'mx.desk.example; spf=pass smtp.mailfrom="x header.from=acme.example"@evil.example',
    b'mx.desk.example; spf=pass smtp.mailfrom="@acme.example',
)


@pytest.mark.parametrize("value", FORGED)
def test_s2_2_a_senders_local_part_proves_no_domain(value: bytes) -> None:
    """S2.2: what the sender chose, an `=` or a quoted string before the @, is never taken for a domain."""
    header = split_message(b"Authentication-Results: " + value + b"\r\n\r\n")[0]

    trust = Trust(("mx.desk.example",), ())
    assert read_authentication(header, "acme.example", trust, envelope=Envelope(None, ())) is not Authentication.PASS
