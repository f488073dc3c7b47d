"""A reload takes whole configurations: what vanished or is being written is left for the next look (S4.6, R11.7)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.errors import ConfigInvalid
from daemon.supervisor.office import Office
from tests.config.folders import example_copy, replace

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def office_of(config: Path, environment: dict[str, str] | None = None) -> Office:
    """Return an office that works by a folder."""
    return Office(config, environment or {}, lambda: NOW)


@pytest.mark.parametrize("name", ["maintenance.yaml", "calendar.yaml", "vendors.yaml", "customers"])
def test_s4_6_a_file_that_vanishes_is_refused_at_a_reload(name: str, tmp_path: Path) -> None:
    """R11.7, S4.6: renamed and written anew, it is missing for a moment: no window is cancelled by that."""
    config = example_copy(tmp_path)
    office = office_of(config)
    office.open()
    before = office.config()
    (config / name).rename(config / f"{name}.old")

    with pytest.raises(ConfigInvalid, match=rf"{name}:1:1: was here and is gone"):
        office.reload()
    assert office.config() is before

    (config / f"{name}.old").rename(config / name)
    assert office.reload().plan.windows == before.plan.windows


def test_s4_6_an_emptied_file_is_refused_at_a_reload(tmp_path: Path) -> None:
    """R11.7, S4.6: a copy that broke off, a full disk: the old configuration stays."""
    config = example_copy(tmp_path)
    office = office_of(config)
    office.open()
    (config / "maintenance.yaml").write_bytes(b"")

    with pytest.raises(ConfigInvalid, match=r"the file is empty \(0 octets\)"):
        office.reload()
    assert office.config().plan.windows


def test_r11_7_a_file_that_says_that_there_are_none_is_taken(tmp_path: Path) -> None:
    """R11.7: who wants no window any more writes so."""
    config = example_copy(tmp_path)
    office = office_of(config)
    office.open()
    (config / "maintenance.yaml").write_text("windows: []\n", encoding="utf-8")

    assert office.reload().plan.windows == ()


class _Meddler(dict[str, str]):
    """An environment in which somebody writes a file of the configuration whenever it is asked for a secret."""

    file: Path | None = None

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the secret, and change the file."""
        if self.file:
            self.file.write_text(self.file.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
        return super().get(name, default)


def test_s4_6_files_that_change_while_they_are_read_are_left_for_the_next_look(tmp_path: Path) -> None:
    """S4.6: what is half written is no configuration, however well it reads."""
    config = example_copy(tmp_path)
    replace(
        config / "supportd.yaml", "  maildir: ../var/outgoing", "  smtp: {host: m.example, password: {env: P}, user: u}"
    )
    environment = _Meddler(P="hush")
    office = office_of(config, environment)
    office.open()
    before = office.config()
    environment.file = config / "maintenance.yaml"

    with pytest.raises(ConfigInvalid, match="changed while they were read"):
        office.reload()
    assert office.config() is before

    environment.file = None
    assert office.reload() is office.config()
