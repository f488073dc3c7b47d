"""`supportd mail`: every message ever kept, and what the daemon reads in a mail."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from daemon.cli.arguments import one_of
from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only
from daemon.cli.options import Instant, choices
from daemon.cli.printing import print_array, print_document, print_line, print_octets, print_table, shown

STATES = ("kept", "reading", "parked", "waiting", "held_back", "done")
_COLUMNS = (
    ("id", "id"),
    ("received", "received_at"),
    ("from", "sender"),
    ("outcome", "outcome|state"),
    ("case", "case"),
    ("subject", "subject"),
)


@click.group("mail", cls=DeskGroup)
def mail() -> None:
    """Every message ever kept: list, show, retry; inspect reads a file."""


@mail.command("list", example="supportd mail list --state quarantined --since 2026-12-01T00:00:00-07:00")
@click.option("--state", metavar="STATE", help=f"Only in this state ({', '.join(STATES)}), or with this outcome.")
@click.option("--since", type=Instant(), metavar="ISO8601", help="Only what was received at or after this instant.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
def list_(*, state: str | None, since: datetime | None, limit: int | None) -> None:
    """List kept messages, the newest first."""
    from daemon.model.outcome import Outcome
    from daemon.store.mail_views import MailFilter, list_mail

    state = one_of((*STATES, *Outcome), "--state", state)
    with read_only() as (config, connection):
        wanted = MailFilter(state=state, since=since, limit=limit)
        rows = list_mail(connection, wanted, prefix=config.plan.provider.prefix)
        if choices().json:
            print_array(rows)
        else:
            print_table(_COLUMNS, rows, empty="No such message.")


@mail.command("show", example="supportd mail show 17 > mail.eml")
@click.argument("name", metavar="ID")
def show(name: str) -> None:
    """Print the original octets of a message.

    ID is the message's id, its Message-ID in angle brackets, or the start of its SHA-256.
    """
    from daemon.store.mail_views import find_mail, load_octets

    with read_only() as (_, connection):
        print_octets(load_octets(connection, find_mail(connection, name).id))


@mail.command("retry", example="supportd mail retry 17")
@click.argument("name", metavar="ID")
def retry(name: str) -> None:
    """Read and decide a message again that failed, rests, or still waits for a person."""
    from daemon.cli.intake import await_others
    from daemon.reader import read_all
    from daemon.store.database import reading, transaction
    from daemon.store.mail_views import find_mail, mail_line
    from daemon.store.retrying import retry_mail

    with opened_desk() as desk:
        with transaction(desk.engine) as connection:
            mail_id = find_mail(connection, name).id
            retry_mail(connection, mail_id)
        read_all(desk, choices().clock())
        await_others(desk, (mail_id,))
        with reading(desk.engine) as connection:
            row = find_mail(connection, str(mail_id))
        _tell(mail_line(row, prefix=desk.config.plan.provider.prefix))


def _tell(line: Any) -> None:
    if choices().json:
        print_document(line)
    else:
        click.echo(f"Message {line.id}: {line.outcome or line.state}  {line.case or ''}  {shown(line.reason)}")


@mail.command("inspect", example="supportd mail inspect strange.eml")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def inspect(files: tuple[Path, ...]) -> None:
    """Print what the daemon reads in mail files, a line of JSON each; nothing is stored.

    No database is needed, nor a configuration: where there is one, it says whose Authentication-Results count.
    """
    from daemon.cli.inspection import inspect_each

    for found in inspect_each(files):
        print_line(found)
