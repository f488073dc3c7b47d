"""What must hold of a desk at any instant, asked of its rows: the invariants of the random months."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from daemon.model.case import CLOSED_STATUSES, SETTLED_STATUSES, Status
from daemon.model.clocks import Clock, ClockName
from daemon.model.notice_kinds import NoticeKind
from daemon.rules.clocks.times import DUE
from daemon.rules.statuses import ALLOWED
from daemon.store.clocks import read_clock
from daemon.store.tables import cases, clocks, history, loads, messages, outbox

CHANGE = re.compile(r"(\w+) → (\w+)(?: until \S+)? \((.+)\)")
MOVED_AGAIN = (Status.ON_HOLD, Status.SHIPPING)
"""A hold may be moved to another date, a delivery to another day."""
UNDONE = "R5.6"


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of status, read off the history."""

    at: datetime
    actor: str
    before: Status
    after: Status
    why: str

    @property
    def ends_silence(self) -> bool:
        """Tell whether the daemon closed the case by itself."""
        return self.actor == "daemon" and self.after in CLOSED_STATUSES


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that a desk has written, by case."""

    cases: Sequence[Row[Any]]
    clocks: dict[int, tuple[Clock, ...]]
    changes: dict[int, tuple[Changed, ...]]
    messages: dict[int, list[Row[Any]]] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=dict)
    mails: Sequence[Row[Any]] = ()


def rows_of(connection: Connection) -> Rows:
    """Read a desk whole."""
    changes = _by_case(connection, history)
    return Rows(
        cases=connection.execute(select(cases)).all(),
        clocks={case: tuple(map(read_clock, rows)) for case, rows in _by_case(connection, clocks).items()},
        changes={case: tuple(_changes(rows)) for case, rows in changes.items()},
        messages=_by_case(connection, messages),
        loads={row.agent: row.open_cases for row in connection.execute(select(loads))},
        mails=connection.execute(select(outbox)).all(),
    )


def _by_case(connection: Connection, table: Table) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).order_by(table.c.id)):
        found[row.case_number].append(row)
    return found


def _changes(rows: Iterable[Row[Any]]) -> Iterable[Changed]:
    for row in rows:
        if row.event == "status_changed":
            read = CHANGE.fullmatch(row.detail)
            assert read, row.detail
            yield Changed(row.at, row.actor, Status(read[1]), Status(read[2]), read[3])


def assert_all_holds(rows: Rows, now: datetime, known: Counter[int]) -> None:
    """Ask every invariant; `known` counts the changes of each case that were judged before."""
    for case in rows.cases:
        changes, own = rows.changes.get(case.number, ()), rows.clocks.get(case.number, ())
        assert_table_kept(case, changes)
        assert_clocks_sound(case, own, now)
        for change in changes[known[case.number] :]:
            if change.ends_silence:
                assert_customer_was_silent(change, own, rows.messages.get(case.number, []))
        known[case.number] = len(changes)
    assert_told_once(rows)
    assert_loads_counted(rows)


def assert_table_kept(case: Row[Any], changes: tuple[Changed, ...]) -> None:
    """R4.9: a case begins New, and each change is one of the table's; R5.6 alone undoes a closing."""
    statuses = [Status.NEW, *(change.after for change in changes)]
    assert [change.before for change in changes] == statuses[:-1], f"{case.number}: a gap in {changes}"
    assert statuses[-1] == case.status
    for change in changes:
        is_moved = change.before is change.after and change.after in MOVED_AGAIN
        is_undone = change.why == UNDONE and change.before in CLOSED_STATUSES and change.after is Status.IN_PROGRESS
        assert is_moved or is_undone or change.after in ALLOWED[change.before], f"{case.number}: {change}"


def assert_clocks_sound(case: Row[Any], own: tuple[Clock, ...], now: datetime) -> None:
    """R3.10, R3.4: one active clock of a name, none on a closed case but the manager's; intervals in order."""
    active = Counter(clock.name for clock in own if clock.is_active)
    assert not active or max(active.values()) == 1, f"{case.number}: {active}"
    if Status(case.status) in CLOSED_STATUSES:
        assert set(active) <= {ClockName.MANAGER_ACK}, f"{case.number}: {active}"
    for clock in own:
        assert clock.due is None or clock.due >= clock.started_at, clock
        assert all(end >= clock.started_at for end in (clock.met_at, clock.stopped_at) if end), clock
        ends = [(pause.start, pause.end) for pause in clock.pauses]
        assert all(end is None or start < end for start, end in ends), clock
        assert all(before[1] is not None and before[1] <= after[0] for before, after in pairwise(ends)), clock
        assert len(set(clock.told)) == len(clock.told), clock
        if clock.is_active and clock.due is not None and clock.due <= now and not clock.paused_at(now):
            assert DUE in clock.told, f"{case.number}: due and not told {clock}"
        assert clock.next_at is None or clock.next_at > now, f"{case.number}: left behind {clock}"


def assert_customer_was_silent(change: Changed, own: tuple[Clock, ...], written: list[Row[Any]]) -> None:
    """R4.4, R6.2: a case closes by itself only when a silence ran out to its end, and nobody outside wrote in it."""
    ended = [clock for clock in own if clock.name is ClockName.WAITING and clock.stopped_at == change.at]
    assert any(clock.due == change.at for clock in ended), f"{change}: {ended}"
    started = max(clock.started_at for clock in ended)
    said = [row for row in written if row.incoming and row.public and not row.automatic]
    assert not [row.text for row in said if started < row.received_at < change.at], change


def assert_told_once(rows: Rows) -> None:
    """R3.3: nobody is told twice that a clock has run out."""
    breaches = (mail for mail in rows.mails if mail.kind == NoticeKind.CLOCK_BREACHED)
    told = Counter((mail.key.split()[1], mail.recipient) for mail in breaches if mail.key.startswith("clock "))
    assert not told or max(told.values()) == 1, told.most_common(1)


def assert_loads_counted(rows: Rows) -> None:
    """Each technician's load is what a recount gives."""
    counted = Counter(case.assignee for case in rows.cases if Status(case.status) not in SETTLED_STATUSES)
    assert {agent: count for agent, count in rows.loads.items() if count} == dict(counted)
