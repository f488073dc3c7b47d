# ruff: noqa: E501 -- a table, one row a line
"""Texts made to make the reading of quotes, signatures, heads and commands try again and again (S4.2)."""

from tests.mail.hostile.message import LONG_TEXT, Build, Hostile, mail, one_part


def text(line: bytes) -> Build:
    """Return a request whose text is "hello" and a line, many times."""
    return lambda n: mail(body=b"hello\r\n" + line * n)


def flowed(line: bytes) -> Build:
    """Return such a request as flowed text."""
    return lambda n: one_part(b"text/plain; format=flowed; delsp=yes", b"hello\r\n" + line * n)


CASES: tuple[Hostile, ...] = (
    Hostile("On without wrote", text(b"On Mon 10:30 "), 18_000),
    Hostile("lines of On without wrote", text(b"On Mon 10:30 a@b.example\n"), 9_000),
    Hostile("lines of On that wrote", text(b"On Mon 10:30 a@b.example wrote:\n"), 8_000),
    Hostile("lines of Le that a écrit", text("Le lun. 2 nov. 2026 à 10:30, X <x@y.example> a écrit :\n".encode()), 4_000),
    Hostile("wrote and colons", text(b"wrote: "), 30_000),
    Hostile("colons", text(b":"), 200_000),
    Hostile("lines of colons", text(b":\n"), 80_000),
    Hostile("dates", text(b"2026 10:30 "), 20_000),
    Hostile("digits", text(b"1"), 200_000),
    Hostile("lines of dates", text(b"02.11.2026 10:30\n"), 14_000),
    Hostile("addresses", text(b"a@b.example "), 20_000),
    Hostile("at signs", text(b"@"), 200_000),
    Hostile("letters and an at sign", text(b"a" * 64 + b"@"), 3_500),
    Hostile("heads without end", text(b"From: x\n"), 30_000),
    Hostile("heads of all fields", text(b"From: a@b.example\nSent: 1\nTo: c@d.example\nSubject: e\n\n"), 4_000),
    Hostile("heads that forward", text(b"---------- Forwarded message ---------\nFrom: a@b.example\n"), 4_000),
    Hostile("hyphens", text(b"-"), 200_000),
    Hostile("lines of hyphens", text(b"--\n"), 60_000),
    Hostile("underscores", text(b"_"), 200_000),
    Hostile("rules", text(b"____\n"), 40_000),
    Hostile("separators", text(b"-----Original Message-----\n"), 9_000),
    Hostile("separators that are none", text(b"-----Original Massage-----\n"), 9_000),
    Hostile("quotation marks", text(b">"), 200_000),
    Hostile("quotation marks deeper each line", lambda n: mail(body=b"hello\r\n" + b"".join(b">" * (i % 500) + b" x\n" for i in range(n))), 900),
    Hostile("quoted and new by turns", text(b"> a\nb\n"), 30_000),
    Hostile("quoted lines that a mailer broke", text(b"> " + b"x" * 70 + b"\nword\n"), 3_000),
    Hostile("signatures of phones", text(b"Sent from my iPhone\n"), 12_000),
    Hostile("signatures of phones that never end", text(b"Sent from my "), 18_000),
    Hostile("long lines that begin like a signature", text(b"Sent from my " + b"x" * 140 + b"\n"), 1_600),
    Hostile("reply markers", text(b"##- \n"), 50_000),
    Hostile("reply markers behind signs", text(b"|*_ " * 10 + b"##- \n"), 5_000),
    Hostile("signs without width", text("\u200b\u200c\u200d\n".encode()), 20_000),
    Hostile("commands", text(b"#status closed\n"), 15_000),
    Hostile("number signs", text(b"#"), 200_000),
    Hostile("flowed lines", flowed(b"word \r\n"), 30_000),
    Hostile("flowed lines of depths", flowed(b"> a \r\n>> b \r\n"), 15_000),
    Hostile("flowed quotation marks", flowed(b">"), 200_000),
    Hostile("clear signatures", text(b"-----BEGIN PGP SIGNED MESSAGE-----\n"), 7_000),
    Hostile("300 kB of lines of one letter", text(b"a\n"), 150_000, (LONG_TEXT,)),
    Hostile("brackets", text(b"[<("), 80_000),
    Hostile("links", text(b"<http://192.0.2.1/?a=b> "), 10_000),
    Hostile("formulas", text(b"=HYPERLINK(\"http://192.0.2.1\")\n"), 8_000),
    Hostile("templates", text(b"{{ config }}{% for x in y %}\n"), 9_000),
    Hostile("letters of every script", lambda n: mail(b"Content-Type: text/plain; charset=utf-8", body=b"hello\r\n" + "написал: 写道 wrote: כתב: كتب ".encode() * n), 4_000),
)  # fmt: skip
