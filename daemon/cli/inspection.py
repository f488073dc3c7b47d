"""Reading mail files for `mail inspect`: exactly one answer a file, whatever is in it."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.opening import load_config
from daemon.cli.options import choices

if TYPE_CHECKING:
    from daemon.ingest.authentication import Trust

STANDARD_INPUT = Path("-")


def inspect_each(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield what is read in each file, in order; `-` is standard input."""
    trust = _trust()
    for file in files:
        yield _inspect(file, trust)


def _inspect(file: Path, trust: "Trust") -> dict[str, Any]:
    from daemon.ingest.inspect import inspect_file, inspect_octets

    try:
        if file == STANDARD_INPUT:
            return inspect_octets(sys.stdin.buffer.read(), "-", trust)
        return inspect_file(file, trust)
    except Exception as failure:  # noqa: BLE001 - one file's unit of work: the others are still to be read
        return {"file": str(file), "error": f"{type(failure).__name__}: {failure}".splitlines()[0]}


def _trust() -> "Trust":
    """Return whose words in a header are believed: the configuration's choice; nobody's where there is none.

    Raises:
        ConfigInvalid: the configuration that was found or named is not valid.
        UsageError: the folder that was named does not exist.
    """
    from daemon.ingest.authentication import Trust

    if not choices().has_folder():
        return Trust()
    settings = load_config(choices()).settings
    return Trust(settings.authserv_ids, settings.trusted_relays)
