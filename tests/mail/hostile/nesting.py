# ruff: noqa: E501 -- a table, one row a line
"""Parts within parts, parts beside parts, and mails within mails."""

from tests.mail.hostile.message import DEEP, LONG_TEXT, MANY_PARTS, Hostile, mail, mixed

KINDS = (
    b"mixed",
    b"alternative",
    b"related",
    b"signed",
    b"digest",
    b"report",
    b"appledouble",
    b"form-data",
    b"x-unknown",
)
MIXED = b"Content-Type: multipart/mixed; boundary=b"


def deep(depth: int, *, kind: bytes = b"mixed", name: bytes = b"b%d", ends: bool = False) -> bytes:
    """Return multiparts that hold each other, "hello" in the innermost."""
    begins = b"".join(
        b"Content-Type: multipart/" + kind + b"; boundary=" + _name(name, n) + b"\r\n\r\n--" + _name(name, n) + b"\r\n"
        for n in range(depth)
    )
    closes = b"".join(b"\r\n--" + _name(name, n) + b"--\r\n" for n in reversed(range(depth))) if ends else b""
    whole = begins + b"Content-Type: text/plain\r\n\r\nhello" + closes
    head, _, rest = whole.partition(b"\r\n\r\n")
    return mail(head, body=rest)


def _name(name: bytes, number: int) -> bytes:
    return name % number if b"%" in name else name


def alternating(depth: int) -> bytes:
    """Return multiparts of every kind, each within another."""
    lines = [
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (KINDS[n % len(KINDS)], n, n)
        for n in range(depth)
    ]
    head, _, rest = (b"".join(lines) + b"\r\nhello").partition(b"\r\n\r\n")
    return mail(head, body=rest)


def prefixed(depth: int) -> bytes:
    """Return multiparts whose boundaries each begin with the one before."""
    return deep(min(depth, 60), name=b"x" * 3 + b"%d")


def parts(number: int, part: bytes = b"\r\nx", *, kind: bytes = MIXED) -> bytes:
    """Return a multipart of many parts, the first of which says "hello"."""
    return mail(kind, body=b"--b\r\n\r\nhello\r\n" + (b"--b\r\n" + part + b"\r\n") * number + b"--b--")


def mails(depth: int) -> bytes:
    """Return mails attached to each other, one in the other."""
    return mixed(b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n" * depth + b"\r\ndeep")


def mails_in_parts(depth: int) -> bytes:
    """Return mails attached in multiparts attached in mails."""
    levels = [
        b"Content-Type: message/rfc822\r\n\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=r%d\r\n\r\n--r%d\r\n"
        % (n, n)
        for n in range(depth)
    ]
    return mixed(b"".join(levels) + b"\r\ndeep")


CASES: tuple[Hostile, ...] = (
    Hostile("parts 49 deep", lambda n: deep(min(n, 49), ends=True), 49),
    Hostile("parts deeper than 50", deep, 2_000, (DEEP,), text=""),
    Hostile("parts deeper than 50, each with its end", lambda n: deep(n, ends=True), 2_000, (DEEP,), text=""),
    Hostile("parts of one boundary in each other", lambda n: deep(n, name=b"same"), 500, text=""),
    Hostile("alternatives in alternatives", lambda n: deep(n, kind=b"alternative"), 500, (DEEP,), text=""),
    Hostile("digests in digests", lambda n: deep(n, kind=b"digest"), 500, (DEEP,), text=""),
    Hostile("every kind of multipart in each other", alternating, 500, (DEEP,), text=""),
    Hostile("boundaries that begin with each other", prefixed, 60, (DEEP,), text=""),
    Hostile("1,001 parts", parts, 1_100, (MANY_PARTS,)),
    Hostile("20,000 parts without anything", lambda n: parts(n, b""), 20_000, (MANY_PARTS,)),
    Hostile("many parts with no end", lambda n: mail(MIXED, body=b"--b\r\n\r\nhello\r\n" + b"--b\r\n" * n), 20_000, (MANY_PARTS,)),
    Hostile("many alternatives", lambda n: parts(n, kind=MIXED.replace(b"mixed", b"alternative")), 3_000, (MANY_PARTS,)),
    Hostile("many HTML parts", lambda n: parts(n, b"Content-Type: text/html\r\n\r\n<p>x"), 3_000, (MANY_PARTS,)),
    Hostile("many texts, too long together", lambda n: parts(n, b"\r\n" + b"word " * 80), 900, (LONG_TEXT,)),
    Hostile("many empty attached mails", lambda n: parts(n, b"Content-Type: message/rfc822\r\n"), 900),
    Hostile("many attached mails of one line", lambda n: parts(n, b"Content-Type: message/rfc822\r\n\r\nSubject: y"), 900),
    Hostile("many attachments of one name", lambda n: parts(n, b'Content-Disposition: attachment; filename="a.txt"\r\n\r\nx'), 900),
    Hostile("a digest of many mails", lambda n: parts(n, b"\r\nSubject: y\r\n\r\nz", kind=MIXED.replace(b"mixed", b"digest")), 900, text=""),
    Hostile("mails in mails", mails, 3_000),
    Hostile("mails in parts in mails", mails_in_parts, 2_000),
    Hostile("a boundary of 10,000 octets", lambda n: mail(b'Content-Type: multipart/mixed; boundary="' + b"b" * n + b'"', body=b"--" + b"b" * n + b"\r\n\r\nhello"), 10_000),
    Hostile("an empty boundary", lambda n: mail(b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n\r\nhello\r\n" * n), 5_000),
    Hostile("a boundary of white space", lambda n: mail(b'Content-Type: multipart/mixed; boundary="   "', body=b"--   \r\n\r\nhello\r\n" * n), 5_000),
    Hostile("no boundary", lambda n: mail(b"Content-Type: multipart/mixed", body=b"--b\r\n\r\nhello\r\n" * n), 5_000),
    Hostile("a boundary of signs of expressions", lambda n: mail(b'Content-Type: multipart/mixed; boundary="(a+)+$.*[^"', body=b"--(a+)+$.*[^\r\n\r\nhello\r\n--" + b"a" * n), 100_000),
    Hostile("a boundary that never comes", lambda n: mail(MIXED + b"never", body=b"hello\r\n" + b"--b\r\n" * n), 20_000),
    Hostile("delimiters that go on", lambda n: mail(MIXED, body=b"--b\r\n\r\nhello\r\n" + b"--bb\r\n--b x\r\n" * n), 10_000),
    Hostile("delimiters in the middle of lines", lambda n: mail(MIXED, body=b"--b\r\n\r\nhello\r\n" + b"x--b" * n), 50_000),
    Hostile("delimiters with endless padding", lambda n: mail(MIXED, body=b"--b\r\n\r\nhello\r\n" + b"--b" + b" " * n), 100_000),
    Hostile("last delimiters that are a part's own", lambda n: mail(MIXED, body=b"--b\nContent-Type: multipart/mixed; boundary=b--\n\n" + b"--b--\n" * n), 50_000, (MANY_PARTS,), text=""),
    Hostile("a long preamble", lambda n: mail(MIXED, body=b"before\r\n" * n + b"--b\r\n\r\nhello\r\n--b--"), 50_000),
    Hostile("a long epilogue", lambda n: mail(MIXED, body=b"--b\r\n\r\nhello\r\n--b--\r\n" + b"after\r\n" * n), 50_000),
    Hostile("a piece of a message", lambda n: mail(b'Content-Type: message/partial; id="x"; number=1; total=%d' % n, body=b"Subject: inner\r\n\r\nhello"), 99_999, text=""),
    Hostile("a body that lies elsewhere", lambda n: mixed(b'Content-Type: message/external-body; access-type=URL; URL="http://192.0.2.1/' + b"x" * n + b'"\r\n\r\nContent-Type: text/plain\r\n'), 2_000),
)  # fmt: skip
