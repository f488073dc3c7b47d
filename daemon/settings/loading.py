"""Loads a configuration folder: every file, every check, then one Config, or every fault found."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from daemon.errors import ConfigInvalid, Fault
from daemon.model.charter import Charter
from daemon.model.people import Directory
from daemon.model.plan import Article, Plan
from daemon.model.promises import BUSINESS
from daemon.model.setup import Config, Settings
from daemon.settings.articles import read_articles
from daemon.settings.build_directory import build_directory
from daemon.settings.build_plan import FreeDays, PlanParts, build_plan
from daemon.settings.build_settings import build_settings
from daemon.settings.check_customers import check_customers, check_desk_addresses
from daemon.settings.check_installation import check_installation
from daemon.settings.check_people import check_people
from daemon.settings.check_promises import check_promises
from daemon.settings.check_windows import check_windows, guard_windows
from daemon.settings.findings import Findings
from daemon.settings.free_days import free_days
from daemon.settings.reading import Sources, optional_files, read_folder
from daemon.settings.secret import Surroundings
from daemon.settings.warn_of_gaps import warn_of_gaps, warn_of_no_customers
from daemon.settings.warn_of_templates import warn_of_templates

CHECKS = (
    check_people,
    check_desk_addresses,
    check_customers,
    check_installation,
    check_promises,
    check_windows,
    warn_of_gaps,
)


def load(folder: Path, environment: Mapping[str, str], today: date) -> Config:
    """Return the configuration in `folder`.

    Args:
        folder: the configuration folder; relative paths in its files are counted from here.
        environment: where `{env: VARIABLE}` looks.
        today: holidays are computed from five years before to five years after.

    Raises:
        ConfigInvalid: with every fault of every file, sorted by file, line and column.
    """
    if not folder.is_dir():
        message = "no configuration folder; `supportd init DIR` writes one, `--config DIR` names another"
        raise ConfigInvalid((Fault(str(folder), 1, 1, message),))
    findings = Findings()
    sources = read_folder(folder, findings)
    for check in CHECKS:
        check(sources, findings)
    settings = _settings(sources, folder, environment=environment, findings=findings)
    free = _free_days(sources, today, findings)
    articles = read_articles(folder, findings)
    warn_of_templates(folder, findings)
    warn_of_no_customers(folder, sources, findings)
    if findings.faults():
        raise ConfigInvalid(findings.faults())
    plan, directory = _rest(sources, free, articles)
    guard_windows(sources, Charter(plan, directory), findings)
    if findings.faults():
        raise ConfigInvalid(findings.faults())
    assert settings
    return Config(settings, plan, directory, findings.warnings(), optional_files(folder))


def _settings(sources: Sources, folder: Path, *, environment: Mapping[str, str], findings: Findings) -> Settings | None:
    source = sources.installation
    if not source:
        return None
    return build_settings(source.form, Surroundings(folder, environment, source.document, findings))


def _free_days(sources: Sources, today: date, findings: Findings) -> FreeDays:
    """Return the days off of every calendar; one that inherits them has the business calendar's."""
    source = sources.calendar
    if not source:
        return ()
    business = free_days(source.form.holidays, today, at=(source.document, ("holidays",)), findings=findings)
    return (
        (BUSINESS, business),
        *(
            (
                name,
                free_days(
                    own.holidays, today, at=(source.document, ("calendars", name, "holidays")), findings=findings
                ),
            )
            if own.holidays
            else (name, business)
            for name, own in source.form.calendars.items()
        ),
    )


def _rest(sources: Sources, free: FreeDays, articles: tuple[Article, ...]) -> tuple[Plan, Directory]:
    """Build plan and directory; without faults every file is there."""
    assert sources.installation
    assert sources.calendar
    assert sources.vendors
    assert sources.maintenance
    assert sources.agents
    assert sources.products
    parts = PlanParts(
        installation=sources.installation.form,
        calendar=sources.calendar.form,
        vendors=sources.vendors.form,
        maintenance=sources.maintenance.form,
        articles=articles,
        free_days=free,
    )
    plan = build_plan(parts)
    customers = tuple(source.form for source in sources.customers)
    return plan, build_directory(sources.agents.form, sources.products.form, customers=customers, plan=plan)
