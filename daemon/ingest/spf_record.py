"""The grammar of an SPF record (RFC 7208 4.5, 4.6, 5, 6 and 12): all of it, or the record is unsound.

The reading takes one pass over a record of bounded length.  `exp=` is read for its grammar alone: nobody is ever told
an explanation that a stranger wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

from daemon.ingest.name_system import Records
from daemon.ingest.spf_macros import Pattern, Unsound, read_macros, read_pattern

LONGEST_RECORD = 8_192

_VERSION = "v=spf1"
_ONCE = {"redirect", "exp"}
_LOOSELY = re.IGNORECASE | re.ASCII
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", _LOOSELY)
_DIRECTIVE = re.compile(r"([-+~?]?)([a-z0-9]+)(?::(.*?))?((?:/[0-9]+)?(?://[0-9]+)?)", _LOOSELY)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,2}")
_ADDRESS = re.compile(r"[0-9a-f:.]+", _LOOSELY)
_WHOLE = {4: 32, 6: 128}

Network = IPv4Network | IPv6Network


class Verdict(StrEnum):
    """What a record says of a host (RFC 7208 2.6); `temperror` is an exception here, `Unanswered`."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    PERMERROR = "permerror"


_QUALIFIERS = {
    "": Verdict.PASS,
    "+": Verdict.PASS,
    "-": Verdict.FAIL,
    "~": Verdict.SOFTFAIL,
    "?": Verdict.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class Directive:
    """A mechanism, and what is said of the hosts that it matches."""

    verdict: Verdict
    mechanism: str  # lower-cased
    target: Pattern | None = None  # None: the domain whose record it is
    network: Network | None = None  # of `ip4` and `ip6`
    lengths: tuple[int, int] = (_WHOLE[4], _WHOLE[6])  # of the networks around the addresses of `a` and `mx`


@dataclass(frozen=True, slots=True)
class Record:
    """An SPF record, read."""

    directives: tuple[Directive, ...]
    redirect: Pattern | None = None


def choose_record(records: Records) -> str | None:
    """Return the one SPF record among the texts of a name, or None (RFC 7208 4.5).

    Raises:
        Unsound: there are several.
    """
    texts = [record.decode("latin-1") for record in records if _is_spf(record)]
    if len(texts) > 1:
        raise Unsound("several records")
    return texts[0] if texts else None


def read_record(text: str) -> Record:
    """Read a record.

    Raises:
        Unsound: it is too long, or breaks the grammar anywhere.
    """
    if len(text) > LONGEST_RECORD:
        raise Unsound("too long")
    directives: list[Directive] = []
    modifiers: dict[str, Pattern] = {}
    for term in filter(None, text[len(_VERSION) :].split(" ")):
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            directives.append(_directive(term))
            continue
        name = modifier[1].lower()
        if name in modifiers:
            raise Unsound(term)
        if name in _ONCE:
            modifiers[name] = read_pattern(modifier[2])
        else:
            read_macros(modifier[2])
    return Record(tuple(directives), modifiers.get("redirect"))


def _is_spf(record: bytes) -> bool:
    return record[: len(_VERSION) + 1].lower().rstrip(b" ") == _VERSION.encode()


def _directive(term: str) -> Directive:
    found = _DIRECTIVE.fullmatch(term)
    read = _MECHANISMS.get(found[2].lower()) if found else None
    if found is None or read is None:
        raise Unsound(term)
    return read(_Term(_QUALIFIERS[found[1]], found[2].lower(), found[3], found[4]))


@dataclass(frozen=True, slots=True)
class _Term:
    """A directive in its parts."""

    verdict: Verdict
    mechanism: str
    value: str | None  # after the colon; None: there is none
    lengths: str  # "/24//64"


def _bare(term: _Term) -> Directive:
    if term.value is not None or term.lengths:
        raise Unsound(term.mechanism)
    return Directive(term.verdict, term.mechanism)


def _named(term: _Term) -> Directive:
    if term.value is None or term.lengths:
        raise Unsound(term.mechanism)
    return Directive(term.verdict, term.mechanism, read_pattern(term.value))


def _perhaps_named(term: _Term) -> Directive:
    return _bare(term) if term.value is None else _named(term)


def _around(term: _Term) -> Directive:
    """Read `a` and `mx`, which may name a domain and widen its addresses to networks."""
    target = None if term.value is None else read_pattern(term.value)
    short, _, long = term.lengths.partition("//")
    lengths = (_length(short.removeprefix("/"), version=4), _length(long, version=6))
    return Directive(term.verdict, term.mechanism, target, lengths=lengths)


def _network(term: _Term) -> Directive:
    """Read `ip4` and `ip6`."""
    version = int(term.mechanism[-1])
    if not _ADDRESS.fullmatch(term.value or "") or term.lengths.startswith("//"):
        raise Unsound(term.mechanism)
    length = _length(term.lengths.removeprefix("/"), version=version)
    try:
        network = ip_network(f"{term.value}/{length}", strict=False)
    except ValueError:
        raise Unsound(term.mechanism) from None
    if network.version != version:
        raise Unsound(term.mechanism)
    return Directive(term.verdict, term.mechanism, network=network)


def _length(text: str, *, version: int) -> int:
    """Read the length of a network's prefix; an empty text is a single address."""
    if not text:
        return _WHOLE[version]
    if not _NUMBER.fullmatch(text) or int(text) > _WHOLE[version]:
        raise Unsound(text)
    return int(text)


_MECHANISMS: dict[str, Callable[[_Term], Directive]] = {
    "all": _bare,
    "include": _named,
    "a": _around,
    "mx": _around,
    "ptr": _perhaps_named,
    "ip4": _network,
    "ip6": _network,
    "exists": _named,
}
