"""Forms → Directory: customers, agents, teams, products; plain translation of what has been checked."""

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
from daemon.model.plan import Plan
from daemon.settings.build_promises import contract
from daemon.settings.forms.people import AgentsFile, CustomerFile, MpocForm
from daemon.settings.forms.products import ProductsFile

_FIRST_OF_A_FILE_WITHOUT_ROLES = frozenset({Role.PRIMARY, Role.CASE})


def build_directory(
    agents: AgentsFile, products: ProductsFile, *, customers: tuple[CustomerFile, ...], plan: Plan
) -> Directory:
    """Return everybody whom the configuration names; the plan has what a customer's own file leaves out."""
    return Directory(
        customers=tuple(_customer(form, plan) for form in customers),
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


def _customer(form: CustomerFile, plan: Plan) -> Customer:
    own_zone = form.timezone or plan.zone.key
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
        invoices_to=form.invoices_to or (),
        escalation=tuple(EscalationContact(e.name, e.email or "", e.phone or "") for e in form.escalation),
        contract=contract(form.contract, plan),
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
