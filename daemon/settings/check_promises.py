"""What contracts, vendors and the MACD desk name must exist (R3.6, R3.7, R10)."""

from collections.abc import Iterator

from daemon.model.promises import BUSINESS, EXTENDED
from daemon.settings.check_people import check_known, check_unique
from daemon.settings.findings import Findings
from daemon.settings.node import Document, Path
from daemon.settings.reading import Sources

Place = tuple[Document, Path]


def check_promises(sources: Sources, findings: Findings) -> None:
    """Record calendars, teams and vendors that are named but are not there, or are there twice."""
    if sources.vendors:
        ids = [vendor.id for vendor in sources.vendors.form.vendors]
        check_unique(ids, "vendors", sources.vendors.document, findings)
    if sources.calendar:
        known = (BUSINESS, EXTENDED, *sources.calendar.form.calendars)
        for name, at in _calendars_named(sources):
            check_known(name, known, "calendar", at=at, findings=findings)
    if sources.agents:
        teams = [team.id for team in sources.agents.form.teams]
        for name, at in _teams_named(sources):
            check_known(name, teams, "team", at=at, findings=findings)


def _calendars_named(sources: Sources) -> Iterator[tuple[str, Place]]:
    for customer in sources.customers:
        yield customer.form.contract.calendar, (customer.document, ("contract", "calendar"))
    if sources.vendors:
        for index, vendor in enumerate(sources.vendors.form.vendors):
            yield vendor.calendar, (sources.vendors.document, ("vendors", index, "calendar"))


def _teams_named(sources: Sources) -> Iterator[tuple[str, Place]]:
    source = sources.installation
    if not source:
        return
    for key, name in (("team", source.form.macd.team), ("urgent_team", source.form.macd.urgent_team)):
        if name:
            yield name, (source.document, ("macd", key))
