# ruff: noqa: E501 -- a table, one row a line
"""Transfer encodings full of what does not belong there, and octets that are no mail at all."""

from tests.mail.hostile.message import HEAD, LONG_TEXT, MANY_LINES, Hostile, always, attached, mail, one_part

BASE64, QUOTED, UU = b"base64", b"quoted-printable", b"x-uuencode"
UNREADABLE = "quarantined"


def text(encoding: bytes, body: bytes) -> bytes:
    """Return a text in a transfer encoding."""
    return one_part(b"text/plain", body, encoding=encoding)


ENCODINGS: tuple[Hostile, ...] = (
    Hostile("base64 of padding", lambda n: text(BASE64, b"QQ==" * n), 200_000, text="A"),
    Hostile("base64 of nothing but padding", lambda n: text(BASE64, b"=" * n), 500_000, text=""),
    Hostile("base64 with foreign octets", lambda n: text(BASE64, b"aGVsbG8g\0\xff!*" * n), 20_000),
    Hostile("base64 of one letter a line", lambda n: text(BASE64, b"a\nG\nV\ns\nbG8g\n" * n), 20_000),
    Hostile("base64 in one line", lambda n: text(BASE64, b"aGVsbG8g" * n), 30_000),
    Hostile("base64 cut in the middle", lambda n: text(BASE64, b"aGVsbG8g" * n + b"a"), 30_000),
    Hostile("base64 of white space", lambda n: text(BASE64, b" \r\n" * n + b"aGVsbG8="), 100_000),
    Hostile("base64 of a file of 2 MB", lambda n: attached(b"application/pdf", (b"QUJD" * 19 + b"\r\n") * n, encoding=BASE64), 25_000),
    Hostile("quoted-printable of equals signs", lambda n: text(QUOTED, b"hello" + b"=" * n), 200_000),
    Hostile("quoted-printable of soft breaks", lambda n: text(QUOTED, b"hello" + b"=\r\n" * n), 100_000),
    Hostile("quoted-printable of no digits", lambda n: text(QUOTED, b"hello" + b"=ZZ=G" * n), 50_000),
    Hostile("quoted-printable of NULs", lambda n: text(QUOTED, b"hello" + b"=00" * n), 80_000),
    Hostile("quoted-printable of bare CR", lambda n: text(QUOTED, b"hello" + b"=0D" * n), 80_000),
    Hostile("quoted-printable with white space at each end", lambda n: text(QUOTED, b"hello" + b" \t" * n), 100_000),
    Hostile("uuencoded without beginning", lambda n: text(UU, b"%:&5L;&\\\n" * n), 20_000, text=""),
    Hostile("uuencoded with a lying length", lambda n: text(UU, b"begin 644 a\n" + b"Mabc\n" * n + b"end"), 20_000, text=""),
    Hostile("beginnings of uuencoded files", lambda n: mail(body=b"hello\r\n" + b"begin 644 a\n" * n), 20_000, ()),
    Hostile("20,000 uuencoded files", lambda n: mail(body=b"hello\r\n" + b"begin 644 ../a\n#0V%T\nend\n" * n), 20_000, (LONG_TEXT,)),
    Hostile("a uuencoded file that never ends", lambda n: mail(body=b"hello\r\nbegin 644 a\n" + b"#0V%T\n" * n), 40_000),
    Hostile("an encoding nobody knows", lambda n: text(b"x-rot13", b"hello " * n), 20_000),
    Hostile("a multipart in base64", lambda n: mail(b"Content-Type: multipart/mixed; boundary=b", b"Content-Transfer-Encoding: base64", body=b"--b\r\n\r\nhello\r\n" * n), 900),
)  # fmt: skip

OCTETS: tuple[Hostile, ...] = (
    Hostile("nothing", always(b""), 1, subject="", text="", outcome=UNREADABLE),
    Hostile("only newlines", lambda n: b"\r\n" * n, 100_000, subject="", text="", outcome=UNREADABLE),
    Hostile("only white space", lambda n: b" \t" * n, 100_000, subject="", text="", outcome=UNREADABLE),
    Hostile("only NULs", lambda n: b"\0" * n, 100_000, subject="", text="", outcome=UNREADABLE, limits=("*",)),
    Hostile("one octet", always(b"x"), 1, subject="", text="", outcome=UNREADABLE),
    Hostile("no header", lambda n: b"\r\n" + b"hello " * n, 10_000, subject="", outcome=UNREADABLE),
    Hostile("no body", always(HEAD), 1, text=""),
    Hostile("no body and no last line end", always(HEAD.rstrip()), 1, text=""),
    Hostile("bare CR for line ends", lambda n: (HEAD + b"\r\n" + b"hello\r\n" * n).replace(b"\r\n", b"\r"), 20_000),
    Hostile("bare LF for line ends", lambda n: (HEAD + b"\r\n" + b"hello\r\n" * n).replace(b"\r\n", b"\n"), 20_000),
    Hostile("CR CR LF for line ends", lambda n: (HEAD + b"\r\n" + b"hello\r\n" * n).replace(b"\r\n", b"\r\r\n"), 20_000, (MANY_LINES,), text="", outcome=UNREADABLE),
    Hostile("bare CR in the text", lambda n: mail(body=b"hello\r" * n), 40_000),
    Hostile("lines of nothing before a word", lambda n: mail(body=b"hello" + b"\r" * n + b"x"), 200_000),
    Hostile("NULs in the text", lambda n: mail(body=b"hello" + b"\0" * n), 200_000),
    Hostile("control characters in the text", lambda n: mail(body=b"hello" + bytes(range(1, 32)) * n), 6_000),
    Hostile("newlines in the text", lambda n: mail(body=b"hello" + b"\n" * n), 200_000),
    Hostile("spaces in the text", lambda n: mail(body=b"hello" + b" " * n), 200_000),
    Hostile("tabs in the text", lambda n: mail(body=b"hello" + b"\t" * n), 200_000),
    Hostile("lines of spaces", lambda n: mail(body=b"hello\r\n" + b" \r\n" * n), 80_000),
    Hostile("one line of 5 MB", lambda n: mail(body=b"hello" + b"x" * n), 5_000_000, (LONG_TEXT,)),
    Hostile("byte-order marks", lambda n: b"\xef\xbb\xbf" * n + mail(), 1),
    Hostile("blank lines first", lambda n: b"\r\n" * n + mail(), 100_000),
    Hostile("mbox separators", lambda n: b"From a@b.example Mon Nov 23 10:00:00 2026\r\n" + mail(body=b"hello\r\n" + b"From a\r\n" * n), 20_000),
)  # fmt: skip


CASES = (*ENCODINGS, *OCTETS)
