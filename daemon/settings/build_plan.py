"""Forms → Plan and Directory: plain translation of what has been checked."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from daemon.model.people import (
    Agent,
    Customer,
    Directory,
    EscalationContact,
    EscalationLevel,
    Mpoc,
    Product,
    Role,
    Team,
)
from daemon.model.plan import BusinessCalendar, Governor, MailboxPolicy, Plan, Provider
from daemon.model.promises import PRIORITY_TIMES, PriorityTimes
from daemon.settings.forms.calendar import CalendarFile, PrioritiesForm
from daemon.settings.forms.installation import InstallationFile
from daemon.settings.forms.people import AgentsFile, CustomerFile, MpocForm
from daemon.settings.forms.products import ProductsFile

_FIRST_OF_A_FILE_WITHOUT_ROLES = frozenset({Role.PRIMARY, Role.CASE})


def build_plan(installation: InstallationFile, calendar: CalendarFile, *, holidays: frozenset[date]) -> Plan:
    """Return the rules' figures."""
    policies = installation.policies
    return Plan(
        zone=ZoneInfo(calendar.timezone),
        business=BusinessCalendar(calendar.business_hours, holidays),
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
        priority_times=tuple(
            (priority, _times(calendar.priorities, priority, times)) for priority, times in PRIORITY_TIMES
        ),
    )


def build_directory(
    agents: AgentsFile, products: ProductsFile, *, customers: tuple[CustomerFile, ...], zone: str
) -> Directory:
    """Return everybody whom the configuration names; `zone` is the plan's, for those who have none of their own."""
    return Directory(
        customers=tuple(_customer(form, zone) for form in customers),
        agents=tuple(
            Agent(a.id, a.name, a.email, a.language, a.duty, tuple((d.first, d.last) for d in a.away))
            for a in agents.agents
        ),
        teams=tuple(Team(t.id, t.name, t.members, t.on_call, t.products) for t in agents.teams),
        products=tuple(Product(p.id, p.name, p.keywords) for p in products.products),
        default_team=agents.default_team,
        escalation=tuple(
            EscalationLevel(e.level, e.title, e.agents, e.on_call, tuple(e.products.items())) for e in agents.escalation
        ),
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


def _times(form: PrioritiesForm, priority: str, default: PriorityTimes) -> PriorityTimes:
    written = getattr(form, priority)
    return PriorityTimes(written.first_response, written.update) if written else default


def _customer(form: CustomerFile, zone: str) -> Customer:
    own_zone = form.timezone or zone
    unstated = not any(mpoc.roles for mpoc in form.mpocs)
    return Customer(
        id=form.id,
        name=form.name,
        domains=form.domains,
        mpocs=tuple(
            _mpoc(
                m,
                form,
                zone=own_zone,
                roles=_FIRST_OF_A_FILE_WITHOUT_ROLES if unstated and not i else frozenset(m.roles),
            )
            for i, m in enumerate(form.mpocs)
        ),
        language=form.language,
        timezone=own_zone,
        products=form.products,
        escalation=tuple(EscalationContact(e.name, e.email or "", e.phone or "") for e in form.escalation),
    )


def _mpoc(form: MpocForm, customer: CustomerFile, *, zone: str, roles: frozenset[Role]) -> Mpoc:
    return Mpoc(
        name=form.name,
        email=form.email,
        roles=roles,
        title=form.title or "",
        phone=form.phone or "",
        language=form.language or customer.language,
        timezone=form.timezone or zone,
    )
