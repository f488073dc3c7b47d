"""Delivery reports: which recipient a mail did not reach, and why.

Sources: RFC 3464 (delivery status), RFC 3463 (status codes), RFC 5965 (feedback reports).  Reports in free form are
read by `bounce_text`, and where that names nobody by `bounce_library`.
"""

import re

from daemon.ingest.bounce_library import library_recipients
from daemon.ingest.bounce_reason import is_hard, status_of
from daemon.ingest.bounce_text import free_form_recipients, looks_like_bounce, reasons_in_text, report_words
from daemon.ingest.header import Header, split_message
from daemon.ingest.machine_marks import has_null_path, is_all_about
from daemon.ingest.parts import Part, Tree, open_attached
from daemon.ingest.words import decode_words
from daemon.model.mail import BouncedRecipient, DeliveryReport, Envelope
from daemon.model.text import clean_line

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_FEEDBACK_TYPES = frozenset({"message/feedback-report"})
_ORIGINAL_TYPES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "text/rfc822"}
)
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure"})
"""Feedback that calls nothing unwanted: a mail was taken out of the spam (RFC 6430), or failed a check (RFC 6591)."""
_MOST_RECIPIENTS = 200
_LONGEST_REASON = 1_000
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,990}>")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_ADDRESS = re.compile(r"[^\s<>;\"]{1,64}@[^\s<>;\"]{1,255}")


def read_report(tree: Tree, envelope: Envelope, raw: bytes) -> DeliveryReport | None:
    """Return what a delivery or feedback report says, or None where the mail is no report.

    Args:
        tree: the mail, opened.
        envelope: how it came.
        raw: its octets, for the library that is asked where our own reader names no recipient.
    """
    own = _own_reading(tree, envelope)
    if own is not None and (own.is_feedback or any(recipient.address for recipient in own.recipients)):
        return own
    if own is None and not has_null_path(tree.header, envelope):
        return None
    found = library_recipients(raw, report_words(tree))[:_MOST_RECIPIENTS]
    return DeliveryReport(found, _original_message_id(tree.root.leaves())) if found else own


def _own_reading(tree: Tree, envelope: Envelope) -> DeliveryReport | None:
    """Return what our own reader makes of a report."""
    leaves = tree.root.leaves()
    formal = is_all_about(tree, _STATUS_TYPES | _FEEDBACK_TYPES) or has_null_path(tree.header, envelope)
    if not formal and not looks_like_bounce(tree, envelope):
        return None
    feedback = next((leaf for leaf in leaves if leaf.content_type in _FEEDBACK_TYPES), None)
    if feedback is not None:
        return _feedback(feedback, leaves)
    groups = [group for leaf in leaves if leaf.content_type in _STATUS_TYPES for group in _groups(leaf)]
    results = [found for group in groups if (found := _recipient(group))][:_MOST_RECIPIENTS]
    if results:
        return _standard_report(tree, results)
    if not groups and not looks_like_bounce(tree, envelope):
        return None
    recipients = free_form_recipients(tree)[:_MOST_RECIPIENTS]
    return DeliveryReport(recipients, _original_message_id(leaves))


def _feedback(feedback: Part, leaves: tuple[Part, ...]) -> DeliveryReport:
    """Return what a feedback report says: which mail it is about, by reverse-path and by Message-ID (RFC 5965 3.2)."""
    groups = _groups(feedback)
    paths = (_address(_typed(group, "original-mail-from")) for group in groups)
    path = next((path for path in paths if "@" in path), "")
    kinds = {decode_words(group.first("feedback-type")).partition("(")[0].strip().lower() for group in groups}
    return DeliveryReport(
        (),
        _original_message_id(leaves),
        is_feedback=True,
        is_complaint=not kinds & _NO_COMPLAINT,
        original_path=path,
    )


def _standard_report(tree: Tree, results: list[tuple[str, BouncedRecipient]]) -> DeliveryReport:
    """Return a report from the groups of its delivery status: the failures, or if there is none what went well."""
    bounced = [recipient for action, recipient in results if action not in _GOOD]
    if any(not recipient.reason for recipient in bounced):
        said = reasons_in_text(tree)
        bounced = [_explained(recipient, said.get(recipient.address)) for recipient in bounced]
    shown = bounced or [recipient for _, recipient in results]
    return DeliveryReport(tuple(shown), _original_message_id(tree.root.leaves()), is_success=not bounced)


def _explained(recipient: BouncedRecipient, said: BouncedRecipient | None) -> BouncedRecipient:
    """Take the reason from the report's text where its fields give none."""
    if recipient.reason or said is None:
        return recipient
    status = status_of(recipient.status, said.reason)
    return BouncedRecipient(recipient.address, status, said.reason, is_hard(status, said.reason))


_GOOD = frozenset({"delivered", "relayed", "expanded", "deliverable"})


def _groups(leaf: Part) -> list[Header]:
    """Cut a delivery status into its groups of fields: the message's, then one a recipient."""
    pieces = _BLANK_LINE.split(leaf.decoded()[:262_144].strip(), maxsplit=2 * _MOST_RECIPIENTS)
    return [split_message(piece.strip(b"\r\n") + b"\n\n")[0] for piece in pieces if piece.strip()]


def _recipient(group: Header) -> tuple[str, BouncedRecipient] | None:
    """Read one recipient's group: its action and its outcome."""
    address = _typed(group, "original-recipient") or _typed(group, "final-recipient")
    final = _typed(group, "final-recipient") or address
    action = decode_words(group.first("action")).lower().split(" ")[0].strip(";.")
    if not (final or address or action):
        return None
    reason = clean_line(_typed_text(group, "diagnostic-code"), longest=_LONGEST_REASON)
    status = status_of(decode_words(group.first("status")), reason)
    hard = action != "delayed" and action not in _GOOD and is_hard(status, reason)
    return action, BouncedRecipient(_address(final) or _address(address), status, reason, hard)


def _typed(group: Header, name: str) -> str:
    """Return a value such as `rfc822; user@example.com` without its type."""
    return _typed_text(group, name).strip()


def _typed_text(group: Header, name: str) -> str:
    """Return a field's text after the type, if it gives one."""
    value = decode_words(group.first(name))
    kind, sign, rest = value.partition(";")
    return rest.strip() if sign and re.fullmatch(r"[\w.-]{1,40}", kind.strip()) else value


def _address(text: str) -> str:
    """Return the address in a recipient field, lower-cased, or the word that stands there."""
    match = _ADDRESS.search(text)
    return (match[0].strip("'.,()") if match else clean_line(text, longest=320)).lower()


def _original_message_id(leaves: tuple[Part, ...]) -> str:
    """Return the Message-ID of the mail that the report is about, or nothing."""
    for leaf in leaves:
        if leaf.content_type in _ORIGINAL_TYPES:
            tree = open_attached(leaf)
            found = _MESSAGE_ID.search(tree.header.first("message-id")) if tree else None
            if found:
                return found[0].decode("ascii", "replace")
    return ""
