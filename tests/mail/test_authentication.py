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
    ("a version after the method, with spaces", " dmarc / 1 = pass header.from=acme.example", PASS),
    ("spaces round the point", " dmarc=pass header . from=acme.example", PASS),
    ("comments everywhere", " (a) dmarc (b) = (c) pass (d) header (e) . (f) from (g) = (h) acme.example (i)", PASS),
    ("nested comments", " dmarc=pass (a (b; dmarc=fail) c) header.from=acme.example", PASS),
    ("a comment right behind the verdict", " dmarc=pass(p=none) header.from=acme.example", PASS),
    ("a comment that does not end", " dmarc=none (x; dmarc=pass header.from=acme.example", NONE),
    ("a bracket escaped in a comment", " dmarc=none (\\) dmarc=pass header.from=acme.example", NONE),
    ("a quoted domain", ' dmarc=pass header.from="acme.example"', PASS),
    ("a quoted domain with an escape", ' dkim=pass header.d="acme\\.example"', PASS),
    ("a quoted address", ' spf=pass smtp.mailfrom="bob@acme.example"', NONE),
    ("a quoted string that does not end", ' dmarc=pass header.from="acme.example', NONE),
    ("a reason before the properties", ' dmarc=pass reason="all is well" header.from=acme.example', PASS),
    ("a reason that is one word", " dmarc=fail reason=forged header.from=acme.example", FAIL),
    ("capitals", " DMARC=Pass HEADER.FROM=Acme.Example", PASS),
    ("a property twice", " dmarc=pass header.from=evil.example header.from=acme.example", NONE),
    ("two DMARC results that differ", " dmarc=none header.from=acme.example; dmarc=pass header.from=acme.example", NONE),
    ("two DMARC results that agree", " dmarc=pass header.from=acme.example; dmarc=pass header.from=acme.example", PASS),
    ("a point at the end of a value", " dkim=none header.d=acme.example. header.i=x; dkim=pass header.d=acme.example.", PASS),
    ("an equals sign at the end of a value", " dkim=pass header.b=AbC= header.d=acme.example", PASS),
    ("an empty value takes the next word", " dkim=pass header.s= header.d=acme.example", NONE),
    ("a semicolon at the end", " dmarc=pass header.from=acme.example;", PASS),
    ("empty results", ";; dmarc=pass header.from=acme.example;;", PASS),
    ("none, then nothing else", " none; dmarc=pass", PASS),
    ("DMARC is unsure for ever", " dmarc=permerror header.from=acme.example", NONE),
    ("DMARC found the best guess", " dmarc=bestguesspass header.from=acme.example", NONE),
    ("an older way of failing", " spf=hardfail smtp.mailfrom=acme.example", FAIL),
    ("OpenDKIM", "\r\n\tdkim=pass (2048-bit key; unprotected) header.d=acme.example header.i=@acme.example header.a=rsa-sha256 header.s=s1 header.b=Ab/Cd+Ef=;\r\n\tdkim-atps=neutral", PASS),
    ("OpenDMARC", " dmarc=pass (p=reject dis=none) header.from=acme.example", PASS),
    ("policyd-spf", " spf=pass (sender SPF authorized) smtp.mailfrom=acme.example (client-ip=192.0.2.1; helo=mail.acme.example; envelope-from=bob@acme.example; receiver=<UNKNOWN>)", PASS),
    ("Rspamd", "\r\n\tdkim=pass header.d=acme.example header.s=s1 header.b=x;\r\n\tspf=pass (mx.desk.example: domain of bob@acme.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=bob@acme.example;\r\n\tdmarc=pass (policy=reject) header.from=acme.example", PASS),
    ("Rspamd, with a fail", "\r\n\tdkim=none;\r\n\tspf=softfail smtp.mailfrom=x@evil.example;\r\n\tdmarc=fail reason=\"SPF not aligned (relaxed), No valid DKIM\" header.from=acme.example (policy=reject)", FAIL),
    ("Gmail", "\r\n       dkim=pass header.i=@acme.example header.s=s1 header.b=QwErTy12;\r\n       spf=pass (google.com: domain of bob@acme.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=bob@acme.example;\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example", PASS),
    ("Fastmail", "\r\n    arc=none (no signatures found);\r\n    bimi=none (No BIMI records found);\r\n    dkim=pass (2048-bit rsa key sha256) header.d=acme.example header.i=@acme.example header.b=x;\r\n    dmarc=pass policy.published-domain-policy=reject policy.applied-disposition=none policy.evaluated-disposition=none header.from=acme.example", PASS),
    ("spaces round the signs", " dmarc = pass header.from = acme.example", PASS),
)  # fmt: skip


@pytest.mark.parametrize(("results", "expected"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_s2_2_the_results_are_weighed(results: str, expected: Authentication) -> None:
    """S2.2: DMARC decides where it answers; else an aligned DKIM signature or SPF result; the rest is no proof."""
    assert judged(AR + results) is expected


IDS = (
    ("plain", "mx.desk.example; {}", PASS),
    ("in capitals", "MX.Desk.Example; {}", PASS),
    ("quoted", '"mx.desk.example"; {}', PASS),
    ("after a comment", "(ours) mx.desk.example (really) 1 (one); {}", PASS),
    ("right before the semicolon", "mx.desk.example;{}", PASS),
    ("missing, as Exchange Online writes", "{}", NONE),
    ("in a comment only", "(mx.desk.example); {}", NONE),
    ("behind another", "mx.evil.example mx.desk.example; {}", NONE),
    ("with a path", "mx.desk.example/evil; {}", NONE),
    ("empty", "; {}", NONE),
)


@pytest.mark.parametrize(("form", "expected"), [row[1:] for row in IDS], ids=[row[0] for row in IDS])
def test_s2_2_the_pinned_id_is_read_by_the_grammar(form: str, expected: Authentication) -> None:
    """S2.2, RFC 8601 2.2: the id is a word or a quoted string, comments beside it; without ours nothing is believed."""
    assert judged("Authentication-Results: " + form.format("dmarc=pass header.from=acme.example")) is expected


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
