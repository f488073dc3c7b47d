"""The story as a calendar (RFC 5545): when clocks are due and run out, when holds end, when cases close.

The UID of an event names what it is about, not when: a second rehearsal moves the events of the first in a calendar
that imported it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from daemon.model.clocks import Breach, ClockName
from daemon.rules.subjects import tag
from daemon.simulate.load_events import Line
from daemon.simulate.rehearsal import Rehearsal
from daemon.store.clocks import read_clock
from daemon.store.database import Connection
from daemon.store.rehearsal import all_clocks, all_holds

WORDS = {
    ClockName.FIRST_RESPONSE: "first response",
    ClockName.UPDATE: "update",
    ClockName.ON_DEMAND: "update on demand",
    ClockName.MANAGER_ACK: "manager's acknowledgement",
    ClockName.COMPLETION: "completion",
    ClockName.WAITING: "end of the customer's silence",
}
TOLD = {"hold_ended": "hold ended", "closed": "closed", "closed_no_response": "closed, no response", "lapsed": "lapsed"}
"""What `tick` does that stands in a calendar, and in which words."""


def calendar_of(rehearsal: Rehearsal, connection: Connection, *, stamp: datetime) -> bytes:
    """Return the calendar file.

    Args:
        rehearsal: after it has lived.
        connection: to its rows.
        stamp: goes into every DTSTAMP, so that the same rehearsal gives the same octets.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//supportd//simulate//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{rehearsal.stage.desk.config.plan.provider.name}: rehearsal")
    for uid, at, summary in _entries(rehearsal, connection):
        calendar.add_component(_event(uid, at, summary, stamp=stamp))
    return bytes(calendar.to_ical())


def _event(uid: str, at: datetime, summary: str, *, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", at.astimezone(UTC))
    event.add("duration", timedelta(0))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event


def _entries(rehearsal: Rehearsal, connection: Connection) -> Iterator[tuple[str, datetime, str]]:
    provider = rehearsal.stage.desk.config.plan.provider
    domain = provider.support_address.rpartition("@")[2]
    told = _told(rehearsal.happenings)
    for uid, at, summary in (*_clocks(connection, provider.prefix), *_holds(connection, provider.prefix), *told):
        yield f"{uid}@{domain}", at, summary


def _clocks(connection: Connection, prefix: str) -> Iterator[tuple[str, datetime, str]]:
    """Yield each clock's due time; of a clock that was met before, it stands too: a plan is judged by both."""
    seen: Counter[tuple[int, ClockName]] = Counter()
    for row in all_clocks(connection):
        clock, case = read_clock(row), tag(prefix, row.case_number)
        seen[row.case_number, clock.name] += 1
        if clock.due is None or (clock.stopped_at is not None and clock.stopped_at < clock.due):
            continue
        uid = f"{case}.{clock.name.value}.{seen[row.case_number, clock.name]}"
        yield f"{uid}.due", clock.due, f"{case}: {WORDS[clock.name]} due ({clock.terms.basis})"
        if clock.breached_at is not None:
            why = "" if clock.breach is Breach.RAN_OUT else f" {clock.breach}"
            yield f"{uid}.breach", clock.breached_at, f"{case}: {WORDS[clock.name]} breached{why}"


def _holds(connection: Connection, prefix: str) -> Iterator[tuple[str, datetime, str]]:
    for row in all_holds(connection):
        case = tag(prefix, row.number)
        yield f"{case}.hold", row.hold_until, f"{case}: hold ends"


def _told(happenings: Iterable[Line]) -> Iterator[tuple[str, datetime, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    for line in happenings:
        if line.action in TOLD:
            seen[line.case, line.action] += 1
            subject = line.case or "a held request"
            yield (
                f"{line.case}.{line.action}.{seen[line.case, line.action]}",
                line.at,
                f"{subject}: {TOLD[line.action]}",
            )
