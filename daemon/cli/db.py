"""`supportd db`: the schema of the database, and a copy of all that is in it."""

from pathlib import Path

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.failures import FAILED
from daemon.cli.opening import open_ready, open_target, open_unready
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document
from daemon.cli.progress import rows_bar


@click.group("db", cls=DeskGroup)
def db() -> None:
    """The database: its schema, and a copy of it."""


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


@db.command("copy", example="supportd db copy --to postgresql://supportd@db.desk.example/supportd")
@click.option(
    "--to", "target", required=True, metavar="URL", help="An empty database: sqlite:///PATH or postgresql://…"
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The first line is the target's password (else as libpq finds it: ~/.pgpass, PGPASSWORD).",
)
def copy(target: str, password_file: Path | None) -> None:
    """Copy the configured database, keys and octets included, into an empty one; no daemon may run on it.

    All or nothing, and read again before it is committed.  The configured database stays as it is.
    """
    from daemon.store.copying import copy_database

    password = password_file.read_text(encoding="utf-8").partition("\n")[0].strip() if password_file else ""
    with open_ready() as source, open_target(target, password) as empty, rows_bar() as show:
        rows = copy_database(source, empty, on_step=show)
        shown = empty.url.render_as_string(hide_password=True).replace("postgresql+psycopg", "postgresql")
    if choices().json:
        print_document({"rows": rows, "target": shown})
        return
    click.echo(f"Copied {rows} rows, and compared them.\n")
    click.echo(f"Next: write `database: {shown}` into supportd.yaml (its password into `database_password`),")
    click.echo("run `supportd doctor`, and start the daemon.  Start none on the old database any more: it would")
    click.echo("send what waits there a second time.  Keep its file or dump as a backup.")
