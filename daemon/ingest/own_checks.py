"""Our own look at a sender's domain, for mail that no server of ours has looked at (S2.2).

DKIM and DMARC (RFC 6376, RFC 7489) and, of forwarders whom the configuration names, ARC (RFC 8617).  A pass is an
aligned signature; a fail is a domain that asks for quarantine or rejection of what nothing proves.  Trouble with the
name system is neither: it is temporary.  SPF is not asked (decision 30).

All questions about one mail share one time limit.  A domain whose servers answered with trouble is left alone for a
moment, and so are all strangers together, so that nobody's dead servers keep the readers waiting.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from daemon.errors import Unreadable
from daemon.ingest.authentication import Result, Trust, read_results
from daemon.ingest.dmarc import Walk, Wish, is_aligned, may_be_aligned, walk
from daemon.ingest.signatures import Signature, SignedMail
from daemon.ingest.txt_records import Records, TxtRecords, Unanswered
from daemon.model.mail import Authentication, Envelope
from daemon.model.setup import AuthenticationSettings

MOST_SIGNATURES = 5
REST_SECONDS = 30.0
"""How long nobody is asked about a domain, or about strangers, whose servers did not answer."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Of whom a mail is said to be."""

    domain: str  # of the one From address, lower-cased
    is_known: bool  # whether anybody in the directory writes from it


def is_ours_to_check(envelope: Envelope, trust: Trust, settings: AuthenticationSettings) -> bool:
    """Tell whether a mail came to a listener straight from a host that is none of our own servers."""
    return settings.own_checks and bool(envelope.peer) and not trust.believes(envelope)


@lru_cache(maxsize=4)
def own_checks(settings: AuthenticationSettings) -> "OwnChecks":
    """Return the checker of this process for these settings, with all that it remembers."""
    return OwnChecks(settings, TxtRecords(settings.resolvers))


@dataclass(slots=True)
class OwnChecks:
    """Checks senders; one a process."""

    settings: AuthenticationSettings
    records: TxtRecords
    _resting: dict[str, float] = field(default_factory=dict)  # domain ("" for strangers) → until when

    def judge(self, raw: bytes, sender: Sender, *, received_at: datetime) -> Authentication:
        """Tell what we find out about the sender's domain; never fails.

        Args:
            raw: the octets as they were kept.
            sender: of whom they are said to be.
            received_at: when the mail reached us; what has expired by then proves nothing.
        """
        now = self.records.clock()
        key = sender.domain if sender.is_known else ""
        if self._resting.get(key, now) > now:
            return Authentication.TEMPORARY
        try:
            mail = SignedMail(raw)
        except Unreadable:
            return Authentication.NONE
        deadline = now + self.settings.timeout_seconds
        check = _Check(mail, sender.domain, _Asking(self.records, deadline), received_at)
        verdict = check.verdict(frozenset(name.lower() for name in self.settings.trusted_forwarders))
        if verdict is Authentication.TEMPORARY:
            self._rest(key, now)
        return verdict

    def _rest(self, key: str, now: float) -> None:
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        self._resting[key] = self.records.clock() + REST_SECONDS


@dataclass(frozen=True, slots=True)
class _Asking:
    """Questions that share one time limit."""

    records: TxtRecords
    deadline: float

    def __call__(self, name: str) -> Records:
        return self.records.ask(name, deadline=self.deadline)

    def is_over(self) -> bool:
        """Tell whether the time for this mail is spent."""
        return self.records.clock() > self.deadline


@dataclass(frozen=True, slots=True)
class _Check:
    """The check of one mail."""

    mail: SignedMail
    domain: str
    ask: _Asking
    received_at: datetime

    def verdict(self, forwarders: frozenset[str]) -> Authentication:
        """Weigh DKIM and DMARC, then, where these prove nothing, a forwarder's word."""
        found = self._own_verdict()
        if found is not Authentication.PASS and self.mail.sealed_by() in forwarders:
            return self._forwarded(forwarders, otherwise=found)
        return found

    def _own_verdict(self) -> Authentication:
        """Weigh DKIM and DMARC.  Trouble on the way hides no proof that is found elsewhere."""
        signatures = self._candidates()
        exact = self._signed([one for one in signatures if one.domain == self.domain])
        if exact is Authentication.PASS:
            return exact
        try:
            author = walk(self.domain, self.ask)
            aligned = [one for one in signatures if is_aligned(one.domain, author, self.ask)]
        except Unanswered:
            return Authentication.TEMPORARY
        related = self._signed([one for one in aligned if one.domain != self.domain])
        if related is Authentication.PASS or Authentication.TEMPORARY not in {exact, related}:
            return related if related is Authentication.PASS else _unproven(author)
        return Authentication.TEMPORARY

    def _candidates(self) -> tuple[Signature, ...]:
        """Return the few signatures that are looked at: the very domain's first, strangers' not at all."""
        signatures = self.mail.signatures(received_at=self.received_at)
        near = [one for one in signatures if may_be_aligned(one.domain, self.domain)]
        return tuple(sorted(near, key=lambda one: one.domain != self.domain)[:MOST_SIGNATURES])

    def _signed(self, signatures: list[Signature]) -> Authentication:
        """Verify signatures until one is right: PASS, or TEMPORARY where a key could not be had, or NONE."""
        found = Authentication.NONE
        for signature in signatures:
            if self.ask.is_over():
                return Authentication.TEMPORARY
            try:
                if self.mail.verifies(signature, self.ask):
                    return Authentication.PASS
            except Unanswered:
                found = Authentication.TEMPORARY
        return found

    def _forwarded(self, forwarders: frozenset[str], *, otherwise: Authentication) -> Authentication:
        """Take the word of a configured forwarder for what it saw (RFC 8617 7.2): only a DMARC pass counts."""
        try:
            chain = self.mail.chain(self.ask)
        except Unanswered:
            return Authentication.TEMPORARY
        if chain is None or chain.domain not in forwarders:
            return otherwise
        seen = [result for result in read_results(chain.results).results if result.method == "dmarc"]
        return Authentication.PASS if seen and all(map(self._is_pass, seen)) else otherwise

    def _is_pass(self, result: Result) -> bool:
        return result.verdict == "pass" and result.properties.get("header.from") == self.domain


def _unproven(author: Walk) -> Authentication:
    """Return what nothing proved: FAIL where the domain wants such mail quarantined or rejected."""
    return Authentication.NONE if author.wish is Wish.NONE else Authentication.FAIL
