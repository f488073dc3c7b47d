# ruff: noqa: E501 -- tables, one row a line
"""What holds of the reading of any octets whatsoever (S4.1-S4.5); the fuzzer and the families ask the same questions."""

import json
import re
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from daemon.errors import Unreadable
from daemon.ingest.attachments import LONGEST_NAME, clean_name
from daemon.ingest.authentication import Trust
from daemon.ingest.content_key import content_key
from daemon.ingest.header import LONGEST_FIELD, MOST_LINES
from daemon.ingest.html import LONGEST_TEXT
from daemon.ingest.inspect import inspect_octets
from daemon.ingest.parse import LONGEST_SUBJECT, read_mail
from daemon.ingest.parts import MOST_PARTS
from daemon.ingest.signatures import SignedMail
from daemon.model.mail import Envelope, InboundMail
from daemon.model.setup import TrustedRelay
from daemon.model.text import clean_line, clean_text

ENVELOPE = Envelope(reverse_path=None, recipients=(), peer="192.0.2.1")
TRUST = Trust(("mx.desk.example",), (TrustedRelay("mx.desk.example", ("192.0.2.0/24",)),))
RECEIVED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MOST_REFERENCES = 200
LONGEST_JOINED = LONGEST_TEXT + MOST_PARTS  # with a line break between passages
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ADDRESS = re.compile(r"[!-~]{1,64}@[!-~]{1,253}")

Rule = Callable[[InboundMail], bool]

RULES: tuple[tuple[str, Rule], ...] = (
    ("S2.1: one address or why there is none", lambda mail: bool(mail.originator.address) != bool(mail.originator.ambiguous)),
    ("S2.1: an address is plain ASCII", lambda mail: not mail.originator.address or bool(_ADDRESS.fullmatch(mail.originator.address))),
    ("S2.7: the opening begins the new text", lambda mail: mail.reply_text.startswith(mail.opening_text)),
    ("S4.1: the subject is bounded", lambda mail: len(mail.subject) <= LONGEST_SUBJECT),
    ("S4.1: texts are bounded", lambda mail: all(len(text) <= LONGEST_JOINED for text in _texts(mail))),
    ("S4.1: lines are bounded", lambda mail: all(len(line) <= LONGEST_FIELD for line in _lines(mail))),
    ("S4.1: parts are bounded", lambda mail: len(mail.attachments) <= MOST_PARTS),
    ("S4.1: references are bounded", lambda mail: len(mail.references) <= MOST_REFERENCES and len(mail.in_reply_to) <= MOST_REFERENCES),
    ("S4.1: addresses are bounded", lambda mail: len(mail.to) + len(mail.cc) <= MOST_LINES),
    ("S4.3: texts are clean", lambda mail: all(clean_text(text) == text for text in _texts(mail))),
    ("S4.4: names are clean", lambda mail: all(clean_name(name) == name and 0 < len(name) <= LONGEST_NAME for name in _names(mail))),
    ("S4.5: lines are clean", lambda mail: all(clean_line(line, longest=LONGEST_FIELD) == line for line in _lines(mail))),
)  # fmt: skip


def faults_of(raw: bytes) -> list[str]:
    """Read a message in every way that the daemon does; return each thing that must not be, one line each."""
    try:
        return list(_faults(raw))
    except MemoryError:
        return ["MemoryError"]
    except Exception as failure:  # noqa: BLE001  # whatever it is, it is a finding
        frame = traceback.extract_tb(failure.__traceback__)[-1]
        return [f"{type(failure).__name__} in {Path(frame.filename).name}:{frame.lineno}"]


def _faults(raw: bytes) -> Iterator[str]:
    shown = inspect_octets(raw, "x", TRUST)
    if json.loads(json.dumps(shown, allow_nan=False)) != shown:
        yield "what is shown of it is no JSON"
    try:
        mail = read_mail(raw, ENVELOPE, TRUST)
    except Unreadable:
        if raw.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
            yield "S1.2: unreadable, and not blank"
        return
    yield from (name for name, holds in RULES if not holds(mail))
    if mail != read_mail(raw, ENVELOPE, TRUST):
        yield "read twice, it is another mail"
    if content_key(_as_an_imap_server_gives_it(raw)) != mail.content_key:
        yield "S1.3: an IMAP server's rewriting changes its key"
    _look_at_signatures(raw)


def _as_an_imap_server_gives_it(raw: bytes) -> bytes:
    """Rewrite as Dovecot does: NUL becomes 0x80, a bare CR or LF becomes CRLF."""
    return _LINE_END.sub(b"\r\n", raw.replace(b"\0", b"\x80"))


def _look_at_signatures(raw: bytes) -> None:
    """Do what is done about the sender's domain (S2.2), with a name system that knows nothing."""
    try:
        signed = SignedMail(raw)
    except Unreadable:
        return
    for signature in signed.signatures(received_at=RECEIVED_AT)[:3]:
        signed.verifies(signature, lambda _name: ())
    signed.chain(lambda _name: ())


def _texts(mail: InboundMail) -> tuple[str, ...]:
    """Return what may have many lines."""
    return (
        mail.text,
        mail.reply_text,
        mail.opening_text,
        mail.elided_text,
        mail.signature,
        mail.html,
        mail.forwarded_text,
    )


def _lines(mail: InboundMail) -> list[str]:
    """Return what is one line wherever it is shown."""
    found = [
        mail.subject,
        mail.message_id,
        mail.originator.name,
        mail.originator.ambiguous,
        *mail.references,
        *mail.in_reply_to,
    ]
    people = [*mail.to, *mail.cc, *([mail.forwarded_from] if mail.forwarded_from else [])]
    found += [text for person in people for text in (person.address, person.name)]
    reported = mail.report.recipients if mail.report else ()
    found += [text for recipient in reported for text in (recipient.address, recipient.reason, recipient.status)]
    return [
        *found,
        *_names(mail),
        *(part.content_type for part in mail.attachments),
        *mail.limits,
        mail.marks.automatic,
    ]


def _names(mail: InboundMail) -> list[str]:
    """Return the labels of what is attached."""
    return [attachment.name for attachment in mail.attachments]
