"""The figures of the weekly report, from the database, as the JSON that its templates and charts read.

`{sla: [{priority, kept, missed, reclassified, open, percent}], total: {the same}, customers: [{name, opened, closed,
kept, missed, percent, minutes}], more_customers, missed: [{case, customer, priority, clock, basis, due, ended,
late_minutes, breach}], more_missed, ages: [{age, cases}], opened, closed, open_now, minutes}`.  `percent` is text with
one decimal, or empty where nothing was kept or missed; `ended` is empty where a promise is still open.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from daemon.desk import Desk
from daemon.model.case import Priority
from daemon.model.people import Directory
from daemon.model.report import MissedClock, Period, Promises, SlaRow
from daemon.model.text import clean_line
from daemon.rules.report_period import AGE_NAMES, span_of
from daemon.store import report_cases, report_sla, report_time
from daemon.store.database import Connection

NOBODY = ""
"""The customer of a global incident's master that was opened without one."""
MOST_MISSED = 20
MOST_CUSTOMERS = 30
"""A mail lists so many; the command line has them all."""

_ORDER = (Priority.P1G, Priority.P1, Priority.P2, Priority.P3, Priority.P4)


def weekly_figures(connection: Connection, desk: Desk, week: Period, *, now: datetime) -> str:
    """Return the figures of a week as they stand at `now`."""
    plan = desk.config.plan
    asked = report_sla.Asked(span=span_of(week, plan.zone), now=now)
    rows = report_sla.promises(connection, asked)
    ages = report_cases.by_age(connection, now=now, zone=plan.zone, customer=None)
    by_age = {age: sum(count.cases for count in ages if count.value == age) for age in AGE_NAMES}
    customers = _customers(connection, desk, asked, rows)
    figures = {
        "sla": [{"priority": priority} | _counts(sums) for priority, sums in _by_priority(rows)],
        "total": _counts(sum((row.promises for row in rows), Promises())),
        "customers": customers[:MOST_CUSTOMERS],
        "more_customers": max(0, len(customers) - MOST_CUSTOMERS),
        **_missed(connection, desk, asked, rows),
        "ages": [{"age": age, "cases": cases} for age, cases in by_age.items()],
        "opened": sum(customer["opened"] for customer in customers),
        "closed": sum(customer["closed"] for customer in customers),
        "open_now": sum(by_age.values()),
        "minutes": sum(customer["minutes"] for customer in customers),
    }
    return json.dumps(figures)


def _by_priority(rows: Iterable[SlaRow]) -> list[tuple[str, Promises]]:
    sums: dict[str, Promises] = defaultdict(Promises)
    for row in rows:
        sums[row.priority] += row.promises
    return [(priority, sums[priority]) for priority in _ORDER if priority in sums]


def _counts(promises: Promises) -> dict[str, Any]:
    percent = promises.kept_percent
    return {
        "kept": promises.kept,
        "missed": promises.missed,
        "reclassified": promises.reclassified,
        "open": promises.open,
        "percent": "" if percent is None else f"{percent:.1f}",
    }


def _customers(
    connection: Connection, desk: Desk, asked: report_sla.Asked, rows: Iterable[SlaRow]
) -> list[dict[str, Any]]:
    """Return each customer of the week: those with most missed first, then by name; a master may be nobody's (R7.1)."""
    promised: dict[str, Promises] = defaultdict(Promises)
    for row in rows:
        promised[row.customer] += row.promises
    flows = {flow.customer: flow for flow in report_cases.flow(connection, asked.span, customer=None)}
    minutes = report_time.minutes_by_customer(connection, asked.span)
    lines = []
    for customer in sorted({*promised, *flows, *minutes} - {NOBODY}):
        flow, counts = flows.get(customer), _counts(promised[customer])
        line = {name: counts[name] for name in ("kept", "missed", "percent")}
        came = {"opened": flow.opened if flow else 0, "closed": flow.closed if flow else 0}
        lines.append(
            {"name": _name(customer, desk.config.directory)} | line | came | {"minutes": minutes.get(customer, 0)}
        )
    return sorted(lines, key=lambda line: (-line["missed"], line["name"]))


def _missed(connection: Connection, desk: Desk, asked: report_sla.Asked, rows: Iterable[SlaRow]) -> dict[str, Any]:
    found = report_sla.missed(connection, asked, prefix=desk.config.plan.provider.prefix, limit=MOST_MISSED)
    lines = [_missed_line(clock, desk.config.directory) for clock in found]
    every = sum(row.promises.missed + row.promises.reclassified for row in rows)
    return {"missed": lines, "more_missed": every - len(lines)}


def _missed_line(clock: MissedClock, directory: Directory) -> dict[str, Any]:
    return {
        "case": clock.case,
        "customer": _name(clock.customer, directory),
        "priority": clock.priority,
        "clock": clock.clock,
        "basis": clock.basis,
        "due": clock.due.isoformat(),
        "ended": clock.ended.isoformat() if clock.ended else "",
        "late_minutes": clock.late_minutes,
        "breach": clock.breach,
    }


def _name(customer_id: str, directory: Directory) -> str:
    """Return a customer's name; one who has left the configuration is called by their id."""
    customer = directory.customer(customer_id)
    return clean_line(customer.name if customer else customer_id, longest=80)
