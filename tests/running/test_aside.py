"""Work in a process of its own: its result and its errors come back, what it imported does not."""

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from daemon.errors import ConfigInvalid, Fault
from daemon.settings import load
from daemon.supervisor.aside import aside
from tests.repository.sources import ROOT

FAULTS = (Fault("plan.yaml", 3, 1, "is missing"), Fault("supportd.yaml", 1, 1, "is empty"))


def _fail() -> None:
    raise ConfigInvalid(FAULTS)


def _import_something() -> bool:
    import this  # noqa: F401

    return "this" in sys.modules


def test_s1_5_what_is_imported_aside_is_not_kept() -> None:
    """S1.5: another process does it, and its imports end with it."""
    assert aside(os.getpid) != os.getpid()
    assert aside(_import_something)
    assert "this" not in sys.modules


def test_every_fault_of_a_configuration_comes_back() -> None:
    """A wrong configuration is told in the same words as one that is read here."""
    with pytest.raises(ConfigInvalid) as found:
        aside(_fail)

    assert found.value.faults == FAULTS
    assert str(found.value) == str(ConfigInvalid(FAULTS))


def test_a_configuration_is_the_same_read_aside() -> None:
    """The whole configuration can be handed from one process to another."""
    folder, today = Path(ROOT / "config"), date(2026, 11, 23)

    assert aside(load, folder, {}, today) == load(folder, {}, today)
