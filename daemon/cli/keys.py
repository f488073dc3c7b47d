"""`supportd keys`: the keys that sign our Message-IDs and reply addresses (S2.8)."""

from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import read_only, writable
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_document, print_table

if TYPE_CHECKING:
    from daemon.model.setup import Config

_COLUMNS = (
    ("id", "id"),
    ("fingerprint", "fingerprint"),
    ("state", "state"),
    ("made", "created_at"),
    ("rotated out", "retired_at"),
    ("verifies until", "verifies_until"),
)


@click.group("keys", cls=DeskGroup)
def keys() -> None:
    """Signing keys: list, rotate."""


@keys.command("list", example="supportd keys list")
def list_() -> None:
    """List the keys, the newest first: which one signs, until when the others verify."""
    from daemon.store.keys import list_keys

    with read_only() as (config, connection):
        rows = list_keys(connection, config, now=choices().clock()())
        if choices().json:
            print_array(rows)
        else:
            print_table(_COLUMNS, rows, empty="No key yet: the first daemon or command that signs makes one.")


@keys.command("rotate", example="supportd keys rotate")
def rotate() -> None:
    """Make a new key; the old ones verify for `key_days` more.

    Running daemons take it up by themselves: they know it within a minute, and it signs after two.
    """
    from daemon.store.keys import kept_for, rotate

    with writable() as (config, connection):
        _require_own(config)
        deleted = rotate(connection, kept=kept_for(config), now=choices().clock()())
    if choices().json:
        print_document({"key_days": config.plan.key_days, "deleted": deleted})
        return
    gone = f"; {deleted} that verified no more deleted" if deleted else ""
    click.echo(
        f"A new key signs, in two minutes at the latest; the old ones verify for {config.plan.key_days} days{gone}."
    )


def _require_own(config: "Config") -> None:
    """Refuse where the keys are not kept in the database.

    Raises:
        Permanent: says how to rotate configured keys.
    """
    from daemon.errors import Permanent

    if config.settings.signing_secrets:
        raise Permanent(
            f"{len(config.settings.signing_secrets)} signing keys are configured (`signing_keys` in supportd.yaml); "
            "the first signs: to rotate, write a new one below it there and reload every daemon, then move it to "
            f"the top and reload again; take the old one out after {config.plan.key_days} days"
        )
