"""What is allowed, but leaves something without anybody: escalations, urgent requests, approvals, customers."""

from pathlib import Path as FilePath

from daemon.model.hours import WeeklyHours
from daemon.model.people import Role
from daemon.settings.findings import Findings
from daemon.settings.forms.people import AgentsFile, TeamForm
from daemon.settings.reading import CUSTOMERS, Source, Sources
from daemon.settings.weekly import merged

MANAGERS = 2
"""The level that is told of breaches (R3.3) and that a customer's escalation reaches first (R9.1)."""


def warn_of_gaps(sources: Sources, findings: Findings) -> None:
    """Warn of what nobody would be told of, do or approve."""
    _warn_of_no_managers(sources, findings)
    _warn_of_urgent_hours(sources, findings)
    _warn_of_no_approver(sources, findings)


def warn_of_no_customers(folder: FilePath, sources: Sources, findings: Findings) -> None:
    """A desk without customers knows nobody: all mail goes to quarantine (R2.4)."""
    if not sources.customers:
        where = "is empty" if (folder / CUSTOMERS).is_dir() else "is missing"
        message = f"the folder {where}: nobody is a customer, all mail is quarantined (R2.4)"
        findings.warn_at(CUSTOMERS, (1, 1), message)


def _warn_of_no_managers(sources: Sources, findings: Findings) -> None:
    source = sources.agents
    if source and all(level.level != MANAGERS for level in source.form.escalation):
        message = f"no level {MANAGERS}: a missed time (R3.3) and a customer's escalation (R9.1) would reach no manager"
        findings.warn(source.document, ("escalation",), message)


def _warn_of_urgent_hours(sources: Sources, findings: Findings) -> None:
    """R10.3 sends urgent requests outside the extended hours to a team that is there around the clock."""
    if not sources.installation or not sources.agents:
        return
    urgent = sources.installation.form.macd.urgent_team
    team = next((team for team in sources.agents.form.teams if team.id == urgent), None)
    if team and not _is_always_there(team, sources.agents):
        message = f"at some hours nobody of team `{team.id}` is on duty: urgent requests go to a 24x7 team (R10.3)"
        findings.warn(sources.installation.document, ("macd", "urgent_team"), message)


def _is_always_there(team: TeamForm, source: Source[AgentsFile]) -> bool:
    people = {*team.members, team.on_call}
    spans = [span for agent in source.form.agents if agent.id in people for span in agent.duty.spans]
    return merged(spans) == WeeklyHours.always().spans


def _warn_of_no_approver(sources: Sources, findings: Findings) -> None:
    for source in sources.customers:
        form = source.form
        if form.products and not any(Role.MACD in mpoc.roles for mpoc in form.mpocs):
            message = "no MPOC has the role `macd`: nobody can approve moves, adds, changes, deletes (R10.2)"
            findings.warn(source.document, ("mpocs",), message)
