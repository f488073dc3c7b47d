"""Questions to the name system, bounded in time and size, their answers kept for a while: the one door to dnspython.

Sources: RFC 1035, RFC 2308 (negative answers), RFC 3596 (AAAA).  Names and answers are the sender's: a name that can be
none has no records, more than a hundred records or 16 kB count as none.  What was asked is kept in this process,
trouble included, so that a dead server costs its time once.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

LONGEST_ANSWER = 16_384
MOST_RECORDS = 100
"""Large companies publish several dozen TXT records under their own name, SPF among them."""
LONGEST_NAME = 253
MOST_KEPT = 2_000
FOUND_SECONDS = (30, 3_600)
"""A record is kept for its time to live, within these bounds."""
MISSING_SECONDS = 300
TROUBLE_SECONDS = 30
TRY_SECONDS = 2.0

_LABEL = r"[ -\-/-\[\]-~]{1,63}"  # SPF puts local parts into names: any printable sign but the dot and the backslash
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")

Records = tuple[bytes, ...]


class Kind(StrEnum):
    """What is asked for: text, addresses (their octets), names."""

    TXT = "TXT"
    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"


_OCTETS: dict[Kind, Callable[[Any], bytes]] = {
    Kind.TXT: lambda record: b"".join(record.strings),
    Kind.A: lambda record: ip_address(record.address).packed,
    Kind.AAAA: lambda record: ip_address(record.address).packed,
    Kind.MX: lambda record: _name(record.exchange),
    Kind.PTR: lambda record: _name(record.target),
}


class Unanswered(Exception):
    """The name system gave no answer in time, or an answer of trouble: ask again later."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, until when; None: there was trouble."""

    records: Records | None
    until: float


@dataclass(slots=True)
class NameSystem:
    """Asks for records; one a process."""

    resolvers: tuple[str, ...]  # "192.0.2.53", "192.0.2.53:5353" or "[2001:db8::53]:53"; empty: the system's
    clock: Callable[[], float] = time.monotonic
    _kept: dict[tuple[Kind, str], _Kept] = field(default_factory=dict)
    _resolver: Any = None

    def ask(self, name: str, kind: Kind = Kind.TXT, *, deadline: float) -> Records:
        """Return the records of a name: each as the octets of its text, its address or the name in it.

        Args:
            name: absolute, with or without the last dot.
            kind: what is asked for.
            deadline: by this process's clock, when the answer is of no use any more.

        Raises:
            Unanswered: trouble, now or a moment ago, or the time is over.
        """
        asked = (kind, name.lower().removesuffix("."))
        if len(asked[1]) > LONGEST_NAME or not _NAME.fullmatch(asked[1]):
            return ()
        kept = self._kept.get(asked)
        if kept is None or kept.until <= self.clock():
            kept = self._asked(*asked, seconds=deadline - self.clock())
            self._keep(asked, kept)
        if kept.records is None:
            raise Unanswered(name)
        return kept.records

    def _asked(self, kind: Kind, name: str, *, seconds: float) -> _Kept:
        if seconds <= 0:
            raise Unanswered(name)  # not kept: it was never asked
        try:
            records, lives = self._answer(kind, name, seconds=seconds)
        except Unanswered:
            return _Kept(None, self.clock() + TROUBLE_SECONDS)
        return _Kept(records, self.clock() + lives)

    def _answer(self, kind: Kind, name: str, *, seconds: float) -> tuple[Records, float]:
        """Ask the resolvers; returns the records and for how many seconds they may be kept."""
        import dns.exception
        import dns.resolver

        try:
            if self._resolver is None:
                self._resolver = _resolver(self.resolvers)
            answer = self._resolver.resolve(f"{name}.", kind, lifetime=seconds, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return (), MISSING_SECONDS
        except (dns.exception.DNSException, OSError, ValueError) as trouble:
            raise Unanswered(name) from trouble
        records = tuple(map(_OCTETS[kind], answer.rrset or ()))
        if not records or len(records) > MOST_RECORDS or sum(map(len, records)) > LONGEST_ANSWER:
            return (), MISSING_SECONDS
        return records, min(max(answer.rrset.ttl, FOUND_SECONDS[0]), FOUND_SECONDS[1])

    def _keep(self, asked: tuple[Kind, str], kept: _Kept) -> None:
        self._kept.pop(asked, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[asked] = kept


def _name(given: Any) -> bytes:
    """Return a name in an answer without its last dot; an odd octet in it is escaped, and makes it a name of nobody."""
    return bytes(given.to_text(omit_final_dot=True).lower().encode("ascii"))


def _resolver(addresses: tuple[str, ...]) -> Any:
    """Make dnspython's resolver, of the system's configuration where no addresses are given."""
    import dns.nameserver
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=not addresses)
    if addresses:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*_endpoint(address)) for address in addresses]
    resolver.timeout = TRY_SECONDS
    resolver.use_edns(0, 0, 1232)
    return resolver


def _endpoint(address: str) -> tuple[str, int]:
    """Return host and port of a resolver; an IPv6 address with a port stands in square brackets."""
    if address.startswith("["):
        host, _, port = address[1:].partition("]")
        return host, int(port.removeprefix(":") or 53)
    if address.count(":") == 1:
        host, _, port = address.partition(":")
        return host, int(port)
    return address, 53
