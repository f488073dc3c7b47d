"""Forms → Plan: plain translation of what has been checked."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from daemon.model.plan import (
    Article,
    BusinessCalendar,
    Governor,
    InvoicePolicy,
    MailboxPolicy,
    Plan,
    Provider,
    RadarPolicy,
)
from daemon.model.promises import BUSINESS, MACD_TIMES, PRIORITY_TIMES
from daemon.settings.build_promises import charges, macd_times, priority_times, silence, vendors, with_usual
from daemon.settings.build_windows import series
from daemon.settings.forms.calendar import CalendarFile
from daemon.settings.forms.installation import InstallationFile
from daemon.settings.forms.maintenance import MaintenanceFile
from daemon.settings.forms.policies import PoliciesForm
from daemon.settings.forms.promises import VendorsFile

FreeDays = tuple[tuple[str, frozenset[date]], ...]
"""The days that are no business days, by the name of the calendar."""


@dataclass(frozen=True, slots=True)
class PlanParts:
    """Everything that a plan is made of, checked."""

    installation: InstallationFile
    calendar: CalendarFile
    vendors: VendorsFile
    maintenance: MaintenanceFile
    articles: tuple[Article, ...]
    free_days: FreeDays


def build_plan(parts: PlanParts) -> Plan:
    """Return the rules' figures."""
    installation, calendar, policies = parts.installation, parts.calendar, parts.installation.policies
    free = dict(parts.free_days)
    plan = Plan(
        zone=ZoneInfo(calendar.timezone),
        business=BusinessCalendar(calendar.business_hours, free[BUSINESS]),
        chat=calendar.chat_hours,
        provider=_provider(installation),
        mailboxes=_mailboxes(installation),
        governor=Governor(**policies.governor.model_dump()),
        reopening_days=policies.reopening_days,
        held_days=policies.held_days,
        proof_days=policies.proof_days,
        confirm_updates=policies.confirm_updates,
        held_shows_contacts=policies.held_shows_contacts,
        quarantine_pause=timedelta(hours=policies.quarantine_pause_hours),
        priority_times=with_usual(priority_times(calendar.priorities, PRIORITY_TIMES), PRIORITY_TIMES),
        macd_times=with_usual(macd_times(calendar.macd, MACD_TIMES), MACD_TIMES),
        extended=calendar.extended_hours,
        more_calendars=tuple((n, BusinessCalendar(c.hours, free[n])) for n, c in calendar.calendars.items()),
        on_demand=calendar.on_demand,
        manager_ack=calendar.manager_ack,
        immediate=calendar.immediate,
        reminder_shares=calendar.reminders,
        silence=silence(calendar.silence),
        charges=charges(installation.macd),
        vendors=vendors(parts.vendors),
        macd_team=installation.macd.team or "",
        urgent_team=installation.macd.urgent_team or "",
        articles=parts.articles,
        weekly_report=policies.weekly_report,
    )
    return _with_announcements(_with_guards(plan, policies), parts)


def _with_guards(plan: Plan, policies: PoliciesForm) -> Plan:
    """Return the plan with what keeps strangers, leaks and loops in bounds (S2, S3)."""
    return replace(
        plan,
        challenge_days=policies.challenge_days,
        key_days=policies.key_days,
        reply_delay=timedelta(seconds=policies.reply_delay),
        guard_exceptions=frozenset(name.casefold() for name in policies.guard_exceptions),
        digest=policies.digest,
        mute=timedelta(hours=policies.mute_hours),
        burst=policies.burst,
    )


def _with_announcements(plan: Plan, parts: PlanParts) -> Plan:
    """Return the plan with what is told to many: windows, the status page, invoices, the radar (R7, R8, R11, R12)."""
    form = parts.installation
    return replace(
        plan,
        windows=series(parts.maintenance),
        quiet_hours=parts.maintenance.quiet_hours,
        invoices=InvoicePolicy(day=form.invoices.day, roles=form.invoices.to) if form.invoices else InvoicePolicy(),
        radar=RadarPolicy(
            is_on=form.radar.enabled,
            customers=form.radar.customers,
            within=timedelta(minutes=form.radar.minutes),
            pause=timedelta(hours=form.radar.pause_hours),
        ),
        status_url=form.status_page.url if form.status_page else "",
    )


def _provider(installation: InstallationFile) -> Provider:
    form = installation.provider
    return Provider(
        name=form.name,
        prefix=form.prefix,
        support_address=form.support_address or installation.mailboxes[0].address,
        phone=form.phone,
        chat_url=form.chat_url or "",
        billing_address=form.billing_address or "",
    )


def _mailboxes(installation: InstallationFile) -> tuple[MailboxPolicy, ...]:
    return tuple(
        MailboxPolicy(m.name, m.address, m.team, m.unauthenticated, m.require_authentication)
        for m in installation.mailboxes
    )
