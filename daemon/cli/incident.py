"""`supportd incident`: open, link, update, resolve, list, show (R7)."""

from typing import Any

import click

from daemon.cli.arguments import case_number, text_option
from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_document, print_fields, print_table, shown

_COLUMNS = (
    ("incident", "id"),
    ("status", "status"),
    ("opened", "opened_at"),
    ("resolved", "resolved_at"),
    ("cases", "children"),
    ("updates", "updates"),
    ("products", "products"),
    ("subject", "title"),
)
_CHILDREN = (
    ("case", "case"),
    ("customer", "customer"),
    ("status", "status"),
    ("assignee", "assignee"),
    ("subject", "subject"),
)
_AGENT = click.option(
    "--as", "agent", default="", metavar="AGENT", help="Agent (id or address) who does it; else whoever has the case."
)
_ANYWAY = click.option("--send-anyway", "sends_anyway", is_flag=True, help="Whatever the leak guard finds in it.")
_MASTER = click.argument("name", metavar="MASTER")


@click.group("incident", cls=DeskGroup)
def incident() -> None:
    """Global incidents: open one, link cases, tell everybody, resolve it."""


@incident.command("open", example="echo 'We are working on it.' | supportd incident open --title 'Calls fail' --text -")
@click.option("--title", required=True, help="What everybody reads; it names no customer.")
@click.option("--product", "products", multiple=True, metavar="PRODUCT", help="Affected; else what the title names.")
@text_option("The first news for everybody; - reads standard input.")
@_AGENT
@_ANYWAY
def open_(*, title: str, products: tuple[str, ...], **wish: Any) -> None:
    """Open the master case of a global incident, and print it.

    The status page and its subscribers are told.
    """
    from daemon.act import IncidentWish, open_master
    from daemon.model.text import clean_text

    with opened_desk() as desk:
        known = tuple(_product(product, desk.config) for product in products)
        wanted = IncidentWish(title=clean_text(title), products=known, **wish)
        _print_of(desk, open_master(desk, wanted, now=choices().clock()()))


def _product(named: str, config: Any) -> str:
    """Return a product's id.

    Raises:
        BadParameter: there is none of this id or name; names the nearest.
    """
    from daemon.settings.nearest import suggestion

    products = config.directory.products
    known = {word.casefold(): product.id for product in products for word in (product.name, product.id)}
    if named.casefold() in known:
        return str(known[named.casefold()])
    hint = suggestion(named, [product.id for product in products])
    raise click.BadParameter(f"there is no product {named!r}: {hint}", param_hint="'--product'")


@incident.command("link", example="supportd incident link SUP-1040 SUP-1042 SUP-1043")
@_MASTER
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@_AGENT
def link(name: str, cases: tuple[str, ...], *, agent: str) -> None:
    """Let cases join a master: all of them, or none.

    Their customers get the last update, and each further one, in their own case.
    """
    from daemon.act import link_cases

    with opened_desk() as desk:
        master, children = case_number(name, desk.config), tuple(case_number(case, desk.config) for case in cases)
        link_cases(desk, master, children, agent=agent, now=choices().clock()())
        _print_of(desk, master)


@incident.command("update", example="echo 'The repair has begun.' | supportd incident update SUP-1040 --text -")
@_MASTER
@text_option("What everybody is told; - reads standard input.")
@_AGENT
@_ANYWAY
def update(name: str, **telling: Any) -> None:
    """Tell the customers of all linked cases, the status page and its subscribers."""
    from daemon.act import update_incident

    if not telling["text"].strip():
        raise click.UsageError("nothing to tell: give a text with --text")
    _tell(name, update_incident, telling)


@incident.command("resolve", example="supportd incident resolve SUP-1040 --text 'All calls work again.'")
@_MASTER
@text_option("What everybody is told; - reads standard input.")
@_AGENT
@_ANYWAY
def resolve(name: str, **telling: Any) -> None:
    """End an incident: the linked cases are resolved too, and their customers are asked to confirm."""
    from daemon.act import resolve_incident

    _tell(name, resolve_incident, telling)


def _tell(name: str, tell: Any, telling: dict[str, Any]) -> None:
    from daemon.act import Telling

    with opened_desk() as desk:
        number = case_number(name, desk.config)
        said = tell(desk, number, Telling(**telling), now=choices().clock()())
        if said:
            click.echo(said, err=True)
        _print_of(desk, number)


@incident.command("list", example="supportd incident list --open")
@click.option("--open", "running", is_flag=True, help="Only incidents that are not over.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
def list_(*, running: bool, limit: int) -> None:
    """List global incidents, the newest first."""
    from daemon.store.incident_views import list_incidents

    with read_only() as (config, connection):
        found = list_incidents(connection, prefix=config.plan.provider.prefix, limit=limit, running=running)
        if choices().json:
            print_array(found)
        else:
            print_table(_COLUMNS, found, empty="No such incident.", numbers=("cases", "updates"))


@incident.command("show", example="supportd incident show SUP-1040 --json")
@_MASTER
def show(name: str) -> None:
    """Show one incident: what was told when, and the cases that belong to it."""
    with read_only() as (config, connection):
        _print(connection, case_number(name, config), prefix=config.plan.provider.prefix)


def _print_of(desk: Any, number: int) -> None:
    from daemon.store.database import reading

    with reading(desk.engine) as connection:
        _print(connection, number, prefix=desk.config.plan.provider.prefix)


def _print(connection: Any, number: int, *, prefix: str) -> None:
    from daemon.store.incident_views import show_incident

    found = show_incident(connection, number, prefix=prefix)
    if choices().json:
        print_document(found)
        return
    click.echo(f"{found.id}  {shown(found.title)}\n")
    names = ("status", "assignee", "opened_at", "resolved_at")
    print_fields([*((name.replace("_", " "), getattr(found, name)) for name in names), ("products", found.products)])
    for told in found.updates:
        click.echo(f"\n{shown(told.at)}  {told.kind}, by {told.author}")
        for line in told.text.strip().splitlines():
            click.echo(f"  {line}")
    if found.children:
        click.echo("\nCases")
        print_table(_CHILDREN, found.children, empty="")
