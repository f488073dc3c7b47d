"""`supportd init` and `supportd check`: a configuration to start from, and every fault of one."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.failures import MISUSED
from daemon.cli.opening import load_config
from daemon.cli.options import choices
from daemon.cli.printing import note, print_document
from daemon.errors import ConfigInvalid, Fault, Permanent

_TEMPLATE_FAULT = re.compile(r"([^:]*): (?:line (\d+): )?(.*)")

if TYPE_CHECKING:
    from daemon.model.setup import Config


@click.command(cls=DeskCommand, example="supportd init /etc/supportd")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a commented configuration to start from into DIR.

    Nothing is overwritten: DIR must be empty or not exist.
    """
    from daemon.settings import write_example

    try:
        write_example(folder)
    except OSError as trouble:
        raise Permanent(f"cannot write {trouble.filename or folder}: {trouble.strerror}") from trouble
    if choices().json:
        print_document({"folder": str(folder.absolute())})
    else:
        click.echo(f"Wrote {folder}. Next: edit it, then `supportd --config {folder} check`.")


@click.command(cls=DeskCommand, example="supportd --config /etc/supportd check")
def check() -> None:
    """Check the whole configuration and the templates.

    Every fault is a line FILE:LINE:COLUMN: message, with what would be right.  Risky settings are warned of.
    """
    chosen = choices()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    try:
        config = load_config(chosen)
    except ConfigInvalid as invalid:
        faults = invalid.faults
    else:
        faults, warnings = _template_faults(config), config.warnings
    if chosen.json:
        print_document({"faults": faults, "warnings": warnings})
    else:
        _tell(chosen.folder(), faults, warnings)
    if faults:
        click.get_current_context().exit(MISUSED)


def _template_faults(config: "Config") -> tuple[Fault, ...]:
    """Return a fault for each template that is missing or cannot be rendered."""
    from daemon.outbound.template_check import missing
    from daemon.outbound.templates import Templates

    said = missing(Templates(config.settings.templates), config.plan.languages)
    return tuple(Fault(*_placed(message)) for message in said)


def _placed(message: str) -> tuple[str, int, int, str]:
    """Split what is said of a template, `FILE: [line N: ]text`, into file, line, column and text."""
    found = _TEMPLATE_FAULT.fullmatch(message)
    assert found, message
    file, line, text = found.groups()
    return file, int(line or 1), 1, text


def _tell(folder: Path, faults: tuple[Fault, ...], warnings: tuple[str, ...]) -> None:
    for fault in faults:
        note(str(fault))
    for warning in warnings:
        note(warning)
    if not faults:
        click.echo(f"{folder}: the configuration is valid{_counted(len(warnings))}")


commands = (init, check)


def _counted(warnings: int) -> str:
    return "" if not warnings else ", with one warning" if warnings == 1 else f", with {warnings} warnings"
