# ruff: noqa: E501
"""`supportd mail inspect`: every key of the interface, one mapping a file, errors as values."""

import hashlib
import json
import struct
from pathlib import Path

from daemon.ingest.authentication import Trust
from daemon.ingest.inspect import inspect_file, inspect_octets

KEYS = {
    "file", "subject", "from_email", "from_name", "to_emails", "cc_emails", "reply_to_email", "message_id", "in_reply_to",
    "references", "body_text", "body_html", "reply_text", "elided_text", "signature", "attachments", "leaves", "no_sender",
    "empty_body", "auth_dmarc", "is_auto", "is_bounce", "is_feedback_report", "is_dsn_success", "bounce", "tnef_files",
    "crypto", "authentication", "ambiguous_from",
}  # fmt: skip
HEAD = b"From: bob@acme.example\r\nTo: s@desk.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def test_every_key_of_the_interface_is_there() -> None:
    """interface.md: the keys of `mail inspect`; the mapping is JSON as it stands."""
    found = inspect_octets(HEAD + b"\r\nHello\r\n", "a.eml", Trust())

    assert set(found) >= KEYS
    assert json.loads(json.dumps(found)) == found
    assert set(found["crypto"]) == {"kind", "signed", "encrypted", "decrypted_text"}


def test_a_file_that_is_not_there_is_an_error_value(tmp_path: Path) -> None:
    """interface.md: what cannot be read gives `{file, error}`, in one line."""
    missing = tmp_path / "missing.eml"
    (tmp_path / "empty.eml").write_bytes(b"")

    assert inspect_file(missing, Trust()) == {"file": str(missing), "error": "No such file or directory"}
    assert set(inspect_file(tmp_path / "empty.eml", Trust())) == {"file", "error"}
    assert set(inspect_file(tmp_path, Trust())) == {"file", "error"}


def test_hashes_are_given_as_they_came_and_with_lf() -> None:
    """interface.md: sha256 of the octets, sha256_lf of the octets with CRLF made LF; leaves in order, also of attached mail."""
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1\r\n2\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner\r\n--b--\r\n"
    )

    found = inspect_octets(raw, "a.eml", Trust())

    csv = found["attachments"][0]
    assert csv["sha256"] == hashlib.sha256(b"1\r\n2").hexdigest()
    assert csv["sha256_lf"] == hashlib.sha256(b"1\n2").hexdigest()
    assert (csv["name"], csv["size"], csv["text"]) == ("a.csv", 4, "1\n2")
    assert found["leaves"] == [hashlib.sha256(octets).hexdigest() for octets in (b"one", b"1\n2", b"inner")]
    assert found["attachments"][1]["name"] == "in.eml"


def test_s2_1_an_ambiguous_from_is_said_so() -> None:
    """S2.1: the first address is shown for people, marked as ambiguous; a mail without From has no sender."""
    two = inspect_octets(b"From: bob@acme.example, eve@evil.example\r\nSubject: x\r\n\r\nx", "a", Trust())
    none = inspect_octets(b"Subject: x\r\n\r\nx", "a", Trust())

    assert (two["from_email"], two["ambiguous_from"], two["no_sender"]) == ("bob@acme.example", True, False)
    assert (none["from_email"], none["ambiguous_from"], none["no_sender"]) == ("", False, True)


def test_protection_is_told_by_the_parts() -> None:
    """interface.md, `crypto`: which kind, signed or encrypted; nothing is opened."""
    kinds = {
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx": ("smime", False, True),
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nx": ("smime", True, False),
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--": (
            "pgp", True, False,
        ),
        b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--": (
            "pgp", False, True,
        ),
        b"\r\n-----BEGIN PGP MESSAGE-----\r\n": ("pgp-inline", False, True),
        b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n": ("pgp-inline", True, False),
        b"\r\nplain\r\n": ("", False, False),
    }  # fmt: skip
    for rest, expected in kinds.items():
        crypto = inspect_octets(HEAD + rest, "a", Trust())["crypto"]
        assert (crypto["kind"], crypto["signed"], crypto["encrypted"]) == expected


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + b"\0\0"


def long_name(name: str) -> bytes:
    value = name.encode("utf-16-le") + b"\0\0"
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(value)) + padded


def test_files_in_a_winmail_dat_are_listed() -> None:
    """interface.md, `tnef_files`: names and hashes of what Outlook wrapped; a cut stream gives what came before."""
    stream = b"\x78\x9f\x3e\x22\x01\x00" + b"".join(
        (
            attribute(2, 0x00069002, b"\0" * 14),
            attribute(2, 0x00018010, b"SHORT~1.TXT\0"),
            attribute(2, 0x0006800F, b"content"),
            attribute(2, 0x00069005, long_name("a long näme.txt")),
            attribute(2, 0x00069002, b"\0" * 14),
            attribute(2, 0x00018010, b"second.txt\0"),
            attribute(2, 0x0006800F, b"more"),
        )
    )
    mail = HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n"

    whole = inspect_octets(mail + stream, "a", Trust())["tnef_files"]
    cut = inspect_octets(mail + stream[:-60], "a", Trust())["tnef_files"]

    assert whole == [
        {"name": "a long näme.txt", "sha256": hashlib.sha256(b"content").hexdigest()},
        {"name": "second.txt", "sha256": hashlib.sha256(b"more").hexdigest()},
    ]
    assert cut[0] == whole[0]
