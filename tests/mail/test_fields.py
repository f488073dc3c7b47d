# ruff: noqa: E501
"""Header fields: encoded words, parameters, address lists, charsets, clean text and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.ingest.addresses import read_addresses
from daemon.ingest.attachments import clean_name
from daemon.ingest.charset import to_text
from daemon.ingest.header import split_message
from daemon.ingest.parameters import read_parameters
from daemon.ingest.words import decode_words, from_base64
from daemon.model.text import clean_line, clean_text

WORDS: tuple[tuple[bytes, str], ...] = (
    (b"plain text", "plain text"),
    (b"=?utf-8?Q?caf=C3=A9?=", "café"),
    (b"=?UTF-8?B?Y2Fmw6k=?=", "café"),
    (b"=?utf-8?b?Y2Fmw6k?=", "café"),
    (b"=?iso-8859-1?q?caf=E9?= =?utf-8?q?_ol=C3=A9?=", "café olé"),
    (b"=?utf-8*fr?q?caf=C3=A9?=", "café"),
    (b"a =?utf-8?q?b?= c", "a b c"),
    (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
    (b"=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
    (b"=?utf-8?q?a b?=", "a b"),
    (b"=?us-ascii?q?caf=E9?=", "café"),
    (b"=?made-up?q?caf=C3=A9?=", "café"),
    (b"=?gb2312?b?tee7sA==?=", "电话"),
    (b"=?iso-2022-jp?b?GyRCRUVPQxsoQg==?=", "電話"),
    (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
    (b"=?utf-8?q?unended", "=?utf-8?q?unended"),
    ("café".encode(), "café"),
    ("café".encode("cp1252"), "café"),
    (b"=?utf-8?q?a=00=0D=0Ab?=", "a b"),
)  # fmt: skip


@pytest.mark.parametrize(("octets", "text"), WORDS)
def test_s4_3_encoded_words_are_decoded(octets: bytes, text: str) -> None:
    """RFC 2047, S4.3: encoded words and raw 8-bit text become one clean line."""
    assert decode_words(octets) == text


PARAMETERS: tuple[tuple[bytes, str], ...] = (
    (b"x/y; name=a.txt", "a.txt"),
    (b'x/y; name="a b.txt"', "a b.txt"),
    (b'x/y; name="a;b.txt"; other=x', "a;b.txt"),
    (b'x/y; name="a\\"b.txt"', 'a"b.txt'),
    (b"x/y; name=a b.txt", "a b.txt"),
    (b"x/y; NAME = a.txt", "a.txt"),
    (b"x/y;; ;name=a.txt", "a.txt"),
    (b"x/y; name*=utf-8''caf%C3%A9.txt", "café.txt"),
    (b"x/y; name*=iso-8859-1'fr'caf%E9.txt", "café.txt"),
    (b"x/y; name*0=long; name*1=name.txt", "longname.txt"),
    (b"x/y; name*1=name.txt; name*0=long", "longname.txt"),
    (b"x/y; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.txt", "café.txt"),
    (b"x/y; name=old.txt; name*=utf-8''new.txt", "new.txt"),
    (b'x/y; name="=?utf-8?q?caf=C3=A9.txt?="', "café.txt"),
    ('x/y; name="café.txt"'.encode(), "café.txt"),
    (b"x/y; name='a.txt'", "a.txt"),
    (b'x/y; name="unended', "unended"),
    (b"x/y; name", ""),
    (b"x/y", ""),
)  # fmt: skip


@pytest.mark.parametrize(("octets", "name"), PARAMETERS)
def test_s4_4_parameters_are_read(octets: bytes, name: str) -> None:
    """RFC 2045, RFC 2231: quoted, continued, encoded, and the ways in which mailers do it wrong."""
    found = read_parameters(octets)

    assert found.value == "x/y"
    assert found.parameters.get("name", "") == name


LISTS: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("a@x.example", [("a@x.example", "")]),
    ("A <A@X.example>, b@x.example", [("a@x.example", "A"), ("b@x.example", "")]),
    ('"Doe, J" <j@x.example>', [("j@x.example", "Doe, J")]),
    ("=?utf-8?q?J=C3=BC?= <j@x.example>", [("j@x.example", "Jü")]),
    ("a@x.example, a@x.example", [("a@x.example", "")]),
    ("undisclosed-recipients:;", []),
    ("no address here", []),
)  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), LISTS)
def test_address_lists_are_read_for_display(value: str, expected: list[tuple[str, str]]) -> None:
    """To and Cc: each mailbox once, lower-cased, with its decoded name."""
    header, _ = split_message(f"To: {value}\r\n\r\n".encode())

    assert [(found.address, found.name) for found in read_addresses(header, "to")] == expected


def test_fields_that_come_twice_are_read_together() -> None:
    """Two Cc fields are against the standard and happen: nobody in them is lost."""
    header, _ = split_message(b"Cc: a@x.example\r\nCc: b@x.example\r\n\r\n")

    assert [found.address for found in read_addresses(header, "cc")] == ["a@x.example", "b@x.example"]


@given(st.binary(max_size=200), st.text(max_size=20))
def test_s4_3_decoding_never_fails(octets: bytes, label: str) -> None:
    """S4.3: any octets under any label give text."""
    assert isinstance(to_text(octets, label), str)


@given(st.text())
def test_clean_text_is_clean(text: str) -> None:
    """Architecture 5: no NUL, no lone surrogate, no control character but tab and newline; cleaning twice changes nothing."""
    clean = clean_text(text)

    assert clean_text(clean) == clean
    assert not [
        s for s in clean if (ord(s) < 32 and s not in "\t\n") or 0x7F <= ord(s) < 0xA0 or 0xD800 <= ord(s) < 0xE000
    ]


def test_clean_text_keeps_what_people_write() -> None:
    """Architecture 5: letters, tabs, emoji and line ends stay."""
    assert clean_text("a\tb\r\nc\rd\u2028é 🎉\x00\ud800\x1b[1m") == "a\tb\nc\nd\né 🎉[1m"
    assert clean_line(" a\r\n b\t\u202ec ", longest=10) == "a b c"
    assert clean_line("abcdef", longest=3) == "abc"


NAMES = (
    ("report.pdf", "report.pdf"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\x\\a.txt", "a.txt"),
    ("/a/b/", "b"),
    ("..", ""),
    ("", ""),
    ("a\x00b\r\nc.txt", "ab c.txt"),
    ("x\u202etxt.exe", "xtxt.exe"),
    ('a<b>:"|?*.txt', "a_b______.txt"),
    ("n" * 300 + ".pdf", "n" * 251 + ".pdf"),
)


@pytest.mark.parametrize(("given_name", "name"), NAMES)
def test_s4_4_names_are_labels(given_name: str, name: str) -> None:
    """S4.4, S4.1: no folders, no control characters, at most 255 characters, the ending kept."""
    assert clean_name(given_name) == name


BASE64 = (
    (b"QUJD", b"ABC"),
    (b"QUI=", b"AB"),
    (b"QUI", b"AB"),
    (b"QQ==QQ==", b"AA"),
    (b"Q U\nJ!D", b"ABC"),
    (b"Q", b""),
    (b"", b""),
)


@pytest.mark.parametrize(("octets", "decoded"), BASE64)
def test_s4_3_broken_base64_is_decoded_as_far_as_it_goes(octets: bytes, decoded: bytes) -> None:
    """S4.3: missing padding, padding in the middle, foreign signs."""
    assert from_base64(octets) == decoded
