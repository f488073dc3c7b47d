"""`supportd maintenance`: windows and their notices (R11)."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.arguments import text_option
from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document
from daemon.cli.report_period import Day
from daemon.cli.window_list import period_of, print_windows, print_windows_json, windows_listed

if TYPE_CHECKING:
    from daemon.act import Announced

_DONE = {"announced": "announced", "cancelled": "cancelled", "followed_up": "followed up"}


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


@maintenance.command("announce", example="supportd maintenance announce tonight.yaml")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--confirm", "is_confirmed", is_flag=True, help="It may lie inside the hours of the day (R11.6).")
def announce(file: Path, *, is_confirmed: bool) -> None:
    """Announce unscheduled maintenance at once, to the contacts of customers whom it affects.

    FILE is YAML: name, start and end ("2026-12-05 23:00", on the plan's wall clock), products, impact, description,
    reason.
    """
    from daemon.act import announce_file
    from daemon.settings.announcement_file import read_announcement

    with opened_desk() as desk:
        products = tuple(product.id for product in desk.config.directory.products)
        form = read_announcement(file, products)
        _print(announce_file(desk, form, is_confirmed=is_confirmed, now=choices().clock()()))


@maintenance.command("cancel", example="supportd maintenance cancel announced:mail-42")
@click.argument("window", metavar="ID")
def cancel(window: str) -> None:
    """Cancel unscheduled maintenance; who was told of it is told.

    A planned window is cancelled in maintenance.yaml.
    """
    from daemon.act import cancel_window

    with opened_desk() as desk:
        _print(cancel_window(desk, window, now=choices().clock()()))


@maintenance.command(
    "follow-up", example="supportd maintenance follow-up monthly:2026-12-18 --text 'Calls are set up faster.'"
)
@click.argument("window", metavar="ID")
@text_option("What is new; - reads standard input.")
def follow_up(window: str, *, text: str) -> None:
    """Tell the contacts of a window more about it, such as new features."""
    from daemon.act import follow_up_window

    with opened_desk() as desk:
        _print(follow_up_window(desk, window, text, now=choices().clock()()))


def _print(done: "Announced") -> None:
    if choices().json:
        print_document({"window": done.key, "done": done.done, "told": done.told})
    else:
        note(f"{done.key} {_DONE[done.done]}: {done.told} contact{'' if done.told == 1 else 's'} told.")
