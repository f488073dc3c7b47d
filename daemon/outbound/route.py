"""How mail leaves this installation, made from one configuration."""

from dataclasses import dataclass
from datetime import timedelta

from daemon.clock import Clock
from daemon.model.plan import Provider
from daemon.model.setup import Config, DeliverySettings
from daemon.outbound.maildir import Maildir
from daemon.outbound.outcomes import Transport
from daemon.outbound.submission import Submission
from daemon.outbound.templates import Templates


@dataclass(frozen=True, slots=True)
class Route:
    """Who sends, in which words, by which way; a reload makes another."""

    provider: Provider
    templates: Templates
    transport: Transport
    connections: int  # how many mails go at once
    give_up: timedelta


def route_of(config: Config, *, clock: Clock) -> Route:
    """Return the route that a configuration names; nothing is connected yet."""
    delivery = config.settings.delivery
    return Route(
        provider=config.plan.sender,
        templates=Templates(config.settings.templates),
        transport=transport_of(delivery, clock=clock),
        connections=delivery.connections,
        give_up=timedelta(hours=delivery.give_up_hours),
    )


def transport_of(delivery: DeliverySettings, *, clock: Clock) -> Transport:
    """Return the way that mail goes, for delivery and for `doctor`."""
    return Maildir(delivery.maildir) if delivery.maildir else Submission(delivery, clock=clock)
