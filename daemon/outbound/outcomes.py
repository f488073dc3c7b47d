"""A mail in hand, the way it goes, and what became of one attempt: values, not exceptions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail, ready to go to its one recipient (S3.6)."""

    row: int
    message_id: str
    created_at: datetime
    reverse_path: str  # empty: null reverse-path
    recipient: str
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the mail."""

    answer: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The server put this mail off (`4yz`), or broke off while it came: the same mail is tried later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take this mail (`5yz`)."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The whole mail went out and no answer came: it may have arrived.  The same octets are sent again later (S3.6)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No mail at all can be handed over now (no connection, no TLS, no login): it counts against no mail (S1.6)."""

    reason: str
    is_refusal: bool = False  # the server answered, and does not want us: asked too often, it may shut us out


Outcome = Sent | Deferred | Refused | Unknown | Unreachable


class Transport(Protocol):
    """A way for mail to go; used from several threads at once."""

    def hand_over(self, parcel: Parcel) -> Outcome:
        """Try once to hand a mail over; whatever happens is an outcome."""
        ...

    def probe(self) -> Outcome:
        """Find out whether mail could be handed over now, without a mail."""
        ...

    def close(self) -> None:
        """Let go of what is held open; a later mail opens it anew."""
        ...
