"""Outgoing mail before it is words: what is to be told, to whom, and in which thread."""

from dataclasses import dataclass

from daemon.model.case import CaseNumber
from daemon.model.mail import Purpose
from daemon.model.notice_kinds import NOTICES, NoticeKind

OPENED_CASE = "{case}"
"""Stands, in the fact `link`, for the number of the case that the same decision opens."""
NEW = 0
"""Stands, in notices, for the detained mail, the window or the storm that the same decision makes."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The one person a notice goes to (S3.6)."""

    address: str
    name: str = ""
    language: str = "en"
    timezone: str = "America/Denver"


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """An attachment kept by hash (S4.4)."""

    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail to be sent to one person.

    `facts` names exactly what `NOTICES[kind].facts` lists.  `key` is unique in the outbox: a second notice with the
    same key adds nothing.
    """

    kind: NoticeKind
    to: Recipient
    case: CaseNumber | None
    key: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""  # what a person wrote, as it is to be shown
    author: str = ""  # display name of who wrote `text`
    subject: str = ""  # subject of the incoming mail, where there is no case
    attachments: tuple[AttachmentRef, ...] = ()
    in_reply_to: str = ""  # Message-ID that this recipient sent, or empty
    about: int | None = None  # what its reply is signed for, if not a case (`Purpose.subject`); `NEW`: of this decision

    def __post_init__(self) -> None:
        """Hold every notice to its kind's facts: a template must never meet a missing one."""
        names = tuple(sorted(name for name, _ in self.facts))
        if names != tuple(sorted(NOTICES[self.kind].facts)):
            raise ValueError(f"{self.kind}: facts {names}, wanted {NOTICES[self.kind].facts}")


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What every mail on a case says of the case, as it stood when the notice was queued."""

    number: CaseNumber
    subject: str
    status: str
    priority: str
    customer_name: str
    requester: str
    assignee_name: str
    opened_at: str  # ISO 8601, UTC
    escalation: tuple[str, ...] = ()  # the customer's own escalation list, for agents (R2.5)
    participants: int = 0  # how many follow the case beside the requester: agents are told where a reply goes (S3.7)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """An outbox row as outbound sees it: everything that rendering and composing need, nothing to look up."""

    id: int
    notice: Notice
    card: CaseCard | None
    message_id: str
    reply_to: str  # signed address, or empty: replies go to the support address
    note_to: str  # for agents: the signed address of an internal note, or empty
    reverse_path: str  # signed bounce address; empty: null reverse-path
    in_reply_to: str
    references: tuple[str, ...]
    created_at: str  # ISO 8601, UTC: becomes the Date field
    offers: tuple[tuple[Purpose, str], ...]  # signed addresses by purpose, as the kind offers them
    octets: bytes | None  # the composed mail, once composed: every try sends the same bytes
    attempts: int
