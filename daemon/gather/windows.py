"""What an agent's mail about an unscheduled window may change, read under the decision's lock (R11.6)."""

from daemon.credentials import read_message_id
from daemon.desk import Desk
from daemon.gather.reach import reach_of_all
from daemon.model.facts import Facts, WindowFacts
from daemon.model.mail import InboundMail
from daemon.rules.commands.text import CommandLine
from daemon.rules.commands.windows import ALONE, NAMES
from daemon.rules.plus_words import MAINTENANCE
from daemon.store.database import Connection, lock
from daemon.store.windows import announced_since, announcement_with, lock_announcement, steps_done, told_of


def window_facts(
    connection: Connection,
    desk: Desk,
    mail: InboundMail,
    *,
    facts: Facts,
    commands: tuple[CommandLine, ...],
) -> WindowFacts | None:
    """Read what an agent's mail to the maintenance address, or in answer about a window, is about; None: it is neither.

    What is sent to a case's reply address as well is an answer on that case: its customer waits for it.  `tick` tells
    of windows under the same lock.
    """
    reference = read_message_id(desk.keyring, mail.parent, sender=mail.originator.address)
    number = reference.window if reference is not None and reference.made_for_sender else 0
    if not number and (MAINTENANCE not in facts.plus_words or facts.address_references):
        return None
    lock(connection, "maintenance")
    meant = _named(commands, (NAMES,))
    if meant:
        announcement = announcement_with(connection, meant)
    else:
        announcement = lock_announcement(connection, number) if number else None
    name = _named(commands, ALONE)
    keys = {name, announcement.key} if announcement else {name}
    reach = reach_of_all(connection, desk)
    return WindowFacts(
        announcement=announcement,
        named=announcement_with(connection, name) if name else None,
        others=announced_since(connection, facts.now),
        told=told_of(connection, keys),
        done=steps_done(connection, keys),
        bounced=reach.bounced,
        subscribers=reach.subscribers,
    )


def _named(commands: tuple[CommandLine, ...], names: tuple[str, ...]) -> str:
    """Return the key that stands behind one of these commands."""
    return next((line.argument.casefold() for line in commands if line.name in names and line.argument), "")
