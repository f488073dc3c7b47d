"""What must hold after any fault: a pure look at what was handed in, what is stored, and what was sent (S1).

The harness observes, this judges; so the checker is proven by observations alone, and by broken daemons.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

FOLDED = "duplicate_message"
"""The outcome of a copy: the entry is another row (S1.3)."""


class Breach(StrEnum):
    """What can be wrong."""

    LOST = "lost: it was taken, and no entry is there"
    TWICE = "twice: one mail made several entries"
    UNCALLED = "uncalled: an entry of a mail that nobody handed in"
    WRONG_OUTCOME = "wrong outcome"
    CHANGED = "changed: other octets are kept than were handed in"
    UNDECIDED = "undecided: a kept mail has no outcome"
    MESSAGES = "messages: an entry that opened or changed a case is not one message on it"
    ELSEWHERE = "elsewhere: a mail is on another case than the one that it answers"
    HISTORY = "history: a message on a case has not exactly one event"
    REPLY = "reply: what an agent wrote was not mailed exactly once to each who is to read it"
    UNACKNOWLEDGED = "acknowledgement: a case has not exactly one"
    OTHER_BYTES = "other bytes: a mail was offered with other octets than it is stored with"
    NAMELESS = "nameless: a mail was offered that is no row of the outbox"
    UNSENT = "unsent: a row says sent, and the mail was never offered"
    STRANGER = "stranger: somebody was mailed who must not be"
    ENDED = "ended: a daemon did not stop in order when it was told to"
    LEFT_OVER = "left over: it is not drained"


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail that the daemon is responsible for: a client got 250 for it, or it lay in the mailbox."""

    name: str  # its Message-ID
    outcomes: frozenset[str]  # how it may end
    sha256: str = ""  # of its octets, where the way they come does not change them
    may_vanish: bool = False  # another client expunged it, perhaps before we saw it
    case: int | None = None  # the case that it answers
    to_customer: bool = False  # an agent's reply that the customer is to read


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the inbox."""

    id: int
    name: str
    outcome: str | None
    sha256: str
    messages: int  # how many messages it made on cases
    history: int = 0  # how many times the history says that a message was added by it
    case: int | None = None  # on which its message is


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox."""

    message_id: str
    recipient: str
    kind: str
    state: str
    case: int | None
    octets: bytes | None
    cause: int | None = None  # the entry that it was written for


@dataclass(frozen=True, slots=True)
class Offer:
    """A mail as a server was given it, whatever that server answered."""

    message_id: str
    recipient: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Observations:
    """Everything that was seen of one run, once it came to rest."""

    handed: tuple[Handed, ...]
    entries: tuple[Entry, ...]
    cases: tuple[int, ...]
    outbox: tuple[Row, ...]
    offers: tuple[Offer, ...]
    known: frozenset[str]  # whom mail may go to
    in_folder: int = 0  # mails that still lie in the watched folder
    exits: tuple[int, ...] = ()  # with what each daemon ended that was told to stop


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong."""

    breach: Breach
    about: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.breach} ({self.about})"


def violations(seen: Observations) -> tuple[Violation, ...]:
    """Return everything that is wrong; empty: every invariant holds."""
    return tuple(found for look in LOOKS for found in look(seen))


def _entries(seen: Observations) -> Iterator[Violation]:
    """Every mail that was taken is one entry, which ended as it may (S1.1-S1.3)."""
    of: dict[str, list[Entry]] = defaultdict(list)
    for entry in seen.entries:
        of[entry.name].append(entry)
    handed = {mail.name: mail for mail in seen.handed}
    for name in of.keys() - handed.keys():
        yield Violation(Breach.UNCALLED, name)
    for mail in handed.values():
        real = [entry for entry in of[mail.name] if entry.outcome != FOLDED]
        if not real and not mail.may_vanish:
            yield Violation(Breach.LOST, mail.name)
        if len(real) > 1:
            yield Violation(Breach.TWICE, f"{mail.name}: {sorted(str(entry.outcome) for entry in real)}")
        for entry in real:
            if entry.outcome is not None and entry.outcome not in mail.outcomes:
                yield Violation(Breach.WRONG_OUTCOME, f"{mail.name}: {entry.outcome}")
        if real and mail.sha256 and all(entry.sha256 != mail.sha256 for entry in of[mail.name]):
            yield Violation(Breach.CHANGED, mail.name)


def _messages(seen: Observations) -> Iterator[Violation]:
    """An entry on a case is one message there, with one event; a folded copy is none (S1.3)."""
    for entry in seen.entries:
        if entry.outcome in ON_A_CASE and entry.messages != 1:
            yield Violation(Breach.MESSAGES, f"{entry.name}: {entry.messages}")
        if entry.outcome not in MAY_BE_ON_A_CASE and entry.messages:
            yield Violation(Breach.MESSAGES, f"{entry.name} ended as {entry.outcome}: {entry.messages}")
        if entry.history != entry.messages:
            yield Violation(Breach.HISTORY, f"{entry.name}: {entry.history} of {entry.messages}")


ON_A_CASE = frozenset({"case_opened", "case_updated", "case_reopened", "follow_up_opened", "agent_note"})
MAY_BE_ON_A_CASE = ON_A_CASE | {"agent_update"}
"""An agent who only gives commands adds no message."""


def _answers(seen: Observations) -> Iterator[Violation]:
    """An answer is on its case; an agent's words are mailed once to each customer, a note to none (R4.1, S3.7)."""
    mailed: dict[int | None, Counter[str]] = defaultdict(Counter)
    for row in seen.outbox:
        if row.kind == REPLY_KIND:
            mailed[row.cause][row.recipient] += 1
    handed = {mail.name: mail for mail in seen.handed}
    for entry in seen.entries:
        mail, told = handed.get(entry.name), mailed[entry.id]
        if mail and mail.case and entry.messages and entry.outcome != FOLLOW_UP and entry.case != mail.case:
            yield Violation(Breach.ELSEWHERE, f"{entry.name}: on {entry.case}, not on {mail.case}")
        is_read = entry.outcome == "agent_update" and mail is not None and mail.to_customer
        if is_read != bool(told) or any(count != 1 for count in told.values()):
            yield Violation(Breach.REPLY, f"{entry.name} ended as {entry.outcome}: {dict(told)}")


REPLY_KIND = "update"
FOLLOW_UP = "follow_up_opened"


def _acknowledgements(seen: Observations) -> Iterator[Violation]:
    """A case has one acknowledgement row (R1.2)."""
    found = Counter(row.case for row in seen.outbox if row.kind == "acknowledgement")
    for case in sorted({*seen.cases, *(case for case in found if case is not None)}):
        if found[case] != 1 or case not in seen.cases:
            yield Violation(Breach.UNACKNOWLEDGED, f"case {case}: {found[case]}")


def _bytes(seen: Observations) -> Iterator[Violation]:
    """Each try of a mail has the octets of its row, and what is called sent was offered (S3.6)."""
    rows = {row.message_id: row for row in seen.outbox}
    offered = set()
    for offer in seen.offers:
        row = rows.get(offer.message_id)
        offered.add(offer.message_id)
        if row is None:
            yield Violation(Breach.NAMELESS, offer.message_id)
        elif row.octets is None or _ended(row.octets) != _ended(offer.octets) or row.recipient != offer.recipient:
            yield Violation(Breach.OTHER_BYTES, f"{offer.message_id} to {offer.recipient}")
    for row in seen.outbox:
        if row.state == "sent" and row.message_id not in offered:
            yield Violation(Breach.UNSENT, row.message_id)


def _ended(octets: bytes) -> bytes:
    """Return a mail with the line end that the dot needs before it."""
    return octets if octets.endswith(b"\r\n") else octets + b"\r\n"


def _strangers(seen: Observations) -> Iterator[Violation]:
    """Mail goes to known addresses alone (S3.1)."""
    for recipient in sorted({offer.recipient for offer in seen.offers} - seen.known):
        yield Violation(Breach.STRANGER, recipient)


def _drained(seen: Observations) -> Iterator[Violation]:
    """Nothing waits any more: no mail, no row, nothing in the folder (S1.2)."""
    for entry in seen.entries:
        if entry.outcome is None:
            yield Violation(Breach.UNDECIDED, f"{entry.id} {entry.name}")
    for row in seen.outbox:
        if row.state not in {"sent", "cancelled"}:
            yield Violation(Breach.LEFT_OVER, f"{row.state}: {row.kind} to {row.recipient}")
    if seen.in_folder:
        yield Violation(Breach.LEFT_OVER, f"{seen.in_folder} mails in the folder")


def _ends(seen: Observations) -> Iterator[Violation]:
    """A daemon that nobody killed runs until it is told to stop, and stops with 0."""
    for status in seen.exits:
        if status:
            yield Violation(Breach.ENDED, str(status))


LOOKS = (_entries, _messages, _answers, _acknowledgements, _bytes, _strangers, _drained, _ends)
