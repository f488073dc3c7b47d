"""`supportd run` and the one-shot commands that do the daemon's work once: ingest, tick, deliver."""

from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.deliver import deliver
from daemon.cli.ingest import ingest
from daemon.cli.opening import opened_desk
from daemon.cli.options import choices
from daemon.cli.printing import print_line, shown
from daemon.cli.simulate import simulate

if TYPE_CHECKING:
    from daemon.desk import Desk


@click.command(cls=DeskCommand, example="supportd --config /etc/supportd run")
def run() -> None:
    """Run the daemon in the foreground: mailboxes, listener, processing, delivery, timetable.

    SIGTERM finishes what is in hand, then stops.  SIGHUP, or a changed file, reloads the configuration; an invalid one
    is refused and the last good one stays.
    """
    if choices().now:
        raise click.UsageError("run goes by the real clock: --now is for one-shot commands")
    folder = choices().folder()
    from daemon.supervisor import run as run_daemon

    click.get_current_context().exit(run_daemon(folder))


@click.command(cls=DeskCommand, example="supportd tick --now 2026-12-21T08:00:00-07:00")
def tick() -> None:
    """Do at once all that has come due by now, without sending mail.

    Agents' replies whose waiting time is over are carried out first.
    """
    from daemon.rules.subjects import tag
    from daemon.tick import ticking

    with opened_desk() as desk:
        _let_replies_go(desk)
        prefix = desk.config.plan.provider.prefix
        for done in ticking(desk, now=choices().clock()()):
            case = tag(prefix, done.case) if done.case else None
            if choices().json:
                print_line({"action": done.action, "case": case, "at": done.at, "detail": done.detail})
            else:
                click.echo(f"{shown(done.at)}  {done.action}  {case or ''}  {shown(done.detail)}")


def _let_replies_go(desk: "Desk") -> None:
    """Decide what is kept, where a reply is among it that has waited long enough (S3.7)."""
    from daemon.reader import read_all
    from daemon.store.database import reading
    from daemon.store.pending import are_due

    clock = choices().clock()
    with reading(desk.engine) as connection:
        is_any_due = are_due(connection, clock())
    if is_any_due:
        read_all(desk, clock)


commands = (run, ingest, tick, deliver, simulate)
