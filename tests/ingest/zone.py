"""A small name system in memory, as SPF asks it: a few domains with their hosts, and what was asked."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from daemon.ingest.name_system import Kind, Records, Unanswered
from daemon.ingest.spf import Finding, check_host
from daemon.ingest.spf_client import Client

ADDRESSES = {
    "acme.example": ("192.0.2.10", "2001:db8::10"),
    "www.acme.example": ("192.0.2.11",),
    "mx1.acme.example": ("192.0.2.20",),
    "mx2.acme.example": ("192.0.2.21", "2001:db8::21"),
    "host.acme.example": ("192.0.2.30", "2001:db8::30"),
    "host.provider.example": ("192.0.2.40",),
    "192.0.2.50.listed.example": ("127.0.0.2",),
    "50.2.0.192.in-addr.listed.example": ("127.0.0.2",),
    "host.acme.example.named.example": ("127.0.0.2",),
    "bob.users.example": ("127.0.0.2",),
    "bob+phones.plain.example": ("127.0.0.2",),
    "bob%2bphones.escaped.example": ("127.0.0.2",),
    "everybody.example": ("127.0.0.2",),
}
NAMES = {
    "192.0.2.30": ("host.acme.example",),
    "2001:db8::30": ("host.acme.example",),
    "192.0.2.31": ("host.acme.example",),  # the name knows nothing of it
    "192.0.2.40": ("host.provider.example",),
    "192.0.2.41": ("host.dead.example", "gone.example"),
}
TEXTS = {
    "provider.example": ("google-site-verification=x", "v=spf1 ip4:198.51.100.0/24 -all"),
    "soft.example": ("v=spf1 ~all",),
    "open.example": ("v=spf1 +all",),
    "unsound.example": ("v=spf1 nonsense",),
    "chain.example": ("v=spf1 include:provider.example ?all",),
    "local.example": ("v=spf1 a:www.%{o} -all",),
}
DEAD = "dead.example"


@dataclass(slots=True)
class Zone:
    """The names, and the record of acme.example in question; what lies below dead.example is never answered."""

    texts: dict[str, tuple[str, ...]]
    exchangers: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"acme.example": ("mx1.acme.example", "mx2.acme.example")}
    )
    asked: list[tuple[str, Kind]] = field(default_factory=list)

    def __call__(self, name: str, kind: Kind) -> Records:
        """Answer as the name system does."""
        self.asked.append((name, kind))
        if name == DEAD or name.endswith(f".{DEAD}"):
            raise Unanswered(name)
        match kind:
            case Kind.TXT:
                return tuple(text.encode("latin-1") for text in self.texts.get(name, ()))
            case Kind.MX:
                return tuple(server.encode() for server in self.exchangers.get(name, ()))
            case Kind.PTR:
                given = {ip_address(address).reverse_pointer: names for address, names in NAMES.items()}
                return tuple(host.encode() for host in given.get(name, ()))
            case Kind.A | Kind.AAAA:
                found = map(ip_address, ADDRESSES.get(name.lower(), ()))
                return tuple(address.packed for address in found if (address.version == 4) is (kind is Kind.A))


def zone(*records: str) -> Zone:
    """Return the names with these TXT records of acme.example."""
    return Zone({**TEXTS, "acme.example": records})


def looked_at(names: Zone, peer: str, *, local_part: str = "bob", greeting: str = "mail.acme.example") -> Finding:
    """Return what the names say of a host that sends in the name of acme.example."""
    return check_host(Client(ip_address(peer), greeting, local_part, "acme.example"), names)
