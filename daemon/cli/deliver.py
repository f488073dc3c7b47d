"""`supportd deliver`: what the outbox holds is sent, once."""

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from daemon.cli.commands import DeskCommand
from daemon.cli.opening import opened_desk
from daemon.cli.options import choices
from daemon.cli.printing import print_line, shown
from daemon.errors import Temporary

if TYPE_CHECKING:
    from daemon.desk import Desk
    from daemon.outbound.recording import Delivered


@click.command(cls=DeskCommand, example="supportd deliver --json")
def deliver() -> None:
    """Send what the outbox holds and is due, once; one line a mail: what became of it.

    Deferred mail is tried again by a later call.  Where no mail at all can be handed over the exit status is 1.
    """
    with opened_desk() as desk:
        for done in _delivered(desk):
            if choices().json:
                print_line(done)
            else:
                click.echo(f"{done.id}  {done.state}  {done.kind}  {done.to}  {shown(done.detail)}")


def _delivered(desk: "Desk") -> Iterator["Delivered"]:
    """Deliver batch by batch until nothing is due.

    Raises:
        Temporary: no mail at all can be handed over, or the database is away.
    """
    from daemon.claimant import own_name
    from daemon.outbound.delivery import Delivery
    from daemon.outbound.recording import Retry
    from daemon.outbound.route import route_of
    from daemon.receive import delivery_failed
    from daemon.rules.retry import next_try

    clock = choices().clock()

    def tell_agent(row: int, _recipient: str, reason: str) -> None:
        delivery_failed(desk, row, reason=reason, now=clock())

    route = route_of(desk.config, clock=clock)
    retry = Retry(next_try, random.random)
    delivery = Delivery(desk.engine, route, clock=clock, retry=retry, on_failed=tell_agent)
    try:
        while batch := delivery.deliver_due(f"{own_name()}deliver"):
            yield from batch
        if delivery.trouble:
            raise Temporary(f"no mail can be handed over: {delivery.trouble}")
    finally:
        delivery.close()
