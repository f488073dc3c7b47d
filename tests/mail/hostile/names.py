# ruff: noqa: E501 -- a table, one row a line
"""File names and archives: a name is a label, and nothing is ever unpacked (S4.4)."""

import bz2
import gzip
import io
import lzma
import zipfile

from daemon.model.mail import InboundMail
from tests.mail.hostile.message import Build, Holds, Hostile, always, attached, mixed

NAMES: tuple[tuple[bytes, str], ...] = (
    (b"../../../etc/passwd", "passwd"),
    (b"..\\\\..\\\\windows\\\\system32\\\\cmd.exe", "cmd.exe"),
    (b"/etc/shadow", "shadow"),
    (b"C:\\\\autoexec.bat", "autoexec.bat"),
    (b"\\\\\\\\server\\\\share\\\\x.doc", "x.doc"),
    (b"..", "attachment-1.bin"),
    (b".", "attachment-1.bin"),
    (b"", "attachment-1.bin"),
    (b"   ", "attachment-1.bin"),
    (b"///", "attachment-1.bin"),
    (b"a\0b.txt", "ab.txt"),
    (b"a\x1b[31mb.txt", "a[31mb.txt"),
    (b"a<b>c|d?.txt", "a_b_c_d_.txt"),
    (b"file:///etc/passwd", "passwd"),
    (b"x.txt:stream", "x.txt_stream"),
    (b"a%2f..%2fb", "a%2f..%2fb"),
    (b"=?utf-8?q?..=2F..=2Fx?=", "x"),
    (b"=?utf-8?q?a=E2=80=AEfdp.exe?=", "afdp.exe"),
    (b"=?utf-8?q?a=0D=0ABcc=3A_b?=", "a Bcc_ b"),
    (b"$(reboot).txt", "$(reboot).txt"),
    (b"'; drop table inbox; --.txt", "'; drop table inbox; --.txt"),
    (b"=cmd|'/c calc'!A0", "c calc'!A0"),
    (b"CON", "_CON"),
    (b"nul.txt", "_nul.txt"),
    (b"COM1.log.txt", "_COM1.log.txt"),
    (b"...hidden", "...hidden"),
    (b"ends with dots...", "ends with dots..."),
    (b"a\xe2\x80\xa8b.txt", "a b.txt"),
    (b"\xd0\xb0\xd1\x81\xd1\x81ount.pdf", "ассount.pdf"),
    (b"\xef\xbc\x8e\xef\xbc\x8e\xef\xbc\x8fx", "．．／x"),
    (b"\xc0\xae\xc0\xae\xc0\xafx.txt", "À®À®À¯x.txt"),
)  # fmt: skip
"""What a mail calls a file, and what we call it."""


def called(name: str) -> Holds:
    """Ask for one attachment under this name."""
    return lambda mail: [attachment.name for attachment in mail.attachments] == [name]


def is_short(mail: InboundMail) -> bool:
    """Ask for one attachment with a name of at most 255 letters."""
    return len(mail.attachments) == 1 and 0 < len(mail.attachments[0].name) <= 255


def bomb(kind: str) -> bytes:
    """Return a small file that grows a thousand times when it is unpacked."""
    zeros = bytes(4_000_000)
    match kind:
        case "gzip":
            return gzip.compress(zeros, mtime=0)
        case "bzip2":
            return bz2.compress(zeros)
        case "xz":
            return lzma.compress(zeros, preset=0)
        case _:
            return zipped({f"{number}.txt": zeros for number in range(4)})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive, the same at every call."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(zipfile.ZipInfo(name), octets, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def zip_in_zip(depth: int) -> bytes:
    """Return archives in each other."""
    octets = bytes(1_000_000)
    for _ in range(min(depth, 20)):
        octets = zipped({"inner.zip": octets})
    return octets


def carried_whole(octets: bytes) -> Holds:
    """Ask for one attachment that is what the mail holds, octet by octet."""
    return lambda mail: [attachment.octets for attachment in mail.attachments] == [octets]


def archive(name: str, kind: bytes, octets: bytes) -> Hostile:
    """Return the case of a file that wants to be unpacked."""
    return Hostile(name, always(attached(kind, octets)), 1, holds=carried_whole(octets))


def _many(build: bytes) -> Build:
    return lambda n: mixed(*(build for _ in range(n)))


XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&b;&c;</x>'

CASES: tuple[Hostile, ...] = (
    *(Hostile(f"a file called {name!r}", always(attached(b"application/octet-stream", b"x", name=name)), 1, holds=called(ours)) for name, ours in NAMES),
    Hostile("a name of 10,000 letters", lambda n: attached(b"application/pdf", b"x", name=b"a" * n + b".pdf"), 10_000, holds=is_short),
    Hostile("a name of 10,000 dots", lambda n: attached(b"application/pdf", b"x", name=b"." * n), 10_000, holds=is_short),
    Hostile("a name of 10,000 folders", lambda n: attached(b"application/pdf", b"x", name=b"a/" * n), 5_000, holds=is_short),
    Hostile("a name of letters put on each other", lambda n: attached(b"application/pdf", b"x", name=b"a" + "\u0301".encode() * n), 4_000, holds=is_short),
    Hostile("a long ending", lambda n: attached(b"application/pdf", b"x", name=b"a." + b"b" * n), 5_000, holds=is_short),
    archive("a zip bomb", b"application/zip", bomb("zip")),
    archive("a gzip bomb", b"application/gzip", bomb("gzip")),
    archive("a bzip2 bomb", b"application/x-bzip2", bomb("bzip2")),
    archive("an xz bomb", b"application/x-xz", bomb("xz")),
    archive("zips in zips", b"application/zip", zip_in_zip(20)),
    archive("a zip that leaves its folder", b"application/zip", zipped({"../../../etc/cron.d/x": b"x"})),
    archive("a bomb of entities", b"text/xml", XML),
    archive("a picture that links elsewhere", b"image/svg+xml", b'<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="http://192.0.2.1/x"/><script>1</script></svg>'),
    Hostile("900 names of undeclared letters", _many(b'Content-Type: application/pdf; name="\xe9\xe8\xf1 \xd2\xc5\xcc\xc5\xc6\xcf\xce\xd9 \xce\xc5"\r\n\r\nx'), 900),
    Hostile("900 texts of undeclared letters", _many("Content-Type: text/plain\r\n\r\nТелефоны не работают".encode("koi8-r")), 900),
)  # fmt: skip
