"""A name system of our own: a DNS server on a free port of this host that answers from a table, or badly."""

import threading
from types import TracebackType
from typing import Any, Self

from dnslib import AAAA, CNAME, MX, PTR, QTYPE, RCODE, RR, TXT, A
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from tests.servers.neighbour import HOST, free_port

PIECE = 255  # octets of one string of a TXT record
KINDS = {"A": A, "AAAA": AAAA, "MX": MX, "PTR": PTR, "TXT": lambda text: TXT(_pieces(text))}


class NameServer:
    """Answers questions for records; remembers what was asked.  To be used in a `with` block."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, tuple[str, ...]]] = {}  # name → kind → records
        self.aliases: dict[str, str] = {}
        self.broken: set[str] = set()  # answered with SERVFAIL; a name stands for all below it
        self.silent: set[str] = set()  # never answered; a name stands for all below it
        self.asked: list[str] = []
        self._end = threading.Event()
        self.port = free_port()
        self._servers = [
            DNSServer(
                _Answers(self),
                address=HOST,
                port=self.port,
                tcp=tcp,
                logger=DNSLogger("-request,-reply,-truncated,-error"),
            )
            for tcp in (False, True)
        ]

    @property
    def address(self) -> str:
        """Return the address as a resolver is configured."""
        return f"{HOST}:{self.port}"

    def publish(self, name: str, *records: str, kind: str = "TXT") -> None:
        """Publish the records of one kind of a name, in place of those it had."""
        self.records.setdefault(name, {})[kind] = records

    def forget(self) -> None:
        """Be as at the beginning."""
        self.records, self.aliases = {}, {}
        self.broken, self.silent = set(), set()
        self.asked.clear()

    def count(self, name: str) -> int:
        """Return how often a name was asked for."""
        return self.asked.count(name)

    def wait_for_the_end(self) -> None:
        """Leave a question unanswered."""
        self._end.wait(20)

    def __enter__(self) -> Self:
        for server in self._servers:
            server.start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        for server in self._servers:
            server.stop()
            server.server.server_close()


class _Answers(BaseResolver):  # type: ignore[misc]  # dnslib has no types
    def __init__(self, names: NameServer) -> None:
        self._names = names

    def resolve(self, request: Any, handler: Any) -> Any:
        reply, name = request.reply(), str(request.q.qname).lower().rstrip(".")
        self._names.asked.append(name)
        if _lies_below(name, self._names.silent):
            self._names.wait_for_the_end()
        if _lies_below(name, self._names.broken):
            reply.header.rcode = RCODE.SERVFAIL
            return reply
        seen: set[str] = set()
        while name in self._names.aliases and name not in seen:
            seen.add(name)
            reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(self._names.aliases[name]), ttl=60))
            name = self._names.aliases[name]
        kinds, asked = self._names.records.get(name, {}), QTYPE[request.q.qtype]
        for record in kinds.get(asked, ()):
            reply.add_answer(RR(name, request.q.qtype, rdata=KINDS[asked](record), ttl=60))
        if not reply.rr and not kinds:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


def _pieces(text: str) -> list[bytes]:
    octets = text.encode("latin-1")
    return [octets[at : at + PIECE] for at in range(0, len(octets), PIECE)]


def _lies_below(name: str, names: set[str]) -> bool:
    return any(name == given or name.endswith(f".{given}") for given in names)
