"""`supportd case`: list, show, open, do."""

import re
from typing import Any

import click

from daemon.cli.arguments import PRIORITIES, Priority, Word, actor, actor_option, case_number, text_option
from daemon.cli.case_page import print_case
from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only
from daemon.cli.options import choices
from daemon.cli.printing import note, print_array, print_document, print_table

NEXT_COMMAND = re.compile(r",\s*(?=#?[A-Za-z]|$)")
"""A comma parts two commands where another word begins: not in `time 1,5h`."""

STATUSES = (
    "new",
    "in_progress",
    "duplicate",
    "on_hold",
    "shipping",
    "resolved_follow_up",
    "customer_reopened",
    "closed_no_response",
    "closed",
)
_COLUMNS = (
    ("case", "id"),
    ("prio", "priority"),
    ("status", "status"),
    ("customer", "customer"),
    ("assignee", "assignee"),
    ("opened", "opened_at"),
    ("subject", "subject"),
)


@click.group("case", cls=DeskGroup)
def case() -> None:
    """Cases: list, show, open one, work on one."""


@case.command("list", example="supportd case list --open --assignee agent1")
@click.option("--status", type=Word(STATUSES), metavar="STATUS", help="Only in this status, such as in-progress.")
@click.option("--customer", metavar="ID", help="Only of this customer.")
@click.option("--assignee", metavar="AGENT", help="Only of this agent (id or address).")
@click.option("--open", "open", is_flag=True, help="Only cases that somebody works on.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--all", "every", is_flag=True, help="However many there are.")
def list_(*, every: bool, **wanted: Any) -> None:
    """List cases, the newest first."""
    from daemon.store.views import CaseFilter, count_cases, list_cases

    if every:
        wanted["limit"] = None
    with read_only() as (config, connection):
        if wanted["assignee"]:
            agent = config.directory.agent(wanted["assignee"].lower())
            wanted["assignee"] = agent.id if agent else wanted["assignee"]
        if wanted["customer"]:
            wanted["customer"] = _customer(connection, wanted["customer"], config)
        cases = list_cases(connection, CaseFilter(**wanted), prefix=config.plan.provider.prefix)
        if choices().json:
            print_array(cases)
        else:
            print_table(_COLUMNS, cases, empty="No such case.")
        found = 0 if every else count_cases(connection, CaseFilter(**wanted))
        if found > (wanted["limit"] or 0) > 0:
            note(f"{wanted['limit']} of {found}: --all lists every one")


def _customer(connection: Any, named: str, config: Any) -> str:
    """Return a customer's id; one that is configured no more is known by its cases.

    Raises:
        BadParameter: there is no such customer; names the nearest.
    """
    from daemon.settings.nearest import suggestion
    from daemon.store.views import has_cases

    known = [customer.id for customer in config.directory.customers]
    if named.lower() in known or has_cases(connection, named):
        return named.lower() if named.lower() in known else named
    raise click.BadParameter(f"there is no customer {named!r}: {suggestion(named, known)}", param_hint="'--customer'")


@case.command("show", example="supportd case show SUP-1042 --json")
@click.argument("name", metavar="ID")
def show(name: str) -> None:
    """Show one case, whole: messages, history, links."""
    with read_only() as (config, connection):
        _print(connection, case_number(name, config), prefix=config.plan.provider.prefix)


@case.command("open", example="supportd case open --for primary@acme.example --subject 'Phones are down' --priority P2")
@click.option("--for", "mpoc", required=True, metavar="MPOC", help="Address of the contact who called.")
@click.option("--subject", required=True, help="What it is about.")
@click.option("--priority", type=Priority(), default=PRIORITIES[-1], show_default=True, help="P1 to P4.")
@text_option("What was said; - reads standard input.")
@actor_option()
def open_(*, by: str, **request: str) -> None:
    """Open a case from a call or a chat, and print it.

    The contact gets the acknowledgement by mail.
    """
    from daemon.act import CallRequest, open_case
    from daemon.model.case import Priority as CasePriority

    priority = CasePriority(request.pop("priority"))
    with opened_desk() as desk:
        request["mpoc"] = request["mpoc"].lower()
        call = CallRequest(**request, priority=priority, actor=actor(by, desk.config))
        _print_of(desk, open_case(desk, call, now=choices().clock()()))


@case.command(
    "do",
    example="supportd case do SUP-1042 --as agent1@desk.example priority 2, assign voice\n"
    "echo 'All works again.' | supportd case do 1042 --as agent1 status closed --text -",
)
@click.argument("name", metavar="ID")
@click.argument("words", metavar="COMMAND...", nargs=-1)
@click.option("--as", "agent", required=True, metavar="AGENT", help="Agent (id or address) who does it.")
@text_option("Text for the customer (a note with `note`); - reads standard input.")
def do(name: str, words: tuple[str, ...], *, agent: str, text: str) -> None:
    """Carry out what an agent can command by mail, and print the case.

    Commands are written without #, several with commas between them; all of them hold, or none.
    """
    from daemon.act import ShellWish, carry_out

    lines = tuple(line for line in map(_bare, NEXT_COMMAND.split(" ".join(words))) if line)
    if not lines and not text.strip():
        raise click.UsageError("nothing to do: name a command, or give a text with --text")
    with opened_desk() as desk:
        number = case_number(name, desk.config)
        said = carry_out(desk, number, ShellWish(agent.lower(), lines, text), now=choices().clock()())
        click.echo(said, err=True)
        _print_of(desk, number)


def _bare(line: str) -> str:
    return line.strip(" ,").removeprefix("#")


def _print_of(desk: Any, number: int) -> None:
    from daemon.store.database import reading

    with reading(desk.engine) as connection:
        _print(connection, number, prefix=desk.config.plan.provider.prefix)


def _print(connection: Any, number: int, *, prefix: str) -> None:
    from daemon.store.views import show_case

    shown = show_case(connection, number, prefix=prefix, now=choices().clock()())
    if choices().json:
        print_document(shown)
    else:
        print_case(shown)
