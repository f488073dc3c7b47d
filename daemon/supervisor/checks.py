"""What is looked at every few seconds to know whether the daemon can do its job (S1.6)."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from daemon.errors import Temporary
from daemon.model.setup import Settings
from daemon.store.claims import Backlog, backlog
from daemon.store.database import Engine, reading

LATE_CHECKS = timedelta(minutes=2)
SLOW_QUEUE = timedelta(minutes=5)
SLOW_OUTBOX = timedelta(minutes=15)
LEAST_FREE_OCTETS = 256 * 2**20
LEAST_FREE_SHARE = 0.03


def database_trouble(engine: Engine) -> str:
    """Return why the database cannot be used, or nothing."""
    try:
        with reading(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
    except Temporary as trouble:
        return f"{trouble}: mail is answered 451 until it is back; start it, or mend the way to it"
    return ""


def late_checks_trouble(checked_at: datetime | None, *, now: datetime) -> str:
    """Return since when no look at the parts has ended, where that is long ago, or nothing."""
    if checked_at is None or now - checked_at < LATE_CHECKS:
        return ""
    return f"nothing was looked at since {_shown(checked_at)}: does the database hang?"


def queue_trouble(found: Backlog, *, now: datetime) -> str:
    """Return what keeps mail from being decided on, or nothing."""
    if found.oldest_waiting and now - found.oldest_waiting > SLOW_QUEUE:
        return f"{found.waiting} mails wait to be read, the oldest since {_shown(found.oldest_waiting)}"
    if found.parked:
        return f"{found.parked} mails rest after a failure of ours: see `supportd mail list --state parked` and the log"
    return ""


def outbox_trouble(found: Backlog, *, now: datetime) -> str:
    """Return what keeps outgoing mail from leaving, or nothing."""
    if found.oldest_due and now - found.oldest_due > SLOW_OUTBOX:
        return f"outgoing mail has been due since {_shown(found.oldest_due)}: see `supportd outbox list --state queued`"
    return ""


def answers_trouble(answers: int, bound: int) -> str:
    """Return the alarm of S3.3 where so many automatic answers left within an hour, or nothing; it stops nothing."""
    if answers < bound:
        return ""
    return (
        f"{answers} automatic answers within an hour (alarm at {bound}): is a robot writing? "
        "See `supportd outbox list` and `supportd mail list`; nothing is stopped"
    )


def look_at_backlog(engine: Engine, *, now: datetime) -> Backlog:
    """Return what waits.

    Raises:
        Temporary: the database is away.
    """
    with reading(engine) as connection:
        return backlog(connection, now=now)


def disk_trouble(engine: Engine, settings: Settings) -> str:
    """Return which disk that we write to is nearly full, or nothing."""
    for folder in sorted(set(_folders(engine, settings))):
        try:
            usage = shutil.disk_usage(folder)
        except OSError:
            continue  # not made yet: whoever writes there will say what is wrong
        if usage.free < min(LEAST_FREE_OCTETS, usage.total * LEAST_FREE_SHARE):
            return f"{folder}: {usage.free // 2**20} MiB left: make room, mail is answered 451 once it is full"
    return ""


def _folders(engine: Engine, settings: Settings) -> Iterator[Path]:
    if engine.dialect.name == "sqlite" and engine.url.database:
        yield Path(engine.url.database).parent
    if settings.delivery.maildir:
        yield settings.delivery.maildir


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
