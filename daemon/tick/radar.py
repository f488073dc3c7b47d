"""The radar's look at customers' mails (R7): at most once a minute, and only where there is new mail.

What was heard of late is remembered for each database, so that a look reads only new mails; a process that begins
reads once what is usual.  It tells agents, once however many daemons; it never acts.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from daemon.apply import apply
from daemon.desk import Desk
from daemon.model.due import Action, Ticked
from daemon.model.incident import Incident, Storm
from daemon.model.people import Directory
from daemon.model.plan import RadarPolicy
from daemon.model.radar import Cluster, Listened
from daemon.posting import Posting
from daemon.rules.radar import storms
from daemon.rules.radar.clusters import MOST_MAILS, Window, clusters
from daemon.rules.radar.past import MOST_MAILS as MOST_PAST
from daemon.rules.radar.past import REACH, Past
from daemon.rules.radar.words import Ear, ear_of, listen
from daemon.store.database import Connection, Engine, lock
from daemon.store.due import Due
from daemon.store.incidents import incidents_since, storms_since
from daemon.store.radar import heard_since, newest_message, uncounted_among, whose
from daemon.tick.source import Source

PACE = timedelta(minutes=1)
NEVER = timedelta(0)
OVERLAP = 20
"""Messages are read again so far back: another transaction may have taken its number earlier and ended later."""
MOST_READ = MOST_PAST + MOST_MAILS


@dataclass(slots=True)
class _Memory:
    """What was heard in a database: the mails of the last hour, those before, and how far all of it was looked at."""

    directory: Directory
    ear: Ear
    window: list[Listened] = field(default_factory=list)
    past: Past = field(default_factory=Past)
    read: int = 0  # the newest message that was read
    recent: set[int] = field(default_factory=set)  # messages that were read not long ago
    looked_at: int = 0  # the newest message that was looked at, with nothing left to tell
    last_look: datetime | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Tell whether the last look was just now."""
        return self.last_look is not None and NEVER <= now - self.last_look < PACE

    def hear(self, connection: Connection, now: datetime, within: timedelta) -> None:
        """Read what is new, and let what is older than the window go into the past."""
        newest, after = newest_message(connection), max(0, self.read - OVERLAP)
        found = heard_since(connection, now - REACH, after=after, most=MOST_READ) if newest > self.read else ()
        heard = [one for one in found if one.message not in self.recent]
        self.recent = {one.message for one in found if one.message > newest - OVERLAP} or self.recent
        self.window += [listen(one, self.ear) for one in heard]
        gone = [mail for mail in self.window if mail.at < now - within]
        self.window = [mail for mail in self.window if mail.at >= now - within]
        joined = uncounted_among(connection, {mail.case for mail in gone[-MOST_MAILS:]})
        self.past = self.past.without_old(now)
        self.past.add(sorted((mail for mail in gone if mail.case not in joined), key=lambda mail: mail.at))
        self.read = newest


_MEMORIES: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
"""What each database's mails were: asked at every due thing."""


def _memory(desk: Desk) -> _Memory:
    memory, directory = _MEMORIES.get(desk.engine), desk.config.directory
    if memory is None or memory.directory is not directory:
        memory = _MEMORIES[desk.engine] = _Memory(directory, ear_of(directory))
    return memory


def _first(connection: Connection, desk: Desk, now: datetime, aside: Collection[int]) -> Due | None:
    memory = _memory(desk)
    if not desk.config.plan.radar.is_on or memory.is_quiet(now):
        return None
    newest = newest_message(connection)
    if newest == memory.looked_at or newest in aside:
        return None
    if next(iter(_news(connection, desk, memory, now)), None) is not None:
        return Due(newest, None, now)
    memory.looked_at, memory.last_look = memory.read, now
    return None


def _news(
    connection: Connection, desk: Desk, memory: _Memory, now: datetime
) -> tuple[tuple[Storm, Cluster, storms.Known], ...]:
    """Return what agents are to be told now."""
    policy = desk.config.plan.radar
    memory.hear(connection, now, policy.within)
    found = _found(connection, memory, now, policy)
    if not found:
        return ()
    told = storms_since(connection, now - policy.pause)
    named = {case for one in told for case in one.cases} | {case for one in found for case in one.cases}
    known = storms.Known(
        now=now, storms=told, incidents=_open_incidents(connection, now), whose=whose(connection, named)
    )
    news = ((storms.news_of(cluster, known, policy, memory.ear), cluster) for cluster in found)
    return tuple((storm, cluster, known) for storm, cluster in news if storm is not None)


def _open_incidents(connection: Connection, now: datetime) -> tuple[Incident, ...]:
    return tuple(one for one in incidents_since(connection, now) if one.resolved_at is None)


def _found(connection: Connection, memory: _Memory, now: datetime, policy: RadarPolicy) -> tuple[Cluster, ...]:
    """Return the clusters; only where there are some it is asked what joined a master meanwhile, or is a duplicate."""
    mails = tuple(mail for mail in memory.window if mail.at <= now)
    window = Window(mails[-MOST_MAILS:], memory.past, now - policy.within, now, memory.looked_at)
    found = clusters(window, policy)
    left_out = uncounted_among(connection, {mail.case for mail in mails}) if found else frozenset()
    if not left_out:
        return found
    return clusters(replace(window, mails=tuple(mail for mail in mails if mail.case not in left_out)), policy)


def _do(connection: Connection, desk: Desk, due: Due, now: datetime) -> Ticked | None:
    lock(connection, "radar")
    found = next(iter(_news(connection, desk, _memory(desk), now)), None)
    if found is None:
        return None
    storm, cluster, known = found
    cases = json.dumps(list(storms.listed(storm, cluster, known, desk.config.directory)))
    decision = storms.tell(storm, cluster, known, desk.config.charter, cases=cases)
    apply(connection, decision, Posting(desk, now, None), cases=())
    return Ticked(Action.NOTICE_QUEUED, None, due.at, decision.reason)


RADAR = Source("radar", _first, _do)
"""Mails of several customers that look alike: agents are told, nothing else."""
