"""What a failed command says, and how it exits: 1 the thing asked for failed, 2 wrong usage or configuration.

Errors go to stderr as lines for people, never as a traceback; `SUPPORTD_DEBUG=1` shows one for what nobody expected.
"""

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import click

from daemon.errors import ConfigInvalid, SupportdError, Temporary

FAILED = 1
MISUSED = 2
INTERRUPTED = 130
DEBUG_VARIABLE = "SUPPORTD_DEBUG"


def tell(failure: BaseException) -> int:
    """Write one failure to stderr and return the exit status."""
    teller = next((tell_it for kind, tell_it in _TELLERS if isinstance(failure, kind)), _tell_defect)
    return teller(failure)


def _tell_help(failure: click.exceptions.NoArgsIsHelpError) -> int:
    click.echo(failure.format_message(), err=True)
    return MISUSED


def _tell_faults(failure: ConfigInvalid) -> int:
    click.echo("\n".join(str(fault) for fault in failure.faults), err=True)
    return MISUSED


def _tell_misuse(failure: click.ClickException) -> int:
    path = failure.ctx.command_path if isinstance(failure, click.UsageError) and failure.ctx else "supportd"
    message = " ".join(failure.format_message().split()).rstrip(".")
    hint = f" (see {path} --help)" if isinstance(failure, click.UsageError) else ""
    click.echo(f"{path}: {message}{hint}", err=True)
    return failure.exit_code if failure.exit_code in (FAILED, MISUSED) else FAILED


def _tell_failure(failure: SupportdError) -> int:
    again = "; try again later" if isinstance(failure, Temporary) else ""
    for line in (str(failure) or type(failure).__name__).splitlines():
        click.echo(f"supportd: {line}{again}", err=True)
    return FAILED


def _tell_defect(failure: BaseException) -> int:
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(failure, file=sys.stderr)
    text = (str(failure).strip() or "no message").splitlines()[0][:500]
    hint = "" if os.environ.get(DEBUG_VARIABLE) else f" ({DEBUG_VARIABLE}=1 shows where)"
    click.echo(f"supportd: unexpected {type(failure).__name__}: {text}{hint}", err=True)
    return FAILED


def _stay_quiet(_failure: BrokenPipeError) -> int:
    """Nobody reads our output any more: leave without a word, and keep the interpreter from flushing into the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


_TELLERS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[Any], int]], ...] = (
    (click.exceptions.Exit, lambda failure: failure.exit_code),
    ((click.Abort, KeyboardInterrupt), lambda _: INTERRUPTED),
    (BrokenPipeError, _stay_quiet),
    (click.exceptions.NoArgsIsHelpError, _tell_help),
    (click.ClickException, _tell_misuse),
    (ConfigInvalid, _tell_faults),
    (SupportdError, _tell_failure),
)
