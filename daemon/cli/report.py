"""`supportd report`: sla, time, cases."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.records import print_csv, print_object
from daemon.cli.report_period import Question, Wish, report_options, understood

if TYPE_CHECKING:
    from daemon.model.setup import Config
    from daemon.store.database import Connection

SLA = ("customer", "priority", "clock", "kept", "missed", "reclassified", "open", "stopped", "kept_percent")
MISSED = ("case", "customer", "priority", "clock", "basis", "due", "ended", "state", "late_minutes", "breach")
TIME = (
    "month", "customer", "case", "kind", "macd", "approved", "minutes", "charged_minutes", "work_cents", "surcharge",
    "surcharge_cents", "total_cents", "total", "currency",
)  # fmt: skip
CASES = ("customer", "figure", "value", "cases")
SHOWN_MISSED = 50
"""So many missed promises are listed for people; programs get all of them."""


@click.group("report", cls=DeskGroup, example="supportd report sla --from 2026-12-01 --to 2026-12-31")
def report() -> None:
    """Figures: promises kept and missed, time and money, cases by status and age.

    Days are those of the plan's time zone, both included; without them the calendar month so far is meant.
    """


@report.command(
    "sla",
    example="supportd report sla --customer acme\nsupportd report sla --from 2026-12-01 --to 2026-12-31 --missed --csv",
)
@report_options
@click.option("--missed", "only_missed", is_flag=True, help="List the missed promises alone, each with its reason.")
def sla(*, only_missed: bool, **wish: Any) -> None:
    """Promises (R3) that were due in these days: kept, missed, missed by reclassification alone, still open.

    A clock counts in the period in which it was due, under the priority that its case has now.
    """
    from daemon.cli import report_pages
    from daemon.store import report_sla

    with read_only() as (config, connection):
        question = understood(Wish(**wish), config, connection)
        prefix = config.plan.provider.prefix
        asked = report_sla.Asked(span=question.span, now=question.now, customer=question.customer)
        rows = [] if only_missed else report_pages.sla_records(report_sla.promises(connection, asked))
        limit = None if wish["csv"] or choices().json else SHOWN_MISSED + 1
        missed = map(report_pages.missed_record, report_sla.missed(connection, asked, prefix=prefix, limit=limit))
        if choices().json:
            figures = () if only_missed else (("rows", rows), ("total", report_pages.sla_total(rows)))
            print_object((*question.head("sla"), *figures, ("missed", missed)))
        elif wish["csv"]:
            print_csv(*((MISSED, missed) if only_missed else (SLA, rows)))
        else:
            report_pages.print_sla(question, rows, list(missed), shown=SHOWN_MISSED)


@report.command("time", example="supportd report time --from 2026-12-01 --to 2026-12-31 --csv > december.csv")
@report_options
def time(**wish: Any) -> None:
    """Minutes of work and what they cost (R10.4): by invoice period, customer and case.

    Only MACD cases are charged.  Minutes are summed per case and calendar month, then rounded up once.
    """
    from daemon.cli import report_pages

    with read_only() as (config, connection):
        question = understood(Wish(**wish), config, connection)
        totals = report_pages.WorkTotals(config.plan.charges.currency)
        records = map(totals.count, _work(config, connection, question))
        if wish["csv"]:
            print_csv(TIME, records)
        elif choices().json:
            print_object(_time_members(question, records, totals))
        else:
            report_pages.print_time(question, list(records), totals)


def _work(config: "Config", connection: "Connection", question: Question) -> Iterator[Any]:
    from daemon.store.report_time import Tariff, work_lines

    plan = config.plan
    tariff = Tariff(charges=plan.charges, zone=plan.zone, prefix=plan.provider.prefix)
    return work_lines(connection, question.period, tariff, customer=question.customer)


def _time_members(question: Question, records: Iterator[Any], totals: Any) -> Iterator[tuple[str, Any]]:
    """Give the members of the document in order; the sums are known when the last record has gone by."""
    from daemon.rules.report_period import is_whole_months

    yield from question.head("time")
    yield "whole_months", is_whole_months(question.period)
    yield "currency", totals.currency
    yield "rows", records
    yield "customers", totals.by_customer()
    yield "total", totals.total()


@report.command("cases", example="supportd report cases --customer acme --json")
@report_options
def cases(**wish: Any) -> None:
    """Cases opened in these days by status, and all that are open now by age in days."""
    from daemon.cli import report_pages
    from daemon.store import report_cases

    with read_only() as (config, connection):
        question = understood(Wish(**wish), config, connection)
        of = {"customer": question.customer}
        figures = report_pages.CaseFigures(
            statuses=report_cases.by_status(connection, question.span, **of),
            ages=report_cases.by_age(connection, now=question.now, zone=config.plan.zone, **of),
            flows=report_cases.flow(connection, question.span, **of),
        )
    if choices().json:
        print_object((*question.head("cases"), *figures.members()))
    elif wish["csv"]:
        print_csv(CASES, figures.records())
    else:
        report_pages.print_cases(question, figures)
