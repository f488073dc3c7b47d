"""`supportd invoices`: what is there, what went, what is missing or refused (R12.1)."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import load_config, read_only
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_table
from daemon.errors import Permanent

if TYPE_CHECKING:
    from daemon.invoice_folder import InvoiceFolder, Look
    from daemon.model.setup import Config
    from daemon.rules.invoice_lines import InvoiceLine

_COLUMNS = (
    ("customer", "customer"),
    ("file", "file"),
    ("state", "state"),
    ("to", "to"),
    ("at", "at"),
    ("detail", "detail"),
)


class Month(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.3
    """A month, as 2026-11."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the month as its folder is named."""
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", str(value)):
            self.fail(f"{value!r} is no month: write 2026-11", param, ctx)
        return str(value)


@click.group("invoices", cls=DeskGroup, example="supportd invoices list --month 2026-11")
def invoices() -> None:
    """Invoices: PDFs that go out once a month (R12.1)."""


@invoices.command("list", example="supportd invoices list --month 2026-11")
@click.option("--month", type=Month(), metavar="YYYY-MM", help="Of this month; left out: the present one.")
def list_(month: str | None) -> None:
    """List a month's invoices: sent, ready, missing or refused, and why.

    A line a customer, then one a file that is nobody's.  `sent` means handed to the outbox.
    """
    from daemon.gather.invoices import invoice_month
    from daemon.rules.invoice_lines import invoice_lines

    with read_only() as (config, connection):
        wanted = month or _present(config)
        folder = _folder(config)
        standing = invoice_month(connection, config, wanted, _whole_look(folder, folder.folder / wanted))
    _print(list(invoice_lines(standing, config.charter)))


@invoices.command("check", example="supportd invoices check 2026-11")
@click.argument("what", metavar="FOLDER|MONTH", required=False, default="")
def check(what: str) -> None:
    """Examine a folder of PDFs before the day: the configured one of a month, or any other.

    Nothing is sent, and no database is asked.  Exit status 1: something is missing or refused.
    """
    from daemon.model.invoice import InvoiceMonth
    from daemon.rules.invoice_lines import InvoiceState, invoice_lines

    config = load_config(choices())
    folder, path = _folder(config), _path(what, config)
    look = _whole_look(folder, path)
    if not look.has_folder or look.trouble:
        raise Permanent(f"{path}: {look.trouble or 'there is no such folder'}")
    lines = list(invoice_lines(InvoiceMonth(month=path.name, files=look.files), config.charter))
    _print(lines)
    if any(line.state is not InvoiceState.READY for line in lines):
        raise click.exceptions.Exit(1)


def _folder(config: "Config") -> "InvoiceFolder":
    from daemon.invoice_folder import InvoiceFolder

    if config.settings.invoices is None:
        raise Permanent("no invoices are configured: write `invoices: {folder: PATH}` in supportd.yaml")
    return InvoiceFolder(config.settings.invoices, config.directory)


def _path(what: str, config: "Config") -> Path:
    root = config.settings.invoices or Path()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", what) or not what:
        return root / (what or _present(config))
    return Path(what).absolute()


def _present(config: "Config") -> str:
    return f"{choices().clock()().astimezone(config.plan.zone):%Y-%m}"


def _whole_look(folder: "InvoiceFolder", path: Path) -> "Look":
    """Look as often as it takes: each look examines some more files."""
    look = folder.look_into(path)
    while not look.is_whole:
        look = folder.look_into(path)
    return look


def _print(lines: "list[InvoiceLine]") -> None:
    if choices().json:
        print_array(lines)
    else:
        print_table(_COLUMNS, lines, empty="No customer is configured, and no file is there.")
