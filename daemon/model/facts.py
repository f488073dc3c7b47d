"""What the database knows that a rule may ask, read under the lock that the decision holds."""

from dataclasses import dataclass, field
from datetime import datetime

from daemon.model.case import Case, CaseNumber
from daemon.model.desk_effect import EndStep
from daemon.model.incident import Incident, Storm
from daemon.model.mail import Reference
from daemon.model.notice import AttachmentRef
from daemon.model.readmission import DetainedRequest, Readmitted
from daemon.model.replies import ReplyFacts
from daemon.model.subscriber import Subscriber
from daemon.model.window import Announcement, Told


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a technician is."""

    agent: str
    open_cases: int
    last_assigned_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of ours that a delivery report is about."""

    id: int
    kind: str
    recipient: str
    subject: str
    case: CaseNumber | None
    about: int | None = None  # number of the detained mail that it asks about


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Automatic answers of late, for the governor (S3.3)."""

    address_hour: int = 0
    address_day: int = 0
    case_hour: int = 0
    burst: int = 0  # within the last minutes before the mail was received: quick ping-pong


@dataclass(frozen=True, slots=True)
class AskedContact:
    """How often a contact was asked about held requests of late (S3.3)."""

    address: str
    hour: int
    day: int
    is_told: bool  # that there are more than they are asked about, within a day


@dataclass(frozen=True, slots=True)
class LastMail:
    """What somebody outside wrote last on a case."""

    author: str  # address
    text: str
    received_at: datetime
    attachments: tuple[AttachmentRef, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstVerdict:
    """Who decided first on a MACD request (R10.2)."""

    verdict: str  # approved or declined
    by: str  # address


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFacts:
    """What an agent's mail about an unscheduled window may change, and who would hear of it (R11.6)."""

    announcement: Announcement | None  # that `#window` names, else that it answers about; None: it is about a new one
    named: Announcement | None = None  # the one that `#cancel` or `#follow-up` names
    others: tuple[Announcement, ...] = ()  # all that were announced and are not over
    told: tuple[Told, ...] = ()  # what was told of that window, and of one that a command names
    done: tuple[EndStep, ...] = ()  # which of their steps are done
    bounced: frozenset[str] = frozenset()  # contacts whose mail bounces (S3.4)
    subscribers: tuple[Subscriber, ...] = ()  # of every platform (R8.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the rules on one incoming mail may ask beside the mail itself."""

    event: str  # names what happened, such as "mail 42": the keys of its notices begin with it
    received_at: datetime  # R5.3
    now: datetime  # the instant of the decision: who is on duty, whether the chat is open
    over_limit: str = ""  # why only the mail's header was kept (S1.2), or empty
    references: tuple[Reference, ...] = ()  # signed ones, the most telling first
    address_references: tuple[Reference, ...] = ()  # signed reply addresses among the recipients
    hinted: CaseNumber | None = None  # the case named by a subject tag
    plus_words: frozenset[str] = frozenset()  # plain words behind our own addresses: escalate, macd, expedite
    cases: tuple[Case, ...] = ()  # every case that the mail names, and the primaries of the duplicates among them
    is_own: bool = False  # the mail bears a Message-ID of ours
    sent: SentMail | None = None  # the mail that a verified reverse-path answers
    answers: AnswerCounts = field(default_factory=AnswerCounts)
    told_of_sender: bool = False  # the case's agent was told of this outsider within a day, or of too many
    answered_stranger: bool = False  # this sender got a quarantine answer within the pause of R2.4
    loads: tuple[Load, ...] = ()
    last_mail: LastMail | None = None  # read where a command may show it to somebody else
    question: SentMail | None = None  # the approvers' question that an approver's mail answers directly (R10.2)
    verdict: FirstVerdict | None = None  # what was decided on that case since the approvers were asked
    history: str = ""  # the case so far as text, read where a manager may be told (R9.2)
    attachments: tuple[AttachmentRef, ...] = ()
    readmitted: Readmitted | None = None  # why this mail is decided again
    vouched: DetainedRequest | None = None  # the detention of this very mail, whose address answered its challenge
    answered: DetainedRequest | None = None  # the detained mail that this one answers
    released: DetainedRequest | None = None  # the detention of this very mail, which a person let through (R2.3, R2.4)
    waiting_with: tuple[DetainedRequest, ...] = ()  # what was said about the released one while it waited (R2.3)
    detained_named: tuple[DetainedRequest, ...] = ()  # detained mail that an agent's commands name
    size: int = 0  # octets of the mail
    awaits_word: bool = False  # mail of this sender waits for their word that they wrote it (S2.3)
    asked_beside: tuple[DetainedRequest, ...] = ()  # what the challenge that is answered asks about as well
    challenged_colleagues: int = 0  # addresses at the sender's company that wait likewise
    asked_contacts: tuple[AskedContact, ...] = ()  # of whose company the sender is, or the case that they name
    replies: ReplyFacts = field(default_factory=ReplyFacts)  # read for agents' mail (S3.7)
    muted: bool = False  # the sender gets no automatic answers (S3.3)
    marked: frozenset[str] = frozenset()  # of the sender and their contacts: who bounces or complained (S3.4)
    incidents: tuple[Incident, ...] = ()  # public faces of the masters among `cases` (R7)
    subscribers: tuple[Subscriber, ...] = ()  # who is told of a public update of theirs (R8.2)
    window: WindowFacts | None = None  # read for an agent's mail about an unscheduled window (R11.6)
    storm: Storm | None = None  # the storm that an agent's mail is about

    def case(self, number: CaseNumber | None) -> Case | None:
        """Return the case with this number, if the mail names it and it exists."""
        return next((case for case in self.cases if case.number == number), None)

    @property
    def last_words(self) -> str:
        """Return who wrote last on the case from outside, and what, or the empty string."""
        return f"{self.last_mail.author}:\n{self.last_mail.text}" if self.last_mail else ""
