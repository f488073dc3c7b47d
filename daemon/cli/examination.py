"""What `doctor` tries: database, delivery, mailboxes; each finding says what to mend."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from daemon.errors import SupportdError
from daemon.model.setup import Config, DeliverySettings


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing that the daemon depends on does; `mend` is empty where nothing needs mending."""

    part: str
    ok: bool
    detail: str
    mend: str = ""


def examine(config: Config) -> Iterator[Finding]:
    """Try everything that the configuration names, one after the other, and yield what was found."""
    yield _tried("database", lambda: _try_database(config), mend="see `database` in supportd.yaml; is the server up?")


def _tried(part: str, attempt: Callable[[], str], *, mend: str) -> Finding:
    """Make an attempt, which returns what it saw; a failure becomes a finding with what to mend."""
    try:
        return Finding(part, ok=True, detail=attempt())
    except SupportdError as failure:
        return Finding(part, ok=False, detail=str(failure).splitlines()[0], mend=mend)


def _try_database(config: Config) -> str:
    from daemon.store import schema
    from daemon.store.database import open_database
    from daemon.store.readiness import make_ready, try_writing

    engine = open_database(config.settings.database_url)
    try:
        make_ready(engine)
        try_writing(engine)
        return f"{engine.dialect.name} reads and writes, schema {schema.newest()}"
    finally:
        engine.dispose()
