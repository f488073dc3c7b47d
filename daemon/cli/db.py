"""`supportd db`: the schema of the database."""

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.failures import FAILED
from daemon.cli.opening import open_unready
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document


@click.group("db", cls=DeskGroup)
def db() -> None:
    """The database's schema: upgrade, current, check."""


@db.command("upgrade", example="supportd db upgrade")
def upgrade() -> None:
    """Bring the schema to the newest revision; a newest one is left alone."""
    from daemon.store import schema
    from daemon.store.readiness import require_not_newer

    with open_unready() as engine:
        before = schema.current(engine)
        require_not_newer(engine)
        schema.upgrade(engine)
        after = schema.current(engine)
    if choices().json:
        print_document({"before": before or None, "after": after})
    else:
        click.echo(f"The schema is {after}." if before == after else f"Upgraded: {before or 'nothing'} to {after}.")


@db.command("current", example="supportd db current")
def current() -> None:
    """Print the schema's revision, and the one that this program needs."""
    from daemon.store import schema

    with open_unready() as engine:
        found, needed = schema.current(engine), schema.newest()
    if choices().json:
        print_document({"current": found or None, "newest": needed})
    else:
        click.echo(f"{found or 'none'} (needed: {needed})")


@db.command("check", example="supportd db check")
def check() -> None:
    """Compare the database with the tables that this program expects."""
    from daemon.store import schema

    with open_unready() as engine:
        found, needed = schema.current(engine), schema.newest()
        differences = schema.differences(engine) if found == needed else (f"schema {found or 'missing'}, not {needed}",)
    if choices().json:
        print_document({"current": found or None, "newest": needed, "differences": differences})
    elif not differences:
        click.echo(f"The schema is {found}, as this program expects it.")
    for difference in () if choices().json else differences:
        note(f"supportd: {difference}")
    if differences:
        click.get_current_context().exit(FAILED)
