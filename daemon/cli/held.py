"""`supportd held`: requests of colleagues that wait for a contact of their company (R2.3)."""

import click

from daemon.cli.arguments import ROW_ID, actor, actor_option
from daemon.cli.commands import DeskGroup
from daemon.cli.detained import confirm, print_detained, print_list, state_option
from daemon.cli.opening import opened_desk
from daemon.cli.options import choices


@click.group("held", cls=DeskGroup)
def held() -> None:
    """Requests held for an MPOC: list, show, approve, decline."""


@held.command("list", example="supportd held list")
@state_option()
def list_(state: str) -> None:
    """List held requests, the oldest first."""
    print_list("held", state)


@held.command("show", example="supportd held show 3")
@click.argument("detained", metavar="ID", type=ROW_ID)
def show(detained: int) -> None:
    """Show a held request and its text."""
    print_detained("held", detained)


@held.command("approve", example="supportd held approve 3 --by agent1")
@click.argument("detained", metavar="ID", type=ROW_ID)
@click.option("--add", is_flag=True, help="Let its writer follow the case that it joins; a new one they do anyhow.")
@actor_option()
def approve(detained: int, *, add: bool, by: str) -> None:
    """Open the request as a case, on the word of the customer's contact."""
    from daemon.act import approve_held

    with opened_desk() as desk:
        decided_by, now = actor(by, desk.config), choices().clock()()
        case = approve_held(desk, detained, actor=decided_by, now=now, adds_writer=add)
        confirm(desk, detained, kind="held", case=case)


@held.command("decline", example="supportd held decline 3 --word 'Please ask your IT desk first.'")
@click.argument("detained", metavar="ID", type=ROW_ID)
@click.option("--word", default="", metavar="TEXT", help="The contact's word, passed on to the sender.")
@actor_option()
def decline(detained: int, *, word: str, by: str) -> None:
    """Decline the request; its sender is told."""
    from daemon.act import decline_held
    from daemon.model.text import clean_text

    with opened_desk() as desk:
        decline_held(desk, detained, actor=actor(by, desk.config), word=clean_text(word), now=choices().clock()())
        confirm(desk, detained, kind="held", case=None)
