"""`supportd contacts`: who the configuration names, whose mail bounces, and taking such a mark away (R2.1, S3.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskGroup
from daemon.cli.opening import read_only, writable
from daemon.cli.options import choices
from daemon.cli.printing import print_array, print_document, print_table

if TYPE_CHECKING:
    from daemon.model.people import Directory
    from daemon.store.addresses import Bounced

_COLUMNS = (
    ("address", "address"),
    ("name", "name"),
    ("customer", "customer"),
    ("roles", "roles"),
    ("bounces since", "bounced_since"),
    ("reason", "reason"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the list; a marked address that no customer names has neither name nor customer."""

    address: str
    name: str
    customer: str
    roles: tuple[str, ...]
    bounced_since: datetime | None
    reason: str


@click.group("contacts", cls=DeskGroup)
def contacts() -> None:
    """Customers' contacts: list them, take the mark of a bounce away."""


@contacts.command("list", example="supportd contacts list --bounced")
@click.option("--bounced", is_flag=True, help="Only addresses whose mail bounces, or who complained of it.")
def list_(*, bounced: bool) -> None:
    """List the contacts of all customers, and every address that is marked: its mail bounced for good (S3.4)."""
    from daemon.store.addresses import bounced_everywhere

    with read_only() as (config, connection):
        marks = bounced_everywhere(connection)
    rows = [row for row in _rows(config.directory, marks) if row.bounced_since or not bounced]
    if choices().json:
        print_array(rows)
    else:
        print_table(_COLUMNS, rows, empty="No address is marked." if bounced else "No customer is configured.")


@contacts.command("unmark", example="supportd contacts unmark primary@acme.example")
@click.argument("address", metavar="ADDRESS")
def unmark(address: str) -> None:
    """Take the mark away, once its mailbox works again; who writes to us loses it by themselves."""
    from daemon.errors import Permanent
    from daemon.store.addresses import bounced_among, unmark

    named = address.strip().lower()
    with writable() as (_, connection):
        found = bounced_among(connection, [named])
        if not found:
            raise Permanent(f"{address} is not marked; `supportd contacts list --bounced` lists who is")
        unmark(connection, named)
    mark = found[0]
    if choices().json:
        print_document({"address": named, "bounced_since": mark.since, "reason": mark.why})
        return
    click.echo(f"{named} is asked and told again; it was marked: {mark.why}")


def _rows(directory: "Directory", marks: "Iterable[Bounced]") -> Iterator[Contact]:
    """Give every contact, customer by customer, then the marked addresses of anybody else."""
    marked = {mark.address: mark for mark in marks}
    for customer in directory.customers:
        for mpoc in customer.mpocs:
            mark = marked.pop(mpoc.email, None)
            roles = tuple(sorted(role.value for role in mpoc.roles))
            yield _row(mpoc.email, mark, name=mpoc.name, customer=customer.id, roles=roles)
    for address, mark in marked.items():
        yield _row(address, mark)


def _row(
    address: str, mark: "Bounced | None", *, name: str = "", customer: str = "", roles: tuple[str, ...] = ()
) -> Contact:
    return Contact(address, name, customer, roles, mark.since if mark else None, mark.why if mark else "")
