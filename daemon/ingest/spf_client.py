"""The host that handed us a mail, and what it said of itself, as SPF asks for it (RFC 7208 2.2-2.4)."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from daemon.ingest.name_system import Kind
from daemon.model.mail import Envelope

_ANYBODYS = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
"""Addresses that every private network uses anew."""
_PRIVATE = tuple(map(ip_network, _ANYBODYS))


@dataclass(frozen=True, slots=True)
class Client:
    """A host and its words."""

    address: IPv4Address | IPv6Address
    greeting: str  # of HELO or EHLO
    local_part: str  # of the reverse-path
    domain: str  # of the reverse-path, lower-cased

    @property
    def kind(self) -> Kind:
        """Return what a name is asked for to be compared with the address."""
        return Kind.A if self.address.version == 4 else Kind.AAAA

    @property
    def dotted(self) -> str:
        """Return the address as macros write it: IPv6 by its digits, with dots between."""
        return str(self.address) if self.address.version == 4 else ".".join(self.address.packed.hex())


def client_of(envelope: Envelope) -> Client | None:
    """Return who handed a mail over by SMTP; None where the address says nothing of the host.

    A private address says nothing: a relay or a proxy of our own may stand there, and domains that list such addresses
    by mistake are common.  A null reverse-path stands for the postmaster of the greeting (RFC 7208 2.4).
    """
    if not envelope.greeting:
        return None
    try:
        address = ip_address(envelope.peer)
    except ValueError:
        return None
    if any(address in network for network in _PRIVATE):
        return None
    local_part, _, domain = (envelope.reverse_path or f"@{envelope.greeting}").rpartition("@")
    return Client(address, envelope.greeting, local_part or "postmaster", domain.lower())
