# ruff: noqa: E501 -- tables, one row a line
"""S2.2: what we find out ourselves about a sender's domain, from signed octets and a name system of our own."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from daemon.ingest.authentication import Trust
from daemon.ingest.own_checks import is_ours_to_check
from daemon.ingest.signatures import SignedMail
from daemon.model.mail import Authentication, Envelope
from daemon.model.setup import AuthenticationSettings, TrustedRelay
from tests.ingest.senders import ACME, FAIL, NONE, NOW, PASS, PLAIN, judged, letter, names, server
from tests.servers.name_server import NameServer
from tests.servers.signing import Key, ed25519_key, rsa_key, signed

__all__ = ["names", "server"]  # fixtures


def with_tag(raw: bytes, tag: str) -> bytes:
    """Put a tag into the topmost signature, which breaks it unless it was signed so."""
    return raw.replace(b"DKIM-Signature: v=1;", b"DKIM-Signature: v=1; " + tag.encode() + b";", 1)


def unsigned_from(raw: bytes) -> bytes:
    """Take From out of what a signature says it signs."""
    return raw.replace(b"from : ", b"", 1).replace(b" : from", b"", 5)


OTHER_KEY = rsa_key(seed=2)
SHORT_KEY = rsa_key(bits=768, seed=3)
OLD = b"DKIM-Signature: v=1; a=rsa-sha1; d=acme.example; s=s1; h=from; bh=x; b=y\r\n"

DOMAINS: tuple[tuple[str, str, Callable[[], bytes], Authentication], ...] = (
    ("signed by the domain", ACME, lambda: signed(letter(), ACME), PASS),
    ("signed with Ed25519", ACME, lambda: signed(letter(), ACME, key=ed25519_key(), selector="e1"), PASS),
    ("simple canonicalisation", ACME, lambda: signed(letter(), ACME, canonicalize=(b"simple", b"simple")), PASS),
    ("relaxed canonicalisation", ACME, lambda: signed(letter(), ACME, canonicalize=(b"relaxed", b"relaxed")), PASS),
    ("relaxed, white space changed on the way", ACME, lambda: signed(letter(), ACME, canonicalize=(b"relaxed", b"relaxed")).replace(b"are down. ", b"are \t down."), PASS),
    ("simple, white space changed on the way", ACME, lambda: signed(letter(), ACME, canonicalize=(b"simple", b"simple")).replace(b"are down. ", b"are \t down."), FAIL),
    ("signed in capitals", ACME, lambda: signed(letter("ACME.example"), "ACME.Example"), PASS),
    ("without a body", ACME, lambda: signed(letter(body=""), ACME), PASS),
    ("only From signed", ACME, lambda: signed(letter(), ACME, include_headers=[b"from"]), PASS),
    ("LF as line end", ACME, lambda: signed(letter(), ACME).replace(b"\r\n", b"\n"), PASS),
    ("a blank line before the header", ACME, lambda: b"\r\n" + signed(letter(), ACME), PASS),
    ("a field added by a relay", ACME, lambda: b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0000\r\n" + signed(letter(), ACME), PASS),
    ("another body", ACME, lambda: signed(letter(), ACME).replace(b"down", b"fine"), FAIL),
    ("text below", ACME, lambda: signed(letter(), ACME) + b"and send us money\r\n", FAIL),
    ("another subject", ACME, lambda: signed(letter(), ACME).replace(b"Subject: Phones", b"Subject: Money"), FAIL),
    ("a second subject above the signed one", ACME, lambda: b"Subject: Money\r\n" + signed(letter(), ACME), FAIL),
    ("another From of the domain", ACME, lambda: signed(letter(), ACME).replace(b"bob@acme", b"ceo@acme"), FAIL),
    ("no signature, the domain asks for rejection", ACME, letter, FAIL),
    ("no signature, the domain asks for nothing", PLAIN, lambda: letter(PLAIN), NONE),
    ("a broken signature, the domain asks for nothing", PLAIN, lambda: signed(letter(PLAIN), PLAIN) + b"x\r\n", NONE),
    ("signed, no DMARC record", PLAIN, lambda: signed(letter(PLAIN), PLAIN), PASS),
    ("a length was signed", ACME, lambda: signed(letter(), ACME, length=True), FAIL),
    ("a length was signed and text added", ACME, lambda: signed(letter(), ACME, length=True) + b"more\r\n", FAIL),
    ("expired", ACME, lambda: with_tag(signed(letter(), ACME), f"x={int(NOW.timestamp()) - 60}"), FAIL),
    ("an expiry that is no number", ACME, lambda: with_tag(signed(letter(), ACME), "x=never"), FAIL),
    ("From is not signed", ACME, lambda: unsigned_from(signed(letter(), ACME)), FAIL),
    ("SHA-1", ACME, lambda: signed(letter(), ACME, signature_algorithm=b"rsa-sha1"), FAIL),
    ("SHA-1 beside a good one", ACME, lambda: OLD + signed(letter(), ACME), PASS),
    ("a key that is not the published one", ACME, lambda: signed(letter(), ACME, key=OTHER_KEY), FAIL),
    ("a selector nobody published", ACME, lambda: signed(letter(), ACME, selector="gone"), FAIL),
    ("a broken signature above a good one", ACME, lambda: with_tag(signed(signed(letter(), ACME), ACME), "z=1"), PASS),
    ("a stranger's above a good one", ACME, lambda: signed(signed(letter(), ACME), "evil.example"), PASS),
    ("signed by a stranger only", ACME, lambda: signed(letter(), "evil.example"), FAIL),
    ("signed by a stranger, the domain asks for nothing", PLAIN, lambda: signed(letter(PLAIN), "evil.example"), NONE),
    ("signed by a subdomain", ACME, lambda: signed(letter(), "mail.acme.example"), PASS),
    ("signed by the domain above", "mail.acme.example", lambda: signed(letter("mail.acme.example"), ACME), PASS),
    ("signed by a sister domain", "mail.acme.example", lambda: signed(letter("mail.acme.example"), "deep.mail.acme.example"), PASS),
    ("unsigned, the organisation asks for rejection", "mail.acme.example", lambda: letter("mail.acme.example"), FAIL),
    ("strict: signed by the domain", "strict.example", lambda: signed(letter("strict.example"), "strict.example"), PASS),
    ("strict: signed by a subdomain", "strict.example", lambda: signed(letter("strict.example"), "mail.strict.example"), FAIL),
    ("strict: the domain above", "mail.strict.example", lambda: signed(letter("mail.strict.example"), "strict.example"), FAIL),
    ("two firms below one public suffix", "firm.co.example", lambda: signed(letter("firm.co.example"), "evil.co.example"), FAIL),
    ("subdomain without any record, not aligned", "x.plain.example", lambda: signed(letter("x.plain.example"), PLAIN), NONE),
    ("a tag twice", ACME, lambda: with_tag(signed(letter(), ACME), "v=1"), FAIL),
    ("a signature without end", ACME, lambda: b"DKIM-Signature: " + b"v=1;" * 60_000 + b"\r\n" + letter(), NONE),
    ("an unknown algorithm", ACME, lambda: signed(letter(), ACME).replace(b"a=rsa-sha256", b"a=rsa-sha999"), FAIL),
    ("a header of lines that are no fields", PLAIN, lambda: b"no field\r\nno field\r\n" + signed(letter(PLAIN), PLAIN), NONE),
    ("nothing at all", PLAIN, lambda: b"", NONE),
)  # fmt: skip


@pytest.mark.parametrize(("domain", "make", "expected"), [row[1:] for row in DOMAINS], ids=[row[0] for row in DOMAINS])
def test_s2_2_an_aligned_signature_passes(
    names: NameServer, domain: str, make: Callable[[], bytes], expected: Authentication
) -> None:
    """S2.2, RFC 6376, RFC 7489: only an aligned signature of the whole mail passes; a refusing policy makes it fail."""
    assert judged(names, make(), domain) is expected


RECORDS: tuple[tuple[str, tuple[str, ...], Authentication], ...] = (
    ("the key is revoked", ("v=DKIM1; p=",), FAIL),
    ("the key is for something else", ("v=DKIM1; s=tlsrpt; p=" + rsa_key().record.partition("p=")[2],), FAIL),
    ("the key is too short", (SHORT_KEY.record,), FAIL),
    ("the key is no key", ("v=DKIM1; p=AAAA",), FAIL),
    ("the key is no base64", ("v=DKIM1; p=!!!",), FAIL),
    ("the key is of an unknown kind", ("v=DKIM1; k=dsa; p=AAAA",), FAIL),
    ("another version", (rsa_key().record.replace("DKIM1", "DKIM2"),), FAIL),
    ("two keys", (rsa_key().record, OTHER_KEY.record), FAIL),
    ("something else stands beside the key", ("v=spf1 -all", rsa_key().record), PASS),
    ("a record of 60,000 octets", ("p=" + "A" * 60_000,), FAIL),
    ("a key that takes long to compute with", ("p=" + "A" * 4_000,), FAIL),
    ("five hundred records", tuple(f"x={number}" for number in range(500)), FAIL),
    ("8-bit octets", ("v=DKIM1; p=\xff\xfe",), FAIL),
)  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [row[1:] for row in RECORDS], ids=[row[0] for row in RECORDS])
def test_s2_2_a_key_record_is_read_strictly(
    names: NameServer, records: tuple[str, ...], expected: Authentication
) -> None:
    """S2.2: a key counts that is published alone, sound, and between 1,024 and 4,096 bits long."""
    names.publish("s1._domainkey.acme.example", *records)
    key: Key = SHORT_KEY if records[0] == SHORT_KEY.record else rsa_key()

    assert judged(names, signed(letter(), ACME, key=key)) is expected


POLICIES: tuple[tuple[str, dict[str, tuple[str, ...]], str, Authentication], ...] = (
    ("rejection", {"plain.example": ("v=DMARC1; p=reject",)}, PLAIN, FAIL),
    ("quarantine", {"plain.example": ("v=DMARC1;p=quarantine;",)}, PLAIN, FAIL),
    ("nothing", {"plain.example": ("v=DMARC1; p=none",)}, PLAIN, NONE),
    ("rejection, in capitals", {"plain.example": ("v=DMARC1; P=REJECT",)}, PLAIN, FAIL),
    ("rejection under test", {"plain.example": ("v=DMARC1; p=reject; t=y",)}, PLAIN, FAIL),
    ("quarantine under test", {"plain.example": ("v=DMARC1; p=quarantine; t=y",)}, PLAIN, NONE),
    ("quarantine of no mail", {"plain.example": ("v=DMARC1; p=quarantine; pct=0",)}, PLAIN, NONE),
    ("an unknown wish", {"plain.example": ("v=DMARC1; p=burn",)}, PLAIN, NONE),
    ("two records", {"plain.example": ("v=DMARC1; p=reject", "v=DMARC1; p=none")}, PLAIN, NONE),
    ("a record beside another text", {"plain.example": ("v=spf1 -all", "v=DMARC1; p=reject")}, PLAIN, FAIL),
    ("a version that does not come first", {"plain.example": ("p=reject; v=DMARC1",)}, PLAIN, NONE),
    ("a record of another kind", {"plain.example": ("v=DMARC2; p=reject",)}, PLAIN, NONE),
    ("a record that is broken", {"plain.example": ("v=DMARC1; p=reject; p=none",)}, PLAIN, NONE),
    ("the organisation's, for a subdomain", {"plain.example": ("v=DMARC1; p=reject",)}, "x.plain.example", FAIL),
    ("the organisation's own wish for subdomains", {"plain.example": ("v=DMARC1; p=reject; sp=none",)}, "x.plain.example", NONE),
    ("a harder wish for subdomains", {"plain.example": ("v=DMARC1; p=none; sp=reject",)}, "x.plain.example", FAIL),
    ("the subdomain's own", {"plain.example": ("v=DMARC1; p=reject",), "x.plain.example": ("v=DMARC1; p=none",)}, "x.plain.example", NONE),
    ("the public suffix's", {"example": ("v=DMARC1; p=none; sp=reject; psd=y",)}, PLAIN, FAIL),
    ("not above psd=n", {"plain.example": ("v=DMARC1; p=none; psd=n",), "example": ("v=DMARC1; p=reject",)}, "x.plain.example", NONE),
    ("a very long name", {"plain.example": ("v=DMARC1; p=reject",)}, "a." * 40 + PLAIN, FAIL),
)  # fmt: skip


@pytest.mark.parametrize(
    ("records", "domain", "expected"), [row[1:] for row in POLICIES], ids=[row[0] for row in POLICIES]
)
def test_s2_2_the_domains_wish_is_found(
    names: NameServer, records: dict[str, tuple[str, ...]], domain: str, expected: Authentication
) -> None:
    """RFC 7489, DMARCbis: unproven mail fails where the domain, or its organisation, asks for quarantine or rejection."""
    for name, texts in records.items():
        names.publish(f"_dmarc.{name}", *texts)

    assert judged(names, letter(domain), domain) is expected
    assert len(names.asked) <= 8


def test_s2_2_a_signature_is_judged_at_receipt(names: NameServer) -> None:
    """S2.2: a mail that waited is judged by what held when it came: a signature that expired since then proves still."""
    expiry = f"x={int(NOW.timestamp()) - 60}"
    mail = SignedMail(with_tag(signed(letter(), ACME), expiry))

    assert mail.signatures(received_at=NOW) == ()
    assert len(mail.signatures(received_at=NOW - timedelta(minutes=2))) == 1


PEERS: tuple[tuple[str, str, bool, bool], ...] = (
    ("a stranger's host", "203.0.113.5", True, True),
    ("a relay of ours", "192.0.2.9", True, False),
    ("this host", "127.0.0.1", True, False),
    ("no listener at all", "", True, False),
    ("switched off", "203.0.113.5", False, False),
)


@pytest.mark.parametrize(("peer", "is_on", "expected"), [row[1:] for row in PEERS], ids=[row[0] for row in PEERS])
def test_s2_2_only_mail_straight_from_outside_is_checked(peer: str, is_on: bool, expected: bool) -> None:
    """S2.2: what a server of ours has passed on carries its verdict; the name system is asked only about the rest."""
    trust = Trust(("mx.desk.example",), (TrustedRelay("relay.desk.example", ("192.0.2.0/24",)),))

    assert is_ours_to_check(Envelope("", (), peer), trust, AuthenticationSettings(own_checks=is_on)) is expected
