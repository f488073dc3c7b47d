"""An incoming mail as plain values: what a reader makes of stored octets.

All text is clean (`clean_text`): no NUL, no lone surrogate, no control character but tab and newline, line ends LF.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

REPLY_MARKER = "##- "
"""Begins, in every language, the line of our mails above which a reply stands; what follows it is quoted."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of an address field, for display and Cc; it proves nothing."""

    address: str  # lower-cased
    name: str = ""


@dataclass(frozen=True, slots=True)
class Originator:
    """The one address of the one From field, judged on the raw octets (S2.1).

    Exactly one of `address` and `ambiguous` is non-empty.
    """

    address: str = ""  # lower-cased ASCII addr-spec
    name: str = ""  # display name, decoded and cleaned: a label, never a proof
    ambiguous: str = ""  # why no single address can be read, in one line

    @property
    def domain(self) -> str:
        """Return the part after the @, or the empty string."""
        return self.address.rpartition("@")[2]


class Authentication(StrEnum):
    """What is known of the originator's domain (S2.2)."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body's text; `name` is a label (S4.4)."""

    name: str
    content_type: str
    octets: bytes = field(repr=False)
    sha256: str
    inline: bool = False

    @property
    def size(self) -> int:
        """Return the number of octets."""
        return len(self.octets)


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient's outcome in a delivery report (RFC 3464)."""

    address: str
    status: str  # enhanced status code, such as 5.1.1; empty when the report gives none
    reason: str
    hard: bool


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report on a mail that somebody sent."""

    recipients: tuple[BouncedRecipient, ...]
    original_message_id: str = ""
    is_success: bool = False
    is_feedback: bool = False  # ARF, RFC 5965
    is_complaint: bool = False  # feedback by which a reader calls the mail unwanted
    original_path: str = ""  # the reverse-path of the mail complained of, as the report gives it


_PERSONS = "x-auto-response-suppress"
"""Begins the one mark that people's mail programs set too."""


@dataclass(frozen=True, slots=True)
class MachineMarks:
    """What says that a program wrote the mail (S3.2)."""

    automatic: str = ""  # the mark that makes it machine-made, such as "Auto-Submitted: auto-replied"; empty: none
    no_answer: str = ""  # the mark that only forbids our automatic answer, such as "List-Id"; empty: none

    @property
    def programs(self) -> str:
        """Return the mark by which a program or a list shows that it wrote the mail, or the empty string.

        Stricter than what files a mail as automatic: where a word decides something, `Precedence: bulk` is enough,
        which is how older vacation programs sign.
        """
        mark = self.automatic or self.no_answer
        return "" if mark.startswith(_PERSONS) else mark


@dataclass(frozen=True, slots=True)
class Envelope:
    """How the message came (RFC 5321); `reverse_path` is None where the way in has no envelope (IMAP, files)."""

    reverse_path: str | None
    recipients: tuple[str, ...]
    peer: str = ""
    greeting: str = ""  # what a client called itself in HELO or EHLO; empty where none came by SMTP


@dataclass(frozen=True, slots=True)
class Arrival:
    """Octets that a way in takes responsibility for (S1.1)."""

    raw: bytes = field(repr=False)
    source: str  # how and whence, for people: "imap support", "smtp 192.0.2.1", "file /tmp/a.eml"
    source_key: str  # unique per copy on that way: "imap:support:INBOX:1700000000:42"; a second insert changes nothing
    mailbox: str  # name of the configured mailbox that it reached
    envelope: Envelope
    received_at: datetime  # R5.3
    unreadable: str = ""  # why only the header is here (over the size limit by IMAP, S1.2); empty: whole


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail, read."""

    originator: Originator
    subject: str
    message_id: str  # with angle brackets, or empty
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    text: str  # the whole body as text
    reply_text: str  # what the writer added: the body before quote and signature
    attachments: tuple[Attachment, ...]
    authentication: Authentication
    marks: MachineMarks
    report: DeliveryReport | None
    content_key: str  # hex SHA-256 of S1.3
    relayed_at: datetime | None  # the date in the topmost Received of a trusted relay (R5.3)
    date: datetime | None = None  # the Date field, for display only
    forwarded_from: Address | None = None  # originator of the mail that the text forwards, if it forwards one
    forwarded_text: str = ""
    opening_text: str = ""  # `reply_text` as far as the first quoted line: commands stand nowhere else (S2.7)
    elided_text: str = ""  # the quoted text
    signature: str = ""
    delivered_to: tuple[str, ...] = ()  # whom our server's own fields name, such as Delivered-To; lower-cased
    html: str = ""  # the HTML body as it came, unsafe to show; empty: there is none
    is_sealed: bool = False  # encrypted: what its writer says cannot be read
    limits: tuple[str, ...] = ()  # limits of S4.1 that were met: the mail was read as far as they allow

    @property
    def parent(self) -> str:
        """Return the Message-ID that the mail answers directly, not one somewhere down its thread; empty: none."""
        return next(iter(self.in_reply_to or self.references[-1:]), "")


class Purpose(StrEnum):
    """What a reply to one of our mails is, signed into its Message-ID and reply address."""

    CUSTOMER = "c"  # to a customer: the reply is the customer's answer
    ANSWER = "a"  # to an agent: the reply goes to the customer
    NOTE = "n"  # to an agent: the reply is an internal note
    CONFIRM = "k"  # to a customer: a mail to this address confirms that the work is done (R4.4)
    APPROVE = "p"  # to a MACD approver: a mail to this address approves the request (R10.2)
    DECLINE = "d"  # to a MACD approver: a mail to this address declines it
    CHALLENGE = "h"  # to an address on file: an answer proves that they wrote (S2.3)
    HELD = "v"  # to an MPOC: the first line of the answer decides on a held request (R2.3)
    WAITING = "z"  # to the writer of a held mail: what they answer waits with it (R2.3)
    HELD_APPROVE = "w"  # to an MPOC: a mail to this address approves it
    HELD_JOIN = "j"  # to an MPOC: approves it, and its writer joins the case
    HELD_DECLINE = "y"  # to an MPOC: declines it
    DIGEST = "g"  # to the desk: the answer's commands release and discard (R2.4)
    WINDOW = "m"  # to an agent: the answer completes, moves or cancels a maintenance window (R11.6)
    STORM = "r"  # to an agent: `#p1g TITLE` makes the storm a global incident (R7.1)
    NOTHING = "x"  # no reply is expected; a reply is judged as new mail


FOR_AGENTS = frozenset({Purpose.ANSWER, Purpose.NOTE, Purpose.DIGEST, Purpose.WINDOW, Purpose.STORM})
"""What is signed for these stands in no mail to anybody else (S2.8)."""


class Subject(StrEnum):
    """What the number in a signature counts."""

    CASE = "case"
    DETAINED = "detained"
    WINDOW = "window"
    STORM = "storm"


_NOT_CASES = {
    Purpose.CHALLENGE: Subject.DETAINED,
    Purpose.HELD: Subject.DETAINED,
    Purpose.WAITING: Subject.DETAINED,
    Purpose.HELD_APPROVE: Subject.DETAINED,
    Purpose.HELD_JOIN: Subject.DETAINED,
    Purpose.HELD_DECLINE: Subject.DETAINED,
    Purpose.WINDOW: Subject.WINDOW,
    Purpose.STORM: Subject.STORM,
}


def subject_of(purpose: Purpose) -> Subject:
    """Return what a mail of this purpose is about: what it signs is that one's number."""
    return _NOT_CASES.get(purpose, Subject.CASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A signed Message-ID or reply address of ours that a mail refers to, its signature verified."""

    number: int  # of the case, or of what `purpose` is about; 0: about nothing
    purpose: Purpose
    issued_on: date
    made_for_sender: bool  # signed for exactly the address that now writes
    token: str = ""

    @property
    def case(self) -> int:
        """Return the case that it is about; 0: none."""
        return self._number_of(Subject.CASE)

    @property
    def detained(self) -> int:
        """Return the detained mail that it is about; 0: none."""
        return self._number_of(Subject.DETAINED)

    @property
    def window(self) -> int:
        """Return the announced window that it is about; 0: none."""
        return self._number_of(Subject.WINDOW)

    @property
    def storm(self) -> int:
        """Return the storm that it is about; 0: none."""
        return self._number_of(Subject.STORM)

    def _number_of(self, subject: Subject) -> int:
        return self.number if subject_of(self.purpose) is subject else 0
