"""All that has come due by an instant, in order of due time over all sources, each exactly once, however late."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from daemon.desk import Desk
from daemon.errors import SupportdError
from daemon.model.due import Action, Ticked
from daemon.store.database import Connection, reading, transaction
from daemon.store.due import Due, Unread, postponed_silences
from daemon.store.lapses import postponed_lapses
from daemon.tick.challenges import CHALLENGES
from daemon.tick.clocks import CLOCKS, unread_mail
from daemon.tick.digest import DIGEST
from daemon.tick.holds import HOLDS
from daemon.tick.invoices import INVOICES
from daemon.tick.lapses import LAPSES
from daemon.tick.maintenance import MAINTENANCE
from daemon.tick.radar import RADAR
from daemon.tick.reports import REPORTS
from daemon.tick.source import Source
from daemon.tick.subscribers import SUBSCRIBERS

SOURCES: tuple[Source, ...] = (
    HOLDS, CLOCKS, LAPSES, CHALLENGES, MAINTENANCE, REPORTS, DIGEST, INVOICES, SUBSCRIBERS, RADAR,
)  # fmt: skip
"""Every kind of thing that comes due; of two at one instant the upper row's is done first."""

log = structlog.get_logger()


def tick(desk: Desk, *, now: datetime) -> tuple[Ticked, ...]:
    """Do all that is due by `now`, each in a transaction of its own, and return what was done."""
    return tuple(ticking(desk, now=now))


def ticking(desk: Desk, *, now: datetime) -> Iterator[Ticked]:
    """Do all that is due by `now`, telling of each thing once it is done; at the end, of what is postponed (R5.6).

    The earliest is looked for anew each time, since what was done may have made something else due.

    Raises:
        Temporary: the database is away; what was told is done, the rest is done at a later tick.
    """
    once = _Tick(desk, now)
    while (found := once.first()) is not None:
        ticked = once.do(*found)
        if ticked is not None:
            yield ticked
    yield from once.postponed()


@dataclass(slots=True)
class _Tick:
    """One passage through everything that is due."""

    desk: Desk
    now: datetime
    aside: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    idle: set[tuple[str, Due]] = field(default_factory=set)

    def first(self) -> tuple[Source, Due] | None:
        """Return what is due first."""
        with reading(self.desk.engine) as connection:
            found = [(source, due) for source in SOURCES if (due := self._first_of(source, connection)) is not None]
        return min(found, key=lambda pair: pair[1].at, default=None)

    def _first_of(self, source: Source, connection: Connection) -> Due | None:
        return source.first(connection, self.desk, self.now, self.aside[source.name])

    def do(self, source: Source, due: Due) -> Ticked | None:
        """Do one thing; a defect of ours sets it aside until the next tick, and the others go on."""
        try:
            with transaction(self.desk.engine) as connection:
                ticked = source.do(connection, self.desk, due, self.now)
        except SupportdError:
            raise
        except Exception as defect:  # the loop's unit of work: what else is due must be done
            log.error("timetable.item_failed", source=source.name, case=due.case, exc_info=defect)
            self.aside[source.name].add(due.key)
            return Ticked(Action.SKIPPED, due.case, due.at, f"failed, tried again: {type(defect).__name__}")
        if ticked is None:
            self._note_idle(source, due)
        return ticked

    def _note_idle(self, source: Source, due: Due) -> None:
        """Set aside what is found due again and again although there is nothing to do."""
        if (source.name, due) in self.idle:
            self.aside[source.name].add(due.key)
        self.idle.add((source.name, due))

    def postponed(self) -> Iterator[Ticked]:
        """Tell of what is due and must wait until mail is read."""
        with reading(self.desk.engine) as connection:
            behind = unread_mail(connection, self.desk)
            waiting = _postponed(connection, self.now, behind) if behind else ()
        why = behind.why if behind else ""
        for due in waiting:
            yield Ticked(Action.SKIPPED, due.case, due.at, f"postponed: {why} (R5.6)")


def _postponed(connection: Connection, now: datetime, behind: Unread) -> tuple[Due, ...]:
    return (*postponed_silences(connection, now, behind), *postponed_lapses(connection, now, behind))
