"""Minutes of work by invoice period and case, summed where they are stored (R10.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, case, func, literal, select, union_all

from daemon.model.case import Macd
from daemon.model.promises import Charges
from daemon.model.report import Period, Span, WorkLine
from daemon.rules.billing import charge_of_case, surcharge_of
from daemon.rules.report_period import months_of, span_of
from daemon.rules.subjects import tag
from daemon.store.tables import cases, history, time_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """By what work is charged, in which zone months are counted, and how cases are called."""

    charges: Charges
    zone: ZoneInfo
    prefix: str


def work_lines(connection: Connection, period: Period, tariff: Tariff, *, customer: str | None) -> Iterator[WorkLine]:
    """Yield the work of a period: a line a month and case, by month, customer and case."""
    for month, days in months_of(period):
        query = _of_month(span_of(days, tariff.zone))
        if customer is not None:
            query = query.where(cases.c.customer == customer)
        for row in connection.execute(query, execution_options={"yield_per": 500}):
            yield _line(row, month, tariff)


def minutes_by_customer(connection: Connection, span: Span) -> dict[str, int]:
    """Return the minutes recorded in a span, by customer."""
    total = func.sum(time_entries.c.minutes)
    query = select(cases.c.customer, total).join(cases, cases.c.number == time_entries.c.case_number)
    query = query.where(time_entries.c.at >= span.start, time_entries.c.at < span.end).group_by(cases.c.customer)
    return {customer: int(minutes) for customer, minutes in connection.execute(query)}


def _of_month(span: Span) -> Select[Any]:
    seen = union_all(_worked(span), _expedited(span)).subquery("seen")
    minutes, asked = func.sum(seen.c.minutes).label("minutes"), func.sum(seen.c.asked).label("asked")
    summed = select(seen.c.number, minutes, asked).group_by(seen.c.number).subquery("summed")
    columns = (cases.c.customer, cases.c.number, cases.c.kind, cases.c.macd, cases.c.approved_at)
    query = select(*columns, summed.c.minutes, summed.c.asked).join(summed, summed.c.number == cases.c.number)
    return query.order_by(cases.c.customer, cases.c.number)


def _worked(span: Span) -> Select[Any]:
    """Select the minutes of each case; an entry counts at its mail's receipt."""
    minutes = func.sum(time_entries.c.minutes).label("minutes")
    query = select(time_entries.c.case_number.label("number"), minutes, literal(0).label("asked"))
    within = (time_entries.c.at >= span.start, time_entries.c.at < span.end)
    return query.where(*within).group_by(time_entries.c.case_number)


def _expedited(span: Span) -> Select[Any]:
    """Select the approved cases whose expediting was asked for and approved in a span, whichever came last (R10.2).

    Asked for is the first command or answer that did so; where none did, the opening.  What nobody approved costs
    nothing.
    """
    by_command = select(func.min(history.c.at, type_=history.c.at.type)).where(
        history.c.case_number == cases.c.number,
        history.c.event == "macd_set",
        history.c.detail.startswith(Macd.EXPEDITED.value),
    )
    asked_at = func.coalesce(by_command.scalar_subquery(), cases.c.opened_at, type_=cases.c.opened_at.type)
    approved_at = cases.c.approved_at
    owed_at = case((approved_at > asked_at, approved_at), else_=asked_at)
    expedited = (cases.c.macd == Macd.EXPEDITED.value, approved_at.is_not(None))
    query = select(cases.c.number, literal(0), literal(1)).where(*expedited)
    return query.where(owed_at >= span.start, owed_at < span.end)


def _line(row: Row[Any], month: str, tariff: Tariff) -> WorkLine:
    minutes = int(row.minutes)
    work = charge_of_case(row.kind, minutes, tariff.charges)
    surcharge, surcharge_cents = surcharge_of(row.macd if row.asked else None, tariff.charges)
    return WorkLine(
        month=month,
        customer=row.customer,
        case=tag(tariff.prefix, row.number),
        kind=row.kind,
        macd=row.macd or "",
        approved=row.approved_at is not None,
        minutes=minutes,
        charged_minutes=work.minutes,
        work_cents=work.cents,
        surcharge=surcharge,
        surcharge_cents=surcharge_cents,
        total_cents=work.cents + surcharge_cents,
        currency=tariff.charges.currency,
    )
