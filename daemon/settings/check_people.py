"""What agents.yaml and products.yaml must agree on."""

from collections.abc import Iterable

from daemon.settings.findings import Findings
from daemon.settings.forms.people import AgentsFile, TeamForm
from daemon.settings.nearest import suggestion
from daemon.settings.node import Document, Path
from daemon.settings.reading import Source, Sources


def check_people(sources: Sources, findings: Findings) -> None:
    """Record what the desk's own files contradict each other in (R1.1, R9)."""
    products = product_ids(sources)
    if sources.products:
        check_unique([p.id for p in sources.products.form.products], "products", sources.products.document, findings)
    if sources.agents:
        _check_agents(sources.agents, findings)
        _check_teams(sources.agents, products, findings)
        _check_escalation(sources.agents, products, findings)


def product_ids(sources: Sources) -> tuple[str, ...] | None:
    """Return the ids of all products; None: products.yaml is wrong in itself, so nothing is compared with it."""
    return tuple(product.id for product in sources.products.form.products) if sources.products else None


def check_known(name: str, known: Iterable[str], what: str, *, at: tuple[Document, Path], findings: Findings) -> None:
    """Record a fault where `name` is none of the known ids."""
    names = tuple(known)
    if name not in names:
        findings.fault(*at, f"no {what} `{name}`; {suggestion(name, names)}")


def check_unique(names: list[str], key: str, document: Document, findings: Findings) -> None:
    """Record a fault where an id stands twice in the list at `key`."""
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            line = document.place((key, first[name], "id"))[0]
            findings.fault(document, (key, index, "id"), f"id `{name}` stands twice (first in line {line})")
        first.setdefault(name, index)


def _check_agents(source: Source[AgentsFile], findings: Findings) -> None:
    agents = source.form.agents
    check_unique([agent.id for agent in agents], "agents", source.document, findings)
    first: dict[str, int] = {}
    for index, agent in enumerate(agents):
        if agent.email in first:
            owner = agents[first[agent.email]].id
            message = f"{agent.email} is already the address of agent `{owner}`"
            findings.fault(source.document, ("agents", index, "email"), message)
        first.setdefault(agent.email, index)


def _check_teams(source: Source[AgentsFile], products: tuple[str, ...] | None, findings: Findings) -> None:
    form, document = source.form, source.document
    agents = [agent.id for agent in form.agents]
    check_unique([team.id for team in form.teams], "teams", document, findings)
    for index, team in enumerate(form.teams):
        path: Path = ("teams", index)
        _check_members(team, path, agents=agents, document=document, findings=findings)
        check_known(team.on_call, agents, "agent", at=(document, (*path, "on_call")), findings=findings)
        if team.id in agents:
            findings.fault(document, (*path, "id"), f"`{team.id}` is an agent's id: `#assign` could mean either")
    check_known(
        form.default_team, [t.id for t in form.teams], "team", at=(document, ("default_team",)), findings=findings
    )
    _check_team_products(source, products, findings)


def _check_members(team: TeamForm, path: Path, *, agents: list[str], document: Document, findings: Findings) -> None:
    for number, member in enumerate(team.members):
        place = (*path, "members", number)
        check_known(member, agents, "agent", at=(document, place), findings=findings)
        if member in team.members[:number]:
            findings.fault(document, place, f"member `{member}` stands twice")


def _check_team_products(source: Source[AgentsFile], products: tuple[str, ...] | None, findings: Findings) -> None:
    owners: dict[str, str] = {}
    for index, team in enumerate(source.form.teams):
        for number, product in enumerate(team.products):
            at = (source.document, ("teams", index, "products", number))
            if products is not None:
                check_known(product, products, "product", at=at, findings=findings)
            if product in owners:
                findings.fault(*at, f"product `{product}` already belongs to team `{owners[product]}`")
            owners.setdefault(product, team.id)


def _check_escalation(source: Source[AgentsFile], products: tuple[str, ...] | None, findings: Findings) -> None:
    agents = [agent.id for agent in source.form.agents]
    for index, level in enumerate(source.form.escalation):
        path: Path = ("escalation", index)
        named: list[tuple[Path, str]] = [(("agents", number), name) for number, name in enumerate(level.agents)]
        named += [(("products", product), agent) for product, agent in level.products.items()]
        named += [(("on_call",), level.on_call)] if level.on_call else []
        for rest, name in named:
            check_known(name, agents, "agent", at=(source.document, path + rest), findings=findings)
        for product in level.products if products is not None else ():
            if product not in (products or ()):
                place = (*path, "products", product)
                findings.fault_key(
                    source.document, place, f"no product `{product}`; {suggestion(product, products or ())}"
                )
