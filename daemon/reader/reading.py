"""One reader's work: claim a few mails, parse them, have them decided on.

Where a writer is alone in the database anyway, mails that wait together are decided in one transaction (decision 0056).

A reader says what it is doing before it does it, so that whoever finds it dead or stalled knows which mail did it, and
whether the mail (parsing) or something of ours (deciding) is to blame.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

import structlog

from daemon.clock import Clock, system_clock
from daemon.desk import Desk
from daemon.errors import Temporary, Unreadable
from daemon.ingest.authentication import Trust
from daemon.ingest.parse import read_mail
from daemon.model.mail import InboundMail
from daemon.reader.senders import look_at_sender
from daemon.receive import Claimed, Received, quarantine_unread, receive
from daemon.store.claims import last_reason, set_aside
from daemon.store.database import reading, transaction, writes_alone
from daemon.store.inbox import RELEASES_BEFORE_ALONE, KeptMail, claim
from daemon.store.pending import readmit_rested

BATCH = 8
TOGETHER_OCTETS = 2**20
"""So much mail at most is parsed and held in memory to be decided together; a larger one is alone."""

MOST_ATTEMPTS = 2
"""After so many deaths or stalls a mail is quarantined without being parsed again (S1.2)."""

OUT_OF_MEMORY = 99
"""Exit status of a reader that met its memory limit while it parsed."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0, 30, 120, 600, 3600))
"""How long a mail rests after each failure of ours; the last one repeats."""

log = structlog.get_logger()


class Phase(IntEnum):
    """What a reader is doing; stored with the mail's number in one word, so that both are read at once."""

    IDLE = 0
    PARSING = 1
    DECIDING = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Which mail a reader has before it, and what it does with it."""

    phase: Phase
    mail: int

    @classmethod
    def unpacked(cls, word: int) -> "Standing":
        """Return the standing behind a shared word."""
        return cls(Phase(word & 3), word >> 2)

    def packed(self) -> int:
        """Return it as one word."""
        return self.mail << 2 | self.phase


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: what it works with, and how it says what it is doing."""

    desk: Desk
    name: str
    slow_lane: bool
    clock: Clock  # by which mail is decided; claims go by the system's
    say: Callable[[int], None]  # takes a packed Standing


def read_batch(reader: Reader) -> Iterator[tuple[int, Received | None]]:
    """Claim a few waiting mails and read them; gives each mail's id and how it ended (None: not now, or not by us).

    The slow lane takes one mail at a time: it is there for those that end their readers.

    Raises:
        Temporary: the database is away; what is still claimed must be given back.
    """
    limit = 1 if reader.slow_lane else BATCH
    with transaction(reader.desk.engine) as connection:
        readmit_rested(connection, reader.clock())
        mails = claim(connection, reader.name, now=system_clock(), limit=limit, slow_lane=reader.slow_lane)
    most = BATCH if writes_alone(reader.desk.engine) else 1
    for some in _together(mails, most=most):
        yield from _read_together(reader, some)


def _together(mails: Sequence[KeptMail], *, most: int) -> Iterator[list[KeptMail]]:
    """Part claimed mails into those that are decided together, in their order."""
    some: list[KeptMail] = []
    for kept in mails:
        size = sum(len(each.arrival.raw) for each in (*some, kept))
        if some and (len(some) == most or size > TOGETHER_OCTETS):
            yield some
            some = []
        some.append(kept)
    if some:
        yield some


def _read_together(reader: Reader, mails: Sequence[KeptMail]) -> Iterator[tuple[int, Received | None]]:
    """Parse a few mails, then have them decided on; gives them in their order."""
    began = time.perf_counter()
    try:
        read = [(kept, _read_guarded(reader, kept)) for kept in mails]
        parsed = [(kept, mail) for kept, mail in read if isinstance(mail, InboundMail)]
        decided = dict(zip((kept.id for kept, _ in parsed), _decide(reader, parsed), strict=True))
    finally:
        reader.say(Standing(Phase.IDLE, 0).packed())
    spent = (time.perf_counter() - began) * 1000 / len(mails)
    for kept, ended in read:
        received = decided[kept.id] if isinstance(ended, InboundMail) else ended
        _log_decided(kept, received, milliseconds=round(spent, 1))
        yield kept.id, received


def _log_decided(kept: KeptMail, received: Received | None, *, milliseconds: float) -> None:
    if received:
        outcome = received.outcome or "postponed"
        log.info("mail.decided", mail=kept.id, outcome=outcome, case=received.case, milliseconds=milliseconds)


def _decide(reader: Reader, parsed: Sequence[tuple[KeptMail, InboundMail]]) -> list[Received | None]:
    """Have mails decided on together; where one of them fails, each alone: that one is set aside, and never lost."""
    if not parsed:
        return []
    try:
        reader.say(Standing(Phase.DECIDING, parsed[0][0].id).packed())  # it may have to wait for the database
        return receive(reader.desk, _in_turn(reader, parsed), reader=reader.name)
    except Temporary:
        raise
    except Exception as failure:  # noqa: BLE001  # the loop's unit of work: the mail is parked
        if len(parsed) == 1:
            _set_aside(reader, parsed[0][0], failure)
            return [None]
    return [received for each in parsed for received in _decide(reader, [each])]


def _in_turn(reader: Reader, parsed: Sequence[tuple[KeptMail, InboundMail]]) -> Iterator[Claimed]:
    """Give mails one by one, saying which one is being decided on."""
    for kept, mail in parsed:
        reader.say(Standing(Phase.DECIDING, kept.id).packed())
        yield Claimed(kept, mail, reader.clock())


def _read_guarded(reader: Reader, kept: KeptMail) -> InboundMail | Received | None:
    """Read one mail; whatever goes wrong on our side sets it aside, and never loses it."""
    try:
        return _read_one(reader, kept)
    except Temporary:
        raise
    except Exception as failure:  # noqa: BLE001  # the loop's unit of work: the mail is parked
        _set_aside(reader, kept, failure)
        return None


def _read_one(reader: Reader, kept: KeptMail) -> InboundMail | Received | None:
    """Return a mail that is to be decided on, or how one ended that cannot be read; None: it rests."""
    if kept.attempts >= MOST_ATTEMPTS:
        with reading(reader.desk.engine) as connection:
            return _quarantine(
                reader, kept, f"its reader failed {kept.attempts} times: {last_reason(connection, kept.id)}"
            )
    try:
        mail = _parse(reader, kept)
    except Unreadable as reason:
        return _quarantine(reader, kept, str(reason))
    except Exception as failure:
        if kept.releases < RELEASES_BEFORE_ALONE:
            raise
        log.exception("mail.unreadable", mail=kept.id)
        return _quarantine(reader, kept, f"it cannot be read: {type(failure).__name__}")
    reader.say(Standing(Phase.DECIDING, kept.id).packed())
    look = look_at_sender(reader.desk.config, kept, mail)
    if look.pause is not None:
        _rest(reader, kept, look.pause)
        return None
    return look.mail


def _parse(reader: Reader, kept: KeptMail) -> InboundMail:
    """Parse; a mail that fills the memory ends this process, which counts as an attempt."""
    settings = reader.desk.config.settings
    reader.say(Standing(Phase.PARSING, kept.id).packed())
    try:
        return read_mail(kept.arrival.raw, kept.arrival.envelope, Trust(settings.authserv_ids, settings.trusted_relays))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _rest(reader: Reader, kept: KeptMail, pause: timedelta) -> None:
    """Park a mail of somebody we know until the name system may answer about their domain (S2.2)."""
    log.warning("mail.sender_unanswered", mail=kept.id, pause=pause.total_seconds())
    with transaction(reader.desk.engine) as connection:
        reason = "the name system does not answer about its sender's domain"
        set_aside(connection, kept.id, reader=reader.name, reason=reason, until=system_clock() + pause)


def _quarantine(reader: Reader, kept: KeptMail, reason: str) -> Received | None:
    reader.say(Standing(Phase.DECIDING, kept.id).packed())
    log.warning("mail.unreadable", mail=kept.id, reason=reason)
    return quarantine_unread(reader.desk, kept, reason=reason, reader=reader.name, now=reader.clock())


def _set_aside(reader: Reader, kept: KeptMail, failure: Exception) -> None:
    """Park a mail on which our own code failed, for longer each time."""
    reader.say(Standing(Phase.DECIDING, kept.id).packed())
    pause = pause_after(kept.releases)
    reason = f"our own failure: {type(failure).__name__}"
    log.error("mail.set_aside", mail=kept.id, pause=pause.total_seconds(), exc_info=failure)
    with transaction(reader.desk.engine) as connection:
        set_aside(connection, kept.id, reader=reader.name, reason=reason, until=system_clock() + pause)


def pause_after(releases: int) -> timedelta:
    """Return how long a mail rests that was set aside `releases` times before."""
    return PAUSES[min(releases, len(PAUSES) - 1)]
