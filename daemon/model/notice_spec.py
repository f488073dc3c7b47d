"""What holds for every mail of a kind: who reads it, what a reply to it would be, what its templates may name."""

from dataclasses import dataclass
from enum import StrEnum

from daemon.model.mail import Purpose


class Audience(StrEnum):
    """Who reads a kind of mail: it decides on From, Reply-To, reverse-path and tone."""

    CUSTOMER = "customer"
    AGENT = "agent"
    STRANGER = "stranger"
    SUBSCRIBER = "subscriber"  # of the status page (R8.2): about no case, of no customer


@dataclass(frozen=True, slots=True)
class NoticeSpec:
    """What holds for every notice of a kind."""

    audience: Audience
    reply: Purpose
    facts: tuple[str, ...] = ()  # names that templates may use; every notice of the kind carries all of them
    automatic: bool = True  # carries Auto-Submitted (S3.2)
    answers: bool = False  # an automatic answer to incoming mail: counted by the governor (S3.3)
    null_path: bool = False  # sent with a null reverse-path (S3.2)
    offers: tuple[Purpose, ...] = ()  # further signed addresses that its text names: to confirm, approve, decline
    asks: bool = False  # a question on no case: its Reply-To is signed too, for clients that drop the thread (S2.8)
