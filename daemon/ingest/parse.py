"""Octets to an `InboundMail`: the one place where a kept message is read.

Total: any octets give a mail or `Unreadable` (an empty message).  Work grows with the length of the message and is
bounded by S4.1; the limits that were met are named in the result.
"""

import re

from daemon.ingest.addresses import read_addresses
from daemon.ingest.attachments import attachment_of
from daemon.ingest.authentication import Trust, read_authentication
from daemon.ingest.body import Body, find_body
from daemon.ingest.charset import detection_bounded
from daemon.ingest.content_key import content_key
from daemon.ingest.crypto import is_sealed
from daemon.ingest.header import Header
from daemon.ingest.machine_marks import read_marks
from daemon.ingest.originator import read_originator
from daemon.ingest.parts import Tree, open_message
from daemon.ingest.passages import Reading, read_body
from daemon.ingest.received import read_date, relayed_at
from daemon.ingest.report import read_report
from daemon.ingest.words import decode_raw, decode_words
from daemon.model.mail import Envelope, InboundMail
from daemon.model.text import clean_line

LONGEST_SUBJECT = 1_000
_MOST_REFERENCES = 200
_LONGEST_THREAD = 16_384  # the last octets: those name the mail that is answered
_DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
"""Fields in which servers keep the envelope's recipient: Postfix, Dovecot, qmail, Exim, and others."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,990}>")


@detection_bounded()
def read_mail(raw: bytes, envelope: Envelope, trust: Trust) -> InboundMail:
    """Read a message.

    Args:
        raw: the octets as they were kept.
        envelope: how they came.
        trust: whose Received and Authentication-Results fields are believed.

    Raises:
        Unreadable: there is nothing but white space.
    """
    tree = open_message(raw)
    body = find_body(tree.root)
    return _mail(raw, envelope, trust, tree=tree, body=body)


def _mail(raw: bytes, envelope: Envelope, trust: Trust, *, tree: Tree, body: Body) -> InboundMail:
    """Put together what each reader of a part of the message says."""
    header = tree.header
    originator = read_originator(header)
    reading: Reading = read_body(body)
    return InboundMail(
        originator=originator,
        subject=decode_words(header.first("subject"), longest=LONGEST_SUBJECT),
        message_id=next(iter(message_ids(header, "message-id")), ""),
        in_reply_to=message_ids(header, "in-reply-to"),
        references=message_ids(header, "references"),
        to=read_addresses(header, "to"),
        cc=read_addresses(header, "cc"),
        text=reading.text,
        reply_text=reading.reply.new,
        attachments=tuple(attachment_of(part, number) for number, part in enumerate(body.attached, start=1)),
        authentication=read_authentication(header, originator.domain, trust, envelope=envelope),
        marks=read_marks(tree, envelope),
        report=read_report(tree, envelope, raw),
        content_key=content_key(raw),
        relayed_at=relayed_at(header, envelope.peer, trust.relays),
        date=read_date(decode_words(header.first("date"))),
        forwarded_from=reading.forwarded.originator,
        forwarded_text=reading.forwarded.text,
        opening_text=reading.reply.opening,
        elided_text=reading.reply.elided,
        signature=reading.reply.signature,
        delivered_to=_delivered_to(header),
        html=reading.html,
        is_sealed=is_sealed(tree.root),
        limits=tree.limits + (("text longer than 256 kB",) if body.is_cut else ()),
    )


def _delivered_to(header: Header) -> tuple[str, ...]:
    """Return whom a mail was delivered to as the servers on its way wrote it: anybody's words, as To is."""
    found = (address.address for name in _DELIVERED_TO for address in read_addresses(header, name))
    return tuple(dict.fromkeys(found))


def message_ids(header: Header, name: str) -> tuple[str, ...]:
    """Return the Message-IDs that a threading field names, with angle brackets, each once.

    An id that some mailer folded is put together again; one without angle brackets is given them.
    """
    found: dict[str, None] = {}
    for value in header.all(name):
        text = clean_line(decode_raw(value[-_LONGEST_THREAD:]), longest=_LONGEST_THREAD)
        ids = _MESSAGE_ID.findall(text) or _MESSAGE_ID.findall(text.replace(" ", ""))
        if not ids and "@" in text and " " not in text and len(text) <= 990:
            ids = [f"<{text.strip('<>')}>"]
        found.update(dict.fromkeys(ids))
    return tuple(found)[-_MOST_REFERENCES:]
