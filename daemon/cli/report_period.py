"""What every report is asked for: days, a customer, a form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import click

from daemon.cli.options import choices

if TYPE_CHECKING:
    from daemon.model.report import Period, Span
    from daemon.model.setup import Config
    from daemon.store.database import Connection

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Day(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.3
    """A day, as 2026-12-18."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: write it as 2026-12-18", param, ctx)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report was asked for, as it was typed."""

    first: date | None
    last: date | None
    customer: str | None
    csv: bool


@dataclass(frozen=True, slots=True)
class Question:
    """The same, understood: which days, as of when, and for whom (None: everybody)."""

    period: "Period"
    span: "Span"
    now: datetime
    zone: str
    customer: str | None

    def head(self, report: str) -> tuple[tuple[str, Any], ...]:
        """Return how each report's JSON document begins."""
        return (
            ("report", report),
            ("from", self.period.first),
            ("to", self.period.last),
            ("zone", self.zone),
            ("as_of", self.now),
            ("customer", self.customer),
        )


def report_options(command: Decorated) -> Decorated:
    """Add the options of every report."""
    for option in reversed(
        (
            click.option("--from", "first", type=Day(), help="First day; else that of the month of --to."),
            click.option("--to", "last", type=Day(), help="Last day, included; else today."),
            click.option("--customer", metavar="ID", help="Only this customer."),
            click.option("--csv", is_flag=True, help="Print CSV, for spreadsheets."),
        )
    ):
        command = option(command)
    return command


def understood(wish: Wish, config: "Config", connection: "Connection") -> Question:
    """Return what is asked for: by default the calendar month so far, on the plan's wall clock.

    Raises:
        UsageError: the days are in the wrong order, two forms are asked for, or nobody knows the customer.
    """
    from daemon.model.report import Period
    from daemon.rules.report_period import span_of

    if wish.csv and choices().json:
        raise click.UsageError("--csv and --json are two forms: ask for one")
    zone, now = config.plan.zone, choices().clock()()
    last = wish.last or now.astimezone(zone).date()
    first = wish.first or last.replace(day=1)
    if first > last:
        until = "" if wish.last else ", which is today: name the last day with --to"
        raise click.UsageError(f"the first day, {first}, lies after the last, {last}{until}")
    if date.max in (first, last):
        raise click.UsageError(f"{date.max} is no day to report on")
    period = Period(first, last)
    customer = _known(wish.customer, config, connection) if wish.customer else None
    return Question(period, span_of(period, zone), now, zone.key, customer)


def _known(customer: str, config: "Config", connection: "Connection") -> str:
    """Return the customer; one who has left the configuration has cases still."""
    from daemon.store.report_cases import knows_customer

    wanted = customer.strip().lower()
    if config.directory.customer(wanted) is not None:
        return wanted
    if knows_customer(connection, customer):
        return customer
    near = get_close_matches(wanted, [known.id for known in config.directory.customers], n=1)
    hint = f": did you mean {near[0]!r}?" if near else ": `config/customers/` holds none of that id"
    raise click.UsageError(f"there is no customer {customer!r}{hint}")
