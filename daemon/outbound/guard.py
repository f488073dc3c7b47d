"""The last look at a mail before it may leave (S3.5): the octets are parsed again and compared with what was meant.

What is parsed is the serialised form, by other code than wrote it: grammars of our own for where fields and parts begin
and end, stricter than any client's, so that none reads the mail otherwise, and for the one recipient; the standard
library for what fields say, and for decoding.
"""

import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from typing import TypeAlias

from daemon.model.notice import OutgoingMail
from daemon.model.plan import Provider
from daemon.outbound import fields
from daemon.outbound.compose import PICTURE_TYPE, Files, header, picture_file
from daemon.outbound.rendered import Rendered

EVENT_TYPE = "text/calendar"
_END_OF_HEADER = b"\r\n\r\n"
_FIELD = re.compile(r"([A-Za-z-]+): ((?:[!-~][\t -~]*)?(?:\r\n[ \t]+[!-~][\t -~]*)*)\r\n")
_BODY_FIELDS = ("Content-Type", "Content-Transfer-Encoding")

Parsed: TypeAlias = "Message[str, str]"
Header: TypeAlias = "Mapping[str, str]"


def faults(
    octets: bytes, mail: OutgoingMail, rendered: Rendered, *, provider: Provider, files: Files
) -> tuple[str, ...]:
    """Return what is wrong with a serialised mail; nothing: it may leave.  Fit for the log: no subject, no text.

    Args:
        octets: the mail as it would be sent.
        mail: the row that it was made from.
        rendered: the words that it must say again.
        provider: the sender that it must name.
        files: the attachments that it must carry.
    """
    if unfit := _unfit(octets):
        return (unfit,)
    try:
        parsed = _parsed(octets)
    except ValueError as unreadable:
        return (str(unreadable),)
    wanted = tuple(field.name for field in header(mail, rendered.subject, provider))
    if misnamed := tuple(_faults_of_names(parsed, wanted)):
        return misnamed  # what follows looks at each field by its name, and every name stands once
    given = dict(parsed.items())
    return (
        *_faults_of_addresses(given, mail, provider),
        *_faults_of_way_out(given, mail, provider),
        *_faults_of_subject(given, rendered.subject),
        *_faults_of_body(parsed, rendered, files),
    )


def _unfit(octets: bytes) -> str:
    """Say why octets cannot go over any wire as they are, or the empty string."""
    if not octets.isascii() or b"\0" in octets:
        return "an octet that is not ASCII, or a NUL"
    lines = octets.split(b"\r\n")
    if not len(lines) - 1 == octets.count(b"\r") == octets.count(b"\n"):
        return "a bare CR or LF"
    if max(map(len, lines)) > fields.MAX_LINE:
        return f"a line of more than {fields.MAX_LINE} octets"
    return ""


def _parsed(octets: bytes) -> Parsed:
    """Return a mail, or a part, as a tree: nothing in it is left to a guess.

    Raises:
        ValueError: a header is not fields alone, or the parts do not follow each other as RFC 2046 has them.
    """
    head, _, body = octets.partition(_END_OF_HEADER)
    parsed: Parsed = Message(policy=compat32)
    for name, value in _fields(f"{head.decode('ascii')}\r\n"):
        parsed[name] = value
    if parsed.get_content_maintype() == "multipart":
        parsed.set_payload([_parsed(part) for part in _parts(body, parsed.get_boundary(""))])
    else:
        parsed.set_payload(body.decode("ascii"))
    return parsed


def _fields(head: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the folded value of each field."""
    end = 0
    for field in _FIELD.finditer(head):
        if field.start() != end:
            break
        end = field.end()
        yield field[1], field[2]
    if end != len(head):
        raise ValueError("a header is not fields alone")


def _parts(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield the parts of a multipart that has nothing before, between and after them."""
    before, *parts, after = (b"\r\n" + body).split(b"\r\n--" + boundary.encode()) if boundary else (b"", b"")
    if before or not parts or after != b"--\r\n" or not all(part.startswith(b"\r\n") for part in parts):
        raise ValueError("the parts cannot be told from each other")
    yield from (part.removeprefix(b"\r\n") for part in parts)


def _faults_of_names(parsed: Parsed, wanted: tuple[str, ...]) -> Iterator[str]:
    found = tuple(name for name in parsed.keys() if name not in _BODY_FIELDS)  # noqa: SIM118  iterating gives no duplicates' order
    if found != wanted:
        yield f"fields {found}, wanted {wanted}"
    if any(len(parsed.get_all(name, [])) > 1 for name in _BODY_FIELDS):
        yield "a field of the body's form stands twice"


def _faults_of_addresses(given: Header, mail: OutgoingMail, provider: Provider) -> Iterator[str]:
    recipient = mail.notice.to.address
    if given["To"] != recipient or not fields.is_address(recipient):
        yield f"To is {given['To']!r}, wanted {recipient!r} alone"
    if given.get("Reply-To", mail.reply_to) != mail.reply_to:
        yield f"Reply-To is {given['Reply-To']!r}, wanted {mail.reply_to!r}"
    sender = [address for _, address in getaddresses([_unfolded(given["From"])])]
    if sender != [provider.support_address]:
        yield f"From is {sender}, wanted {provider.support_address!r}"
    if given["Message-ID"] != mail.message_id:
        yield f"Message-ID is {given['Message-ID']!r}, wanted {mail.message_id!r}"


def _faults_of_way_out(given: Header, mail: OutgoingMail, provider: Provider) -> Iterator[str]:
    """Hold the one-click end of a subscription to a page of our own: a client calls it without a look (RFC 8058)."""
    found, base = given.get("List-Unsubscribe"), provider.status_url
    if found is None:
        return
    page = found.removeprefix("<").removesuffix(">")
    is_ours = bool(base) and page.startswith(f"{base}/") and page == dict(mail.notice.facts).get("unsubscribe")
    if not is_ours or found != f"<{page}>":
        yield "List-Unsubscribe names no page of the status page"
    if given.get("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post asks for something else"


def _faults_of_subject(given: Header, wanted: str) -> Iterator[str]:
    try:
        found = _decoded(_unfolded(given["Subject"]))
    except (HeaderParseError, LookupError, ValueError) as unreadable:
        yield f"Subject cannot be decoded ({type(unreadable).__name__})"
        return
    if found != wanted:
        yield f"Subject reads otherwise than was meant ({len(found)} characters, wanted {len(wanted)})"


def _faults_of_body(parsed: Parsed, rendered: Rendered, files: Files) -> Iterator[str]:
    leaves = [part for part in parsed.walk() if not part.is_multipart()]
    texts = [("text/plain", rendered.text)] + ([("text/html", rendered.html)] if rendered.html else [])
    if [_text_of(part) for part in leaves[: len(texts)]] != texts:
        yield "the text reads otherwise than it was rendered"
    carried = [
        (part.get_content_type(), part.get_filename(), part["Content-ID"], part.get_payload(decode=True))
        for part in leaves[len(texts) :]
    ]
    if carried != [*_pictures(rendered), *_event(rendered), *_attachments(files)]:
        yield f"the attachments are {[kind for kind, *_ in carried]}, other than was meant"
    if any(part.defects for part in leaves):
        yield "the parts cannot be decoded without a repair"
    if rendered.invitation and _place_of_event(parsed) != (EVENT_TYPE, rendered.invitation.method):
        yield "the event is no form of the text, or does something else than was meant"


Carried: TypeAlias = "tuple[str, str | None, str | None, bytes]"
"""A part beside the words: its type, its file name, its Content-ID, its octets."""


def _pictures(rendered: Rendered) -> Iterator[Carried]:
    for picture in rendered.pictures:
        yield PICTURE_TYPE, picture_file(picture), f"<{picture.content_id}>", picture.octets


def _event(rendered: Rendered) -> Iterator[Carried]:
    if rendered.invitation:
        yield EVENT_TYPE, None, None, rendered.invitation.text.replace("\n", "\r\n").encode()


def _place_of_event(parsed: Parsed) -> tuple[str, object]:
    """Return type and method of the last of the text's forms (RFC 6047): clients look for the event there."""
    forms = next((part for part in parsed.walk() if part.get_content_type() == "multipart/alternative"), parsed)
    parts = forms.get_payload()
    last = parts[-1] if isinstance(parts, list) else forms
    return (last.get_content_type(), last.get_param("method")) if isinstance(last, Message) else ("", None)


def _attachments(files: Files) -> Iterator[Carried]:
    for ref, octets in files:
        yield fields.media_type(ref.content_type), fields.file_name(ref.name), None, octets


def _text_of(part: Parsed) -> tuple[str, str]:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return part.get_content_type(), octets.decode("utf-8", "replace").replace("\r\n", "\n")


def _unfolded(value: str) -> str:
    return value.replace("\r\n", "").replace("\n", "")


def _decoded(value: str) -> str:
    """Return unstructured text, decoded: raw between encoded words, nothing between two of them."""
    pieces = (
        piece.decode(charset or "ascii") if isinstance(piece, bytes) else piece
        for piece, charset in decode_header(value)
    )
    return "".join(pieces)
