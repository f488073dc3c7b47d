"""The story as a calendar (RFC 5545): when clocks are due and run out, holds end, cases close; maintenance windows.

The UID of an event names what it is about, not when: a second rehearsal moves the events of the first in a calendar
that imported it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from daemon.model.clocks import Breach, ClockName
from daemon.model.window import Window
from daemon.rules.maintenance.steps import steps_of
from daemon.rules.subjects import tag
from daemon.simulate.load_events import Line
from daemon.simulate.rehearsal import Rehearsal
from daemon.simulate.windows import windows_within
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
    for window in windows_within(connection, rehearsal.stage.desk, rehearsal.began, rehearsal.now):
        calendar.add_component(_window_event(window, _domain(rehearsal), stamp=stamp))
    return bytes(calendar.to_ical())


def _window_event(window: Window, domain: str, *, stamp: datetime) -> Event:
    """Return a maintenance window, which lasts; a cancelled one says so."""
    event = Event()
    event.add("uid", f"{window.key}@{domain}")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", window.start)
    event.add("dtend", window.end)
    event.add("summary", window.work.name)
    event.add("description", f"{window.work.description}\n{', '.join(window.work.products)}")
    event.add("status", "CANCELLED" if window.is_cancelled else "CONFIRMED")
    return event


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
    prefix, domain = rehearsal.stage.desk.config.plan.provider.prefix, _domain(rehearsal)
    told = _told(rehearsal.happenings)
    notices = _notices(rehearsal, connection)
    for uid, at, summary in (*_clocks(connection, prefix), *_holds(connection, prefix), *told, *notices):
        yield f"{uid}@{domain}", at, summary


def _domain(rehearsal: Rehearsal) -> str:
    return rehearsal.stage.desk.config.plan.provider.support_address.rpartition("@")[2]


def _notices(rehearsal: Rehearsal, connection: Connection) -> Iterator[tuple[str, datetime, str]]:
    """Yield what is told of maintenance windows, and when it is due."""
    zone = rehearsal.stage.desk.config.plan.zone
    for window in windows_within(connection, rehearsal.stage.desk, rehearsal.began, rehearsal.now):
        for step in steps_of(window, zone):
            if step.at >= rehearsal.began:
                yield f"{window.key}.{step.name.replace(' ', '-')}", step.at, f"{window.work.name}: told, {step.name}"


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
            subject = line.case or "a held request or a subscription"
            yield (
                f"{line.case}.{line.action}.{seen[line.case, line.action]}",
                line.at,
                f"{subject}: {TOLD[line.action]}",
            )
