"""`supportd subscribers`: who gets the status page's news by e-mail; somebody is erased on request (R8.2)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import opened_desk, read_only
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_document, print_table

if TYPE_CHECKING:
    from daemon.model.subscriber import Subscriber

_COLUMNS = (
    ("address", "address"),
    ("language", "language"),
    ("since", "asked_at"),
    ("confirmed", "confirmed"),
    ("waiting", "waiting"),
)


@click.group(cls=DeskGroup, example="supportd subscribers list --json")
def subscribers() -> None:
    """Subscribers of the status page: list them, erase one."""


@subscribers.command("list", example="supportd subscribers list --json")
def list_() -> None:
    """List who subscribed to the status page, in the order in which they came.

    Who has not confirmed yet (`waiting`) gets nothing but the question, and is erased after three days.
    """
    from daemon.store.subscribers import all_subscribers

    with read_only() as (_, connection):
        found = all_subscribers(connection)
    if choices().json:
        print_array(_records(found))
    else:
        print_table(_COLUMNS, (_Row(one) for one in found), empty="Nobody has subscribed.")


class _Row:
    """A subscriber as people read it."""

    def __init__(self, one: "Subscriber") -> None:
        self.address = one.address
        self.language = one.language
        self.asked_at = one.asked_at
        self.confirmed = ", ".join(map(str, one.scopes))
        self.waiting = ", ".join(map(str, one.asked))


def _records(found: "tuple[Subscriber, ...]") -> Iterator[dict[str, Any]]:
    """Yield subscribers for programs; the token is theirs alone."""
    for one in found:
        yield {
            "address": one.address,
            "language": one.language,
            "asked_at": one.asked_at,
            "confirmed": [str(scope) for scope in one.scopes],
            "waiting": [str(scope) for scope in one.asked],
        }


@subscribers.command("erase", example="supportd subscribers erase reader@company.example")
@click.argument("address", metavar="ADDRESS")
def erase(address: str) -> None:
    """Erase a subscriber wholly, as they asked by mail or telephone.

    Their address and subscriptions are deleted, mails that wait are not sent, and of those that were sent is kept that
    there was one, not to whom.
    """
    from daemon.act import erase_address
    from daemon.errors import Permanent

    with opened_desk() as desk:
        if not erase_address(desk, address.strip().lower()):
            raise Permanent(f"nobody has subscribed with the address {address}")
    if choices().json:
        print_document({"address": address.strip().lower(), "erased": True})
    else:
        click.echo(f"{address.strip().lower()} is erased")
