# ruff: noqa: E501 -- tables, one row a line
"""One mail made out of others: cut, spliced, repeated, wrapped and relabelled where mail has its joints."""

import random
import re
from collections.abc import Callable, Sequence

LONGEST = 65_536
_TOKENS = (
    b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Type: multipart/alternative; boundary=\"x\"\r\n", b"--x\r\n", b"--x--\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
    b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n", b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Content-Type: text/calendar; method=REPLY\r\n", b"Content-Type: text/enriched\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%2e%2e%2f; filename*1=\"a\\\"b\"; filename*2*=%00\r\n",
    b"=?utf-8?b?", b"=?iso-2022-jp?q?=1B$B", b"?=", b"=?utf-16?b?AAA=?=", b"\x1b$B", b"\x1b(B", b"+AGA-", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"\r", b"\n", b"\r\n\r\n",
    b"\xe2\x80\xae", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"&#x202e;", b"&#0;", b"&#xd800;", b"<blockquote>", b"</div>", b"<pre>", b"<!--", b"<style>", b"<p class=MsoNormal>",
    b"<div class=gmail_quote>", b"<div id=divRplyFwdMsg>", b"<div style=\"display:none\">", b"-- \r\n", b"> ", b">From ", b"On Mon, 2 Nov 2026 at 10:00, X <x@y.example> wrote:\r\n",
    b"-----Original Message-----\r\n", b"From: a@b.example\r\nSent: 1\r\nTo: c@d.example\r\nSubject: e\r\n", b"##- ", b"begin 644 ../a\r\n#0V%T\r\nend\r\n",
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\n", b"-----BEGIN PGP MESSAGE-----\r\n", b"Received: from a by mx.desk.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n",
    b"Authentication-Results: mx.desk.example; dmarc=pass (\"\r\n", b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; c=relaxed/relaxed; h=from; bh=; b=\r\n",
    b"From: \"a\" (b) <c@d.example>, e@f.example\r\n", b"To: group: a@b.example, (c (d)) e@f.example;\r\n", b"Subject: Undeliverable\r\n", b"Auto-Submitted: auto-replied (\r\n",
    b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n", b"References: <a@b> <c d@e>\r\n", b"Date: Mon, 31 Feb 99999 25:61:61 -9999\r\n",
    b"\x78\x9f\x3e\x22", b"\x02\x05\x90\x06\0\xff\xff\xff\xff", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80", b"\x24\x80\x04\x84\xff\xff\xff\xff",
)  # fmt: skip
_CHARSET = re.compile(rb"(?i)charset=\"?[\w.-]+")
_CHARSETS = (b"utf-7", b"utf-16", b"utf-32", b"iso-2022-jp", b"iso-2022-kr", b"hz", b"punycode", b"idna", b"rot13", b"zlib", b"gb18030", b"big5", b"x", b"", b"utf-16-le", b"unicode_escape")  # fmt: skip
_ENCODING = re.compile(rb"(?i)content-transfer-encoding:[^\r\n]*")
_BOUNDARY = re.compile(rb"(?i)boundary=\"?([^\s\";]{1,70})")

Mutation = Callable[[bytes, bytes, random.Random], bytes]


def mutated(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a mail like `raw`, changed in one to six places, with pieces of `other` in it."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        raw = chance.choice(MUTATIONS)(raw, other, chance)[:LONGEST]
    return raw


def _place(raw: bytes, chance: random.Random) -> int:
    """Return a place to change: often the beginning of a line."""
    at = chance.randint(0, len(raw))
    return raw.rfind(b"\n", 0, at) + 1 if chance.random() < 0.6 else at


def _piece(raw: bytes, chance: random.Random, *, longest: int) -> tuple[int, int]:
    start = _place(raw, chance)
    return start, min(len(raw), start + chance.randint(1, longest))


def _cut(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _piece(raw, chance, longest=200)
    return raw[:start] + raw[end:]


def _end_early(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return raw[: _place(raw, chance)]


def _put_in(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + chance.choice(_TOKENS) + raw[at:]


def _put_in_often(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    at, token = _place(raw, chance), chance.choice(_TOKENS)
    return raw[:at] + token * min(chance.choice((10, 100, 2_000)), LONGEST // len(token)) + raw[at:]


def _repeat(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _piece(raw, chance, longest=chance.choice((1, 4, 80, 400)))
    times = min(chance.choice((2, 20, 1_000, 20_000)), LONGEST // max(1, end - start))
    return raw[:start] + raw[start:end] * times + raw[end:]


def _change_octets(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    octets = bytearray(raw)
    for _ in range(chance.choice((1, 4, 30))):
        if octets:
            octets[chance.randrange(len(octets))] = chance.choice((0, 10, 13, 27, 34, 40, 58, 59, 60, 61, 62, 64, 128, 255, chance.randrange(256)))  # fmt: skip
    return bytes(octets)


def _take_from_other(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    at = _place(raw, chance)
    start, end = _piece(other, chance, longest=2_000)
    return raw[:at] + other[start:end] + raw[at:]


def _go_on_as_other(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    return raw[: _place(raw, chance)] + other[_place(other, chance) :]


def _swap_header(raw: bytes, other: bytes, _chance: random.Random) -> bytes:
    return other.partition(b"\n\r\n")[0] + b"\n\r\n" + raw.partition(b"\n\r\n")[2]


def _relabel(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return _CHARSET.sub(b"charset=" + chance.choice(_CHARSETS), raw, count=chance.choice((0, 1)))


def _reencode(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    encoding = chance.choice((b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"binary", b"x", b""))
    return _ENCODING.sub(b"Content-Transfer-Encoding: " + encoding, raw, count=chance.choice((0, 1)))


def _confuse_boundaries(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    found: Sequence[bytes] = _BOUNDARY.findall(raw)
    if not found:
        return raw
    one, another = chance.choice(found), chance.choice(found)
    return raw.replace(one, chance.choice((another, another + b"--", another[:1], one + another, b"")))


def _wrap(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    head, token = raw.partition(b"\r\n\r\n")[0], b"w%d" % chance.randrange(1000)
    kind = chance.choice(
        (b"message/rfc822", b"multipart/digest", b"text/html", b"application/pkcs7-mime", b"message/delivery-status")
    )
    return head + b"\r\nContent-Type: multipart/mixed; boundary=" + token + b"\r\n\r\n--" + token + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + raw + b"\r\n--" + token + b"--\r\n"  # fmt: skip


def _other_line_ends(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n", b"\n\r")))


MUTATIONS: tuple[Mutation, ...] = (
    _cut, _end_early, _put_in, _put_in, _put_in_often, _repeat, _repeat, _change_octets, _take_from_other, _take_from_other,
    _go_on_as_other, _swap_header, _relabel, _reencode, _confuse_boundaries, _wrap, _other_line_ends,
)  # fmt: skip
