"""Words become octets: the header and MIME structure of every mail that leaves (RFC 5322, RFC 2045, RFC 3834).

The same row gives the same octets: the date comes from the row, and the boundaries are always the same.
To names the bare address of the one recipient: no name that a customer chose stands beside it (S3.5).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from daemon.model.marks import has_agents_mark
from daemon.model.notice import AttachmentRef, OutgoingMail
from daemon.model.notice_kinds import NOTICES, NoticeKind
from daemon.model.notice_spec import Audience
from daemon.model.plan import Provider
from daemon.outbound import fields
from daemon.outbound.fields import Field
from daemon.outbound.rendered import Picture, Rendered

Files = tuple[tuple[AttachmentRef, bytes], ...]

PICTURE_TYPE = "image/png"
_ASCII = bytes(range(128))
_FROM = re.compile(rb"^From ", re.MULTILINE)
NO_AUTOMATIC_ANSWER = "DR, RN, NRN, OOF, AutoReply"
"""What Exchange is asked not to send us: all but delivery failures (NDR), which S3.4 lives on."""


def compose(mail: OutgoingMail, rendered: Rendered, provider: Provider, files: Files) -> bytes:
    """Return the mail as it is sent, with CRLF line ends, in ASCII.

    Args:
        mail: the row.
        rendered: its words, clean.
        provider: who sends.
        files: each attachment of the notice with its octets, in order.
    """
    head = _joined(header(mail, rendered.subject, provider))
    return head + _body(rendered, files)


@lru_cache(maxsize=1)  # the guard asks for the header of the mail that has just been composed
def header(mail: OutgoingMail, subject: str, provider: Provider) -> tuple[Field, ...]:
    """Return the fields of the header in the order in which they are sent, those of the body's form left out."""
    return tuple(_header(mail, subject, provider))


def _header(mail: OutgoingMail, subject: str, provider: Provider) -> Iterator[Field]:
    yield Field("From", fields.mailbox(from_name(mail, provider), provider.support_address))
    yield Field("To", mail.notice.to.address)
    if mail.reply_to and fields.is_address(mail.reply_to):
        yield Field("Reply-To", mail.reply_to)
    yield fields.unstructured("Subject", subject)
    yield fields.date(datetime.fromisoformat(mail.created_at))
    yield Field("Message-ID", mail.message_id)
    yield from _threading(mail)
    yield from _marks_of_automation(mail.notice.kind)
    yield from _way_out(mail, provider)
    yield Field("MIME-Version", "1.0")


def _threading(mail: OutgoingMail) -> Iterator[Field]:
    """Yield what ties the mail to its thread; an id that was signed for an agent goes to nobody else (S2.8)."""
    to_agent = NOTICES[mail.notice.kind].audience is Audience.AGENT
    for name, ids in (("In-Reply-To", (mail.in_reply_to,)), ("References", mail.references)):
        fit = ids if to_agent else tuple(one for one in ids if not has_agents_mark(one))
        if field := fields.message_ids(name, fit):
            yield field


def from_name(mail: OutgoingMail, provider: Provider) -> str:
    """Return the display name of the sender: an agent's own words carry the agent's name (never the address)."""
    name = mail.notice.author
    return f"{name} ({provider.name})" if mail.notice.kind is NoticeKind.UPDATE and name else provider.name


def _marks_of_automation(kind: NoticeKind) -> Iterator[Field]:
    """Yield what tells other programs not to answer (S3.2); an agent's public reply is no machine's mail."""
    spec = NOTICES[kind]
    if spec.automatic:
        yield Field("Auto-Submitted", "auto-replied" if spec.answers else "auto-generated")
        yield Field("X-Auto-Response-Suppress", NO_AUTOMATIC_ANSWER)


def _way_out(mail: OutgoingMail, provider: Provider) -> Iterator[Field]:
    """Yield how a subscription is ended with one click (RFC 2369, RFC 8058): a page of ours, by TLS, or nothing."""
    page = dict(mail.notice.facts).get("unsubscribe", "")
    if not fields.is_page(page, provider.status_url):
        return
    yield Field("List-Unsubscribe", f"<{page}>")
    if page.startswith("https://"):
        yield Field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _body(rendered: Rendered, files: Files) -> bytes:
    """Return the fields of the body's form, an empty line, and the body."""
    words = [_text_part("plain", rendered.text)]
    if rendered.html:
        words.append(_page(rendered))
    if rendered.invitation:
        words.append(_text_part("calendar", rendered.invitation.text, f"; method={rendered.invitation.method}"))
    whole = _multipart("alternative", words) if len(words) > 1 else words[0]
    return _multipart("mixed", [whole, *(_file_part(*file) for file in files)]) if files else whole


def _page(rendered: Rendered) -> bytes:
    """Return the HTML, together with the pictures that it shows (RFC 2387)."""
    page = _text_part("html", rendered.html)
    pictures = (_picture_part(picture) for picture in rendered.pictures)
    return _multipart("related", [page, *pictures], ' type="text/html";\r\n') if rendered.pictures else page


def _text_part(subtype: str, text: str, parameters: str = "") -> bytes:
    octets = text.encode()
    mostly_ascii = 6 * len(octets.translate(None, delete=_ASCII)) < len(octets)
    encoding = "quoted-printable" if mostly_ascii else "base64"
    body = _quoted_printable(octets) if mostly_ascii else _base64(octets.replace(b"\n", b"\r\n"))
    kind = Field("Content-Type", f'text/{subtype}; charset="utf-8"{parameters}')
    return _joined((kind, Field("Content-Transfer-Encoding", encoding))) + b"\r\n" + body


def _file_part(ref: AttachmentRef, octets: bytes) -> bytes:
    name = fields.file_name_parameter(fields.file_name(ref.name))
    form = (
        Field("Content-Type", fields.media_type(ref.content_type)),
        Field("Content-Disposition", f"attachment;\r\n {name}"),
        Field("Content-Transfer-Encoding", "base64"),
    )
    return _joined(form) + b"\r\n" + _base64(octets)


def _picture_part(picture: Picture) -> bytes:
    form = (
        Field("Content-Type", PICTURE_TYPE),
        Field("Content-ID", f"<{picture.content_id}>"),
        Field("Content-Disposition", f"inline;\r\n {fields.file_name_parameter(picture_file(picture))}"),
        Field("Content-Transfer-Encoding", "base64"),
    )
    return _joined(form) + b"\r\n" + _base64(picture.octets)


def picture_file(picture: Picture) -> str:
    """Return the file name of a picture, for who wants to keep it."""
    return f"{picture.name}.png"


def _multipart(subtype: str, parts: list[bytes], parameters: str = "") -> bytes:
    """Put parts together; a boundary with `=_` can stand neither in quoted-printable nor in base64."""
    mark = f"=_{subtype}"
    form = _joined((Field("Content-Type", f'multipart/{subtype};\r\n{parameters} boundary="{mark}"'),))
    line = f"--{mark}".encode()
    return b"".join((form, b"\r\n", *(line + b"\r\n" + part + b"\r\n" for part in parts), line, b"--\r\n"))


def _quoted_printable(octets: bytes) -> bytes:
    """Encode text with LF line ends; a line that a mailbox file would take for its own ("From ") is encoded too."""
    encoded = binascii.b2a_qp(octets, istext=True).replace(b"\n", b"\r\n")
    return _FROM.sub(b"=46rom ", encoded) if b"From " in encoded else encoded


def _base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


def _joined(some: Iterable[Field]) -> bytes:
    return "".join(f"{field}\r\n" for field in some).encode("ascii")
