"""Loads a configuration folder: every file, every check, then one Config, or every fault found."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from daemon.errors import ConfigInvalid, Fault
from daemon.model.people import Directory
from daemon.model.plan import Plan
from daemon.model.setup import Config, Settings
from daemon.settings.build_plan import build_directory, build_plan
from daemon.settings.build_settings import build_settings
from daemon.settings.check_customers import check_customers, check_desk_addresses
from daemon.settings.check_installation import check_installation
from daemon.settings.check_people import check_people
from daemon.settings.findings import Findings
from daemon.settings.free_days import free_days
from daemon.settings.reading import Sources, read_folder
from daemon.settings.secret import Surroundings


def load(folder: Path, environment: Mapping[str, str], today: date) -> Config:
    """Return the configuration in `folder`.

    Args:
        folder: the configuration folder; relative paths in its files are counted from here.
        environment: where `{env: VARIABLE}` looks.
        today: holidays are computed from the year before to five years after.

    Raises:
        ConfigInvalid: with every fault of every file, sorted by file, line and column.
    """
    if not folder.is_dir():
        message = "no configuration folder; `supportd init DIR` writes one, `--config DIR` names another"
        raise ConfigInvalid((Fault(str(folder), 1, 1, message),))
    findings = Findings()
    sources = read_folder(folder, findings)
    for check in (check_people, check_desk_addresses, check_customers, check_installation):
        check(sources, findings)
    settings = _settings(sources, folder, environment=environment, findings=findings)
    holidays = _holidays(sources, today, findings)
    if findings.faults():
        raise ConfigInvalid(findings.faults())
    plan, directory = _rest(sources, holidays)
    assert settings
    return Config(settings, plan, directory, findings.warnings())


def _settings(sources: Sources, folder: Path, *, environment: Mapping[str, str], findings: Findings) -> Settings | None:
    source = sources.installation
    if not source:
        return None
    return build_settings(source.form, Surroundings(folder, environment, source.document, findings))


def _holidays(sources: Sources, today: date, findings: Findings) -> frozenset[date]:
    source = sources.calendar
    if not source:
        return frozenset()
    return free_days(source.form.holidays, today, document=source.document, findings=findings)


def _rest(sources: Sources, holidays: frozenset[date]) -> tuple[Plan, Directory]:
    """Build plan and directory; without faults every file is there."""
    assert sources.installation
    assert sources.calendar
    assert sources.agents
    assert sources.products
    calendar = sources.calendar.form
    customers = tuple(source.form for source in sources.customers)
    return (
        build_plan(sources.installation.form, calendar, holidays=holidays),
        build_directory(sources.agents.form, sources.products.form, customers=customers, zone=calendar.timezone),
    )
