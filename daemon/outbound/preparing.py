"""Claimed rows become parcels: composed once, outside any transaction, and kept on the row before they leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.errors import Temporary
from daemon.model.notice import OutgoingMail
from daemon.outbound.building import build
from daemon.outbound.compose import Files
from daemon.outbound.outcomes import Parcel, Refused
from daemon.outbound.route import Route
from daemon.store import blobs, outbox
from daemon.store.database import Engine, reading, transaction

MAX_OCTETS = 64 * 2**20
"""How much mail is held in memory at once; what is over it waits for the next pass."""
CANNOT_BE_BUILT = 0
"""Stands where a server's code stands when the mail never got that far."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of the claimed rows."""

    parcels: tuple[tuple[OutgoingMail, Parcel], ...]
    hopeless: tuple[tuple[OutgoingMail, Refused], ...]
    waiting: tuple[OutgoingMail, ...]


def prepare(engine: Engine, claimed: Sequence[OutgoingMail], route: Route) -> Prepared:
    """Compose what is not composed yet and store the octets: every later try sends exactly these.

    Raises:
        Temporary: the database is away.
    """
    parcels: list[tuple[OutgoingMail, Parcel]] = []
    hopeless: list[tuple[OutgoingMail, Refused]] = []
    held = 0
    for index, mail in enumerate(claimed):
        if held > MAX_OCTETS:
            return _stored(engine, Prepared(tuple(parcels), tuple(hopeless), tuple(claimed[index:])))
        made = _parcel(engine, mail, route)
        if isinstance(made, Refused):
            hopeless.append((mail, made))
        else:
            parcels.append((mail, made))
            held += len(made.octets)
    return _stored(engine, Prepared(tuple(parcels), tuple(hopeless), ()))


def files_of(engine: Engine, mail: OutgoingMail) -> Files:
    """Return the attachments of a notice with their octets.

    Raises:
        KeyError: one is stored nowhere.
        Temporary: the database is away.
    """
    refs = mail.notice.attachments
    if not refs:
        return ()
    with reading(engine) as connection:
        stored = blobs.load(connection, [ref.sha256 for ref in refs])
    return tuple((ref, stored[ref.sha256]) for ref in refs)


def _parcel(engine: Engine, mail: OutgoingMail, route: Route) -> Parcel | Refused:
    try:
        octets = mail.octets or build(mail, route.templates, route.provider, files=files_of(engine, mail))
    except Temporary:
        raise
    except Exception as trouble:  # noqa: BLE001  around one row: it must not stop the others
        return Refused(CANNOT_BE_BUILT, f"the mail cannot be built: {str(trouble) or type(trouble).__name__}")
    return Parcel(
        row=mail.id,
        message_id=mail.message_id,
        created_at=datetime.fromisoformat(mail.created_at),
        reverse_path=mail.reverse_path,
        recipient=mail.notice.to.address,
        octets=octets,
    )


def _stored(engine: Engine, prepared: Prepared) -> Prepared:
    new = [(mail.id, parcel.octets) for mail, parcel in prepared.parcels if mail.octets is None]
    if new:
        with transaction(engine) as connection:
            outbox.store_octets(connection, new)
    return prepared
