"""Attached files that carry what was signed for an agent: our notification as a mail, a text, an .msg (S2.8).

The octets are looked through as they are, without NUL (UTF-16), with soft line breaks undone, and, of an attached mail,
part by part.  Nothing is unpacked (S4.4): what stands inside an archive or a picture is not seen.
"""

import binascii
from collections.abc import Iterator

from daemon.errors import Unreadable
from daemon.ingest.parts import Part, open_attached, open_message
from daemon.model.mail import Attachment
from daemon.model.marks import octets_have_agents_mark

DEEPEST = 5
"""Mails attached to mails are opened so deep."""


def marked_files(attachments: tuple[Attachment, ...]) -> tuple[str, ...]:
    """Return the names of the files in which a signed address or Message-ID stands that was made for an agent."""
    return tuple(file.name for file in attachments if _is_marked(file))


def _is_marked(file: Attachment) -> bool:
    return any(octets_have_agents_mark(form) for octets in (file.octets, *_inside(file)) for form in _forms(octets))


def _forms(octets: bytes) -> Iterator[bytes]:
    yield octets
    if b"\0" in octets:
        yield octets.replace(b"\0", b"")
    if b"=\n" in octets or b"=\r\n" in octets:
        yield binascii.a2b_qp(octets)


def _inside(file: Attachment) -> Iterator[bytes]:
    """Give the decoded leaves of an attached mail, by its type or by its name."""
    if file.content_type.startswith("message/") or file.name.lower().endswith((".eml", ".mht")):
        try:
            yield from _leaves(open_message(file.octets).root, DEEPEST)
        except Unreadable:
            return


def _leaves(part: Part, depth: int) -> Iterator[bytes]:
    for leaf in part.leaves():
        yield leaf.decoded()
        inner = open_attached(leaf) if depth and leaf.main_type == "message" else None
        if inner is not None:
            yield from _leaves(inner.root, depth - 1)
