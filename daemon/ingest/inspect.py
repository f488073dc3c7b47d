"""What the daemon reads in a mail file, as `supportd mail inspect` prints it: no database, nothing is stored.

The keys are those of the interface; a mail that cannot be read gives `{file, error}`.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.errors import Unreadable
from daemon.ingest.addresses import read_addresses
from daemon.ingest.authentication import Trust, any_dmarc_verdict
from daemon.ingest.charset import detection_bounded, to_text
from daemon.ingest.crypto import read_protection
from daemon.ingest.header import Header
from daemon.ingest.parse import read_mail
from daemon.ingest.parts import Part, Tree, open_attached, open_message
from daemon.ingest.tnef import tnef_files
from daemon.model.mail import Address, Attachment, DeliveryReport, Envelope, InboundMail
from daemon.model.text import clean_text

_LONGEST_TEXT = 262_144
_DEEPEST_MAIL = 10
_NO_ENVELOPE = Envelope(reverse_path=None, recipients=())

Fields = dict[str, Any]


def inspect_file(path: Path, trust: Trust) -> Fields:
    """Return what is read in the file `path` as one JSON-ready mapping; `trust` decides `authentication`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return {"file": str(path), "error": error.strerror or "cannot be read"}
    return inspect_octets(raw, str(path), trust)


@detection_bounded()
def inspect_octets(raw: bytes, name: str, trust: Trust) -> Fields:
    """Return what is read in a message; `name` stands for it under `file`."""
    try:
        mail = read_mail(raw, _NO_ENVELOPE, trust)
        tree = open_message(raw)
    except Unreadable as error:
        return {"file": name, "error": str(error)}
    return {
        "file": name,
        **_head(mail, tree.header),
        **_text(mail, tree),
        **_machine(mail, tree),
        "authentication": mail.authentication.value,
        "limits": list(mail.limits),
    }


def _head(mail: InboundMail, header: Header) -> Fields:
    """Return what the header says; an ambiguous From is shown by its first address, which proves nothing."""
    shown = _shown_originator(mail, header)
    reply_to = read_addresses(header, "reply-to")
    return {
        "subject": mail.subject,
        "from_email": shown.address,
        "from_name": shown.name,
        "to_emails": [to.address for to in mail.to],
        "cc_emails": [cc.address for cc in mail.cc],
        "reply_to_email": reply_to[0].address if reply_to else "",
        "message_id": mail.message_id.strip("<>"),
        "in_reply_to": " ".join(mail.in_reply_to),
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "no_sender": not shown.address,
        "ambiguous_from": bool(mail.originator.ambiguous) and "from" in header.names(),
        "ambiguous_reason": mail.originator.ambiguous,
        "auth_dmarc": any_dmarc_verdict(header),
    }


def _shown_originator(mail: InboundMail, header: Header) -> Address:
    """Return the originator, or the first address of the From field where none can be read strictly."""
    if mail.originator.address:
        return Address(mail.originator.address, mail.originator.name)
    return next(iter(read_addresses(header, "from")), Address(""))


def _text(mail: InboundMail, tree: Tree) -> Fields:
    """Return the texts and the parts."""
    return {
        "body_text": mail.text,
        "body_html": mail.html,
        "reply_text": mail.reply_text,
        "elided_text": mail.elided_text,
        "signature": mail.signature,
        "empty_body": not mail.text.strip() and not mail.html.strip(),
        "attachments": [_attachment(attachment) for attachment in mail.attachments],
        "leaves": [_hash_lf(octets) for octets in _leaf_octets(tree, depth=0)],
    }


def _leaf_octets(tree: Tree, *, depth: int) -> Iterator[bytes]:
    """Yield the octets of every part that holds no other, those of attached mails included."""
    for leaf in tree.root.leaves():
        if leaf.is_hollow:
            continue
        inner = open_attached(leaf) if leaf.content_type == "message/rfc822" and depth < _DEEPEST_MAIL else None
        if inner is None:
            yield leaf.decoded()
        else:
            yield from _leaf_octets(inner, depth=depth + 1)


def _machine(mail: InboundMail, tree: Tree) -> Fields:
    """Return what shows that programs had a hand in the mail, and what is wrapped in it."""
    report = mail.report
    protection = read_protection(tree.root)
    return {
        "is_auto": bool(mail.marks.automatic),
        "auto_mark": mail.marks.automatic,
        "no_answer_mark": mail.marks.no_answer,
        "is_bounce": report is not None and not report.is_feedback and not report.is_success,
        "is_feedback_report": report is not None and report.is_feedback,
        "is_dsn_success": report is not None and report.is_success,
        "bounce": _outcomes(report),
        "tnef_files": [
            {"name": file.name, "sha256": hashlib.sha256(file.octets).hexdigest()}
            for leaf in tree.root.leaves()
            for file in _inside(leaf)
        ],
        "crypto": {
            "kind": protection.kind,
            "signed": protection.is_signed,
            "encrypted": protection.is_encrypted,
            "decrypted_text": "",
        },
    }


def _inside(leaf: Part) -> tuple[Attachment, ...]:
    """Return the files in a TNEF leaf."""
    is_tnef = leaf.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"}
    return tnef_files(leaf.decoded()) if is_tnef or leaf.given_name.lower() == "winmail.dat" else ()


def _outcomes(report: DeliveryReport | None) -> list[Fields]:
    """Return the outcome of each recipient of a report."""
    if report is None or report.is_feedback:
        return []
    return [
        {"rcpt": found.address, "status": found.status, "reason": found.reason, "hard": found.hard}
        for found in report.recipients
    ]


def _attachment(attachment: Attachment) -> Fields:
    """Return one attachment; its text where it is one, or the text of an attached mail."""
    return {
        "name": attachment.name,
        "type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "sha256_lf": _hash_lf(attachment.octets),
        "text": _attachment_text(attachment),
        "inline": attachment.inline,
    }


def _attachment_text(attachment: Attachment) -> str:
    """Return the text of an attachment that is text or a mail."""
    if not attachment.content_type.startswith(("text/", "message/")):
        return ""
    return clean_text(to_text(attachment.octets[:_LONGEST_TEXT], ""))


def _hash_lf(octets: bytes) -> str:
    """Return the SHA-256 of octets with every line end made LF: CRLF, and the CR that some mailers leave alone."""
    return hashlib.sha256(octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).hexdigest()
