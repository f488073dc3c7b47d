"""Whether a domain says that a host may send its mail: SPF (RFC 7208), and how much a pass of it tells.

Written by ourselves, whole and strict: no kept library shares our name system's limits (decision 30).  Every question
goes through the caller's `ask`, which bounds its time; what a record may cost is counted here.  An explanation (`exp=`)
is never asked for.

A pass proves something only where the domain names few hosts.  Who publishes `+all`, a name that exists for everybody,
or networks of millions of addresses, has said nothing about the host that stands before us.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_network

from daemon.ingest.name_system import LONGEST_NAME, Kind, Records, Unanswered
from daemon.ingest.spf_client import Client
from daemon.ingest.spf_macros import Pattern, Unsound
from daemon.ingest.spf_record import Directive, Record, Verdict, choose_record, read_record

MOST_LOOKUPS = 10
MOST_VOIDS = 2
MOST_NAMES = 10
"""Of mail servers (MX) and of the peer (PTR): RFC 7208 4.6.4."""

SHORTEST_PREFIX = {4: 12, 6: 32}
"""Wider networks name no host: a million addresses of IPv4, a provider's whole share of IPv6.  Large senders publish
/14 and /36."""

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+\.?", re.ASCII)
_NAMING_THE_PEER = frozenset("ip")

Ask = Callable[[str, Kind], Records]  # raises Unanswered


@dataclass(frozen=True, slots=True)
class Finding:
    """What a domain says of a host."""

    verdict: Verdict
    names_few: bool = False  # whether what matched matches few hosts

    @property
    def is_proof(self) -> bool:
        """Tell whether it proves that the domain sends its mail by this host."""
        return self.verdict is Verdict.PASS and self.names_few


class _Match(Enum):
    """Whether a mechanism matches a host."""

    NO = "no"
    HOST = "it names this host, or few"
    ANYBODY = "it names everybody, or nearly"


def check_host(client: Client, ask: Ask) -> Finding:
    """Evaluate `check_host()` of RFC 7208 4 for the domain of the reverse-path.

    Raises:
        Unanswered: a question was not answered (`temperror`).
    """
    try:
        return _Evaluation(client, ask).check(client.domain)
    except Unsound:
        return Finding(Verdict.PERMERROR)


@dataclass(slots=True)
class _Evaluation:
    """One evaluation, with what it has asked so far."""

    client: Client
    ask: Ask
    lookups: int = 0
    voids: int = 0
    host_names: tuple[str, ...] | None = None  # of the host; None: not asked for yet

    def check(self, domain: str) -> Finding:
        """Say what the record of a domain says of the host."""
        record = self._record(domain)
        if record is None:
            return Finding(Verdict.NONE)
        for directive in record.directives:
            match = _MECHANISMS[directive.mechanism](self, directive, domain)
            if match is not _Match.NO:
                return Finding(directive.verdict, match is _Match.HOST)
        if record.redirect:
            return self._other(self._target(record.redirect, domain))
        return Finding(Verdict.NEUTRAL)

    def all(self, _directive: Directive, _domain: str) -> _Match:
        """Match everybody (5.1)."""
        return _Match.ANYBODY

    def include(self, directive: Directive, domain: str) -> _Match:
        """Match whom another record passes (5.2)."""
        found = self._other(self._target(directive.target, domain))
        if found.verdict is not Verdict.PASS:
            return _Match.NO
        return _Match.HOST if found.names_few else _Match.ANYBODY

    def address(self, directive: Directive, domain: str) -> _Match:
        """Match the addresses of a name (5.3)."""
        name = self._target(directive.target, domain)
        return self._matched(self._asked(name, self.client.kind), directive)

    def exchanger(self, directive: Directive, domain: str) -> _Match:
        """Match the addresses of the mail servers of a name (5.4)."""
        name = self._target(directive.target, domain)
        servers = self._asked(name, Kind.MX)
        if len(servers) > MOST_NAMES:
            raise Unsound("more than ten mail servers")
        matches = (self._matched(self.ask(_text(server), self.client.kind), directive) for server in servers)
        return next((match for match in matches if match is not _Match.NO), _Match.NO)

    def pointer(self, directive: Directive, domain: str) -> _Match:
        """Match a host whose own name, looked up both ways, lies in a domain (5.5)."""
        target = self._target(directive.target, domain).lower()
        return _Match.HOST if any(_lies_in(name, target) for name in self._names_of_host()) else _Match.NO

    def network(self, directive: Directive, _domain: str) -> _Match:
        """Match the addresses of a network (5.6)."""
        network = directive.network
        if network is None or self.client.address not in network:
            return _Match.NO
        return _width(network.prefixlen, version=network.version)

    def existence(self, directive: Directive, domain: str) -> _Match:
        """Match where a name has an address (5.7); it says nothing of the host unless the name is made from it."""
        name = self._target(directive.target, domain)
        if not self._asked(name, Kind.A):
            return _Match.NO
        names_peer = directive.target is not None and directive.target.letters & _NAMING_THE_PEER
        return _Match.HOST if names_peer else _Match.ANYBODY

    def _other(self, domain: str) -> Finding:
        """Check another domain's record, which must be there (5.2, 6.1)."""
        found = self.check(domain)
        if found.verdict is Verdict.NONE:
            raise Unsound(domain)
        return found

    def _record(self, domain: str) -> Record | None:
        """Return the record of a domain; a name that can be none has none (4.3)."""
        if len(domain.removesuffix(".")) > LONGEST_NAME or not _DOMAIN.fullmatch(domain.lower()):
            return None
        text = choose_record(self.ask(domain, Kind.TXT))
        return None if text is None else read_record(text)

    def _matched(self, addresses: Records, directive: Directive) -> _Match:
        """Compare the host with addresses, or with the networks around them."""
        version = self.client.address.version
        length = directive.lengths[0] if version == 4 else directive.lengths[1]
        for packed in addresses:
            if self.client.address in ip_network((packed, length), strict=False):
                return _width(length, version=version)
        return _Match.NO

    def _asked(self, name: str, kind: Kind) -> Records:
        """Ask what a mechanism asks; few may have no answer (4.6.4)."""
        records = self.ask(name, kind)
        self.voids += not records
        if self.voids > MOST_VOIDS:
            raise Unsound("more than two names that are none")
        return records

    def _names_of_host(self) -> tuple[str, ...]:
        """Return the names that the host's address and theirs agree on, asked for once."""
        if self.host_names is None:
            self.host_names = tuple(self._agreeing())
        return self.host_names

    def _agreeing(self) -> Iterator[str]:
        """Ask for the host's names and their addresses; trouble with one leaves it out (5.5)."""
        try:
            pointers = self.ask(self.client.address.reverse_pointer, Kind.PTR)
        except Unanswered:
            return
        for pointer in map(_text, pointers[:MOST_NAMES]):
            try:
                addresses = self.ask(pointer, self.client.kind)
            except Unanswered:
                continue
            if self.client.address.packed in addresses:
                yield pointer

    def _target(self, pattern: Pattern | None, domain: str) -> str:
        """Return the name that a term asks about; ten terms may ask (4.6.4)."""
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Unsound("more than ten questions")
        return domain if pattern is None else pattern.name(lambda letter: self._value(letter, domain))

    def _value(self, letter: str, domain: str) -> str:
        """Return what a macro letter stands for (7.2)."""
        if letter == "p":
            return self._name_of_host(domain)
        client = self.client
        values = {
            "s": f"{client.local_part}@{client.domain}",
            "l": client.local_part,
            "o": client.domain,
            "d": domain,
            "i": client.dotted,
            "v": "in-addr" if client.address.version == 4 else "ip6",
            "h": client.greeting,
        }
        return values[letter]

    def _name_of_host(self, domain: str) -> str:
        """Return the host's name: the domain itself, else one below it, else any (7.3)."""
        names = self._names_of_host()
        below = (name for name in names if _lies_in(name, domain.lower()))
        return domain if domain.lower() in names else next(below, names[0] if names else "unknown")


_MECHANISMS: dict[str, Callable[[_Evaluation, Directive, str], _Match]] = {
    "all": _Evaluation.all,
    "include": _Evaluation.include,
    "a": _Evaluation.address,
    "mx": _Evaluation.exchanger,
    "ptr": _Evaluation.pointer,
    "ip4": _Evaluation.network,
    "ip6": _Evaluation.network,
    "exists": _Evaluation.existence,
}


def _width(length: int, *, version: int) -> _Match:
    return _Match.HOST if length >= SHORTEST_PREFIX[version] else _Match.ANYBODY


def _lies_in(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _text(name: bytes) -> str:
    return name.decode("ascii")
