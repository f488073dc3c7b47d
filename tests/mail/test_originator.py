# ruff: noqa: E501 -- tables, one row a line
"""S2.1: who wrote is the one address of the one From field, or the mail is ambiguous."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.ingest.header import split_message
from daemon.ingest.originator import read_originator
from daemon.model.mail import Originator


def originator_of(from_lines: bytes) -> Originator:
    header, _ = split_message(from_lines + b"\r\nTo: support@desk.example\r\nSubject: x\r\nDate: x\r\n\r\nbody\r\n")
    return read_originator(header)


BOB = "bob@acme.example"

ACCEPTED: tuple[tuple[str, bytes, str, str], ...] = (
    ("an address alone", b"From: bob@acme.example", BOB, ""),
    ("angle brackets", b"From: <bob@acme.example>", BOB, ""),
    ("a name", b"From: Bob Builder <bob@acme.example>", BOB, "Bob Builder"),
    ("a quoted name", b'From: "Builder, Bob" <bob@acme.example>', BOB, "Builder, Bob"),
    ("a name with escapes", b'From: "Bob \\"B\\" Builder" <bob@acme.example>', BOB, 'Bob "B" Builder'),
    ("a dot in a bare name", b"From: Bob B. Builder <bob@acme.example>", BOB, "Bob B. Builder"),
    ("capitals", b"From: Bob <BOB@Acme.Example>", BOB, "Bob"),
    ("no space after the colon", b"From:bob@acme.example", BOB, ""),
    ("a capital field name", b"FROM: bob@acme.example", BOB, ""),
    ("no space before the angle", b"From: Bob<bob@acme.example>", BOB, "Bob"),
    ("white space inside the angles", b"From: Bob < bob@acme.example >", BOB, "Bob"),
    ("a folded field", b"From: Bob\r\n <bob@acme.example>", BOB, "Bob"),
    ("a field folded with LF", b"From: Bob\n\t<bob@acme.example>", BOB, "Bob"),
    ("a fold at the beginning", b"From:\r\n bob@acme.example", BOB, ""),
    ("a fold in a quoted name", b'From: "Bob\r\n Builder" <bob@acme.example>', BOB, "Bob Builder"),
    ("a fold after an address as quoted name", b'From: "bob@acme.example"\r\n <bob@acme.example>', BOB, BOB),
    ("a fold between encoded words", b"From: =?utf-8?q?J=C3=BC?=\r\n =?utf-8?q?rgen?= <bob@acme.example>", BOB, "J\u00fcrgen"),
    ("an encoded name", b"From: =?utf-8?q?J=C3=BCrgen?= <bob@acme.example>", BOB, "Jürgen"),
    ("an encoded name with a comma", b"From: =?utf-8?q?Builder=2C_Bob?= <bob@acme.example>", BOB, "Builder, Bob"),
    ("two encoded words", b"From: =?utf-8?q?J=C3=BC?= =?utf-8?q?rgen?= <bob@acme.example>", BOB, "Jürgen"),
    ("raw UTF-8 in the name", "From: Jürgen <bob@acme.example>".encode(), BOB, "Jürgen"),
    ("raw Latin-1 in the name", "From: Jürgen <bob@acme.example>".encode("latin-1"), BOB, "Jürgen"),
    ("raw UTF-8 in a quoted name", 'From: "Jürgen" <bob@acme.example>'.encode(), BOB, "Jürgen"),
    ("a comment after the address", b"From: bob@acme.example (Bob)", BOB, ""),
    ("nested comments", b"From: (a (b) c) Bob <bob@acme.example>", BOB, "Bob"),
    ("an address as quoted name", b'From: "bob@acme.example" <bob@acme.example>', BOB, BOB),
    ("another address as quoted name", b'From: "ceo@acme.example" <x@evil.example>', "x@evil.example", "ceo@acme.example"),
    ("its own address as encoded name", b"From: =?utf-8?q?bob=40acme.example?= <bob@acme.example>", BOB, BOB),
    ("a plus extension", b"From: bob+desk@acme.example", "bob+desk@acme.example", ""),
    ("signs of an atom", b"From: o'brien_x=y@acme.example", "o'brien_x=y@acme.example", ""),
    ("a subdomain", b"From: bob@mail.acme.example", "bob@mail.acme.example", ""),
    ("an internationalised domain in ASCII", b"From: bob@xn--mnchen-3ya.example", "bob@xn--mnchen-3ya.example", ""),
    ("a host without dots", b"From: root@localhost", "root@localhost", ""),
    ("an encoded name in quotes", b'From: "=?utf-8?q?Builder=2C_Bob?=" <bob@acme.example>', BOB, "Builder, Bob"),
    ("a field of 2,000 octets", b"From:" + b"x" * 1_981 + b" <bob@acme.example>", BOB, "x" * 200),
    ("a space after the angle", b"From: Bob <bob@acme.example> ", BOB, "Bob"),
    ("a tab after the address", b"From: bob@acme.example\t", BOB, ""),
    ("an escaped bracket in a comment", b"From: Bob <bob@acme.example> (a \\) b)", BOB, "Bob"),
    ("an escaped backslash in a comment", b"From: Bob <bob@acme.example> (a \\\\)", BOB, "Bob"),
    ("fullwidth letters in the name", "From: \uff22ob <bob@acme.example>".encode(), BOB, "\uff22ob"),
    ("a local part of 64 octets", b"From: " + b"a" * 64 + b"@acme.example", "a" * 64 + "@acme.example", ""),
    ("a label of 63 octets", b"From: bob@" + b"a" * 63 + b".example", "bob@" + "a" * 63 + ".example", ""),
    ("a domain of 253 octets", b"From: bob@" + b"a." * 123 + b"example", "bob@" + "a." * 123 + "example", ""),
    ("a long comment", b"From: bob@acme.example (" + b"x" * 1_000 + b")", BOB, ""),
    ("a very long name is cut", b"From: " + b"x" * 300 + b" <bob@acme.example>", BOB, "x" * 200),
    ("an empty quoted name", b'From: "" <bob@acme.example>', BOB, ""),
)  # fmt: skip

AMBIGUOUS: tuple[tuple[str, bytes], ...] = (
    ("text right behind the angle", b"From: <bob@acme.example>eve"),
    ("an address right behind the angle", b"From: <bob@acme.example>eve@evil.example"),
    ("a second closing angle", b"From: <bob@acme.example>>"),
    ("a long comment that does not end", b"From: bob@acme.example (" + b"x" * 1_000),
    ("a comment that ends in a backslash", b"From: bob@acme.example (x\\"),
    ("a comment closed only by an escaped bracket", b"From: bob@acme.example (x\\)"),
    ("an encoded name in quotes that hides an address", b'From: "=?utf-8?q?bob=40acme.example?=" <eve@evil.example>'),
    ("an encoded name in quotes that hides angles", b'From: "=?utf-8?q?Bob=22_=3Cb=3E?=" <eve@evil.example>'),
    ("a field of 2,001 octets", b"From:" + b"x" * 1_982 + b" <bob@acme.example>"),
    ("a fullwidth comma behind a letter that NFKC changes too", "From: \u00b5\uff0c Eve <eve@evil.example>".encode()),
    ("a fullwidth comma in the name", "From: Bob\uff0c Eve <eve@evil.example>".encode()),
    ("a fullwidth colon in an encoded name", b"From: =?utf-8?q?Bob=EF=BC=9A?= <eve@evil.example>"),
    ("a small semicolon in the name", "From: Bob\ufe54 <eve@evil.example>".encode()),
    ("an angle with a stroke in an encoded name", b"From: =?utf-8?q?Bob_=3C=CC=B8?= <eve@evil.example>"),
    ("a domain of 254 octets", b"From: bob@" + b"a." * 123 + b"example2"),
    ("Resent-From only", b"Resent-From: bob@acme.example"),
    ("a colon glued to a name", b"From: Bob:bob@acme.example"),
    ("a percent route", b"From: <@a.example,@b.example:bob@acme.example>"),
    ("a Greek letter in the domain", "From: bob@acm\u03b5.example".encode()),
    ("a right-to-left override in the address", "From: bob\u202e@acme.example".encode()),
    ("a full stop of another script", "From: bob@acme\u3002example".encode()),
    ("a quoted word before the at sign", b'From: "bob".b@acme.example'),
    ("no From field", b"X-From: bob@acme.example"),
    ("an empty From field", b"From:"),
    ("a name only", b"From: Bob Builder"),
    ("empty angle brackets", b"From: Bob <>"),
    ("two From fields", b"From: bob@acme.example\r\nFrom: eve@evil.example"),
    ("two equal From fields", b"From: bob@acme.example\r\nFrom: bob@acme.example"),
    ("a second From with a space before the colon", b"From: bob@acme.example\r\nFrom : eve@evil.example"),
    ("a second From after a bare CR", b"From: bob@acme.example\rFrom: eve@evil.example"),
    ("a second From hidden in the Subject by a bare CR", b"From: bob@acme.example\r\nSubject: x\rFrom: eve@evil.example"),
    ("a second From after a NUL", b"From: bob@acme.example\r\n\x00From: eve@evil.example"),
    ("a second From with a NUL inside", b"From: bob@acme.example\r\nFr\x00om: eve@evil.example"),
    ("a second From after a stray line", b"From: bob@acme.example\r\nstray line\r\nFrom: eve@evil.example"),
    ("a second From after two stray lines", b"From: bob@acme.example\r\nstray\r\nstray\r\nFrom: eve@evil.example"),
    ("a stray line below", b"From: bob@acme.example\r\n: eve@evil.example"),
    ("a list", b"From: bob@acme.example, eve@evil.example"),
    ("a list with names", b"From: Bob <bob@acme.example>, Eve <eve@evil.example>"),
    ("a list with an empty end", b"From: bob@acme.example,"),
    ("a semicolon list", b"From: bob@acme.example; eve@evil.example"),
    ("a group", b"From: Team: bob@acme.example;"),
    ("an empty group", b"From: undisclosed:;"),
    ("two angles", b"From: <bob@acme.example> <eve@evil.example>"),
    ("angles in angles", b"From: <<bob@acme.example>>"),
    ("an angle in an angle", b"From: <bob@acme.example<eve@evil.example>>"),
    ("an angle that does not close", b"From: Bob <bob@acme.example"),
    ("an angle that does not open", b"From: bob@acme.example>"),
    ("angles the wrong way round", b"From: >bob@acme.example<"),
    ("text after the angle", b"From: Bob <bob@acme.example> eve"),
    ("an address after the angle", b"From: <bob@acme.example> eve@evil.example"),
    ("a bare address before the angle", b"From: bob@acme.example <eve@evil.example>"),
    ("a comment with an address", b"From: (bob@acme.example) eve@evil.example"),
    ("a comment with an encoded address", b"From: eve@evil.example (=?utf-8?q?bob=40acme.example?=)"),
    ("a comment that does not end", b"From: bob@acme.example (Bob"),
    ("a comment inside the address", b"From: bob(x)@acme.example"),
    ("a closing bracket alone", b"From: bob@acme.example)"),
    ("an address after a fold in a quoted name", b'From: "Bob\r\n <bob@acme.example>" <eve@evil.example>'),
    ("a bare address after a fold in a quoted name", b'From: "Bob\r\n bob@acme.example" <eve@evil.example>'),
    ("an address before a fold in a quoted name", b'From: "bob@acme.example\r\n Bob" <eve@evil.example>'),
    ("a fold in a comment that holds an address", b"From: (Bob\r\n bob@acme.example) <eve@evil.example>"),
    ("a quoted string that does not end", b'From: "Bob <bob@acme.example>'),
    ("a quoted local part", b'From: "a b"@acme.example'),
    ("a quoted local part that needs no quotes", b'From: "bob"@acme.example'),
    ("an address in a quoted local part", b'From: "bob@acme.example"@evil.example'),
    ("an address in a quoted local part, in angles", b'From: <"bob@acme.example> "@evil.example>'),
    ("a source route", b"From: <@relay.example:bob@acme.example>"),
    ("two at signs", b"From: bob@acme.example@evil.example"),
    ("no local part", b"From: @acme.example"),
    ("no domain", b"From: bob@"),
    ("spaces round the at sign", b"From: bob @ acme.example"),
    ("a space in the domain", b"From: bob@acme. example"),
    ("a fold in the address", b"From: bob@acme\r\n .example"),
    ("two dots", b"From: bob..b@acme.example"),
    ("a dot first", b"From: .bob@acme.example"),
    ("a dot last", b"From: bob@acme.example."),
    ("a domain literal", b"From: bob@[192.0.2.1]"),
    ("an underscore in the domain", b"From: bob@ac_me.example"),
    ("a label that ends in a hyphen", b"From: bob@acme-.example"),
    ("an encoded word as local part", b"From: =?utf-8?q?bob?=@acme.example"),
    ("an encoded word as the whole address", b"From: =?utf-8?q?bob=40acme.example?="),
    ("an encoded word in angles", b"From: <=?utf-8?q?bob=40acme.example?=>"),
    ("an encoded name that hides another address", b"From: =?utf-8?q?bob=40acme.example?= <eve@evil.example>"),
    ("an encoded name that hides an address later in the alphabet", b"From: =?utf-8?q?zoe=40acme.example?= <eve@evil.example>"),
    ("an encoded name that hides an angle address", b"From: =?utf-8?q?Bob_=3Cbob=40acme.example=3E?= <eve@evil.example>"),
    ("an encoded name with a line break", b"From: =?utf-8?q?Bob=0AFrom:_x?= <eve@evil.example>"),
    ("an encoded name with a NUL", b"From: =?utf-8?q?Bob=00?= <eve@evil.example>"),
    ("Cyrillic letters in the address", "From: bоb@acme.example".encode()),
    ("Cyrillic letters in the domain", "From: bob@асme.example".encode()),
    ("an internationalised domain in Unicode", "From: bob@münchen.example".encode()),
    ("an internationalised local part", "From: jürgen@acme.example".encode()),
    ("fullwidth letters in the domain", "From: bob@ａcme.example".encode()),
    ("a fullwidth at sign", "From: bob＠acme.example".encode()),
    ("a fullwidth at sign in the name", "From: bob＠acme.example <eve@evil.example>".encode()),
    ("fullwidth angles in the name", "From: Bob＜bob＠acme.example＞ <eve@evil.example>".encode()),
    ("a small at sign in an encoded name", b"From: =?utf-8?q?bob=EF=B9=ABacme.example?= <eve@evil.example>"),
    ("a zero-width space in the address", "From: bob\u200b@acme.example".encode()),
    ("a soft hyphen in the domain", "From: bob@ac\u00adme.example".encode()),
    ("8-bit octets in the address", b"From: b\xf6b@acme.example"),
    ("a NUL in the address", b"From: bob\x00@acme.example"),
    ("a NUL at the end", b"From: bob@acme.example\x00"),
    ("an escape in the name", b"From: Bob\x1b[2J <bob@acme.example>"),
    ("a delete in the name", b"From: Bob\x7f <bob@acme.example>"),
    ("a bare CR in the name", b"From: Bob\r <bob@acme.example>"),
    ("a vertical tab", b"From: bob@acme.example\x0b"),
    ("a comma in a bare name", b"From: Builder, Bob <bob@acme.example>"),
    ("a colon in a bare name", b"From: Re: Bob <bob@acme.example>"),
    ("a backslash outside quotes", b"From: Bob\\ <bob@acme.example>"),
    ("square brackets", b"From: Bob [bob@acme.example]"),
    ("a mailto", b"From: <mailto:bob@acme.example>"),
    ("a local part of 65 octets", b"From: " + b"a" * 65 + b"@acme.example"),
    ("a label of 64 octets", b"From: bob@" + b"a" * 64 + b".example"),
    ("a domain of more than 253 octets", b"From: bob@" + b"a." * 130 + b"example"),
    ("a very long field", b"From: " + b"a " * 2_000 + b"<bob@acme.example>"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "address", "name"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_s2_1_one_plain_mailbox_is_read(line: bytes, address: str, name: str) -> None:
    """S2.1: a From field that holds plainly one mailbox names it, lower-cased; the name is a decoded label."""
    assert originator_of(line) == Originator(address=address, name=name)


@pytest.mark.parametrize("line", [row[1] for row in AMBIGUOUS], ids=[row[0] for row in AMBIGUOUS])
def test_s2_1_anything_else_is_ambiguous(line: bytes) -> None:
    """S2.1: what two parsers could read in two ways names nobody, and says why in one line."""
    found = originator_of(line)

    assert (found.address, found.name) == ("", "")
    assert found.ambiguous
    assert "\n" not in found.ambiguous


def test_s2_1_a_header_over_a_limit_is_ambiguous() -> None:
    """S2.1, S4.1: a second From may stand beyond what is read of a header that is too long."""
    filler = b"X-Filler: " + b"x" * 900 + b"\r\n"

    found = originator_of(b"From: bob@acme.example\r\n" + filler * 400 + b"From: eve@evil.example")

    assert not found.address


def test_s2_1_other_fields_name_nobody() -> None:
    """S2.1: Reply-To, Sender, Resent-From and X-From never name a person."""
    found = originator_of(
        b"Sender: bob@acme.example\r\nReply-To: bob@acme.example\r\nResent-From: bob@acme.example\r\nX-From: bob@acme.example"
    )

    assert not found.address


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_s2_1_any_octets_give_one_strict_address_or_a_reason(octets: bytes) -> None:
    """S2.1: for any octets the answer is one ASCII addr-spec or a reason, never both, never an exception."""
    found = originator_of(b"From: " + octets)

    assert bool(found.address) != bool(found.ambiguous)
    assert found.address.isascii()
    assert found.address == found.address.lower()
    assert found.address.count("@") == (1 if found.address else 0)
    assert not set(found.address) & set(' \t\r\n\x00<>()",;:\\')


@given(
    st.text(alphabet='abcAB <>@",;:()\\\r\n\t=?.\x00é＠', max_size=60),
    st.sampled_from(["eve@evil.example", "<eve@evil.example>"]),
)
@settings(max_examples=500, deadline=None)
def test_s2_1_no_prefix_makes_somebody_else_the_writer(prefix: str, address: str) -> None:
    """S2.1: whatever stands before an address, the writer is that very address or nobody."""
    found = originator_of(f"From: {prefix}".encode() + b" " + address.encode())

    assert found.address == "" or found.address.endswith("eve@evil.example")
