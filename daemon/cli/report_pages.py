"""Reports as records for programs, and as tables for people."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import click

from daemon.cli.printing import note, print_table
from daemon.cli.records import Record, money, record_of
from daemon.cli.report_period import Question
from daemon.model.case import Kind, Status
from daemon.model.report import CaseCount, CaseFlow, MissedClock, Promises, SlaRow, Surcharge, WorkLine
from daemon.rules.report_period import AGE_NAMES, is_whole_months

TOTAL = "all"
_SLA = (
    ("customer", "customer"),
    ("priority", "priority"),
    ("clock", "clock"),
    ("kept", "kept"),
    ("missed", "missed"),
    ("kept in %", "percent"),
    ("reclassified", "reclassified"),
    ("open", "open"),
    ("stopped", "stopped"),
)
_MISSED = (
    ("case", "case"),
    ("customer", "customer"),
    ("priority", "priority"),
    ("clock", "clock"),
    ("basis", "basis"),
    ("due", "due"),
    ("ended", "ended|state"),
    ("late", "late"),
    ("breach", "breach"),
)
_SUMS = frozenset({"kept", "missed", "kept in %", "reclassified", "open", "stopped"})
_AMOUNTS = frozenset({"minutes", "charged minutes", "work", "surcharge", "total"})
_TIME = (
    ("month", "month"),
    ("customer", "customer"),
    ("case", "case"),
    ("kind", "kind"),
    ("minutes", "minutes"),
    ("charged minutes", "charged"),
    ("work", "work"),
    ("surcharge", "surcharge"),
    ("total", "total"),
    ("remark", "remark"),
)


def sla_records(rows: Iterable[SlaRow]) -> list[Record]:
    """Return promises as records."""
    return [
        {"customer": row.customer, "priority": row.priority, "clock": row.clock} | _counts(row.promises) for row in rows
    ]


def sla_total(records: Iterable[Record]) -> Record:
    """Return the sum of these records, its percentage worked out anew."""
    names = [field.name for field in dataclasses.fields(Promises)]
    return _counts(sum((Promises(**{name: record[name] for name in names}) for record in records), Promises()))


def missed_record(clock: MissedClock) -> Record:
    """Return a missed promise as a record."""
    return record_of(clock)


def _counts(promises: Promises) -> dict[str, Any]:
    return record_of(promises) | {"kept_percent": promises.kept_percent}


def print_sla(question: Question, rows: list[Record], missed: list[Record], *, shown: int) -> None:
    """Print promises for people: the sums, where there are any, and the first of the missed ones."""
    if rows:
        _title(question, "Promises due")
        total = {"customer": TOTAL, "priority": "", "clock": ""} | dict(sla_total(rows))
        print_table(_SLA, [_sla_line(row) for row in [*rows, total]], empty="", numbers=_SUMS)
        click.echo("")
    _title(question, "Missed")
    lines = [SimpleNamespace(**row | {"late": _spelt(row["late_minutes"])}) for row in missed[:shown]]  # type: ignore[operator]
    print_table(_MISSED, lines, empty="No promise was missed.")
    if len(missed) > shown:
        note(f"Only the first {shown} are shown: --missed with --csv or --json gives all of them.")


def _sla_line(row: Record) -> SimpleNamespace:
    percent = row["kept_percent"]
    return SimpleNamespace(**row, percent="" if percent is None else f"{percent:.1f}")


def _spelt(minutes: int) -> str:
    """Return minutes as people say them: 1 d 2 h 5 min."""
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    pieces = ((days, "d"), (hours, "h"), (rest, "min"))
    return " ".join(f"{amount} {unit}" for amount, unit in pieces if amount) or "0 min"


@dataclass(slots=True)
class WorkTotals:
    """Sums of work, gathered while the lines go by."""

    currency: str
    _by_customer: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, line: WorkLine) -> Record:
        """Add a line to the sums, and return it as a record."""
        record = record_of(line) | {"surcharge": line.surcharge.value, "total": money(line.total_cents)}
        sums = self._by_customer.setdefault(line.customer, _no_work())
        for name in ("minutes", "charged_minutes", "work_cents", "surcharge_cents", "total_cents"):
            sums[name] += record[name]
        sums["manual_lines"] += int(line.surcharge is Surcharge.MANUAL)
        return record

    def by_customer(self) -> list[Record]:
        """Return the sums of each customer."""
        return [{"customer": name} | _with_total(sums) for name, sums in sorted(self._by_customer.items())]

    def total(self) -> Record:
        """Return the sum of everything."""
        every = self._by_customer.values()
        return _with_total({name: sum(sums[name] for sums in every) for name in _no_work()})


def _no_work() -> dict[str, int]:
    names = ("minutes", "charged_minutes", "work_cents", "surcharge_cents", "total_cents", "manual_lines")
    return dict.fromkeys(names, 0)


def _with_total(sums: dict[str, int]) -> dict[str, Any]:
    return sums | {"total": money(sums["total_cents"])}


def print_time(question: Question, records: list[Record], totals: WorkTotals) -> None:
    """Print work for people, and what is to be known about its charges."""
    _title(question, f"Time recorded, charges in {totals.currency},")
    lines = [_work_line(record) for record in records]
    if lines:
        total = totals.total()
        lines.append(_work_line({"month": TOTAL, "customer": "", "case": "", "kind": "", "macd": ""} | dict(total)))
    print_table(_TIME, lines, empty="No time was recorded.", numbers=_AMOUNTS)
    if records and not is_whole_months(question.period):
        note("These days cut a month: an invoice rounds the minutes of a case once, for the whole month.")


def _work_line(record: Record) -> SimpleNamespace:
    is_charged = record["kind"] != Kind.SUPPORT
    return SimpleNamespace(
        **{name: record[name] for name in ("month", "customer", "case", "kind", "minutes")},
        charged=record["charged_minutes"] if is_charged else "",
        work=money(record["work_cents"]) if is_charged else "not charged",
        surcharge=money(record["surcharge_cents"]) if record["surcharge_cents"] else record.get("surcharge", ""),
        total=record["total"],
        remark=_remark(record),
    )


def _remark(record: Record) -> str:
    if manual := record.get("manual_lines"):
        return f"{manual} to be billed by hand"
    pieces = (record["macd"], "not approved" if record["macd"] and not record["approved"] else "")
    return ", ".join(filter(None, pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """Everything that the report on cases says."""

    statuses: tuple[CaseCount, ...]
    ages: tuple[CaseCount, ...]
    flows: tuple[CaseFlow, ...]

    def members(self) -> Iterator[tuple[str, Any]]:
        """Give the members of the JSON document."""
        yield "by_status", [_named(count, "status") for count in self.statuses]
        yield "by_age", [_named(count, "age") for count in self.ages]
        yield "flow", [record_of(flow) for flow in self.flows]
        yield "total", self.total()

    def total(self) -> Record:
        """Return the sums: opened and closed in the period, open now."""
        return {
            "opened": sum(flow.opened for flow in self.flows),
            "closed": sum(flow.closed for flow in self.flows),
            "open_now": sum(count.cases for count in self.ages),
        }

    def records(self) -> Iterator[Record]:
        """Give the same as rows of one table: a customer, a figure, its value, how many cases."""
        for figure, counts in (("status", self.statuses), ("age", self.ages)):
            for count in counts:
                yield {"customer": count.customer, "figure": figure, "value": count.value, "cases": count.cases}
        for flow in self.flows:
            for figure, number in (("opened", flow.opened), ("closed", flow.closed)):
                yield {"customer": flow.customer, "figure": figure, "value": "", "cases": number}


def _named(count: CaseCount, name: str) -> Record:
    return {"customer": count.customer, name: count.value, "cases": count.cases}


def print_cases(question: Question, figures: CaseFigures) -> None:
    """Print cases for people: opened by status, open by age."""
    total = figures.total()
    _title(question, "Cases opened, by status,")
    present = {count.value for count in figures.statuses}
    statuses = [status.value for status in Status if status.value in present]
    _print_pivot(figures.statuses, statuses, empty="No case was opened.")
    click.echo("")
    click.echo("Cases open now, by age in days")
    _print_pivot(figures.ages, list(AGE_NAMES), empty="No case is open.")
    click.echo("")
    click.echo(f"Opened: {total['opened']}.  Closed: {total['closed']}.  Open now: {total['open_now']}.")


def _print_pivot(counts: Sequence[CaseCount], values: Sequence[str], *, empty: str) -> None:
    """Print a line a customer and a column a value, with the sums."""
    lines: dict[str, dict[str, int]] = {}
    for count in counts:
        for customer in (count.customer, TOTAL):
            line = lines.setdefault(customer, dict.fromkeys((*values, TOTAL), 0))
            line[count.value] += count.cases
            line[TOTAL] += count.cases
    ordered = sorted(lines.items(), key=lambda item: (item[0] == TOTAL, item[0]))
    rows = [SimpleNamespace(customer=customer, **numbers) for customer, numbers in ordered]
    columns = [("customer", "customer"), *((value.replace("_", " "), value) for value in (*values, TOTAL))]
    print_table(columns, rows, empty=empty, numbers={heading for heading, _ in columns[1:]})


def _title(question: Question, words: str) -> None:
    period = question.period
    click.echo(f"{words} {period.first} to {period.last} ({question.zone})")
