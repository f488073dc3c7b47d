# ruff: noqa: E501 -- a table, one row a line
"""What other programs wrap mail in: TNEF, S/MIME and OpenPGP, with lengths that lie and structures without bottom."""

import struct

from tests.mail.hostile.message import Build, Hostile, mail, mixed, one_part

SIGNATURE = b"\x78\x9f\x3e\x22\0\0"
FILE, PROPERTIES, RENDERING = 0x0006800F, 0x00069005, 0x00069002
SIGNED = bytes.fromhex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080 06092a864886f70d010701 a080")
"""The beginning of signed data (RFC 5652) up to what is signed, no length given."""
ARMOUR = b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n"


def tnef(stream: bytes) -> bytes:
    """Return a request with a TNEF part."""
    return mixed(
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + SIGNATURE
        + stream
    )


def attribute(name: int, value: bytes, *, length: int | None = None) -> bytes:
    """Return an attribute of an attachment, which may lie about its length."""
    return struct.pack("<BII", 2, name, len(value) if length is None else length) + value + b"\0\0"


def properties(count: int, octets: bytes) -> bytes:
    """Return a TNEF part with one file and properties that say how many they are."""
    return tnef(attribute(RENDERING, b"x") + attribute(PROPERTIES, struct.pack("<I", count) + octets))


def smime(octets: bytes) -> bytes:
    """Return a request that is one S/MIME part."""
    return one_part(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", octets, encoding=b"binary")


def signed(content: bytes) -> bytes:
    """Return signed data that holds a content, without lengths."""
    return SIGNED + b"\x24\x80\x04" + _length(len(content)) + content + b"\0\0"


def _length(number: int) -> bytes:
    return b"\x84" + struct.pack(">I", number)


def within(depth: int) -> bytes:
    """Return signed data within signed data."""
    content = b"Content-Type: text/plain\r\n\r\nhello"
    for _ in range(depth):
        content = (
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: binary\r\n\r\n"
            + signed(content)
        )
    return smime(signed(content))


def armoured(text: bytes) -> Build:
    """Return a request in clear-signed text."""
    return lambda n: mail(body=b"hello\r\n" + text * n)


TNEF: tuple[Hostile, ...] = (
    Hostile("TNEF of 20,000 attributes", lambda n: tnef(attribute(RENDERING, b"x") * n), 20_000),
    Hostile("TNEF of 5,000 files", lambda n: tnef((attribute(RENDERING, b"x") + attribute(FILE, b"y" * 20)) * n), 5_000),
    Hostile("TNEF with a length past its end", lambda n: tnef(attribute(RENDERING, b"x") + attribute(FILE, b"y" * n, length=0xFFFFFFFF)), 20_000),
    Hostile("TNEF with lengths of nothing", lambda n: tnef(attribute(RENDERING, b"x") + attribute(FILE, b"", length=0) * n), 20_000),
    Hostile("TNEF whose properties are four milliards", lambda n: properties(0xFFFFFFFF, b"\x1f\x00\x01\x30" * n), 20_000),
    Hostile("TNEF with values of four milliards", lambda n: properties(1, struct.pack("<HHI", 0x101F, 0x3001, 0xFFFFFFFF) + b"\0\0\0\0" * n), 20_000),
    Hostile("TNEF with a value past its end", lambda n: properties(1, struct.pack("<HHII", 0x001F, 0x3707, 1, 0xFFFFFFF0) + b"x" * n), 20_000),
    Hostile("TNEF with names past its end", lambda n: properties(1, struct.pack("<HH16sII", 0x001F, 0x8001, b"", 1, 0xFFFFFFF0) + b"x" * n), 20_000),
    Hostile("TNEF of values without end", lambda n: properties(0xFFFF, (struct.pack("<HHI", 0x1003, 0x0FFF, 2_000) + b"\0" * 8_000) * n), 20),
    Hostile("TNEF with a folder in a name", lambda n: tnef(attribute(RENDERING, b"x") + attribute(0x00018010, b"../" * n + b"x\0")), 3_000),
    Hostile("TNEF within TNEF", lambda n: tnef((attribute(RENDERING, b"x") + attribute(FILE, SIGNATURE)) * n), 2_000),
    Hostile("TNEF of zeros", lambda n: tnef(b"\0" * n), 100_000),
    Hostile("900 TNEF parts", lambda n: mixed(*(b"Content-Type: application/ms-tnef\r\n\r\n" + SIGNATURE + attribute(RENDERING, b"x") for _ in range(n))), 900),
)  # fmt: skip

SMIME: tuple[Hostile, ...] = (
    Hostile("signed data in 100,000 pieces", lambda n: smime(SIGNED + b"\x24\x80" + b"\x04\x01a" * n), 100_000, text=""),
    Hostile("signed data of pieces without content", lambda n: smime(SIGNED + b"\x24\x80" + b"\x04\x00" * n), 100_000, text=""),
    Hostile("sequences in sequences", lambda n: smime(b"\x30\x80" * n), 100_000, text=""),
    Hostile("octet strings in octet strings", lambda n: smime(SIGNED + b"\x24\x80" * n), 100_000, text=""),
    Hostile("a length of 126 octets", lambda n: smime(b"\x30\xfe" + b"\xff" * n), 100_000, text=""),
    Hostile("a length past the end", lambda n: smime(SIGNED + b"\x04\x84\xff\xff\xff\xff" + b"x" * n), 100_000, text=""),
    Hostile("signed data in signed data", within, 100, text=""),
    Hostile("signed data of nothing", lambda n: smime(signed(b"") + b"\0" * n), 100_000, text=""),
    Hostile("900 signed parts", lambda n: mixed(*(b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed(b"\r\nhello") for _ in range(n))), 900),
    Hostile("encrypted data of random length", lambda n: one_part(b"application/pkcs7-mime; smime-type=enveloped-data", bytes.fromhex("3080 06092a864886f70d010703 a080") + b"\xa0\x80" * n, encoding=b"binary"), 50_000, text=""),
)  # fmt: skip

PGP: tuple[Hostile, ...] = (
    Hostile("clear signatures that never end", armoured(ARMOUR), 3_000),
    Hostile("clear signatures, each ended", armoured(ARMOUR + b"x\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n-----END PGP SIGNATURE-----\r\n"), 1_500),
    Hostile("escaped hyphens", lambda n: mail(body=ARMOUR + b"hello\r\n" + b"- - x\r\n" * n), 20_000),
    Hostile("encrypted messages", armoured(b"-----BEGIN PGP MESSAGE-----\r\n"), 7_000),
    Hostile("900 encrypted parts", lambda n: mixed(*(b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1" for _ in range(n))), 900),
)  # fmt: skip

CASES = (*TNEF, *SMIME, *PGP)
