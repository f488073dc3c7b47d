# ruff: noqa: E501 -- a table, one row a line
"""Encoded words and the parameters of fields, in floods and with lies (RFC 2047, RFC 2231)."""

from daemon.model.mail import InboundMail
from tests.mail.hostile.message import FIELDS, LONG_FIELD, LONG_HEADER, Hostile, attached, mail


def titled(subject: bytes) -> bytes:
    """Return a request with this subject."""
    return FIELDS + b"Subject: " + subject + b"\r\n\r\nhello\r\n"


def typed(parameters: bytes) -> bytes:
    """Return a request whose Content-Type goes on like this."""
    return mail(b"Content-Type: text/plain" + parameters)


def named(parameters: bytes) -> bytes:
    """Return a request with an attachment whose Content-Disposition goes on like this."""
    return attached(b"application/pdf", b"x").replace(b'; filename="a.bin"', parameters)


def has_one_attachment(mail: InboundMail) -> bool:
    """Ask for the attachment, under whatever name."""
    return len(mail.attachments) == 1


def is_named(name: str) -> object:
    """Ask for an attachment of this name."""
    return lambda mail: [attachment.name for attachment in mail.attachments] == [name]


WORDS: tuple[Hostile, ...] = (
    Hostile("encoded words, one letter each", lambda n: titled(b"=?utf-8?q?a?= " * n), 4_000, subject="*"),
    Hostile("20,000 encoded words", lambda n: titled(b"=?utf-8?q?a?= " * n), 20_000, (LONG_HEADER, LONG_FIELD), subject="*", outcome="quarantined"),
    Hostile("encoded words of half letters", lambda n: titled(b"=?utf-8?q?=C3?= =?utf-8?q?=A9?= " * n), 2_000, subject="*"),
    Hostile("encoded words in base64 of nothing", lambda n: titled(b"=?utf-8?b??= " * n), 4_000, subject="*"),
    Hostile("one encoded word of 60,000 letters", lambda n: titled(b"=?utf-8?b?" + b"QUJD" * n + b"?="), 15_000, subject="*"),
    Hostile("encoded words that never end", lambda n: titled(b"=?utf-8?q?" * n), 6_000, subject="*"),
    Hostile("question marks", lambda n: titled(b"=?" * n), 30_000, subject="*"),
    Hostile("encoded words within encoded words", lambda n: titled(b"=?utf-8?q?=3D=3Futf-8=3Fq=3F" * n + b"?=" * n), 1_500, subject="*"),
    Hostile("encoded words of no charset", lambda n: titled(b"=???q?a?= =?x-none?q?=E9?= " * n), 2_000, subject="*"),
    Hostile("encoded words of shift states", lambda n: titled(b"=?iso-2022-jp?b?GyRC?= =?iso-2022-jp?b?GyhC?= " * n), 1_000, subject="*"),
    Hostile("encoded words of UTF-16", lambda n: titled(b"=?utf-16?b?2AA=?= " * n), 3_000, subject="*"),
    Hostile("encoded words of UTF-7", lambda n: titled(b"=?utf-7?q?+AGA-?= " * n), 3_000, subject="*"),
    Hostile("an encoded word that adds a field", lambda n: titled(b"=?utf-8?q?a=0D=0ABcc:_eve=40evil.example?=" * n), 10, subject="*"),
    Hostile("an encoded word of NULs", lambda n: titled(b"=?utf-8?q?a" + b"=00" * n + b"?="), 1_000, subject="a"),
    Hostile("a subject that is cut at a space", lambda n: titled(b"x" * 999 + b" " + b"y" * n), 1_000, subject="x" * 999),
    Hostile("encoded words that turn the writing", lambda n: titled(b"=?utf-8?q?a=E2=80=AEfdp?=" + b" =?utf-8?q?=E2=80=8B?=" * n), 300, subject="afdp"),
    Hostile("a name of 3,000 encoded words", lambda n: mail(b"To: " + b"=?utf-8?q?a?= " * n + b"<a@b.example>"), 3_000),
)  # fmt: skip

PARAMETERS: tuple[Hostile, ...] = (
    Hostile("semicolons", lambda n: typed(b";" * n), 60_000),
    Hostile("100,000 semicolons", lambda n: typed(b";" * n), 100_000, (LONG_FIELD,)),
    Hostile("5,000 parameters", lambda n: typed(b"; x=y" * n), 5_000),
    Hostile("parameters without value", lambda n: typed(b"; x" * n), 15_000),
    Hostile("parameters of equals signs", lambda n: typed(b"; x" + b"=" * n), 50_000),
    Hostile("a quoted value that never ends", lambda n: typed(b'; x="' + b"y" * n), 50_000),
    Hostile("a quoted value of escapes", lambda n: typed(b'; x="' + b"\\" * n + b'"'), 50_000),
    Hostile("quotes", lambda n: typed(b'; x=' + b'"' * n), 50_000),
    Hostile("white space between parameters", lambda n: typed(b";" + b" " * n + b"x=y"), 50_000),
    Hostile("a charset of 50,000 letters", lambda n: typed(b"; charset=" + b"x" * n), 50_000),
    Hostile("5,000 charsets", lambda n: typed(b"; charset=utf-16" * n), 3_000, text=""),
    Hostile("a type of 50,000 letters", lambda n: mail(b"Content-Type: text/" + b"x" * n), 50_000, text=""),
    Hostile("a type of slashes", lambda n: mail(b"Content-Type: " + b"/" * n), 50_000),
    Hostile("a transfer encoding of 50,000 letters", lambda n: mail(b"Content-Transfer-Encoding: " + b"x" * n), 50_000),
    Hostile("2,000 continuations", lambda n: named(b"".join(b"; filename*%d=a" % i for i in range(n))), 2_000, holds=has_one_attachment),
    Hostile("continuations backwards", lambda n: named(b"".join(b"; filename*%d*=%%41" % i for i in reversed(range(n)))), 1_500, holds=has_one_attachment),
    Hostile("the same continuation 2,000 times", lambda n: named(b"; filename*0*=utf-8''a" * n), 2_000, holds=has_one_attachment),
    Hostile("continuations of huge numbers", lambda n: named(b"; filename*" + b"9" * n + b"=a"), 10_000, holds=has_one_attachment),
    Hostile("percent signs", lambda n: named(b"; filename*=utf-8''" + b"%" * n), 30_000, holds=has_one_attachment),
    Hostile("a continuation of UTF-7", lambda n: named(b"; filename*=utf-7''+AC8-" * n), 10, holds=has_one_attachment),
    Hostile("stars", lambda n: named(b"; filename" + b"*" * n + b"=a"), 30_000, holds=has_one_attachment),
    Hostile("a disposition of 50,000 letters", lambda n: mail(b"Content-Disposition: " + b"x" * n), 50_000),
)  # fmt: skip

CASES = (*WORDS, *PARAMETERS)
