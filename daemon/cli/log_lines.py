"""The log of a one-shot command: what goes wrong inside is one line on stderr, all else is silent."""

import logging
from collections.abc import Mapping
from typing import Any

import click


def configure() -> None:
    """Send errors of this process to stderr, a line each, without tracebacks."""
    import structlog

    structlog.configure(
        processors=[_one_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=_Stderr,
    )
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def _one_line(_logger: Any, _method: str, event: Mapping[str, Any]) -> str:
    failure = event.get("exc_info")
    words = [f"{name}={value}" for name, value in event.items() if name not in ("event", "exc_info")]
    cause = [f"{type(failure).__name__}: {failure}"] if isinstance(failure, BaseException) else []
    return " ".join(f"supportd: {event.get('event')}: {', '.join(words + cause)}".split())


class _Stderr:
    """A logger that writes where stderr is now."""

    def __init__(self, *_arguments: Any) -> None:
        """Take no arguments: there is one stderr."""

    def msg(self, line: str) -> None:
        """Write a line."""
        click.echo(line, err=True)

    debug = info = warning = error = critical = msg
