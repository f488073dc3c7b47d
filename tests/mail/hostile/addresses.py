# ruff: noqa: E501 -- a table, one row a line
"""Address fields of thousands, in comments, groups and quotes; senders of two meanings (S2.1)."""

from tests.mail.hostile.message import LONG_FIELD, LONG_HEADER, SENDER, Build, Hostile, mail

AMBIGUOUS = "quarantined"


def copied_to(piece: bytes) -> Build:
    """Return a request with a Cc of many pieces."""
    return lambda n: mail(b"Cc: " + piece * n)


def from_(sender: bytes) -> Build:
    """Return a request from this sender."""
    return lambda n: mail().replace(b"From: " + SENDER, b"From: " + sender % (b"x" * n))


CASES: tuple[Hostile, ...] = (
    Hostile("3,000 copies", lambda n: mail(b"Cc: " + b", ".join(b"u%d@b.example" % i for i in range(n))), 3_000),
    Hostile("10,000 copies", lambda n: mail(b"Cc: " + b", ".join(b"u%d@b.example" % i for i in range(n))), 10_000, (LONG_FIELD,)),
    Hostile("10,000 copies in fields of their own", lambda n: mail(b"".join(b"Cc: u%d@b.example\r\n" % i for i in range(min(n, 900)))), 900),
    Hostile("100,000 commas", copied_to(b","), 60_000),
    Hostile("names without address", copied_to(b'"a b", '), 9_000),
    Hostile("brackets that open", copied_to(b"("), 60_000),
    Hostile("brackets in brackets", lambda n: mail(b"Cc: " + b"(" * n + b"a" + b")" * n + b" a@b.example"), 30_000),
    Hostile("comments between everything", copied_to(b"(x)a(y)@(z)b.example(w), "), 2_500),
    Hostile("groups", copied_to(b"g: a@b.example, c@d.example; "), 2_000),
    Hostile("groups in groups", copied_to(b"g: "), 20_000),
    Hostile("groups without members", copied_to(b"g:; "), 15_000),
    Hostile("routes", copied_to(b"<@a,@b,@c:d@e.example>, "), 2_500),
    Hostile("angles that open", copied_to(b"<"), 60_000),
    Hostile("quotes that open", copied_to(b'"'), 60_000),
    Hostile("escapes", copied_to(b'"\\'), 30_000),
    Hostile("at signs", copied_to(b"a@"), 30_000),
    Hostile("dots", copied_to(b"."), 60_000),
    Hostile("domain literals", copied_to(b"a@[192.0.2.1], "), 4_000),
    Hostile("white space", copied_to(b" \t"), 30_000),
    Hostile("an address of 60,000 letters", lambda n: mail(b"Cc: " + b"a" * n + b"@" + b"b" * n + b".example"), 30_000),
    Hostile("names of undeclared letters", copied_to(b'"\xd4\xc5\xcc\xc5\xc6\xcf\xce\xd9 \xce\xc5 \xd2\xc1\xc2\xcf\xd4\xc1\xc0\xd4" <a@b.example>, '), 1_200),
    Hostile("a Reply-To of 10,000", lambda n: mail(b"Reply-To: " + b"eve@evil.example, " * n), 3_000),
    Hostile("a Sender of 10,000", lambda n: mail(b"Sender: " + b"eve@evil.example, " * n), 3_000),
    Hostile("a Cc past the header's bound", copied_to(b"a@b.example, "), 25_000, (LONG_HEADER, LONG_FIELD), outcome=AMBIGUOUS),
    Hostile("a sender's name of 1,900 letters", from_(b'"%s" <primary@acme.example>'), 1_900),
    Hostile("a sender's name of 3,000 letters", from_(b'"%s" <primary@acme.example>'), 3_000, outcome=AMBIGUOUS),
    Hostile("a sender behind another", from_(b"eve@evil.example, primary@acme.example (%s)"), 10, outcome=AMBIGUOUS),
    Hostile("a sender within a comment", from_(b"eve@evil.example (primary@acme.example %s)"), 10, outcome=AMBIGUOUS),
    Hostile("a sender within a name", from_(b'"primary@acme.example %s" <eve@evil.example>'), 10, outcome="quarantined"),
    Hostile("a sender in an encoded word", from_(b"=?utf-8?q?primary=40acme.example_%s?= <eve@evil.example>"), 10, outcome=AMBIGUOUS),
    Hostile("a sender in double angles", from_(b"<%s<primary@acme.example>>"), 10, outcome=AMBIGUOUS),
    Hostile("a sender with a look-alike letter", from_("primary@асme.example (%s)".encode()), 10, outcome=AMBIGUOUS),
    Hostile("a group for a sender", from_(b"g: primary@acme.example, %s@b.example;"), 10, outcome=AMBIGUOUS),
    Hostile("no sender", lambda n: mail(b"X: " + b"y" * n).replace(b"From: " + SENDER + b"\r\n", b""), 10, outcome=AMBIGUOUS),
)  # fmt: skip
