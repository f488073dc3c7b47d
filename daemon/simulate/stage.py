"""Where a rehearsal plays: a desk in memory, empty or with the rows of a real one, and keys and tokens that repeat."""

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.credentials import Keyring
from daemon.desk import Desk
from daemon.model.setup import Config
from daemon.store.database import Engine, reading, transaction
from daemon.store.keys import kept_for, stored_keys
from daemon.store.rehearsal import copy_desk, newest_rows, open_in_memory, open_to_read

KEY = b"a rehearsal signs for nobody else"
"""No mail leaves a rehearsal, so its key may be known."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk in memory, and how far its rows reached before the first event."""

    desk: Desk
    last_mail: int
    last_event: int


def set_stage(config: Config, *, now: datetime, copying: bool) -> Stage:
    """Return a desk in memory.

    Args:
        config: the configuration to rehearse; its mailboxes are watched by nobody, and it sends no PDFs.
        now: when the rehearsal begins.
        copying: start from the rows of the configured database, which is only read.

    Raises:
        Temporary: the database is away.
        Permanent: its schema is not the newest.
    """
    engine = open_in_memory()
    source = open_to_read(config.settings.database_url) if copying else None
    keys = _copied(source, engine, kept_for(config), now) if source else ()
    settings = replace(config.settings, imap=(), listeners=(), invoices=None, database_url="sqlite://")
    tokens = (f"r{number}" for number in itertools.count(1))
    keyring = Keyring((KEY, *config.settings.signing_secrets, *keys))
    desk = Desk(engine, replace(config, settings=settings), keyring, lambda: next(tokens))
    with reading(engine) as connection:
        return Stage(desk, *newest_rows(connection))


def _copied(source: Engine, target: Engine, kept: timedelta, now: datetime) -> tuple[bytes, ...]:
    """Copy the rows and return the keys that mails sent so far were signed with."""
    try:
        with reading(source) as from_, transaction(target) as to:
            copy_desk(from_, to, now=now)
            return stored_keys(from_, kept=kept, now=now)
    finally:
        source.dispose()
