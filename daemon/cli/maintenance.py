"""`supportd maintenance`: windows and their notices (R11)."""

from datetime import date

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.report_period import Day
from daemon.cli.window_list import period_of, print_windows, print_windows_json, windows_listed


@click.group("maintenance", cls=DeskGroup, example="supportd maintenance list")
def maintenance() -> None:
    """Maintenance windows: those that are planned, and unscheduled ones."""


@maintenance.command(
    "list", example="supportd maintenance list\nsupportd maintenance list --from 2026-12-01 --to 2026-12-31 --json"
)
@click.option("--from", "first", type=Day(), help="First day; else from now on.")
@click.option("--to", "last", type=Day(), help="Last day, included; else a year later.")
def list_(first: date | None, last: date | None) -> None:
    """List windows with their notices: when each is due, and how many contacts were told.

    Days and times are those of the plan's time zone; JSON has UTC.
    """
    now = choices().clock()()
    with read_only() as (config, connection):
        found = windows_listed(connection, config, *period_of(first, last, config.plan.zone, now))
        if choices().json:
            print_windows_json(found, now=now)
        else:
            print_windows(found, config.plan, now=now)
