"""What every use case needs, opened once: database, configuration, keys, and a source of tokens."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from daemon.credentials import Keyring
from daemon.model.setup import Config
from daemon.store.database import Engine, open_database, transaction
from daemon.store.keys import keyring

TOKEN_LENGTH = 14  # 70 bits; the longest that a signed reverse-path has room for (64 octets before the @)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open desk.  One value is valid for one unit of work: a reload makes another."""

    engine: Engine
    config: Config
    keyring: Keyring
    new_token: Callable[[], str]


def open_desk(config: Config, *, now: datetime, flushes: bool = True) -> Desk:
    """Open the database that `config` names and read the signing keys (made on first use).

    Args:
        config: the installation.
        now: when keys are made, where there are none.
        flushes: whether each commit waits until the disk has it (`open_database`).

    Raises:
        Temporary: the database is away.
        Permanent: its driver is missing.
    """
    engine = open_database(config.settings.database_url, flushes=flushes)
    with transaction(engine) as connection:
        keys = keyring(connection, config, now=now)
    return Desk(engine, config, keys, random_token)


def random_token() -> str:
    """Return a fresh random token of [a-z2-7]."""
    return base64.b32encode(secrets.token_bytes(TOKEN_LENGTH)).decode("ascii").lower()[:TOKEN_LENGTH]
