# ruff: noqa: E501 -- tables, one row a line
"""S2.2: what an SPF record says of a host, by RFC 7208, and what of it counts as a proof."""

import time
from ipaddress import ip_address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.ingest.name_system import Unanswered
from daemon.ingest.spf import check_host
from daemon.ingest.spf_client import Client, client_of
from daemon.ingest.spf_macros import Unsound
from daemon.ingest.spf_record import LONGEST_RECORD, Verdict, read_record
from daemon.model.mail import Envelope
from tests.ingest.zone import looked_at, zone

NONE, NEUTRAL, PASS, FAIL, SOFTFAIL, PERMERROR = Verdict
STRANGER = "203.0.113.9"

RECORDS: tuple[tuple[str, str, str, Verdict], ...] = (
    ("ip4, the address", "ip4:192.0.2.1 -all", "192.0.2.1", PASS),
    ("ip4, another address", "ip4:192.0.2.1 -all", STRANGER, FAIL),
    ("ip4, the next address", "ip4:192.0.2.1 -all", "192.0.2.0", FAIL),
    ("ip4, the longest prefix", "ip4:192.0.2.1/32 -all", "192.0.2.1", PASS),
    ("ip4, a network", "ip4:192.0.2.0/24 -all", "192.0.2.77", PASS),
    ("ip4, bits of the host set", "ip4:192.0.2.99/24 -all", "192.0.2.77", PASS),
    ("ip4, beside the network", "ip4:192.0.2.0/25 -all", "192.0.2.129", FAIL),
    ("ip4 says nothing of IPv6", "ip4:0.0.0.0/0 -all", "2001:db8::1", FAIL),
    ("ip6, the address", "ip6:2001:db8::1 -all", "2001:db8::1", PASS),
    ("ip6, the next address", "ip6:2001:db8::1 -all", "2001:db8::", FAIL),
    ("ip6, the longest prefix", "ip6:2001:db8::1/128 -all", "2001:db8::1", PASS),
    ("ip6, a network", "ip6:2001:db8::/32 -all", "2001:db8:ffff::1", PASS),
    ("ip6 in capitals", "IP6:2001:DB8::/32 -ALL", "2001:db8::1", PASS),
    ("ip6 with the tail of IPv4", "ip6:2001:db8::192.0.2.1 -all", "2001:db8::c000:201", PASS),
    ("a, the domain itself", "a -all", "192.0.2.10", PASS),
    ("a, by IPv6", "a -all", "2001:db8::10", PASS),
    ("a, the next address", "a -all", "192.0.2.11", FAIL),
    ("a, the next address, by IPv6", "a -all", "2001:db8::11", FAIL),
    ("a, another name", "a:www.acme.example -all", "192.0.2.11", PASS),
    ("a, a name in capitals, with its last dot", "a:WWW.acme.example. -all", "192.0.2.11", PASS),
    ("a, the network around it", "a/24 -all", "192.0.2.99", PASS),
    ("a, two lengths, by IPv4", "a/24//64 -all", "192.0.2.99", PASS),
    ("a, two lengths, by IPv6", "a/24//64 -all", "2001:db8::99", PASS),
    ("a, a length for IPv4 says nothing of IPv6", "a/24 -all", "2001:db8::99", FAIL),
    ("a, a length for IPv6 alone", "a:acme.example//64 -all", "2001:db8::99", PASS),
    ("mx", "mx -all", "192.0.2.21", PASS),
    ("mx, by IPv6", "mx -all", "2001:db8::21", PASS),
    ("mx is not the domain's address", "mx -all", "192.0.2.10", FAIL),
    ("mx, another name and its network", "mx:acme.example/28 -all", "192.0.2.19", PASS),
    ("ptr, a name that agrees", "ptr -all", "192.0.2.30", PASS),
    ("ptr, by IPv6", "ptr -all", "2001:db8::30", PASS),
    ("ptr, a name that does not agree", "ptr -all", "192.0.2.31", FAIL),
    ("ptr, a name elsewhere", "ptr -all", "192.0.2.40", FAIL),
    ("ptr, a domain that is named", "ptr:provider.example -all", "192.0.2.40", PASS),
    ("ptr, trouble with one name leaves it out", "ptr -all", "192.0.2.41", FAIL),
    ("include that passes", "include:provider.example -all", "198.51.100.7", PASS),
    ("include that fails does not match", "include:provider.example ?all", STRANGER, NEUTRAL),
    ("include that fails softly does not match", "include:soft.example -all", STRANGER, FAIL),
    ("include in an include", "include:chain.example -all", "198.51.100.7", PASS),
    ("include, its own domain in its macros", "include:local.example -all", "192.0.2.11", PASS),
    ("include of a name without a record", "include:none.example -all", STRANGER, PERMERROR),
    ("include of an unsound record", "include:unsound.example -all", STRANGER, PERMERROR),
    ("what matches first decides", "ip4:192.0.2.1 include:unsound.example", "192.0.2.1", PASS),
    ("the first that matches decides", "-ip4:192.0.2.1 +all", "192.0.2.1", FAIL),
    ("exists", "exists:everybody.example -all", STRANGER, PASS),
    ("exists not", "exists:nobody.example -all", STRANGER, FAIL),
    ("exists asks for IPv4, whoever asks", "exists:everybody.example -all", "2001:db8::1", PASS),
    ("all", "all", STRANGER, PASS),
    ("qualifiers: ?", "?all", STRANGER, NEUTRAL),
    ("qualifiers: ~", "~all", STRANGER, SOFTFAIL),
    ("qualifiers: -", "-all", STRANGER, FAIL),
    ("nothing matches", "ip4:192.0.2.1", STRANGER, NEUTRAL),
    ("nothing at all", "", STRANGER, NEUTRAL),
    ("many spaces", "   ip4:192.0.2.1    -all   ", "192.0.2.1", PASS),
    ("redirect where nothing matches", "ip4:192.0.2.1 redirect=provider.example", "198.51.100.7", PASS),
    ("redirect keeps a failure", "redirect=provider.example", STRANGER, FAIL),
    ("redirect is not asked where something matches", "redirect=unsound.example ip4:192.0.2.1", "192.0.2.1", PASS),
    ("redirect to a name without a record", "redirect=none.example", STRANGER, PERMERROR),
    ("redirect to itself", "redirect=acme.example", STRANGER, PERMERROR),
    ("include of itself", "include:acme.example", STRANGER, PERMERROR),
    ("exp is read, and changes nothing", "-all exp=why.%{d}", STRANGER, FAIL),
    ("an unknown modifier is passed over", "ip4:192.0.2.1 colour=%{d}/blue -all", "192.0.2.1", PASS),
    ("an unknown modifier twice", "colour=blue colour=red -all", STRANGER, FAIL),
    ("macro: the address", "exists:%{i}.listed.example -all", "192.0.2.50", PASS),
    ("macro: the address turned round, and its family", "exists:%{ir}.%{v}.listed.example -all", "192.0.2.50", PASS),
    ("macro: the domain, its last parts", "a:www.%{d2} -all", "192.0.2.11", PASS),
    ("macro: the sender's domain", "a:www.%{o} -all", "192.0.2.11", PASS),
    ("macro: the local part, a delimiter", "exists:%{l1r+}.users.example -all", STRANGER, PASS),
    ("macro: the local part as it is", "exists:%{l}.plain.example -all", STRANGER, PASS),
    ("macro: the local part, escaped", "exists:%{L}.escaped.example -all", STRANGER, PASS),
    ("macro: the local part, escaped without need", "exists:%{l}.escaped.example -all", STRANGER, FAIL),
    ("macro: the greeting", "a:%{h} -all", "192.0.2.20", PASS),
    ("macro: the name of the host", "exists:%{p}.named.example -all", "192.0.2.30", PASS),
    ("macro: no name of the host", "exists:%{p}.named.example -all", "192.0.2.31", FAIL),
    ("macro: %%, %- and %_ make a name of nobody", "exists:a%%b%-c%_d.example -all", STRANGER, FAIL),
    ("a label of 64 signs is a name of nobody", f"a:{'a' * 64}.example -all", STRANGER, FAIL),
    ("two dots are a name of nobody", "a:www..acme.example -all", STRANGER, FAIL),
)  # fmt: skip


@pytest.mark.parametrize(("record", "peer", "expected"), [row[1:] for row in RECORDS], ids=[row[0] for row in RECORDS])
def test_s2_2_a_record_says_what_rfc_7208_says(record: str, peer: str, expected: Verdict) -> None:
    """S2.2, RFC 7208 4-7: mechanisms from left to right, then redirect, then neutral."""
    found = looked_at(zone(f"v=spf1 {record}"), peer, local_part="bob+phones", greeting="mx1.acme.example")

    assert found.verdict is expected


CHOICES: tuple[tuple[str, tuple[str, ...], Verdict], ...] = (
    ("no record", (), NONE),
    ("other texts alone", ("google-site-verification=x", "v=DMARC1; p=none"), NONE),
    ("one among others", ("\xff\xfe", "v=spf1 -all"), FAIL),
    ("the version in capitals", ("V=SPF1 -all",), FAIL),
    ("the version alone", ("v=spf1",), NEUTRAL),
    ("another version", ("v=spf10 -all", "v=spf2.0/pra -all"), NONE),
    ("something before the version", (" v=spf1 -all",), NONE),
    ("two records", ("v=spf1 +all", "v=spf1 -all"), PERMERROR),
    ("the same twice", ("v=spf1 -all", "v=spf1 -all"), PERMERROR),
    ("8-bit octets in it", ("v=spf1 -all\xe9",), PERMERROR),
    ("the longest record", ("v=spf1 -all".ljust(LONGEST_RECORD),), FAIL),
    ("a sign more", ("v=spf1 -all".ljust(LONGEST_RECORD + 1),), PERMERROR),
    ("a record that is too long", ("v=spf1 " + "ip4:192.0.2.1 " * 1_000,), PERMERROR),
)  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
def test_s2_2_the_one_record_is_chosen(records: tuple[str, ...], expected: Verdict) -> None:
    """RFC 7208 4.5: one record of this very version, among any other texts; two are an error."""
    assert looked_at(zone(*records), STRANGER).verdict is expected


UNSOUND = (
    *("moo", "all:x.example", "all/8", "all.", "-", "+-all", "--all", "al l"),
    *("include", "include:", "include:example", "include:a.example/24", "include=a.example include=b.example x"),
    *("a:", "a:example", "a:a.example/", "a:a.example/33", "a:a.example/024", "a:a.example//129", "a//", "a/24/64", "a:a.-", "a:a.1"),
    *("mx:", "mx/x", "mx:a.example/24//", "ptr:", "ptr/8", "exists", "exists:", "exists:a.example/8"),
    *("ip4", "ip4:", "ip4:192.0.2", "ip4:192.0.2.1.1", "ip4:192.0.2.256", "ip4:192.0.2.01", "ip4:192.0.2.1/33", "ip4:192.0.2.1/", "ip4:192.0.2.0/024", "ip4:192.0.2.1//32", "ip4:a.example", "ip4:2001:db8::1"),
    *("ip6", "ip6:", "ip6:192.0.2.1", "ip6:2001:db8::1/129", "ip6:2001:db8:::1", "ip6:fe80::1%25eth0", "ip6:2001:db8::1//64"),
    *("redirect=", "redirect=example", "redirect:a.example", "redirect=a.example redirect=a.example", "exp=", "exp=a.example exp=b.example"),
    *("a:%{d", "a:%{x}.example", "a:%{d0}.example", "a:%{d!}.example", "a:%d.example", "a:%{d2r2}.example", "a:%", "a:%{}.example", "a:%{d}example"),
    *("exists:%{c}.example", "exists:%{r}.example", "exists:%{t}.example", "colour=%{", "1colour=x", "col our=x"),
    *("ip4:192.0.2.1\t-all", "ip4:192.0.2.1\n-all", "a:www.acme.example\x00", "a:b\u00fcro.example"),
)  # fmt: skip


@pytest.mark.parametrize("terms", UNSOUND)
def test_s2_2_an_unsound_record_proves_nothing(terms: str) -> None:
    """RFC 7208 4.6: an error anywhere in a record is an error, even behind what would match."""
    assert looked_at(zone(f"v=spf1 ip4:{STRANGER} {terms}"), STRANGER).verdict is PERMERROR


PROOFS: tuple[tuple[str, str, str, bool], ...] = (
    ("a host", "ip4:203.0.113.9 -all", STRANGER, True),
    ("a network as large senders have it", "ip4:203.0.0.0/14 -all", "203.0.113.9", True),
    ("the widest that counts", "ip4:203.0.0.0/12 -all", STRANGER, True),
    ("a network that is too wide", "ip4:192.0.0.0/11 -all", "192.0.2.1", False),
    ("the whole world", "ip4:0.0.0.0/0 -all", STRANGER, False),
    ("half of it, twice", "ip4:0.0.0.0/1 ip4:128.0.0.0/1", STRANGER, False),
    ("a provider's share of IPv6", "ip6:2001:db8::/32 -all", "2001:db8::1", True),
    ("more of IPv6", "ip6:2001:db8::/31 -all", "2001:db8::1", False),
    ("a wide network around a name", "a/8 -all", "192.0.2.77", False),
    ("a wide network around a mail server, by IPv6", "mx//16 -all", "2001:db8::1", False),
    ("the network around a name", "a/24 -all", "192.0.2.77", True),
    ("a mail server", "mx -all", "192.0.2.20", True),
    ("a name that agrees", "ptr -all", "192.0.2.30", True),
    ("everybody", "+all", STRANGER, False),
    ("everybody, by another record", "include:open.example -all", STRANGER, False),
    ("everybody, by redirect", "redirect=open.example", STRANGER, False),
    ("a name that exists for everybody", "exists:everybody.example -all", STRANGER, False),
    ("a name made of the sender alone", "exists:%{l}.users.example -all", STRANGER, False),
    ("a name made of the address", "exists:%{i}.listed.example -all", "192.0.2.50", True),
    ("a name made of the host's name", "exists:%{p}.named.example -all", "192.0.2.30", True),
    ("a host by another record", "include:provider.example -all", "198.51.100.7", True),
    ("neutral", "?ip4:203.0.113.9", STRANGER, False),
    ("a soft failure", "~ip4:203.0.113.9", STRANGER, False),
    ("an error", "ip4:203.0.113.9 moo", STRANGER, False),
)  # fmt: skip


@pytest.mark.parametrize(("record", "peer", "expected"), [row[1:] for row in PROOFS], ids=[row[0] for row in PROOFS])
def test_s2_2_a_pass_counts_where_few_hosts_are_named(record: str, peer: str, expected: bool) -> None:
    """S2.2, decision 30: who passes everybody, or a network wider than /12 (IPv6: /32), has proven nobody."""
    assert looked_at(zone(f"v=spf1 {record}"), peer).is_proof is expected


LIMITS: tuple[tuple[str, str, Verdict], ...] = (
    ("ten questions", "a:acme.example " * 10 + "-all", FAIL),
    ("eleven questions", "a:acme.example " * 11 + "-all", PERMERROR),
    ("ten, and what asks nothing", "a:acme.example " * 10 + "ip4:192.0.2.1 " * 50 + "-all", FAIL),
    ("those of an include count too", "include:chain.example " * 5 + "-all", FAIL),
    ("those of an include are too many", "include:chain.example " * 5 + "a -all", PERMERROR),
    ("redirect is a question", "a:acme.example " * 10 + "redirect=soft.example", PERMERROR),
    ("two names that are none", "a:x.example a:y.example -all", FAIL),
    ("three names that are none", "a:x.example exists:y.example mx:z.example -all", PERMERROR),
    ("ten mail servers", "mx:ten.example -all", FAIL),
    ("eleven mail servers", "mx:eleven.example -all", PERMERROR),
)  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_s2_2_a_record_may_cost_ten_questions(record: str, expected: Verdict) -> None:
    """RFC 7208 4.6.4: ten terms that ask, two that find nothing, ten mail servers; more is an error."""
    names = zone(f"v=spf1 {record}")
    servers = tuple(f"mx{number}.none.example" for number in range(11))
    names.exchangers |= {"ten.example": servers[:10], "eleven.example": servers}

    assert looked_at(names, STRANGER).verdict is expected


def test_s2_2_explanations_are_never_asked_for() -> None:
    """S4.4: nobody reads what a stranger's `exp=` points to."""
    names = zone("v=spf1 -all exp=why.acme.example")
    looked_at(names, STRANGER)

    assert [name for name, _ in names.asked] == ["acme.example"]


@pytest.mark.parametrize("record", ["a:dead.example -all", "mx:dead.example", "include:dead.example", "exists:x.dead.example", "redirect=dead.example"])  # fmt: skip
def test_s2_2_trouble_is_no_verdict(record: str) -> None:
    """RFC 7208 2.6.6: a question without an answer is `temperror`, and told as such."""
    with pytest.raises(Unanswered):
        looked_at(zone(f"v=spf1 {record}"), STRANGER)


CLIENTS: tuple[tuple[str, Envelope, tuple[str, str] | None], ...] = (
    ("a host", Envelope("bob@Acme.Example", (), STRANGER, "mail.acme.example"), ("bob", "acme.example")),
    ("by IPv6", Envelope("bob@acme.example", (), "2001:db8::1", "x"), ("bob", "acme.example")),
    ("a null reverse-path", Envelope("", (), STRANGER, "Mail.acme.example"), ("postmaster", "mail.acme.example")),
    ("an @ in a quoted local part", Envelope('"a@b"@acme.example', (), STRANGER, "x"), ('"a@b"', "acme.example")),
    ("a path without a domain", Envelope("postmaster", (), STRANGER, "x"), ("postmaster", "postmaster")),
    ("LMTP, IMAP, files: no greeting", Envelope("bob@acme.example", (), STRANGER), None),
    ("this host", Envelope("bob@acme.example", (), "127.0.0.1", "x"), None),
    ("a private network", Envelope("bob@acme.example", (), "10.1.2.3", "x"), None),
    ("another", Envelope("bob@acme.example", (), "172.31.0.1", "x"), None),
    ("a carrier's", Envelope("bob@acme.example", (), "100.64.0.1", "x"), None),
    ("a private network of IPv6", Envelope("bob@acme.example", (), "fd00::2", "x"), None),
    ("this very link", Envelope("bob@acme.example", (), "fe80::1", "x"), None),
    ("no address", Envelope("bob@acme.example", (), "a socket", "x"), None),
)  # fmt: skip


@pytest.mark.parametrize(("envelope", "expected"), [row[1:] for row in CLIENTS], ids=[row[0] for row in CLIENTS])
def test_s2_2_a_host_is_asked_about_by_its_own_address(envelope: Envelope, expected: tuple[str, str] | None) -> None:
    """RFC 7208 2.4: the reverse-path, or the greeting's postmaster; an address that anybody may have names no host."""
    client = client_of(envelope)

    assert (client and (client.local_part, client.domain)) == expected


TERMS = st.sampled_from(
    ["all", "a", "mx", "ptr", "ip4:", "ip6:", "include:", "exists:", "redirect=", "exp=", "%{", "}", "%{d}", "/24", "//64", "/", ":", "=", "-", " ", ".", "a.example", "192.0.2.1", "::1", "0", "r"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(TERMS, max_size=30).map("".join)))
@example("a:%{d" + "9" * 5_000 + "}.example")
@example("ip4:" + "9" * 5_000)
@example("a/" + "1" * 5_000)
@settings(max_examples=1_000, deadline=None)
def test_s2_2_any_text_is_a_record_or_unsound(text: str) -> None:
    """S4.2: whatever stands in a record, it is read, or refused in one way."""
    try:
        read_record(f"v=spf1 {text}")
    except Unsound:
        return
    assert looked_at(zone(f"v=spf1 {text}"), STRANGER).verdict in Verdict


PIECES = ["a:", "a/", "/1", "//", ":", "%{d}", "%", "%{", "ip4:1", ".a", "-", "a=", "=", "%%", "a:%{d2r.}.b/", "9", " ", " a", "x-", "\u00b5", "%{p}", "a:%{p}.b ", "%{S9r.-+,/_=}"]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("first", ["", "a:", "ip4:", "redirect=", "x=", "a:b.example", "exists:%{"])
def test_s4_2_a_record_is_read_in_linear_time(first: str, piece: str) -> None:
    """S4.2: the longest record that is read, of whatever it is made, costs next to nothing."""
    text = f"v=spf1 {first}{piece * LONGEST_RECORD}"[:LONGEST_RECORD]
    began = time.process_time()
    found = looked_at(zone(text), "192.0.2.30", greeting="a" * 500, local_part="b." * 100)

    assert found.verdict in Verdict
    assert time.process_time() - began < 0.3


@given(st.text(max_size=50), st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_s2_2_any_words_of_a_client_make_a_name(local_part: str, greeting: str) -> None:
    """S4.2: whatever a client calls itself and its sender, the names made of it are asked for, or are names of nobody."""
    record = "v=spf1 exists:%{l1r-}.%{S}.%{h}.a.example exists:%{H2}.%{L}.b.example ?all"

    assert looked_at(zone(record), STRANGER, local_part=local_part, greeting=greeting).verdict is NEUTRAL


@pytest.mark.parametrize(("first", "made"), [("", 253), ("a.", 253), ("a" * 9 + ".", 253), ("aa", 249)])
def test_s4_2_a_long_name_is_cut_on_the_left(first: str, made: int) -> None:
    """RFC 7208 7.3: a name that macros made too long loses its left labels, never its domain."""
    local_part = first + "bbb." * 59 + "ccc"  # with the domain 253 signs and the first ones
    names = zone("v=spf1 exists:%{l}.users.example -all")
    looked_at(names, STRANGER, local_part=local_part)

    assert names.asked[-1][0] == f"{local_part}.users.example"[-made:]


def test_s4_2_a_name_that_can_be_none_is_not_asked_about() -> None:
    """RFC 7208 4.3: a reverse-path whose domain is too long, or none, has no record, and costs no question."""
    for domain in ("a." * 123 + "example", "a." * 140 + "example", "a..example", "example", "[192.0.2.1]", ""):
        names = zone("v=spf1 +all")
        found = check_host(Client(ip_address(STRANGER), "x", "bob", domain), names)
        assert (found.verdict, len(names.asked)) == (NONE, int(len(domain) == 253)), domain
