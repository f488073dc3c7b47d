"""What our own mail server found out about the originator's domain (S2.2).

Sources: RFC 8601 (Authentication-Results; 5 and 7.1 on forged ones), RFC 7489 3.1 (alignment).  A field is believed
when it names a pinned authserv-id and stands where only our own server can write: above, or right below, the Received
fields of our own hosts.  Of several fields the topmost one that speaks of a method decides it, so that a forged field
below cannot improve on what our server wrote.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address

from daemon.ingest.header import Header
from daemon.ingest.received import Hop, read_hop
from daemon.model.mail import Authentication
from daemon.model.setup import TrustedRelay

_LONGEST = 16_384
_MOST_TOKENS = 2_000
_TOKEN = re.compile(r"""[ \t\r\n]+|"((?:[^"\\]|\\.){0,1000})"|([^\s;=()"]+)|([;=])""", re.DOTALL)
_PASSED = {"pass"}
_FAILED = {"fail", "hardfail", "policy", "reject"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose words in a header are believed."""

    authserv_ids: tuple[str, ...] = ()
    relays: tuple[TrustedRelay, ...] = ()

    def ids(self) -> frozenset[str]:
        """Return the pinned authserv-ids, lower-cased."""
        return frozenset(given.lower() for given in self.authserv_ids)

    def hosts(self) -> frozenset[str]:
        """Return the names, as after `by`, of the hosts whose Received fields are our own, lower-cased."""
        return self.ids() | {relay.name.lower() for relay in self.relays}


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, with its properties, such as `header.d`."""

    method: str
    verdict: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """One Authentication-Results field."""

    authserv_id: str
    results: tuple[Result, ...]


def read_authentication(header: Header, domain: str, trust: Trust) -> Authentication:
    """Judge the originator's `domain` by the results that our own server wrote.

    DMARC decides where it has an answer.  Without one, a DKIM signature or an SPF result of an aligned domain passes.
    """
    if not domain or not trust.authserv_ids:
        return Authentication.NONE
    by_method: dict[str, list[Result]] = {}
    for found in trusted_results(header, trust):
        for method in {result.method for result in found.results} - by_method.keys():
            by_method[method] = [result for result in found.results if result.method == method]
    return _judge(by_method, domain)


def trusted_results(header: Header, trust: Trust) -> tuple[Results, ...]:
    """Return the believed fields, topmost first (all stand between the same two Received fields)."""
    hosts, ids = trust.hosts(), trust.ids()
    found: list[Results] = []
    may_read = True
    for entry in header.fields:
        if entry.name == "received":
            hop = read_hop(entry.unfolded())
            if found or not (hop.receiver in hosts or _is_own_hand_over(hop)):
                break
            may_read = hop.receiver in hosts
        elif entry.name == "authentication-results" and may_read:
            results = read_results(entry.unfolded())
            if results.authserv_id in ids:
                found.append(results)
    return tuple(found)


def read_results(value: bytes) -> Results:
    """Read one unfolded Authentication-Results field; what does not follow the grammar is left out."""
    tokens = _tokens(value[:_LONGEST].decode("utf-8", "replace"))
    groups: list[list[str]] = [[]]
    for token in tokens:
        if token == ";":
            groups.append([])
        else:
            groups[-1].append(token)
    authserv_id = groups[0][0].lower() if groups[0] else ""
    return Results(authserv_id, tuple(result for group in groups[1:] if (result := _result(group))))


def _is_own_hand_over(hop: Hop) -> bool:
    """Tell whether a Received field tells of a step inside one host: no `from`, an address after `by`."""
    try:
        ip_address(hop.receiver.strip("[]").removeprefix("ipv6:"))
    except ValueError:
        return False
    return not hop.sender


def _tokens(text: str) -> list[str]:
    """Cut a value into words, `=` and `;`; comments and white space are left out."""
    tokens: list[str] = []
    at, depth = 0, 0
    while at < len(text) and len(tokens) < _MOST_TOKENS:
        sign = text[at]
        if sign in "()" or depth:
            at += 2 if sign == "\\" else 1
            depth = max(0, depth + (sign == "(") - (sign == ")"))
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        tokens.extend(group for group in match.groups() if group is not None)
        at = match.end()
    return tokens


def _result(group: list[str]) -> Result | None:
    """Read `method[/version] = verdict  ptype.property = value …`."""
    if len(group) < 3 or group[1] != "=":
        return None
    properties = {
        group[at - 1].lower(): group[at + 1].lower()
        for at in range(3, len(group) - 1)
        if group[at] == "=" and group[at - 1] != "="
    }
    return Result(group[0].lower().partition("/")[0], group[2].lower(), properties)


def _judge(by_method: dict[str, list[Result]], domain: str) -> Authentication:
    """Weigh the results of the methods for the originator's domain."""
    dmarc = [r for r in by_method.get("dmarc", []) if r.properties.get("header.from", domain) == domain]
    verdicts = {result.verdict for result in dmarc}
    if verdicts & _FAILED:
        return Authentication.FAIL
    if verdicts & _PASSED:
        return Authentication.PASS
    aligned = {r.verdict for method in ("dkim", "spf") for r in by_method.get(method, []) if _is_aligned(r, domain)}
    if aligned & _PASSED:
        return Authentication.PASS
    if "temperror" in verdicts | aligned:
        return Authentication.TEMPORARY
    return Authentication.FAIL if aligned & _FAILED else Authentication.NONE


def _is_aligned(result: Result, domain: str) -> bool:
    """Tell whether a result speaks of the originator's domain, or of one above or below it (relaxed alignment)."""
    given = result.properties.get("header.d") or result.properties.get("header.i") or ""
    if result.method == "spf":
        given = result.properties.get("smtp.mailfrom") or result.properties.get("smtp.mail") or ""
    checked = given.rpartition("@")[2].strip(".")
    if checked.count(".") < 1:
        return checked == domain and bool(checked)
    return checked == domain or domain.endswith("." + checked) or checked.endswith("." + domain)


def any_dmarc_verdict(header: Header) -> str:
    """Return the DMARC verdict of the topmost field that has one, whoever wrote it: for display, it proves nothing."""
    for value in header.all("authentication-results"):
        for result in read_results(value).results:
            if result.method == "dmarc":
                return result.verdict
    return ""
