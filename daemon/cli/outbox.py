"""`supportd outbox`: what goes out, and what became of it."""

from typing import TYPE_CHECKING, Any

import click

from daemon.cli.arguments import ROW_ID, Word, case_number, one_of
from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only, writable
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_document, print_octets, print_table

if TYPE_CHECKING:
    from daemon.model.setup import Config
    from daemon.store.database import Connection

STATES = ("queued", "sending", "sent", "failed", "cancelled")
_COLUMNS = (
    ("id", "id"),
    ("state", "state"),
    ("kind", "kind"),
    ("to", "to"),
    ("case", "case"),
    ("created", "created_at"),
    ("sent", "sent_at"),
    ("tries", "attempts"),
    ("subject", "subject"),
    ("why", "last_error"),
)


@click.group("outbox", cls=DeskGroup)
def outbox() -> None:
    """Outgoing mail: list, show, retry, cancel."""


@outbox.command("list", example="supportd outbox list --case SUP-1042 --state failed")
@click.option("--case", "case", metavar="ID", help="Only on this case.")
@click.option("--kind", metavar="KIND", help="Only of this kind, such as acknowledgement.")
@click.option("--state", type=Word(STATES), metavar="STATE", help=f"Only in this state: {', '.join(STATES)}.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
def list_(*, case: str | None, **wanted: Any) -> None:
    """List outgoing mail, in the order in which it was written."""
    from daemon.model.notice_kinds import NoticeKind
    from daemon.store.outbox_views import OutboxFilter, list_outbox

    wanted["kind"] = one_of(NoticeKind, "--kind", wanted["kind"])
    with read_only() as (config, connection):
        number = case_number(case, config) if case else None
        rows = list_outbox(connection, OutboxFilter(case=number, **wanted), prefix=config.plan.provider.prefix)
        if choices().json:
            print_array(rows)
        else:
            print_table(_COLUMNS, rows, empty="No such mail.")
            _alarm(config, connection)


def _alarm(config: "Config", connection: "Connection") -> None:
    """Say on stderr that more automatic answers left within the hour than is usual (S3.3)."""
    from daemon.store.answers import answers_of_hour
    from daemon.supervisor.checks import answers_trouble

    answers = answers_of_hour(connection, now=choices().clock()())
    if said := answers_trouble(answers, config.plan.governor.alarm_hour):
        click.echo(said, err=True)


@outbox.command("show", example="supportd outbox show 7")
@click.argument("row_id", metavar="ID", type=ROW_ID)
def show(row_id: int) -> None:
    """Print one outgoing mail as RFC 5322 has it.

    A mail that was not tried yet is composed as it would be now; nothing is stored or sent.
    """
    from daemon.cli.preview import composed
    from daemon.store.database import reading
    from daemon.store.outbox_views import show_outgoing

    with opened_desk() as desk:
        with reading(desk.engine) as connection:
            mail = show_outgoing(connection, row_id)
        print_octets(mail.octets if mail.octets is not None else composed(desk, mail))


@outbox.command("retry", example="supportd outbox retry 7")
@click.argument("row_id", metavar="ID", type=ROW_ID)
def retry(row_id: int) -> None:
    """Queue a failed, deferred or cancelled mail again, due at once."""
    from daemon.store.outbox_views import retry_outgoing

    with writable() as (_, connection):
        retry_outgoing(connection, row_id, now=choices().clock()())
    _confirm(row_id, "queued")


@outbox.command("cancel", example="supportd outbox cancel 7")
@click.argument("row_id", metavar="ID", type=ROW_ID)
def cancel(row_id: int) -> None:
    """Keep a mail that waits from being sent."""
    from daemon.store.outbox_views import cancel_outgoing

    with writable() as (_, connection):
        cancel_outgoing(connection, row_id, reason="cancelled from the command line")
    _confirm(row_id, "cancelled")


def _confirm(row_id: int, state: str) -> None:
    if choices().json:
        print_document({"id": row_id, "state": state})
    else:
        click.echo(f"Outgoing mail {row_id} is {state}.")
