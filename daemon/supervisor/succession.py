"""After a kill: what dead daemons of this host had claimed is free at once, not when leases run out."""

from daemon.claimant import host_prefix, is_gone
from daemon.store.claims import claimants, release_everything_of
from daemon.store.database import Engine, reading, transaction


def release_claims_of_the_dead(engine: Engine, own_name: str) -> int:
    """Give back what processes of this host held that are gone; returns how many mails, in and out.

    Raises:
        Temporary: the database is away.
    """
    with reading(engine) as connection:
        found = claimants(connection, host_prefix())
    dead = [claimant for claimant in found if not claimant.startswith(own_name) and is_gone(claimant)]
    if not dead:
        return 0
    with transaction(engine) as connection:
        return sum(release_everything_of(connection, claimant) for claimant in dead)
