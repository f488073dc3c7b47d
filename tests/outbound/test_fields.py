"""Header fields, one by one (RFC 5322, RFC 2047, RFC 2231)."""

from email import message_from_string
from email.header import decode_header, make_header

import pytest

from daemon.outbound.fields import cleaned_ids, file_name, mailbox, media_type, message_ids, unstructured
from daemon.outbound.subject import answer_subject, plain_subject, tag


def decoded(body: str) -> str:
    return str(make_header(decode_header(body.replace("\r\n", ""))))


SUBJECTS = [
    "Phones are down",
    "Téléphones en panne",
    "電話が使えません" * 20,
    "a" * 300,
    "word " * 60 + "end",
    "=?utf-8?q?fake?=",
    "🙂" * 50,
    "",
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_reads_as_it_was_meant(subject: str) -> None:
    """RFC 2047: whole characters in each encoded word, no word over 75 octets, no line over 78."""
    body = str(unstructured("Subject", subject))
    lines = body.split("\r\n")

    assert decoded(body.partition(": ")[2]) == subject
    assert all(len(line) <= 78 for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    assert body.isascii()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Agent One", '"Agent One" <a@b.example>'),
        ("", "<a@b.example>"),
        ("Agent, One (Desk)", '"Agent, One (Desk)" <a@b.example>'),
        ('Agent "One" \\', None),
        ("Agente Uñe", None),
        ("x <spy@evil.example>,", None),
        ("A" * 400, None),
    ],
)
def test_a_name_never_becomes_an_address(name: str, wanted: str | None) -> None:
    """S3.5: whatever the name, the field has one address."""
    body = mailbox(name, "a@b.example")
    message = message_from_string(f"From: {body}\n\n")

    assert wanted is None or body == wanted
    assert message["From"].count("@") == 1
    assert message["From"].endswith("<a@b.example>")


def test_references_are_folded_between_ids_only() -> None:
    """Threading: Outlook's long Message-IDs come back whole."""
    ids = [f"<{'x' * 120}{number}@outlook.example>" for number in range(5)]
    field = message_ids("References", ids)

    assert field is not None
    assert field.body.split("\r\n ") == ids


def test_references_keep_the_first_and_the_latest() -> None:
    """RFC 5322 3.6.4: a thread that grows for ever must not grow the header for ever."""
    ids = [f"<{number}@b.example>" for number in range(100)]

    assert cleaned_ids([*ids, ids[50]]) == [ids[0], *ids[81:]]
    assert message_ids("References", ["no id", ""]) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/plain", "text/plain"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/html; charset=x\r\nBcc: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_is_known_or_plain_octets(text: str, wanted: str) -> None:
    """S4.4: a type is a label that somebody else chose."""
    assert media_type(text) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../x", "x"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("..", "attachment"),
        (".profile", "profile"),
        ('a"b;c.pdf', "a_b;c.pdf"),
        ("fdp.\u202eexe", "fdp.exe"),
        ("a\r\nb.txt", "a b.txt"),
        ("é" * 200 + ".pdf", "é" * 88 + ".pdf"),
    ],
)
def test_a_file_name_is_a_label(name: str, wanted: str) -> None:
    """S4.4: no path, no tricks, its ending kept."""
    assert file_name(name) == wanted


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        ("Re: RE: Fwd: Phones", "Phones"),
        ("Re: [SUP-1042] Re: Phones", "Phones"),
        ("AW: WG: TR : Phones", "Phones"),
        ("[sup-7] Phones [SUP-8]", "Phones"),
        ("[OPS-7] Phones", "[OPS-7] Phones"),
        ("Report: Phones", "Report: Phones"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_a_subject_stands_without_our_tags_and_piled_prefixes(subject: str, wanted: str) -> None:
    """Threading: one stable subject, however often it went to and fro."""
    assert plain_subject(subject, "SUP") == wanted


def test_answers_and_tags() -> None:
    """The subject of an answer is cut short: strangers chose it (S3.8)."""
    assert answer_subject("Fwd: " + "x" * 200, "SUP") == "Re: " + "x" * 80
    assert (tag("SUP", 7), tag("SUP", "7"), tag("SUP", "SUP-7")) == ("SUP-7",) * 3
