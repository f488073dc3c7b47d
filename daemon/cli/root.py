"""The command `supportd`: its groups, and the one place where a failure becomes a line and an exit status."""

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from daemon import __version__
from daemon.cli import (
    case,
    configuration,
    contacts,
    db,
    doctor,
    held,
    incident,
    invoices,
    keys,
    mail,
    maintenance,
    outbox,
    quarantine,
    report,
    service,
    status,
    subscribers,
    why,
)
from daemon.cli.commands import DeskGroup
from daemon.cli.failures import tell


class Root(DeskGroup):
    """The outermost group: whatever a command raises ends here."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run the command line and exit: 0 done, 1 failed, 2 misused, 130 interrupted."""
        _write_what_can_be_written()
        try:
            status = super().main(args, **(extra | {"standalone_mode": False}))
            sys.stdout.flush()
        except Exception as failure:  # noqa: BLE001 - the last line of defence: users get a line, never a traceback
            sys.exit(tell(failure))
        except KeyboardInterrupt as interrupted:
            sys.exit(tell(interrupted))
        sys.exit(status if isinstance(status, int) else 0)


def _write_what_can_be_written() -> None:
    """Let a terminal without UTF-8 show question marks rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


@click.group(
    "supportd",
    cls=Root,
    example="supportd --config config case list --open",
    context_settings={"max_content_width": 110},
)
@click.version_option(__version__, prog_name="supportd")
def root() -> None:
    """An email-first ticketing daemon for support desks.

    Exit status: 0 done; 1 the thing asked for failed; 2 wrong usage or invalid configuration.
    """


for command in (
    *configuration.commands,
    doctor.doctor,
    *service.commands,
    mail.mail,
    why.why,
    case.case,
    incident.incident,
    held.held,
    quarantine.quarantine,
    contacts.contacts,
    maintenance.maintenance,
    outbox.outbox,
    report.report,
    invoices.invoices,
    status.status,
    subscribers.subscribers,
    keys.keys,
    db.db,
):
    root.add_command(command)
