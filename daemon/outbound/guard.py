"""The last look at a mail before it may leave (S3.5): the octets are parsed again and compared with what was meant.

What is parsed is the serialised form, by other code than wrote it: grammars of our own for where fields and parts begin
and end and for what a part is (`parsed`), stricter than any client's, so that none reads the mail otherwise, and for
the one recipient; the standard library for what the sender and the subject say, and for decoding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses
from functools import lru_cache
from typing import Final

from daemon.model.marks import octets_have_agents_mark
from daemon.model.notice import OutgoingMail
from daemon.model.notice_kinds import NOTICES
from daemon.model.notice_spec import Audience
from daemon.model.plan import Provider
from daemon.outbound import fields
from daemon.outbound.compose import PICTURE_TYPE, Files, header, picture_file
from daemon.outbound.parsed import Header, Part, decoded, parsed, value_of
from daemon.outbound.rendered import Rendered

EVENT_TYPE = "text/calendar"
FORMS = "multipart/alternative"
"""The text in its several forms, of which a client shows one."""
_OF_BODY: Final = frozenset({"Content-Type", "Content-Transfer-Encoding"})
"""What the header of the whole mail says of the body's form: never that it is a file."""
_OF_PART: Final = _OF_BODY | {"Content-Disposition", "Content-ID"}


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
        whole = parsed(octets)
    except ValueError as unreadable:
        return (str(unreadable),)
    wanted = [field.name for field in header(mail, rendered.subject, provider)]
    if misnamed := tuple(_faults_of_names(whole, wanted)):
        return misnamed  # what follows looks at each field by its name
    given = whole.fields
    return (
        *_faults_of_addresses(given, mail, provider),
        *_faults_of_way_out(given, mail, provider),
        *_faults_of_subject(given, rendered.subject),
        *_faults_of_body(whole, rendered, files),
        *_faults_of_files(mail, files),
    )


def _unfit(octets: bytes) -> str:
    """Say why octets cannot go over any wire as they are, or the empty string."""
    if not octets.isascii() or b"\0" in octets:
        return "an octet that is not ASCII, or a NUL"
    lengths = [len(line) for line in octets.splitlines()]  # which ends a line at CR, LF and CRLF
    if sum(lengths) + len(b"\r\n") * len(lengths) != len(octets):
        return "a bare CR or LF, or no CRLF at the end"
    if max(lengths, default=0) > fields.MAX_LINE:
        return f"a line of more than {fields.MAX_LINE} octets"
    return ""


def _faults_of_names(whole: Part, wanted: list[str]) -> Iterator[str]:
    found = [name for name in whole.fields if name not in _OF_BODY]
    if found != wanted:
        yield f"fields {tuple(found)}, wanted {tuple(wanted)}"
    if any(not part.fields.keys() <= _OF_PART for inner in whole.parts for part in inner.walk()):
        yield "a part has a field that no part has"


def _faults_of_addresses(given: Header, mail: OutgoingMail, provider: Provider) -> Iterator[str]:
    recipient = mail.notice.to.address
    if given["To"] != recipient or not fields.is_address(recipient):
        yield f"To is {given['To']!r}, wanted {recipient!r} alone"
    if given.get("Reply-To", mail.reply_to) != mail.reply_to:
        yield f"Reply-To is {given['Reply-To']!r}, wanted {mail.reply_to!r}"
    sender = _addresses(given["From"])
    if sender != (provider.support_address,):
        yield f"From is {sender}, wanted {provider.support_address!r}"
    if given["Message-ID"] != mail.message_id:
        yield f"Message-ID is {given['Message-ID']!r}, wanted {mail.message_id!r}"


@lru_cache(maxsize=64)  # it is nearly always the same
def _addresses(field: str) -> tuple[str, ...]:
    return tuple(address for _, address in getaddresses([_unfolded(field)]))


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


def _faults_of_body(whole: Part, rendered: Rendered, files: Files) -> Iterator[str]:
    texts, others = list(_texts(rendered)), [*_pictures(rendered), *_event(rendered), *_attachments(files)]
    try:
        found = [_carried(part) for part in whole.walk() if not part.parts]
    except ValueError as unreadable:
        yield f"a part cannot be decoded without a repair: {unreadable}"
        return
    if found[: len(texts)] != texts:
        yield "the text reads otherwise than it was rendered"
    if found[len(texts) :] != others:
        yield f"the attachments are {[one.kind for one in found[len(texts) :]]}, other than was meant"
    if rendered.invitation and _place_of_event(whole) != (EVENT_TYPE, rendered.invitation.method):
        yield "the event is no form of the text, or does something else than was meant"


def _faults_of_files(mail: OutgoingMail, files: Files) -> Iterator[str]:
    """Stop files that give an agent's power to somebody else (S2.8); a reply with one is refused before it is one."""
    is_agents = NOTICES[mail.notice.kind].audience is Audience.AGENT
    if not is_agents and any(octets_have_agents_mark(octets) for _, octets in files):
        yield "an attachment holds what was signed for an agent"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a part holds, decoded, and as what; the empty string stands for what it does not say."""

    kind: str
    octets: bytes
    charset: str = ""
    file_name: str = ""
    content_id: str = ""


def _texts(rendered: Rendered) -> Iterator[Carried]:
    yield Carried("text/plain", _with_crlf(rendered.text), "utf-8")
    if rendered.html:
        yield Carried("text/html", _with_crlf(rendered.html), "utf-8")


def _pictures(rendered: Rendered) -> Iterator[Carried]:
    for picture in rendered.pictures:
        yield Carried(
            PICTURE_TYPE, picture.octets, file_name=picture_file(picture), content_id=f"<{picture.content_id}>"
        )


def _event(rendered: Rendered) -> Iterator[Carried]:
    if rendered.invitation:
        yield Carried(EVENT_TYPE, _with_crlf(rendered.invitation.text), "utf-8")


def _attachments(files: Files) -> Iterator[Carried]:
    for ref, octets in files:
        yield Carried(fields.media_type(ref.content_type), octets, file_name=fields.file_name(ref.name))


def _with_crlf(text: str) -> bytes:
    return text.encode().replace(b"\n", b"\r\n")


def _carried(part: Part) -> Carried:
    """Return what a part holds.

    Raises:
        ValueError: it cannot be decoded without a repair, or its form cannot be read.
    """
    disposition = part.fields.get("Content-Disposition")
    return Carried(
        kind=part.kind,
        octets=decoded(part),
        charset=part.parameters.get("charset", ""),
        file_name=value_of(disposition)[1].get("filename", "") if disposition else "",
        content_id=part.fields.get("Content-ID", ""),
    )


def _place_of_event(whole: Part) -> tuple[str, str]:
    """Return type and method of the last of the text's forms (RFC 6047): clients look for the event there."""
    forms = next((part for part in whole.walk() if part.kind == FORMS), whole)
    last = forms.parts[-1] if forms.parts else forms
    return last.kind, last.parameters.get("method", "")


def _unfolded(value: str) -> str:
    return value.replace("\r\n", "").replace("\n", "")


def _decoded(value: str) -> str:
    """Return unstructured text, decoded: raw between encoded words, nothing between two of them."""
    pieces = (
        piece.decode(charset or "ascii") if isinstance(piece, bytes) else piece
        for piece, charset in decode_header(value)
    )
    return "".join(pieces)
