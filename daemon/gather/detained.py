"""The detained mail that a message is about, read under the decision's lock: answered, let through, named (R2.3, R2.4).

Detained mail is locked before cases, everywhere.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from daemon.credentials import read_message_id
from daemon.desk import Desk
from daemon.model.case import CaseNumber
from daemon.model.facts import Facts
from daemon.model.mail import InboundMail, Reference
from daemon.model.readmission import DetainedRequest
from daemon.rules.commands.detained import named_by
from daemon.rules.commands.text import CommandLine
from daemon.rules.detained.asking import MOST_ASKED
from daemon.rules.detained.let_through import LET_THROUGH
from daemon.store.challenges import asked_beside
from daemon.store.database import Connection
from daemon.store.detained import lock_detention_of, lock_requests, lock_waiting_with
from daemon.store.inbox import KeptMail


@dataclass(frozen=True, slots=True)
class DetainedFacts:
    """What a message has to do with detained mail."""

    answered: DetainedRequest | None = None
    released: DetainedRequest | None = None
    named: tuple[DetainedRequest, ...] = field(default=())
    beside: tuple[DetainedRequest, ...] = field(default=())  # what the challenge that is answered asks about as well
    waiting_with: tuple[DetainedRequest, ...] = field(default=())  # what waits with the released one

    def cases(self) -> set[CaseNumber]:
        """Return the cases that the detained mail asks to join, or that it became: they are decided on too."""
        every = (self.answered, self.released, *self.named, *self.beside)
        return {found.case for found in every if found is not None and found.case is not None}

    def added_to(self, facts: Facts) -> Facts:
        """Return the facts of the message with these."""
        return replace(
            facts,
            answered=self.answered,
            asked_beside=self.beside,
            released=self.released,
            waiting_with=self.waiting_with,
            detained_named=self.named,
        )


def detained_facts(
    connection: Connection, kept: KeptMail, *, asked: Collection[int], named: Collection[int]
) -> DetainedFacts:
    """Lock the detained mail that a message is about.

    Args:
        connection: inside the decision's transaction, which holds no case yet.
        kept: the message as it was kept.
        asked: number of the detained mail that it answers; empty: none.
        named: numbers that an agent's commands name.
    """
    is_let_through = kept.readmitted is not None and kept.readmitted.why in LET_THROUGH
    released = lock_detention_of(connection, kept.id) if is_let_through else None
    beside = asked_beside(connection, asked, most=MOST_ASKED) if asked else set()
    rows = {row.id: row for row in lock_requests(connection, {*asked, *named, *beside})}
    answered = next((rows[number] for number in asked if number in rows), None)
    return DetainedFacts(
        answered,
        released,
        tuple(row for row in rows.values() if row.id in named),
        tuple(row for row in reversed(rows.values()) if row.id in beside),
        lock_waiting_with(connection, released.id) if released else (),
    )


def named_in(commands: Sequence[CommandLine]) -> set[int]:
    """Return the numbers of detained mail that an agent's commands name."""
    return {number for line in commands if (number := named_by(line)) is not None}


def asked_about(desk: Desk, mail: InboundMail, addresses: Sequence[Reference]) -> set[int]:
    """Return the one detained mail that a message answers: by a signed address, else as a direct reply.

    Somewhere down its thread is not enough: an MPOC may talk a request over with a colleague before they decide.
    """
    by_address = {reference.detained for reference in addresses if reference.detained}
    if by_address:
        return by_address if len(by_address) == 1 else set()
    reference = read_message_id(desk.keyring, mail.parent, sender=mail.originator.address)
    return {reference.detained} if reference and reference.made_for_sender and reference.detained else set()
