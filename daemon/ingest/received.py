"""When a mail reached our side: the topmost Received field, where one of our own relays wrote it (R5.3).

Sources: RFC 5321 4.4 (the field's form).  The name after `by` is only a word; it counts when the connection that
brought the mail came from the addresses of that relay.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from daemon.ingest.header import Header
from daemon.model.setup import TrustedRelay

_LONGEST = 4_000
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hop:
    """What a Received field says of one hand-over."""

    sender: str  # after `from`; empty where the field has none
    receiver: str  # after `by`, lower-cased
    at: datetime | None


def read_hop(value: bytes) -> Hop:
    """Read one unfolded Received field; what it does not say is empty."""
    clauses, _, stamp = value[:_LONGEST].decode("latin-1").rpartition(";")
    words = _without_comments(clauses or stamp).split()
    return Hop(_after("from", words), _after("by", words).lower().rstrip(".;"), read_date(stamp))


def relayed_at(header: Header, peer: str, relays: tuple[TrustedRelay, ...]) -> datetime | None:
    """Return the date that a trusted relay wrote into the topmost Received field, in UTC, or None.

    Args:
        header: the message's header.
        peer: IP address of the host that connected to us, or empty.
        relays: the relays of the configuration.
    """
    topmost = header.first("received")
    if not topmost or not relays:
        return None
    hop = read_hop(topmost)
    trusted = any(relay.name.lower() == hop.receiver and connects_from(relay, peer) for relay in relays)
    return hop.at if trusted else None


def read_date(text: str) -> datetime | None:
    """Return a date of RFC 5322, in UTC, or None; one without a zone is taken as UTC."""
    try:
        stamp = parsedate_to_datetime(text.strip()[:100])
        aware = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return aware if _EARLIEST <= aware <= _LATEST else None


def is_loopback(peer: str) -> bool:
    """Tell whether `peer` is this very host."""
    connecting = _address(peer)
    return connecting is not None and connecting.is_loopback


def connects_from(relay: TrustedRelay, peer: str) -> bool:
    """Tell whether `peer` is an address of this relay."""
    connecting = _address(peer)
    return connecting is not None and any(connecting in ip_network(given, strict=False) for given in relay.addresses)


def _address(peer: str) -> IPv4Address | IPv6Address | None:
    """Read a peer's address; one of IPv4 that a socket for both shows as one of IPv6 is that of IPv4."""
    bare = peer.strip("[]")
    try:
        connecting = ip_address(bare.rpartition("%")[0] or bare)
    except ValueError:
        return None
    return getattr(connecting, "ipv4_mapped", None) or connecting


def _after(keyword: str, words: list[str]) -> str:
    """Return the word after `keyword`, or nothing."""
    lowered = [word.lower() for word in words]
    if keyword not in lowered[:-1]:
        return ""
    return words[lowered.index(keyword) + 1]


def _without_comments(text: str) -> str:
    """Cut comments, nested ones too; one that does not end reaches to the end."""
    kept, depth = [], 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(piece)
    return " ".join(kept)
