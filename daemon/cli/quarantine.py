"""`supportd quarantine`: mail that opened nothing and waits for an agent (R2.4)."""

import click

from daemon.cli.arguments import ROW_ID, actor, actor_option
from daemon.cli.commands import DeskGroup
from daemon.cli.detained import confirm, print_detained, print_list, state_option
from daemon.cli.opening import opened_desk
from daemon.cli.options import choices


@click.group("quarantine", cls=DeskGroup)
def quarantine() -> None:
    """Mail that opened nothing: list, show, release, discard."""


@quarantine.command("list", example="supportd quarantine list --json")
@state_option()
def list_(state: str) -> None:
    """List quarantined mail, and mail that waits for the answer to a challenge, the oldest first."""
    print_list("quarantined", state)


@quarantine.command("show", example="supportd quarantine show 5")
@click.argument("detained", metavar="ID", type=ROW_ID)
def show(detained: int) -> None:
    """Show a quarantined mail, its text, and why it is here."""
    print_detained("quarantined", detained)


@quarantine.command("release", example="supportd quarantine release 5 --as primary@acme.example --by agent1")
@click.argument("detained", metavar="ID", type=ROW_ID)
@click.option("--as", "mpoc", required=True, metavar="MPOC", help="Address of the contact for whom the case is.")
@actor_option()
def release(detained: int, *, mpoc: str, by: str) -> None:
    """Let the mail through for an MPOC: onto the case that it is about, or as a new one."""
    from daemon.act import release_quarantined

    with opened_desk() as desk:
        decided_by = actor(by, desk.config)
        case = release_quarantined(desk, detained, mpoc=mpoc.lower(), actor=decided_by, now=choices().clock()())
        confirm(desk, detained, kind="quarantined", case=case)


@quarantine.command("discard", example="supportd quarantine discard 5")
@click.argument("detained", metavar="ID", type=ROW_ID)
@actor_option()
def discard(detained: int, *, by: str) -> None:
    """Put a mail aside for good; it stays stored, and nobody is told."""
    from daemon.act import discard_quarantined

    with opened_desk() as desk:
        discard_quarantined(desk, detained, actor=actor(by, desk.config), now=choices().clock()())
        confirm(desk, detained, kind="quarantined", case=None)
