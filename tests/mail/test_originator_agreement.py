"""S2.1: whatever From field we accept, every reader that a person or a server may use shows the same address for it."""

import email
import email.policy
import time
from collections.abc import Callable
from email.utils import getaddresses

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.ingest.header import split_message
from daemon.ingest.originator import read_originator
from daemon.model.mail import Originator

ADDRESSES = ("bob@acme.example", "eve@evil.example", "Bob.B@ACME.example", "o'b+x=y@a.b-c.example", "root@localhost")
HIDDEN = (
    '"=?utf-8?q?bob=40acme.example?="',
    '"=?utf-8?q?=22_=3Cbob=40acme.example=3E?="',
    "=?utf-8?q?bob=40acme.example?=",
    "=?utf-8?b?Ym9iQGFjbWUuZXhhbXBsZQ==?=",
    "=?utf-8?q?=3Ceve=40evil.example=3E?=",
)
WORDS = (
    "Bob",
    "Builder,",
    '"Builder, Bob"',
    '"bob@acme.example"',
    '"B \\"q\\" B"',
    '"a\\\\"',
    "J\u00fcrgen",
    "\uff22ob",
)
ENCODED = (
    "=?utf-8?q?J=C3=BCrgen?=",
    "=?utf-8?b?SsO8cmdlbg==?=",
    "=?x?q?=22?=",
    "=?utf-8?q?a=2Cb?=",
    "=?utf-8?q?",
    "?=",
)
SIGNS = (*'<>@,:;()"[]\\.', " ", "\t", "\r\n ", "\n\t", "\uff20", "(x)", "(a (b) c)", "<>", "\u200b", "=?=")
PIECES = st.sampled_from((*ADDRESSES, *HIDDEN, *WORDS, *ENCODED, *SIGNS))
ANGLES = st.sampled_from(ADDRESSES).map(lambda address: f"<{address}>")
FIELDS = st.one_of(
    st.lists(PIECES, max_size=8).map("".join),
    st.tuples(st.lists(PIECES, max_size=4).map(" ".join), ANGLES).map(" ".join),
    st.tuples(st.lists(PIECES, max_size=4).map("".join), ANGLES, st.sampled_from(("", " ", "(x)", " (Bob)"))).map(
        "".join
    ),
    st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(("", " (Bob)", "\t"))).map("".join),
)


def letter(field: str) -> bytes:
    return b"From: " + field.encode("utf-8", "replace") + b"\r\nTo: support@desk.example\r\nSubject: x\r\n\r\nbody\r\n"


def originator_of(raw: bytes) -> Originator:
    return read_originator(split_message(raw)[0])


def old_library(raw: bytes) -> list[str]:
    return [address for _, address in getaddresses([str(email.message_from_bytes(raw)["From"])])]


def new_library(raw: bytes) -> list[str]:
    field = email.message_from_bytes(raw, policy=email.policy.default)["From"]
    return [address.addr_spec for address in field.addresses]


def mail_parser(raw: bytes) -> list[str]:
    return [address for _, address in mailparser.parse_from_bytes(raw).from_]


def shown_by(reader: Callable[[bytes], list[str]], raw: bytes) -> set[str]:
    """Return the addresses that a reader shows; one that fails, as the new library does on `Bob.<a@b>`, shows none."""
    try:
        found = reader(raw)
    except (AttributeError, TypeError, IndexError, ValueError):
        return set()
    return {address.lower() for address in found if "@" in address}


@given(FIELDS)
@settings(max_examples=600, deadline=None)
def test_s2_1_what_is_accepted_is_read_alike_everywhere(field: str) -> None:
    """S2.1: a From field that two parsers read in two ways is refused; of an accepted one nobody shows another address.

    mail-parser shows the very address; the standard library's own readers lose it behind some folds and dots.
    """
    raw = letter(field)
    found = originator_of(raw)
    if not found.address:
        return
    for reader in (old_library, new_library, mail_parser):
        assert shown_by(reader, raw) <= {found.address}
    assert shown_by(mail_parser, raw) == {found.address}


FLOODS = (
    "(",
    ")",
    '"',
    "\\",
    '"\\',
    "<",
    "<>",
    "=?",
    "=?utf-8?q?=40?=",
    "a@",
    "@",
    ".",
    ",",
    "\r\n ",
    "\u00e9",
    "\uff20",
    "a.",
)


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize(
    "place", ["From: {}", "From: {} <bob@acme.example>", "From: bob@acme.example\r\nX: {}", "\x80{}\r\nFrom: a@b"]
)
def test_s4_2_a_from_field_costs_what_its_length_costs(flood: str, place: str) -> None:
    """S2.1, S4.2: 200 kB of any sign, in the From field or beside it, are read in a blink."""
    raw = place.format(flood * (200_000 // len(flood))).encode("utf-8", "replace") + b"\r\n\r\n"
    began = time.perf_counter()

    originator_of(raw)

    assert time.perf_counter() - began < 0.5
