# ruff: noqa: E501
"""Delivery reports in free form, as many servers still write them: who writes so, and the outcome of each recipient.

There is no standard; what is used is what all have in common: the writer is a mail system, the text names the addresses
that failed near the words of the server that refused them, and the original message follows below a line that says so.
"""

import re
from dataclasses import replace

from daemon.ingest.bounce_reason import is_hard, is_only_late, status_of
from daemon.ingest.charset import to_text
from daemon.ingest.html import html_lines
from daemon.ingest.machine_marks import has_null_path
from daemon.ingest.parts import Part, Tree
from daemon.ingest.words import decode_words
from daemon.model.mail import BouncedRecipient, Envelope
from daemon.model.text import clean_line, clean_text

_LONGEST_TEXT = 65_536
_SYSTEM = re.compile(
    rb"(?:mailer-daemon|mail-daemon|maildaemon|postmaster|mailerdaemon|mail delivery (?:system|subsystem|service)|"
    rb"delivery subsystem|microsoft exchange)",
    re.IGNORECASE,
)
_DAEMON = re.compile(rb"(?:mailer|mail|mdaemon)[-_.]?daemon@", re.IGNORECASE)  # no person writes from there
_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|not delivered|non[- ]?deliver|failure notice|deliver\w* (?:status|failure|failed|report|notification|problem|error|delayed|unsuccessful|incomplete)|"
    r"mail (?:delivery|system error|could not|status report|non-delivery)|returned (?:mail|to sender|message)|returning (?:mail|message)|message (?:not|delivery|delayed|undeliver|you sent blocked|returned)|"
    r"(?:e-?mail|mail|message) (?:was )?(?:delivery )?(?:fail|error|reject|bounce|refus|warning|delay)|could not be delivered|unable to deliver|user unknown|unknown user|warning: could not send|"
    r"\bndn\b|delivery to .{1,80} (?:failed|has been)|permanent error|unzustellbar|non remis|échec de la remise|no se (?:pudo|puede) entregar|não entregue|mancata consegna|"
    r"onbestelbaar|недоставл|不达|投递失败|退信|配信不能|rejected mail|failed mail|bounce",
    re.IGNORECASE,
)
_ORIGINAL_BELOW = re.compile(
    r"^[ \t\u00a0>*#.=_-]{0,80}(?:(?:this is a copy of|below this line is a copy of|here is a copy of) (?:the|your) (?:message|mail)|(?:the )?(?:original|returned|unsent|undelivered|"
    r"included|rejected|failed|follow(?:s|ing))? ?(?:message|mail)(?: text| header| headers| contents?| body)? (?:follows|headers?|below|is below|is attached|included)|"
    r"original (?:message|mail)|included is (?:the|a) .{0,40}|"
    r"(?:unsent|undelivered|returned|failed|rejected) message(?: (?:below|follows).{0,20})?|(?:message|original) header(?:s)?(?: .{0,30})?|returned mail follows|headers? of .{0,40})[ \t\u00a0:.>*#=_-]{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELDS_BELOW = re.compile(r"^(?:received: (?:from|by) |return-path: )", re.IGNORECASE | re.MULTILINE)
_ANY_FIELD_BELOW = re.compile(r"^(?:from|to|date|subject|message-id|mime-version): ", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"(?<![\w.+%=/-])([\w.+%=/!#$&*-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
_QUOTED_FIELD = re.compile(r"(?:from|to|cc|subject|sent|date|reply-to|message-id|return-path):", re.IGNORECASE)
_CONTEXT_LINES = 8
_MOST_ADDRESSES = 400


def looks_like_bounce(tree: Tree, envelope: Envelope) -> bool:
    """Tell whether a mail without a delivery status is a report all the same."""
    header = tree.header
    if header.first("x-failed-recipients"):
        return True
    subject = decode_words(header.first("subject"))[:400]
    says_so = bool(_SUBJECT.search(subject))
    writer = header.first("from")[:1_000]
    null_path = has_null_path(header, envelope) or not writer.strip(b"<> \t")
    if _DAEMON.search(writer):
        return True
    if _SYSTEM.search(writer):
        return says_so or null_path or tree.root.content_type == "multipart/report" or not writer.strip()
    return null_path and says_so


def free_form_recipients(tree: Tree) -> tuple[BouncedRecipient, ...]:
    """Return the recipients that the text of a report names, each with the words near it.

    Those that the server's words judge come alone; where none is judged, the first address named is taken.
    """
    text = _report_text(tree)
    lines = [line.strip() for line in text.split("\n")]
    whole = " ".join(lines)[:4_000]
    found = named_recipients(tree, lines)
    wanted = {address.lower() for address in _ADDRESS.findall(decode_words(tree.header.first("x-failed-recipients")))}
    if wanted:
        chosen = [found.get(address) or _outcome(address, whole) for address in sorted(wanted)]
    else:
        judged = [recipient for recipient in found.values() if recipient.status or recipient.hard]
        chosen = judged or list(found.values())[:1] or [_outcome("", whole)]
    return tuple(_classed(recipient, whole) for recipient in chosen)


def report_words(tree: Tree) -> str:
    """Return the words of a report, without the message that it returns: cut at the first line that may be its header."""
    text = _report_text(tree)
    field = _ANY_FIELD_BELOW.search(text, 1)
    return text[: field.start()] if field else text


def reasons_in_text(tree: Tree) -> dict[str, BouncedRecipient]:
    """Return what the human-readable part of a report says of each address in it."""
    return named_recipients(tree, [line.strip() for line in _report_text(tree).split("\n")])


def named_recipients(tree: Tree, lines: list[str]) -> dict[str, BouncedRecipient]:
    """Return each address in the lines of a report, but for its writer and quoted fields, with its outcome."""
    writers = set(_ADDRESS.findall(tree.header.first("from").decode("latin-1").lower()))
    found: dict[str, BouncedRecipient] = {}
    for number, line in enumerate(lines):
        if _QUOTED_FIELD.match(line) or len(found) >= _MOST_ADDRESSES:
            continue
        for address in _ADDRESS.findall(line[:2_000])[:20]:
            lowered = address.lower()
            if lowered not in found and lowered not in writers:
                found[lowered] = _outcome(lowered, _context(lines, number, lowered))
    return found


def _classed(recipient: BouncedRecipient, whole: str) -> BouncedRecipient:
    """Give an outcome without a code the class that the whole report has."""
    if recipient.status:
        return recipient
    return replace(recipient, status="4.0.0" if is_only_late(whole) else "5.0.0")


def _outcome(address: str, words: str) -> BouncedRecipient:
    """Judge the words of a server on one recipient."""
    status = status_of("", words)
    return BouncedRecipient(address, status, clean_line(words, longest=1_000), is_hard(status, words))


def _context(lines: list[str], number: int, address: str) -> str:
    """Return the line that names a recipient and those below it, up to the next recipient."""
    kept = [lines[number]]
    for line in lines[number + 1 : number + 1 + _CONTEXT_LINES]:
        other = _ADDRESS.match(line.lstrip("<[('* \t"))
        if other and other[1].lower() != address:
            break
        kept.append(line)
    return " ".join(kept)


def _report_text(tree: Tree) -> str:
    """Return the report's own words, without the message that it returns."""
    for leaf in tree.root.leaves():
        if leaf.content_type in {"text/plain", "text/html"} and not leaf.is_attached:
            text = _leaf_text(leaf)
            if text.strip():
                return _above_original(text)
    return ""


def _leaf_text(leaf: Part) -> str:
    """Return the text of a plain or HTML leaf."""
    text = clean_text(to_text(leaf.decoded()[:_LONGEST_TEXT], leaf.parameters.get("charset", "")))
    return "\n".join(line.text for line in html_lines(text)) if leaf.content_type == "text/html" else text


def _above_original(text: str) -> str:
    """Cut the returned message: below a line that announces it, or from its trace fields on."""
    ends = [match.start() for sign in (_ORIGINAL_BELOW, _FIELDS_BELOW) if (match := sign.search(text, 1))]
    kept = text[: min(ends)] if ends else text
    return kept if kept.strip() else text
