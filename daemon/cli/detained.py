"""What `held` and `quarantine` share: lists, one mail with its text, and the confirmation of what was done."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from daemon.cli.arguments import Decorated, Word
from daemon.cli.opening import read_only
from daemon.cli.options import choices
from daemon.cli.printing import as_json, print_array, print_document, print_fields, print_table

if TYPE_CHECKING:
    from daemon.desk import Desk

STATES = ("open", "released", "declined", "discarded", "lapsed", "all")
_COLUMNS = (
    ("id", "id"),
    ("kind", "kind"),
    ("state", "state"),
    ("from", "sender"),
    ("customer", "customer"),
    ("received", "received_at"),
    ("subject", "subject"),
    ("reason", "reason"),
)


def state_option() -> Callable[[Decorated], Decorated]:
    """Return the option --state: what still waits, unless another state is asked for."""
    help_text = f"Only in this state: {', '.join(STATES)}."
    return click.option(
        "--state", type=Word(STATES), default="open", show_default=True, metavar="STATE", help=help_text
    )


def print_list(kind: str, state: str) -> None:
    """Print the detained mail of a kind that is in a state."""
    from daemon.model.outcome import DetainedKind
    from daemon.store.detained_views import DetainedFilter, list_detained

    wanted = DetainedFilter(kind=DetainedKind(kind), state=None if state == "all" else state)
    with read_only() as (config, connection):
        rows = list_detained(connection, wanted, prefix=config.plan.provider.prefix)
        if choices().json:
            print_array(rows)
        else:
            print_table(_COLUMNS, rows, empty="Nothing waits." if state == "open" else "No such mail.")


def print_detained(kind: str, detained: int) -> None:
    """Print one detained mail with its text."""
    from daemon.cli.rereading import text_of
    from daemon.model.outcome import DetainedKind
    from daemon.store.detained_views import show_detained

    with read_only() as (config, connection):
        prefix = config.plan.provider.prefix
        shown = show_detained(connection, detained, kind=DetainedKind(kind), prefix=prefix)
        text = text_of(connection, shown.mail)
    if choices().json:
        print_document(as_json(shown) | {"text": text})
        return
    print_fields([(field.name.replace("_", " "), getattr(shown, field.name)) for field in dataclasses.fields(shown)])
    click.echo(f"\n{text.strip()}")


def confirm(desk: "Desk", detained: int, *, kind: str, case: int | None) -> None:
    """Print what became of a detained mail: the case that was opened, or its new state."""
    from daemon.model.outcome import DetainedKind
    from daemon.store.database import reading
    from daemon.store.detained_views import show_detained
    from daemon.store.views import show_case

    prefix = desk.config.plan.provider.prefix
    with reading(desk.engine) as connection:
        settled = show_detained(connection, detained, kind=DetainedKind(kind), prefix=prefix)
        opened = show_case(connection, case, prefix=prefix, now=choices().clock()()) if case else None
    if choices().json:
        print_document(opened or settled)
    elif opened:
        click.echo(f"Case {opened.id}: {opened.subject} ({opened.status}, for {opened.requester})")
    else:
        click.echo(f"{detained} is {settled.state}.")
