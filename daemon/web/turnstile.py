"""How many questions to strangers the page lets anybody bring about (S3.1): few a client, and not too many in all.

The count is this process's own; that an address is asked once a day is the outbox's, over all processes.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import structlog

HOUR = timedelta(hours=1)
_IPV6_BITS = 64  # one customer of a provider has all addresses that begin with the same

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bounds:
    """So many requests an hour."""

    per_client: int = 10
    in_all: int = 300


class Turnstile:
    """Counts requests of the last hour."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._passed: deque[tuple[datetime, str]] = deque()
        self._told = datetime.min.replace(tzinfo=UTC)

    def admits(self, client: str, *, now: datetime) -> bool:
        """Tell whether a client may pass, and count them if so; client "": nobody in particular."""
        while self._passed and self._passed[0][0] <= now - HOUR:
            self._passed.popleft()
        theirs = sum(1 for _, passed in self._passed if passed == client) if client else 0
        is_full = len(self._passed) >= self._bounds.in_all
        if is_full and now - self._told >= HOUR:
            self._told = now
            log.warning("subscription.refused", questions=len(self._passed))
        if is_full or theirs >= self._bounds.per_client:
            return False
        self._passed.append((now, client))
        return True


def client_of(peer: str, forwarded: str) -> str:
    """Return who asks, as far as that can be known; "" where everybody comes from the same web server.

    Args:
        peer: the address of the connection.
        forwarded: the field X-Forwarded-For; its last entry is the web server's own word.  It is believed from a
            neighbour alone: who connects from the Internet is who they are.
    """
    near = _address(peer)
    if near is None or not (near.is_private or near.is_loopback):
        return _network(near)
    return _network(_address(forwarded.rpartition(",")[2].strip()))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(address: IPv4Address | IPv6Address | None) -> str:
    """Return what one client has: an IPv4 address, or a network of IPv6 addresses."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_BITS), strict=False))
    return str(address or "")
