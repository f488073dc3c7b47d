"""What is known of addresses beyond the configuration: whose mail bounces, who gets no answers (S3.3, S3.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, bindparam, delete, select

from daemon.model.mail_effect import MarkContact, Mute
from daemon.store.conflict import insert_into
from daemon.store.prepared import Prepared
from daemon.store.tables import bounced_contacts, mutes

MANY = 512
"""So many addresses are asked about at once."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """An address to which mail bounced for good."""

    address: str
    since: datetime
    why: str


def mark(connection: Connection, effect: MarkContact) -> None:
    """Mark an address; one that is marked stays as it was marked first."""
    row = {"address": effect.address, "since": effect.at, "why": effect.why}
    connection.execute(insert_into(connection.dialect.name, bounced_contacts).on_conflict_do_nothing(), row)


def unmark(connection: Connection, address: str) -> None:
    """Take the mark away."""
    connection.execute(delete(bounced_contacts).where(bounced_contacts.c.address == address))


def bounced_among(connection: Connection, addresses: Collection[str]) -> tuple[Bounced, ...]:
    """Return those of the addresses that are marked."""
    asked = list(addresses)
    found: list[Bounced] = []
    for start in range(0, len(asked), MANY):
        some = asked[start : start + MANY]
        places = 1 << (len(some) - 1).bit_length()
        given = {f"address{nth}": some[min(nth, len(some) - 1)] for nth in range(places)}
        found += (Bounced(row.address, row.since, row.why) for row in _bounced_among(places).rows(connection, given))
    return tuple(found)


@cache
def _bounced_among(places: int) -> Prepared:
    """Ask about so many addresses; the number of places is a power of two, so that few statements are made."""
    asked = [bindparam(f"address{nth}", type_=bounced_contacts.c.address.type) for nth in range(places)]
    return Prepared(select(bounced_contacts).where(bounced_contacts.c.address.in_(asked)))


def bounced_everywhere(connection: Connection) -> tuple[Bounced, ...]:
    """Return every address that is marked, in the order of the alphabet."""
    query = select(bounced_contacts).order_by(bounced_contacts.c.address)
    return tuple(Bounced(row.address, row.since, row.why) for row in connection.execute(query))


def mute(connection: Connection, effect: Mute) -> None:
    """Mute an address until an instant; a later one counts."""
    row = {"address": effect.address, "until": effect.until, "why": effect.why}
    later = {"until": effect.until, "why": effect.why}
    statement = insert_into(connection.dialect.name, mutes).on_conflict_do_update(
        index_elements=["address"], set_=later
    )
    connection.execute(statement, row)


def is_muted(connection: Connection, address: str, *, now: datetime) -> bool:
    """Tell whether an address gets no automatic answers at an instant."""
    return _MUTED.row(connection, {"address": address, "now": now}) is not None


_MUTED = Prepared(
    select(mutes.c.address).where(
        mutes.c.address == bindparam("address"), mutes.c.until > bindparam("now", type_=mutes.c.until.type)
    )
)
