# ruff: noqa: E501 -- a table, one row a line
"""Charsets that are unknown, that lie, that change state, and that no mail should be read in (S4.3)."""

from functools import partial

from tests.mail.hostile.message import LONG_TEXT, Hostile, one_part


def text(charset: bytes, octets: bytes) -> bytes:
    """Return a text that is said to be in a charset."""
    return one_part(b"text/plain; charset=" + charset, octets, encoding=b"binary")


def called(label: bytes, number: int) -> bytes:
    """Return plain octets under a label; in UTF-7 and others they would say something else."""
    return text(label, (PLAIN + b" ") * number)


PLAIN = b"hello +AGEAZQBsAGw- uryyb"
ASCII_HELLO = (b"", b"us-ascii", b"utf-8", b"x-none", b"utf-7", b"punycode", b"idna", b"rot13", b"zlib", b"base64", b"hex", b"unicode_escape", b"raw_unicode_escape", b"mbcs", b"undefined", b"none", b"../../etc/passwd", b"\xff", b"utf-8\0")  # fmt: skip
"""Labels under which plain ASCII octets must say what everybody else sees in them."""

CASES: tuple[Hostile, ...] = (
    *(Hostile(f"plain octets called {label!r}", partial(called, label), 2_000, text=PLAIN.decode()) for label in ASCII_HELLO),
    Hostile("UTF-7", lambda n: text(b"utf-7", b"hello" + b"+AAA-" * n), 40_000),
    Hostile("punycode", lambda n: text(b"punycode", b"hello " + b"a-" * n), 100_000),
    Hostile("UTF-16 without its mark", lambda n: text(b"utf-16", "hello ".encode("utf-16-le") * n), 10_000),
    Hostile("UTF-16 the other way round", lambda n: text(b"utf-16-le", b"\0h\0i" * n), 20_000, text=""),
    Hostile("UTF-16 of odd length", lambda n: text(b"utf-16", "hello".encode("utf-16") + b"\0" * (2 * n + 1)), 10_000),
    Hostile("UTF-16 of halves of pairs", lambda n: text(b"utf-16-le", b"\x00\xd8" * n), 20_000, text=""),
    Hostile("UTF-16 of byte-order marks", lambda n: text(b"utf-16", b"\xff\xfe" * n + "hello".encode("utf-16-le")), 20_000),
    Hostile("ASCII called UTF-16", lambda n: text(b"utf-16", b"hello " * n), 20_000, text=""),
    Hostile("UTF-32 past its range", lambda n: text(b"utf-32", b"\xff\xff\xff\x7f" * n), 20_000, text=""),
    Hostile("UTF-8 of too many octets", lambda n: text(b"utf-8", b"hello" + b"\xf8\x88\x80\x80\x80\xc0\xaf" * n), 20_000),
    Hostile("UTF-8 cut in every letter", lambda n: text(b"utf-8", b"hello" + b"\xe2\x82 " * n), 50_000),
    Hostile("UTF-8 of halves of pairs", lambda n: text(b"utf-8", b"hello" + b"\xed\xa0\x80" * n), 50_000),
    Hostile("UTF-8 of byte-order marks", lambda n: text(b"utf-8", b"\xef\xbb\xbf" * n + b"hello"), 50_000),
    Hostile("UTF-8 called ASCII", lambda n: text(b"us-ascii", "hello é ".encode() * n), 20_000, text="hello é"),
    Hostile("gb18030 called UTF-8", lambda n: text(b"utf-8", "hello 电话坏了 ".encode("gb18030") * n), 10_000),
    Hostile("nothing said, nothing known", lambda n: text(b"", b"hello \x81\x8d\x8f\x90\x9d" * n), 20_000),
    Hostile("every octet", lambda n: text(b"x-none", b"hello " + bytes(range(256)) * n), 900),
    Hostile("shift states of iso-2022-jp", lambda n: text(b"iso-2022-jp", b"hello" + b"\x1b$B\x1b(B" * n), 30_000),
    Hostile("iso-2022-jp that never shifts back", lambda n: text(b"iso-2022-jp", b"hello\x1b$B" + b"!!" * n), 50_000),
    Hostile("escapes of iso-2022 with no charset", lambda n: text(b"", b"hello" + b"\x1b$B" * n + b"\xff"), 50_000),
    Hostile("shift states of iso-2022-kr", lambda n: text(b"iso-2022-kr", b"\x1b$)Chello" + b"\x0e\x0f" * n), 50_000),
    Hostile("shift states of hz", lambda n: text(b"hz", b"hello" + b"~{~}" * n), 40_000),
    Hostile("hz that never shifts back", lambda n: text(b"hz", b"hello~{" + b"!!" * n), 40_000),
    Hostile("text of 300 kB", lambda n: text(b"utf-8", b"hello " * n), 60_000, (LONG_TEXT,)),
    Hostile("Chinese text of 600 kB", lambda n: text(b"gb18030", b"hello " + "电".encode("gb18030") * n), 300_000, (LONG_TEXT,)),
    Hostile("one line of 200 kB", lambda n: text(b"utf-8", b"hello" + b"x" * n), 200_000),
    Hostile("one line of 200 kB without a space, in letters of four octets", lambda n: text(b"utf-8", b"hello" + "\U0001f4de".encode() * n), 50_000),
    Hostile("letters that are put on each other", lambda n: text(b"utf-8", b"hello" + "\u0301".encode() * n), 90_000),
    Hostile("signs without width", lambda n: text(b"utf-8", b"hello" + "\u200b\u2060\u00ad".encode() * n), 30_000),
    Hostile("writing turned round", lambda n: text(b"utf-8", "hello \u202e\u2066\u2067".encode() * n), 15_000),
)  # fmt: skip
