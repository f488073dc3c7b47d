"""Paths of MAIL FROM and RCPT TO: total, strict about what an address is, and quick on any input."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.ingest.smtp_path import NULL_PATH, read_path


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ("<>", (NULL_PATH, "")),
        ("<> SIZE=1 BODY=8BITMIME", (NULL_PATH, "SIZE=1 BODY=8BITMIME")),
        ("<a@b.example>", ("a@b.example", "")),
        ("a@b.example SIZE=1", ("a@b.example", "SIZE=1")),
        ("<@one.example,@two.example:a@b.example>", ("a@b.example", "")),
        ("<a_b+c=d.e@b_c-d.example>", ("a_b+c=d.e@b_c-d.example", "")),
        ("<a@[IPv6:2001:db8::1]>", ("a@[IPv6:2001:db8::1]", "")),
        ("<\u00fc@\u00f6.example>", ("\u00fc@\u00f6.example", "")),
        (r'<"a\"b"@b.example>', (r'"a\"b"@b.example', "")),
        ("", None),
        ("<a@b@c.example>", None),
        ("<a@b.example,c@d.example>", None),
        ("<a@b.e!example>", None),
        ("<a@b.example>SIZE=1", None),
        ('<"a\nb"@b.example>', None),
        ("<a@b.example\r\nRCPT TO:<x@y.example>", None),
    ],
)
def test_paths(argument: str, path: tuple[str, str] | None) -> None:
    """RFC 5321 4.1.2: an address and the parameters after it, or nothing."""
    assert read_path(argument) == path


@given(st.text(max_size=300))
def test_any_text_gives_an_answer(text: str) -> None:
    """Whatever comes, there is an answer, and an address never holds white space or control characters unquoted."""
    found = read_path(f"<{text}>")
    if found and '"' not in found[0]:
        assert not any(character.isspace() or character < " " for character in found[0])


@pytest.mark.parametrize(
    "text", ["a" * 1_000, '"' * 1_000, "a@" + "b" * 1_000 + "!", "@a" * 500 + ":", '"' + "\\a" * 500]
)
def test_s4_2_hostile_text_is_answered_at_once(text: str) -> None:
    """S4.2: no pattern backtracks for long."""
    began = time.perf_counter()
    for end in (">", "!", ""):
        read_path(f"<{text}{end}")
    assert time.perf_counter() - began < 0.2
