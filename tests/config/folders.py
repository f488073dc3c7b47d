"""Configuration folders for tests: the shipped example, with changes."""

import shutil
from datetime import date
from pathlib import Path

from daemon.errors import ConfigInvalid, Fault
from daemon.model.setup import Config
from daemon.settings import load

EXAMPLE = Path(__file__).parents[2] / "config"
TODAY = date(2026, 11, 22)
LEAST_CUSTOMER = """\
id: umbrella
name: Umbrella
domains: [umbrella.example]
mpocs:
  - {name: Umbrella Primary, email: primary@umbrella.example}
"""


def example_copy(folder: Path) -> Path:
    """Copy the example company into `folder`/config, so that a test may change it."""
    copy = folder / "config"
    shutil.copytree(EXAMPLE, copy)
    return copy


def replace(file: Path, old: str, new: str) -> None:
    """Put `new` in the place of the only `old` in a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def loaded(folder: Path, **environment: str) -> Config:
    """Load a folder as of `TODAY`."""
    return load(folder, environment, TODAY)


def refusal(folder: Path, **environment: str) -> list[str]:
    """Return the lines with which a folder is refused; none where it loads."""
    return [str(fault) for fault in faults(folder, **environment)]


def faults(folder: Path, **environment: str) -> tuple[Fault, ...]:
    """Return the faults for which a folder is refused; none where it loads.  Any other exception comes through."""
    try:
        loaded(folder, **environment)
    except ConfigInvalid as error:
        return error.faults
    return ()
