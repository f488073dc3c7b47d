"""S2.2, S4.2: our own look at a sender is bounded in time, questions and computing, whoever asks for more."""

import base64
import hashlib
import re
import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.ingest.name_system import NameSystem
from daemon.ingest.own_checks import OwnChecks, Sender
from daemon.ingest.signatures import SignedMail
from daemon.model.setup import AuthenticationSettings
from tests.ingest.senders import ACME, FAIL, PASS, PLAIN, TEMPORARY, arrived, checker, judged, letter, names, server
from tests.servers.name_server import NameServer
from tests.servers.signing import rsa_key, signed

__all__ = ["names", "server"]  # fixtures


def test_s2_2_trouble_with_the_name_system_is_temporary(names: NameServer) -> None:
    """S2.2: SERVFAIL for the key or the policy is neither pass nor fail, unless a proof was found elsewhere."""
    names.broken = {"_dmarc.acme.example"}
    assert judged(names, letter()) is TEMPORARY
    assert judged(names, signed(letter(), ACME)) is PASS

    names.broken = {"_domainkey.acme.example"}
    assert judged(names, signed(letter(), ACME)) is TEMPORARY
    assert judged(names, letter()) is FAIL
    assert judged(names, signed(signed(letter(), "mail.acme.example"), ACME)) is PASS


def test_s2_2_silence_ends_at_the_time_limit(names: NameServer) -> None:
    """S2.2: a server that never answers costs one mail its time limit; the next mail is not asked about at once."""
    names.silent = {ACME}
    checks = checker(names, seconds=1)
    sender = Sender(ACME, is_known=True)
    mail = signed(signed(signed(letter(), ACME), ACME, selector="s2"), ACME, selector="s3")

    began = time.monotonic()
    assert checks.judge(arrived(mail), sender) is TEMPORARY
    first = time.monotonic() - began
    assert checks.judge(arrived(signed(letter(), ACME, selector="s4")), sender) is TEMPORARY

    assert first < 2.5
    assert time.monotonic() - began - first < 0.5


def test_s2_2_nobody_elses_silence_delays_those_we_know(names: NameServer) -> None:
    """S2.2: after one stranger's servers kept silent, no stranger is asked about for a moment; a customer still is."""
    names.silent = {"slow.example"}
    checks = checker(names, seconds=1)
    assert checks.judge(arrived(letter("slow.example")), Sender("slow.example", is_known=False)) is TEMPORARY

    assert checks.judge(arrived(letter(PLAIN)), Sender(PLAIN, is_known=False)) is TEMPORARY
    assert checks.judge(arrived(signed(letter(), ACME)), Sender(ACME, is_known=True)) is PASS
    assert f"_dmarc.{PLAIN}" not in names.asked


def test_s2_2_answers_are_kept_for_a_while(names: NameServer) -> None:
    """S2.2: keys, policies and their absence are asked for once, and again when their time is over."""
    instant = [1_000.0]
    asked = AuthenticationSettings(resolvers=(names.address,))
    checks = OwnChecks(asked, NameSystem(asked.resolvers, clock=lambda: instant[0]))
    sender = Sender(ACME, is_known=True)
    for _ in range(3):
        assert checks.judge(arrived(signed(letter(), ACME)), sender) is PASS
        assert checks.judge(arrived(letter()), sender) is FAIL
    assert (
        names.count("s1._domainkey.acme.example"),
        names.count("_dmarc.acme.example"),
        names.count("_dmarc.example"),
    ) == (1, 1, 1)

    instant[0] += 4_000
    checks.judge(arrived(signed(letter(), ACME)), sender)
    assert names.count("s1._domainkey.acme.example") == 2


def test_s2_2_aliases_are_followed_and_loops_end(names: NameServer) -> None:
    """S2.2: a key behind a CNAME is found; a CNAME loop is trouble, soon."""
    names.aliases = {
        "s1._domainkey.acme.example": "key.provider.example",
        "s2._domainkey.acme.example": "a.loop.example",
        "a.loop.example": "b.loop.example",
        "b.loop.example": "a.loop.example",
    }
    names.publish("key.provider.example", rsa_key().record)

    assert judged(names, signed(letter(), ACME)) is PASS
    assert judged(names, signed(letter(), ACME, selector="s2")) in {TEMPORARY, FAIL}


def bodyhash() -> bytes:
    """Return the hash of a letter's body in simple form."""
    return base64.b64encode(hashlib.sha256(letter().partition(b"\r\n\r\n")[2].rstrip(b"\r\n") + b"\r\n").digest())


def test_s2_2_a_flood_of_signatures_costs_five_questions(names: NameServer) -> None:
    """S2.2: at most five signatures are looked at, the author's own domain first; strangers' cost no question."""
    one = b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=g%d; h=from; bh=%s; b=eA==\r\n"
    many = b"".join(one % (number, bodyhash()) for number in range(950))
    began = time.process_time()

    assert judged(names, many + letter()) is FAIL
    assert len([name for name in names.asked if "_domainkey" in name]) == 5
    names.asked.clear()
    strange = many.replace(b"d=acme.example", b"d=evil.test")
    assert judged(names, strange + signed(letter(), ACME)) is PASS
    assert names.asked == ["s1._domainkey.acme.example"]
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "body", ["\t " * 2_000_000, "a \t" * 1_500_000, "\r\n" * 2_000_000, "\r" * 4_000_000, "x" * 4_000_000]
)
@pytest.mark.parametrize("form", [b"relaxed", b"simple"])
def test_s4_2_a_body_costs_what_its_length_costs(names: NameServer, body: str, form: bytes) -> None:
    """S4.2: 4 MB of white space, line ends or anything else are read in linear time, however busy the machine is."""
    made = signed(letter(body="short"), ACME, canonicalize=(form, form)).replace(b"short", body.encode())
    began = time.process_time()

    assert judged(names, made) is FAIL
    assert time.process_time() - began < 2


@given(st.binary(max_size=300), st.sampled_from([b"DKIM-Signature", b"ARC-Seal", b"ARC-Message-Signature"]))
@settings(max_examples=200, deadline=None)
def test_s2_2_any_octets_are_judged(octets: bytes, field: bytes) -> None:
    """S2.2: whatever stands in a signature, the answer is a verdict, never an exception, never a pass."""
    one = NameSystem(("127.0.0.1:9",))
    checks = OwnChecks(AuthenticationSettings(timeout_seconds=0, trusted_forwarders=(ACME,)), one)
    raw = (
        field
        + b": v=1; a=rsa-sha256; i=1; cv=none; d=acme.example; s=a; h=from; bh=eA==; b=eA==;"
        + octets
        + b"\r\n"
        + letter()
    )

    assert checks.judge(arrived(raw), Sender(ACME, is_known=True)) is not PASS


@given(st.text(alphabet="ab \t\r\n", max_size=20).map(lambda text: text.encode()))
@example(b"\r")
@settings(max_examples=500, deadline=None)
def test_s2_2_a_body_is_made_canonical_as_dkimpy_makes_it(body: bytes) -> None:
    """RFC 6376 3.4: what we hand to dkimpy is what it would have made itself of a body that ends in a line end."""
    mail = SignedMail(b"From: a@b.example\r\n\r\n" + body)
    ended = re.sub(rb"\r?\n", b"\r\n", body if body.endswith(b"\n") else body + b"\r\n")

    assert mail._canonical(is_relaxed=False).octets == Simple.canonicalize_body(ended)
    assert mail._canonical(is_relaxed=True).octets == Relaxed.canonicalize_body(ended)
