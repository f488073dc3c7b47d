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
from daemon.ingest.received import Hop, connects_from, is_loopback, read_hop
from daemon.model.mail import Authentication, Envelope
from daemon.model.setup import TrustedRelay

_LONGEST = 16_384
_MOST_TOKENS = 2_000
_PASSED = {"pass"}
_DOMAINS = {"header.from", "header.d"}  # of these alone: other properties hold local parts, quoted ones too
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_FAILED = {"fail", "hardfail", "policy", "reject"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose words in a header are believed."""

    authserv_ids: tuple[str, ...] = ()
    relays: tuple[TrustedRelay, ...] = ()

    def ids(self) -> frozenset[str]:
        """Return the pinned authserv-ids, lower-cased."""
        return frozenset(given.lower() for given in self.authserv_ids)

    def believes(self, envelope: Envelope) -> bool:
        """Tell whether the mail came from where only our own servers can put it (S2.2).

        By IMAP and from files it lies where our server wrote it; by SMTP and LMTP the peer must be this host or one of
        the trusted relays.
        """
        if not envelope.peer:
            return True
        return is_loopback(envelope.peer) or any(connects_from(relay, envelope.peer) for relay in self.relays)

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


def read_authentication(header: Header, domain: str, trust: Trust, *, envelope: Envelope) -> Authentication:
    """Judge the originator's `domain` by the results that our own server wrote.

    DMARC decides where it has an answer.  Without one, a DKIM signature or an SPF result of an aligned domain passes.
    """
    if not domain or not trust.authserv_ids or not trust.believes(envelope):
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
    groups = _groups(value[:_LONGEST].decode("utf-8", "replace"))
    authserv_id = _plain(groups[0][0]).lower() if groups[0] else ""
    return Results(authserv_id, tuple(result for group in groups[1:] if (result := _result(group))))


def _is_own_hand_over(hop: Hop) -> bool:
    """Tell whether a Received field tells of a step inside one host: no `from`, an address after `by`."""
    try:
        ip_address(hop.receiver.strip("[]").removeprefix("ipv6:"))
    except ValueError:
        return False
    return not hop.sender


def _groups(text: str) -> list[list[str]]:
    """Cut a value at each `;` and each group into words at white space; comments are left out.

    A quoted string stays within its word, with its quotes: `"a b"@x.example` is one word, as it is one address.
    A last group in which a quoted string or a comment does not end is left out.
    """
    groups: list[list[str]] = [[]]
    word, depth, quoted, escaped = "", 0, False, False
    for sign in text:
        if sign == '"' and not depth and not escaped:
            quoted = not quoted
        in_comment = not quoted and not escaped and sign in "()"
        if in_comment:
            depth = max(0, depth + (1 if sign == "(" else -1))
        escaped = sign == "\\" and not escaped and (quoted or depth > 0)
        if depth and not in_comment:
            continue
        if quoted or not (in_comment or sign.isspace() or sign == ";"):
            word += sign
            continue
        if word:
            groups[-1].append(word)
            word = ""
        if sign == ";":
            groups.append([])
    groups[-1].append(word)
    if quoted or depth:
        groups[-1].clear()  # what stands behind an open quote or bracket is unknown: so is the result before it
    return [_joined([word for word in group if word]) for group in groups[:_MOST_TOKENS]]


def _joined(words: list[str]) -> list[str]:
    """Join what white space has parted around a `=`, and before it around `.` and `/`: `header . d = x` is one word."""
    joined: list[str] = []
    for word in words[:_MOST_TOKENS]:
        before = joined[-1] if joined else ""
        waits = before.find("=") == len(before) - 1 if "=" in before else before.endswith((".", "/"))
        if before and (waits or ("=" not in before and word.startswith(("=", ".", "/")))):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _result(group: list[str]) -> Result | None:
    """Read `method[/version]=verdict  ptype.property=value …`: of a property given twice the first counts.

    Only the first `=` of a word parts name and value: a local part may hold one, and is the sender's to choose.
    """
    method, _, verdict = group[0].partition("=") if group else ("", "", "")
    if not method or not verdict:
        return None
    properties: dict[str, str] = {}
    for word in group[1:]:
        name, equals, value = word.partition("=")
        if equals:
            given = _plain(value) if name.lower() in _DOMAINS else value
            properties.setdefault(name.lower(), given.lower())
    return Result(method.lower().partition("/")[0], verdict.lower(), properties)


def _plain(word: str) -> str:
    """Return what stands in quotes, of a word that is a quoted string from end to end; any other word as it is."""
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if _QUOTED.fullmatch(word) else word


def _judge(by_method: dict[str, list[Result]], domain: str) -> Authentication:
    """Weigh the results of the methods for the originator's domain."""
    dmarc = [r for r in by_method.get("dmarc", []) if r.properties.get("header.from", domain) == domain]
    verdicts = {result.verdict for result in dmarc}
    if verdicts & _FAILED:
        return Authentication.FAIL
    if verdicts == _PASSED:
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
    if '"' in checked or "=" in checked:
        return False
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
