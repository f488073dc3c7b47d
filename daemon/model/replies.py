"""What the database knows about an agent's reply before it may leave: others that wait, notes, case tags (S3.7)."""

from dataclasses import dataclass
from datetime import datetime

from daemon.model.case import CaseNumber
from daemon.model.readmission import PendingReply


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReply:
    """Another agent's reply on the case."""

    agent: str  # address
    received_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class TaggedCase:
    """A case that a text names by its tag."""

    number: CaseNumber
    customer: str  # id; empty: there is no such case


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFacts:
    """What is asked about an agent's mail on a case; about everybody else's, nothing is read."""

    pending: tuple[PendingReply, ...] = ()  # agents' replies on the case that have had no effect yet
    crossing: tuple[OtherReply, ...] = ()  # other agents' public replies on it, of the last minutes
    notes: tuple[str, ...] = ()  # the case's internal notes, the newest first
    said: tuple[str, ...] = ()  # what stands on it publicly: its customer has written or read it
    tagged: tuple[TaggedCase, ...] = ()  # cases that the text names
    marked: tuple[str, ...] = ()  # names of its files in which something stands that was signed for an agent (S2.8)
    customer_wrote_at: datetime | None = None  # when somebody outside wrote last on the case
