# ruff: noqa: E501 -- tables, one row a line
"""S2.2: a host that the domain of the reverse-path names proves the mail, by a name system of our own."""

import time
from ipaddress import ip_address

import pytest

from daemon.ingest.own_checks import Sender
from daemon.model.mail import Authentication
from daemon.model.setup import AuthenticationSettings
from tests.ingest.senders import ACME, FAIL, NONE, PASS, PEER, PLAIN, TEMPORARY, arrived, checker, letter, names, server
from tests.servers.name_server import NameServer
from tests.servers.signing import signed

__all__ = ["names", "server"]  # fixtures

GREETING = "mail.acme.example"
PEER_6 = "2001:db8::25"
OURS = "v=spf1 ip4:203.0.113.5 -all"


def sent_by(
    names: NameServer, reverse_path: str, *, domain: str = ACME, peer: str = PEER, greeting: str = GREETING
) -> Authentication:
    """Judge an unsigned letter of a known domain that a host handed over."""
    mail = arrived(letter(domain), reverse_path=reverse_path, peer=peer, greeting=greeting)
    return checker(names).judge(mail, Sender(domain, is_known=True))


HOSTS: tuple[tuple[str, str, str, str, Authentication], ...] = (
    ("the domain's host", OURS, "bob@acme.example", PEER, PASS),
    ("the domain in capitals", OURS, "Bob@ACME.example", PEER, PASS),
    ("anybody of the domain: a local part is never proven", OURS, "ceo@acme.example", PEER, PASS),
    ("another host", OURS, "bob@acme.example", "203.0.113.6", FAIL),
    ("another host that fails softly", "v=spf1 ip4:203.0.113.5 ~all", "bob@acme.example", "203.0.113.6", FAIL),
    ("neutral", "v=spf1 ?all", "bob@acme.example", PEER, FAIL),
    ("no record", "", "bob@acme.example", PEER, FAIL),
    ("an unsound record", OURS + " moo", "bob@acme.example", PEER, FAIL),
    ("everybody's host", "v=spf1 +all", "bob@acme.example", PEER, FAIL),
    ("half the world's", "v=spf1 ip4:128.0.0.0/1 -all", "bob@acme.example", PEER, FAIL),
    ("a stranger's reverse-path", OURS, "bob@evil.example", PEER, FAIL),
    ("a public suffix's reverse-path", OURS, "bob@example", PEER, FAIL),
    ("a null reverse-path: the greeting's domain is aligned", OURS, "", "203.0.113.7", PASS),
    ("a null reverse-path from elsewhere", OURS, "", "203.0.113.8", FAIL),
    ("a private address that the record names", "v=spf1 ip4:10.0.0.0/12 -all", "bob@acme.example", "10.1.2.3", FAIL),
)  # fmt: skip


@pytest.mark.parametrize(("record", "path", "peer", "expected"), [row[1:] for row in HOSTS], ids=[row[0] for row in HOSTS])  # fmt: skip
def test_s2_2_a_host_that_the_domain_names_passes(
    names: NameServer, record: str, path: str, peer: str, expected: Authentication
) -> None:
    """S2.2, RFC 7489 4.1: an aligned SPF pass proves unsigned mail; anything less of SPF leaves it to the policy."""
    names.publish(ACME, *filter(None, (record,)))
    names.publish("evil.example", "v=spf1 ip4:203.0.113.0/24 -all")
    names.publish("example", "v=spf1 ip4:203.0.113.0/24 -all")
    names.publish("mail.acme.example", "v=spf1 ip4:203.0.113.7 -all")

    assert sent_by(names, path, peer=peer) is expected


ALIGNMENTS: tuple[tuple[str, str, str, str, Authentication], ...] = (
    ("relaxed: a subdomain", "v=DMARC1; p=reject", "plain.example", "bounces.plain.example", PASS),
    ("relaxed: the domain above", "v=DMARC1; p=reject", "x.plain.example", "plain.example", PASS),
    ("strict: the very domain", "v=DMARC1; p=reject; aspf=s", "plain.example", "plain.example", PASS),
    ("strict: a subdomain", "v=DMARC1; p=reject; aspf=s", "plain.example", "bounces.plain.example", FAIL),
    ("strict for signatures says nothing of hosts", "v=DMARC1; p=reject; adkim=s", "plain.example", "bounces.plain.example", PASS),
    ("the domain asks for nothing", "v=DMARC1; p=none", "plain.example", "plain.example", PASS),
    ("no policy: the very domain", "", "plain.example", "plain.example", PASS),
    ("no policy: a subdomain is another organisation", "", "plain.example", "bounces.plain.example", NONE),
    ("two firms below one public suffix", "", "firm.co.example", "evil.co.example", FAIL),
)  # fmt: skip


@pytest.mark.parametrize(("policy", "domain", "path", "expected"), [row[1:] for row in ALIGNMENTS], ids=[row[0] for row in ALIGNMENTS])  # fmt: skip
def test_s2_2_a_reverse_path_is_aligned_as_its_domain_wants(
    names: NameServer, policy: str, domain: str, path: str, expected: Authentication
) -> None:
    """RFC 7489 3.1.2: the reverse-path's domain is the author's, or one of its organisation unless `aspf=s`."""
    names.publish("_dmarc.plain.example", *filter(None, (policy,)))
    names.publish(path, OURS)

    assert sent_by(names, f"bounce@{path}", domain=domain) is expected


def test_s2_2_all_kinds_of_records_are_asked_for(names: NameServer) -> None:
    """RFC 7208 5: addresses of both families, mail servers and a host's own name come from the name system."""
    names.publish(ACME, "v=spf1 a:www.acme.example mx ptr -all")
    names.publish("www.acme.example", "203.0.113.10", kind="A")
    names.publish("www.acme.example", PEER_6, kind="AAAA")
    names.publish(ACME, "mx.acme.example", kind="MX")
    names.publish("mx.acme.example", "203.0.113.11", kind="A")
    names.publish(ip_address("203.0.113.12").reverse_pointer, "host.acme.example", kind="PTR")
    names.publish("host.acme.example", "203.0.113.12", kind="A")

    found = {peer: sent_by(names, "bob@acme.example", peer=peer) for peer in (PEER_6, *(f"203.0.113.{n}" for n in range(9, 14)))}  # fmt: skip

    assert {peer for peer, verdict in found.items() if verdict is PASS} == {PEER_6, "203.0.113.10", "203.0.113.11", "203.0.113.12"}  # fmt: skip


def test_s2_2_a_signature_spares_the_questions_of_spf(names: NameServer) -> None:
    """S2.2: what DKIM has proven is not asked about again; nor is a reverse-path that could prove nothing."""
    names.publish(ACME, OURS)
    mail = arrived(signed(letter(), ACME), reverse_path="bob@acme.example", greeting=GREETING)
    assert checker(names).judge(mail, Sender(ACME, is_known=True)) is PASS
    assert names.asked == ["s1._domainkey.acme.example"]

    assert sent_by(names, "bob@evil.example") is FAIL
    assert "evil.example" not in names.asked


def test_s2_2_spf_is_believed_where_the_configuration_says_so(names: NameServer) -> None:
    """S2.2: before a listener may stand a server that is in everybody's SPF; unless told otherwise, no host proves."""
    names.publish(ACME, OURS)
    mail = arrived(letter(), reverse_path="bob@acme.example", greeting=GREETING)

    assert checker(names, spf=False).judge(mail, Sender(ACME, is_known=True)) is FAIL
    assert ACME not in names.asked
    assert not AuthenticationSettings().spf


def test_s2_2_without_a_greeting_there_is_no_host_to_ask_about(names: NameServer) -> None:
    """S2.2: mail that came by LMTP, or was kept before greetings were, is judged without SPF."""
    names.publish(ACME, OURS)

    assert sent_by(names, "bob@acme.example", greeting="") is FAIL
    assert ACME not in names.asked


def test_s2_2_trouble_with_spf_is_temporary(names: NameServer) -> None:
    """S2.2: no answer about the record or what it includes is neither pass nor fail, unless a signature proves."""
    names.publish(ACME, "v=spf1 include:dead.example -all")
    names.broken = {"dead.example"}
    assert sent_by(names, "bob@acme.example") is TEMPORARY
    names.broken = {ACME}
    assert sent_by(names, "bob@acme.example") is TEMPORARY

    names.broken = {"dead.example", "_dmarc.acme.example"}
    names.publish(ACME, OURS)
    assert sent_by(names, "bob@acme.example") is PASS


def test_s2_2_a_dead_include_does_not_delay_what_is_signed(names: NameServer) -> None:
    """S2.2: forged mail of a customer whose SPF is broken keeps nobody from believing that customer's signature."""
    names.publish(ACME, "v=spf1 include:dead.example -all")
    names.broken = {"dead.example"}
    checks, sender = checker(names), Sender(ACME, is_known=True)
    path = {"reverse_path": "bob@acme.example", "greeting": GREETING}

    assert checks.judge(arrived(letter(), **path), sender) is TEMPORARY
    assert checks.judge(arrived(signed(letter(), ACME), **path), sender) is PASS


def test_s2_2_a_strangers_dead_spf_keeps_the_readers_once(names: NameServer) -> None:
    """S2.2: after a stranger's SPF was silent to the time limit, no stranger is asked about for a moment."""
    names.publish("slow.example", "v=spf1 exists:%{l}.dead.example -all")
    names.silent = {"dead.example"}
    checks = checker(names, seconds=1)
    mails = [arrived(letter(domain), reverse_path=f"{domain}@{domain}", greeting="x") for domain in ("slow.example", PLAIN)]  # fmt: skip
    began = time.monotonic()
    assert checks.judge(mails[0], Sender("slow.example", is_known=False)) is TEMPORARY
    first = time.monotonic() - began

    assert checks.judge(mails[1], Sender(PLAIN, is_known=False)) is TEMPORARY
    assert first < 2.5
    assert time.monotonic() - began - first < 0.5


def test_s2_2_all_questions_of_a_mail_share_its_time(names: NameServer) -> None:
    """S2.2: ten silent names in one record cost no more than the one time limit."""
    names.publish(ACME, "v=spf1 " + "".join(f"ptr:x{n}.example a:s{n}.dead.example " for n in range(5)) + "-all")
    names.silent = {"dead.example", "arpa"}
    began = time.monotonic()
    mail = arrived(letter(), reverse_path="bob@acme.example", greeting=GREETING)

    assert checker(names, seconds=1).judge(mail, Sender(ACME, is_known=True)) is TEMPORARY
    assert time.monotonic() - began < 2.5


def test_s2_2_a_crowded_name_is_still_read(names: NameServer) -> None:
    """S2.2: companies publish dozens of texts beside their SPF; past a hundred nothing is read."""
    texts = tuple(f"verification={number}" for number in range(99))
    names.publish(ACME, *texts, OURS)
    assert sent_by(names, "bob@acme.example") is PASS

    names.publish(ACME, *texts, OURS, "one more")
    assert sent_by(names, "bob@acme.example") is FAIL
