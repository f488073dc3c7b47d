"""What is done about the mail that a reader leaves behind when it dies or is killed (S1.2)."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from daemon.reader.reading import OUT_OF_MEMORY, PAUSES, Phase, Standing
from daemon.reader.stall import DECIDING_SECONDS, ORDINARY_SECONDS, SLOW_LANE_SECONDS
from daemon.store.claims import give_back, set_aside
from daemon.store.database import Engine, transaction
from daemon.store.inbox import count_attempt, hold_claim

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a reader: its name, what it was doing, and why it ended."""

    reader: str
    standing: Standing
    cause: str  # in words for people: "took longer than 2 s to read"


def limit_of(phase: Phase, *, slow_lane: bool) -> float:
    """Return for how many seconds a reader may be in this phase."""
    if phase is Phase.IDLE:
        return float("inf")
    if phase is Phase.DECIDING:
        return DECIDING_SECONDS
    return SLOW_LANE_SECONDS if slow_lane else ORDINARY_SECONDS


def cause_of(exit_status: int | None) -> str:
    """Tell in words how a process ended; negative statuses are signals."""
    if exit_status == OUT_OF_MEMORY:
        return "needed more memory than a reader may have"
    if exit_status is not None and exit_status < 0:
        return f"ended its reader (signal {-exit_status})"
    return f"ended its reader (status {exit_status})"


def settle(engine: Engine, death: Death, *, now: datetime) -> None:
    """Give back what a dead reader held; what it was parsing has one attempt more.

    A mail in the middle of being decided is released, uncounted and soon read again: the fault was ours.

    Raises:
        Temporary: the database is away; call it again.
    """
    phase, mail = death.standing.phase, death.standing.mail
    with transaction(engine) as connection:
        if phase is Phase.PARSING and hold_claim(connection, mail, death.reader):
            attempts = count_attempt(connection, mail, reason=death.cause)
            log.warning("mail.attempt_counted", mail=mail, attempts=attempts, reason=death.cause)
        if phase is Phase.DECIDING:
            set_aside(connection, mail, reader=death.reader, reason=death.cause, until=now + PAUSES[0])
        give_back(connection, death.reader)
