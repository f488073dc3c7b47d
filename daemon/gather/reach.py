"""Who can be told of what concerns some products: read where windows are told of (R8.2, R11.2, S3.4)."""

from daemon.desk import Desk
from daemon.model.subscriber import Scope, ScopeKind
from daemon.rules.maintenance.contacts import addresses_of
from daemon.rules.maintenance.steps import Reach
from daemon.store.addresses import bounced_among
from daemon.store.database import Connection
from daemon.store.subscribers import subscribed_to

BATCH = 500


def reach_of(connection: Connection, desk: Desk, products: tuple[str, ...]) -> Reach:
    """Return which contacts' mail bounces, and who is subscribed to these products; without a page nobody is."""
    addresses = addresses_of(products, desk.config.directory)
    batches = (addresses[start : start + BATCH] for start in range(0, len(addresses), BATCH))
    bounced = frozenset(one.address for batch in batches for one in bounced_among(connection, batch))
    scopes = tuple(Scope(ScopeKind.PLATFORM, product) for product in products)
    return Reach(bounced, subscribed_to(connection, scopes) if desk.config.plan.status_url else ())


def reach_of_all(connection: Connection, desk: Desk) -> Reach:
    """Return the same of every product."""
    return reach_of(connection, desk, tuple(product.id for product in desk.config.directory.products))
