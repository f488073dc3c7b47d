"""What the radar looks at: customers' mails of late, and what it finds alike (R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a customer wrote on a case, as it is kept."""

    message: int  # its number: grows with time
    case: CaseNumber
    customer: str  # id
    subject: str  # of the case where this is its first message, else empty: an old subject is no news
    text: str  # what is new in it, cut to a bounded length
    at: datetime


@dataclass(frozen=True, slots=True)
class Whose:
    """A case as a storm's mail names it."""

    customer: str  # id
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """The same, read: its telling words, and the products that it names."""

    message: int
    case: CaseNumber
    customer: str
    at: datetime
    words: Mapping[str, str]  # stem → the word as it was written; products are words too
    products: frozenset[str] = frozenset()  # product ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Mails of several customers that look alike, more than is usual."""

    mails: tuple[Listened, ...]  # the oldest first
    stems: tuple[str, ...]  # what they share, the most telling first
    words: tuple[str, ...]  # the same as people wrote it; products are not among them
    products: tuple[str, ...]  # product ids, those that most of the mails name first
    chance: float  # how likely so many are where that is usual
    usual: float  # how many customers write such mails in an hour otherwise

    @property
    def cases(self) -> tuple[CaseNumber, ...]:
        """Return the cases, each once, the oldest mail first."""
        return tuple(dict.fromkeys(mail.case for mail in self.mails))

    @property
    def customers(self) -> frozenset[str]:
        """Return whose mails they are."""
        return frozenset(mail.customer for mail in self.mails)
