"""What is woken how often (the door to `schedule`); decides nothing: what is due is computed from stored times."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import schedule
import structlog

from daemon.errors import SupportdError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entry:
    """One job: its name for the log, how often it is woken, and what is called."""

    name: str
    seconds: int
    job: Callable[[], None]


def keep_time(entries: tuple[Entry, ...], stop: Event) -> None:
    """Run each job at once, then whenever its time has passed, until `stop`.

    A job's exception is logged, and the job comes again at its next turn.  `schedule` goes by the local wall clock:
    when that is set back (also in autumn) it would be silent for as long, so a wait longer than the longest interval
    starts the timetable over.
    """
    scheduler = schedule.Scheduler()
    longest = max(entry.seconds for entry in entries)
    for entry in entries:
        scheduler.every(entry.seconds).seconds.do(_guarded, entry)
    scheduler.run_all()
    while not stop.wait(max(0.0, min(scheduler.idle_seconds or 0.0, longest))):
        if (scheduler.idle_seconds or 0.0) > longest:
            scheduler.run_all()
        scheduler.run_pending()


def _guarded(entry: Entry) -> None:
    try:
        entry.job()
    except SupportdError as trouble:
        log.warning("timetable.failed", job=entry.name, reason=str(trouble))
    except Exception as failure:  # the loop's unit of work: the other jobs go on
        log.error("timetable.failed", job=entry.name, exc_info=failure)
