"""`supportd ingest`: mail out of files is kept and decided at once."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.failures import FAILED
from daemon.cli.opening import opened_desk
from daemon.cli.options import Instant, choices
from daemon.cli.printing import note, print_line, shown
from daemon.errors import Permanent

if TYPE_CHECKING:
    from daemon.desk import Desk
    from daemon.store.ends import End


@click.command(cls=DeskCommand, example="supportd ingest archive.mbox\nsupportd ingest --json - < mail.eml")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--received", type=Instant(), metavar="ISO8601", help="When the mail was received; else now.")
@click.option("--mailbox", metavar="NAME", help="Configured mailbox that it counts for; else the first.")
def ingest(paths: tuple[str, ...], *, received: datetime | None, mailbox: str | None) -> None:
    """Keep and decide mail out of files: .eml, mbox, Maildir, a folder of .eml, or - for standard input.

    One line a message, in order: what became of it.  A path that cannot be read does not stop the others.
    """
    from daemon.cli.intake import Errand, take_in
    from daemon.cli.progress import bar

    with opened_desk() as desk, bar(paths) as advance:
        clock = choices().clock()
        name = mailbox_named(desk, mailbox)
        failed = False
        for path in paths:
            errand = Errand(path, name, received or clock(), clock)
            try:
                for end in take_in(desk, errand, advance):
                    _print(end)
                    failed = failed or end.is_undecided
            except Permanent as trouble:
                note(f"supportd: {trouble}")
                failed = True
    if failed:
        click.get_current_context().exit(FAILED)


def mailbox_named(desk: "Desk", name: str | None) -> str:
    """Return the name of a configured mailbox: the named one, or the first.

    Raises:
        UsageError: there is no such mailbox.
    """
    names = [policy.name for policy in desk.config.plan.mailboxes]
    if name is not None and name not in names:
        raise click.UsageError(f"there is no mailbox {name!r}: one of {', '.join(names)}")
    return name or names[0]


def _print(end: "End") -> None:
    if choices().json:
        print_line(end)
        return
    reason = f"  ({shown(end.reason)})" if end.reason else ""
    words = (end.outcome or "waits", end.case, end.customer, end.message_id or end.source)
    click.echo("  ".join(word for word in words if word) + reason)
