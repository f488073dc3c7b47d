"""S3.5: nothing that anybody wrote can add a recipient or a field, and no row sticks."""

import dataclasses
import re
from datetime import date
from email import message_from_bytes
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.credentials import Claim, Keyring, sign_message_id
from daemon.errors import Permanent
from daemon.model.mail import FOR_AGENTS, Purpose
from daemon.model.notice import OutgoingMail, Recipient
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.outbound import guard
from daemon.outbound.building import build
from daemon.outbound.compose import compose
from daemon.outbound.fixed_form import fixed_form
from daemon.outbound.rendered import Rendered
from daemon.outbound.samples import PROVIDER
from daemon.outbound.templates import Templates
from tests.outbound.mails import OTHERS_FACTS, file_of, mail_of
from tests.outbound.packaged import TEMPLATES

FIELDS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
TRICKS = [
    "x\r\nBcc: spy@evil.example",
    "x\nBcc: spy@evil.example",
    "x\rBcc: spy@evil.example",
    "=?utf-8?q?x=0D=0ABcc:_spy@evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBzcHlAZXZpbC5leGFtcGxl?=",
    "Bob <spy@evil.example>, ",
    '"Bob" <spy@evil.example>',
    'a" <spy@evil.example>, "b',
    '\\"\\',
    "(comment",
    "undisclosed: spy@evil.example;",
    "\0\x01\x7f\x85\u2028\u2029",
    "\ud800\udfff",
    "\u202egnp.exe",
    "é" * 600,
    "a" * 2_000,
    "a " * 1_000,
    "🙂" * 500,
    "." * 100,
    "From me\n.\n..\nFrom you\n",
    "--=_",
    "=?",
    "?=",
    " ",
    "",
    "\t",
    "=3D=\n",
    "##- \n#status closed",
]
HOSTILE = st.lists(st.sampled_from(TRICKS) | st.text(max_size=60), max_size=4).map("".join)
ODD_IDS = ["<a@b.example>", "<" + "x" * 880 + "@b>", "<a b@c>", "<a>\r\nBcc: <b>", "no id", ""]
IDS = st.lists(st.sampled_from(ODD_IDS) | HOSTILE, max_size=30)
OTHERS_WORDS = ("text", "author", "subject", "to_name", "card_subject", "card_customer_name", "card_requester")


def header_of(octets: bytes) -> list[str]:
    """Return the names of the header's fields, read line by line: a slow twin of any parser."""
    lines = octets.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return [line.partition(b":")[0].decode("ascii") for line in lines if not line.startswith((b" ", b"\t"))]


def assert_harmless(octets: bytes, recipient: str) -> None:
    """Hold a mail to what must be true of every mail that leaves."""
    names = header_of(octets)
    parsed = message_from_bytes(octets)

    assert set(names) <= FIELDS
    assert len(set(names)) == len(names), "a field stands twice"
    assert parsed["To"] == recipient
    assert len(getaddresses([parsed["From"].replace("\r\n", "")])) == 1
    assert octets.isascii()
    assert b"\0" not in octets
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_people_write_the_mail_stays_the_mail(data: st.DataObject) -> None:
    """S3.5: for every kind, with any subject, name, text, fact, attachment and Message-ID, all fields are ours."""
    kind = data.draw(st.sampled_from(list(NoticeKind)))
    mail = _hostile_mail(data, kind)
    files = tuple(
        file_of(data.draw(HOSTILE), data.draw(st.binary(max_size=300)), data.draw(HOSTILE | st.just("message/rfc822")))
        for _ in range(data.draw(st.integers(0, 2)))
    )
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, files)

    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=files) == ()
    assert_harmless(octets, mail.notice.to.address)


@pytest.mark.parametrize("piece", ["a", "a ", "é ", "\u202e", "<\n", "\r\nBcc: spy@evil.example", "🙂", "[SUP-1] Re: "])
def test_a_hundred_thousand_of_anything_pass(piece: str) -> None:
    """S3.5, S4.1: size alone makes no mail another mail."""
    words = piece * (100_000 // len(piece))
    mail = mail_of(NoticeKind.UPDATE, text=words, author=words, card_subject=words, to_name=words, references=(words,))
    octets = build(mail, TEMPLATES, PROVIDER, files=())

    assert_harmless(octets, mail.notice.to.address)
    assert b"multipart/alternative" in octets, "the fixed form took its place"


def _hostile_mail(data: st.DataObject, kind: NoticeKind) -> OutgoingMail:
    changed: dict[str, object] = {name: data.draw(HOSTILE) for name in OTHERS_WORDS}
    changed |= {f"fact_{name}": data.draw(HOSTILE) for name in sorted(OTHERS_FACTS & set(NOTICES[kind].facts))}
    changed |= {"in_reply_to": data.draw(HOSTILE), "references": tuple(data.draw(IDS))}
    return mail_of(kind, data.draw(st.sampled_from(["en", "fr"])), **changed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_fixed_form_always_passes(data: st.DataObject) -> None:
    """S3.5: what takes the place of a mail that cannot be built can always be built."""
    mail = _hostile_mail(data, data.draw(st.sampled_from(list(NoticeKind))))
    rendered = fixed_form(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, ())

    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()
    assert_harmless(octets, mail.notice.to.address)


RECIPIENTS_THAT_ARE_NONE = [
    "",
    "nobody",
    "a@b.example, c@d.example",
    "a@b.example\r\nBcc: c@d.example",
    "Bob <a@b.example>",
    "a b@c.example",
    "a@b.example ",
    "é@b.example",
    "a@bé.example",
    "a@@b.example",
    ".a@b.example",
    "a@b..example",
    "a@b.example\0",
    "<a@b.example>",
    "a" * 320 + "@b.example",
]


@pytest.mark.parametrize("address", RECIPIENTS_THAT_ARE_NONE)
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    """S3.5: one plain address, or nothing leaves."""
    mail = mail_of(NoticeKind.HELD, to_address=address)

    with pytest.raises(Permanent, match="not a plain mail address"):
        build(mail, TEMPLATES, PROVIDER, files=())


PLAIN = b"To: primary@acme.example\r\n"
SABOTAGE: list[tuple[str, bytes, bytes]] = [
    ("another recipient", PLAIN, b"To: primary@acme.example, spy@evil.example\r\n"),
    ("a recipient in a second To", PLAIN, PLAIN + b"To: spy@evil.example\r\n"),
    ("a blind copy", PLAIN, PLAIN + b"Bcc: spy@evil.example\r\n"),
    ("a copy", PLAIN, PLAIN + b"Cc: spy@evil.example\r\n"),
    ("a resent field", PLAIN, PLAIN + b"Resent-To: spy@evil.example\r\n"),
    ("an early end of the header", PLAIN, PLAIN + b"\r\n"),
    ("no Message-ID", b"Message-ID: <sample@desk.example>\r\n", b""),
    ("another Message-ID", b"<sample@desk.example>", b"<simple@desk.example>"),
    ("another sender", b"<support@desk.example>", b"<spy@evil.example>"),
    ("another place for replies", b"Reply-To: support+sample@", b"Reply-To: spy@"),
    ("two senders", b"<support@desk.example>", b"<support@desk.example>, <spy@evil.example>"),
    ("another subject", b"Phones are down", b"Phones are up"),
    ("a second subject", b"Subject:", b"Subject: x\r\nSubject:"),
    ("a bare LF", b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\n"),
    ("a bare CR", b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r"),
    ("a NUL", b"1.0\r\n", b"1.0\0\r\n"),
    ("an octet that is not ASCII", b"second floor", b"second fl\xc3\xb4r"),
    ("other words", b"second floor", b"third floor"),
    ("a long line", b"second floor", b"second floor" + b"r" * 1000),
    ("a field behind a mark that some take for a line end", b"Subject: ", b"Subject: x\x0bBcc: spy@evil.example "),
    ("a line of white space in the header", b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\n \r\n"),
    ("a field without a name", b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\n: x\r\n"),
    ("words before the parts", b"\r\n\r\n--=_alternative\r\n", b"\r\n\r\nx\r\n--=_alternative\r\n"),
    ("words after the parts", b"--=_alternative--\r\n", b"--=_alternative--\r\nx\r\n"),
    ("no end of the parts", b"--=_alternative--\r\n", b""),
    ("no end of the last line", b"--=_alternative--\r\n", b"--=_alternative--"),
    ("a part more", b"--=_alternative--", b"--=_alternative\r\n\r\nx\r\n--=_alternative--"),
    ("a boundary that is none", b'boundary="=_', b'boundary="=-'),
    ("another charset", b'text/plain; charset="utf-8"', b'text/plain; charset="utf-7"'),
    ("no charset", b'text/plain; charset="utf-8"', b"text/plain"),
    ("a charset that stands twice", b'text/plain; charset="utf-8"', b'text/plain; charset="utf-8"; charset="utf-7"'),
    ("a type that cannot be read", b"Content-Type: text/plain;", b"Content-Type: text/plain/;"),
    ("an encoding that we do not use", b"quoted-printable\r\n\r\n##", b"7bit\r\n\r\n##"),
    ("a file name on a text", b"quoted-printable\r\n", b'quoted-printable\r\nContent-Disposition: x; filename="x"\r\n'),
    ("a field of the header in a part", b"quoted-printable\r\n", b"quoted-printable\r\nSubject: x\r\n"),
    ("a field that stands twice in a part", b"quoted-printable\r\n", b"quoted-printable\r\nContent-Type: x/y\r\n"),
]


@pytest.mark.parametrize(("what", "found", "put"), SABOTAGE, ids=[row[0] for row in SABOTAGE])
def test_the_guard_sees(what: str, found: bytes, put: bytes) -> None:
    """S3.5: each way in which a mail can differ from what was meant is a fault."""
    mail = mail_of(NoticeKind.UPDATE)
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, ())
    assert found in octets
    assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=()) == ()

    assert guard.faults(octets.replace(found, put), mail, rendered, provider=PROVIDER, files=())


def test_the_guard_counts_attachments() -> None:
    """S3.5: a mail with another file, or one fewer, is not the mail that was meant."""
    mail, file = mail_of(NoticeKind.UPDATE), file_of("plan.png", b"\x89PNG")
    rendered = TEMPLATES.render(mail, PROVIDER)
    octets = compose(mail, rendered, PROVIDER, (file,))

    for other in ((), (file, file), (file_of("plan.png", b"other"),), (file_of("other.png", b"\x89PNG"),)):
        assert guard.faults(octets, mail, rendered, provider=PROVIDER, files=other)


class _Broken(Templates):
    """Templates that cannot say anything."""

    def render(self, mail: OutgoingMail, provider: object) -> Rendered:
        raise ZeroDivisionError


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_mail_that_cannot_be_built_becomes_the_fixed_form(kind: NoticeKind, language: str) -> None:
    """S3.5: a row never sticks: its reader is told at least that there is news, in the same thread."""
    mail = mail_of(kind, language)
    octets = build(mail, _Broken(None), PROVIDER, files=())
    parsed = message_from_bytes(octets)

    assert parsed["Message-ID"] == mail.message_id
    assert parsed.get_content_type() == "text/plain"
    assert ("SUP-1042" in octets.decode()) is (mail.card is not None)
    assert not re.search(
        r" ,| \.$|: $", octets.decode().partition("\r\n\r\n")[2].replace("\r\n", "\n"), re.MULTILINE
    ), "a gap in the words"


def test_attachments_stay_with_a_mail_or_go_as_a_whole() -> None:
    """S4.4: names are labels: cleaned, kept readable, never a path; types that could be read as mail are octets."""
    files = (
        file_of("../../etc/passwd", b"a", "text/plain"),
        file_of("C:\\Users\\me\\rapport été.pdf", b"b", "application/pdf"),
        file_of("nested.eml", b"From: a\r\n\r\nb", "message/rfc822"),
        file_of("", b"c", "multipart/mixed"),
        file_of("x" * 500 + ".pdf", b"d", "application/pdf; name=evil"),
    )
    mail = mail_of(NoticeKind.UPDATE)
    parsed = message_from_bytes(compose(mail, TEMPLATES.render(mail, PROVIDER), PROVIDER, files))
    parts = [part for part in parsed.walk() if part.get_filename()]

    assert [part.get_filename() for part in parts] == [
        "passwd",
        "rapport été.pdf",
        "nested.eml",
        "attachment",
        "x" * 176 + ".pdf",
    ]
    assert [part.get_content_type() for part in parts] == ["text/plain", "application/pdf"] + [
        "application/octet-stream"
    ] * 3
    assert [part.get_payload(decode=True) for part in parts] == [octets for _, octets in files]


def test_s2_8_an_agents_message_id_goes_to_nobody_else() -> None:
    """S2.8: a customer's References never name what was signed for an agent, even if a row asks for it."""
    keyring = Keyring((b"k" * 32,))
    claims = {purpose: Claim(1042, purpose, date(2026, 12, 1), "token") for purpose in Purpose}
    ids = {
        p: sign_message_id(keyring, claim, recipient="x@desk.example", domain="desk.example")
        for p, claim in claims.items()
    }
    everything: dict[str, Any] = {"in_reply_to": ids[Purpose.NOTE], "references": tuple(ids.values())}
    to_customer = message_from_bytes(build(mail_of(NoticeKind.UPDATE, **everything), TEMPLATES, PROVIDER, files=()))
    to_agent = message_from_bytes(
        build(mail_of(NoticeKind.CUSTOMER_WROTE, **everything), TEMPLATES, PROVIDER, files=())
    )

    assert to_customer["In-Reply-To"] is None
    assert to_customer["References"].split() == [ids[purpose] for purpose in Purpose if purpose not in FOR_AGENTS]
    assert to_agent["References"].split() == list(ids.values())


def test_a_recipients_name_stands_nowhere_in_the_header() -> None:
    """S3.5: long quoted names become recipients in careless hands; To has none at all."""
    mail = mail_of(NoticeKind.UPDATE)
    named = dataclasses.replace(
        mail, notice=dataclasses.replace(mail.notice, to=Recipient("primary@acme.example", "Zaphod"))
    )
    octets = build(named, TEMPLATES, PROVIDER, files=())

    assert b"Zaphod" not in octets.partition(b"\r\n\r\n")[0]
