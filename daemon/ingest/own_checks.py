"""Our own look at a sender's domain, for mail that no server of ours has looked at (S2.2).

DKIM and DMARC (RFC 6376, RFC 7489); of forwarders whom the configuration names, ARC (RFC 8617); and SPF (RFC 7208)
where it says that senders' own hosts connect to us.  A pass is an aligned signature, or a host that the aligned domain
of the reverse-path names; a fail is a domain that asks for quarantine or rejection of what nothing proves.  Trouble
with the name system is neither: it is temporary.

All questions about one mail share one time limit.  A domain whose servers answered with trouble is left alone for a
moment, and so are all strangers together, so that nobody's dead servers keep the readers waiting.  A known domain is
not left alone because of its SPF: one dead name in its record must not delay the mail that it signs.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from daemon.errors import Unreadable
from daemon.ingest.authentication import Result, Trust, read_results
from daemon.ingest.dmarc import Means, Walk, Wish, is_aligned, may_be_aligned, walk
from daemon.ingest.name_system import Kind, NameSystem, Records, Unanswered
from daemon.ingest.signatures import Signature, SignedMail
from daemon.ingest.spf import check_host
from daemon.ingest.spf_client import Client, client_of
from daemon.model.mail import Arrival, Authentication, Envelope
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
    return OwnChecks(settings, NameSystem(settings.resolvers))


@dataclass(slots=True)
class OwnChecks:
    """Checks senders; one a process."""

    settings: AuthenticationSettings
    names: NameSystem
    _resting: dict[str, float] = field(default_factory=dict)  # domain ("" for strangers) → until when

    def judge(self, arrival: Arrival, sender: Sender) -> Authentication:
        """Tell what we find out about the sender's domain; never fails.

        Args:
            arrival: the mail as it was kept, with who handed it over; what had expired by its receipt proves nothing.
            sender: of whom it is said to be.
        """
        now = self.names.clock()
        key = sender.domain if sender.is_known else ""
        if self._resting.get(key, now) > now:
            return Authentication.TEMPORARY
        try:
            mail = SignedMail(arrival.raw)
        except Unreadable:
            return Authentication.NONE
        check = self._check(mail, sender, arrival, deadline=now + self.settings.timeout_seconds)
        verdict = check.verdict()
        if verdict is Authentication.TEMPORARY and (check.ask.met_trouble or not sender.is_known):
            self._rest(key, now)
        return verdict

    def _check(self, mail: SignedMail, sender: Sender, arrival: Arrival, *, deadline: float) -> "_Check":
        return _Check(
            mail=mail,
            domain=sender.domain,
            received_at=arrival.received_at,
            client=client_of(arrival.envelope) if self.settings.spf else None,
            forwarders=frozenset(name.lower() for name in self.settings.trusted_forwarders),
            ask=_Asking(self.names, deadline),
            ask_of_host=_Asking(self.names, deadline),
        )

    def _rest(self, key: str, now: float) -> None:
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        self._resting[key] = self.names.clock() + REST_SECONDS


@dataclass(slots=True)
class _Asking:
    """Questions that share one time limit, and whether one met trouble."""

    names: NameSystem
    deadline: float
    met_trouble: bool = False

    def __call__(self, name: str, kind: Kind = Kind.TXT) -> Records:
        try:
            return self.names.ask(name, kind, deadline=self.deadline)
        except Unanswered:
            self.met_trouble = True
            raise

    def require_time(self) -> None:
        """Go on only while there is time left for this mail."""
        if self.names.clock() > self.deadline:
            self.met_trouble = True
            raise Unanswered


@dataclass(slots=True)
class _Check:
    """The check of one mail."""

    mail: SignedMail
    domain: str
    received_at: datetime
    client: Client | None  # None: SPF can prove nothing
    forwarders: frozenset[str]
    ask: _Asking
    ask_of_host: _Asking  # by SPF
    _author: Walk | None = None

    def verdict(self) -> Authentication:
        """Look for one proof after the other, the cheapest first; trouble with one hides no later one."""
        is_troubled = False
        for proves in (self._is_signed_by_domain, self._is_signed_by_kin, self._is_sealed, self._is_sent_by_its_host):
            try:
                if proves():
                    return Authentication.PASS
            except Unanswered:
                is_troubled = True
        return Authentication.TEMPORARY if is_troubled else _unproven(self._walk())

    def _is_signed_by_domain(self) -> bool:
        return self._is_signed([one for one in self._candidates() if one.domain == self.domain])

    def _is_signed_by_kin(self) -> bool:
        """Tell whether another domain of the organisation signed."""
        author = self._walk()
        kin = [one for one in self._candidates() if one.domain != self.domain]
        return self._is_signed([one for one in kin if is_aligned(one.domain, author, self.ask, means=Means.DKIM)])

    def _candidates(self) -> tuple[Signature, ...]:
        """Return the few signatures that are looked at: the very domain's first, strangers' not at all."""
        signatures = self.mail.signatures(received_at=self.received_at)
        near = [one for one in signatures if may_be_aligned(one.domain, self.domain)]
        return tuple(sorted(near, key=lambda one: one.domain != self.domain)[:MOST_SIGNATURES])

    def _is_signed(self, signatures: list[Signature]) -> bool:
        """Verify signatures until one is right; a key that could not be had is told once the others are looked at."""
        missing: Unanswered | None = None
        for signature in signatures:
            self.ask.require_time()
            try:
                if self.mail.verifies(signature, self.ask):
                    return True
            except Unanswered as trouble:
                missing = trouble
        if missing:
            raise missing
        return False

    def _is_sealed(self) -> bool:
        """Take the word of a configured forwarder for what it saw (RFC 8617 7.2): only a DMARC pass counts."""
        if self.mail.sealed_by() not in self.forwarders:
            return False
        chain = self.mail.chain(self.ask)
        if chain is None or chain.domain not in self.forwarders:
            return False
        seen = [result for result in read_results(chain.results).results if result.method == "dmarc"]
        return bool(seen) and all(map(self._is_pass, seen))

    def _is_pass(self, result: Result) -> bool:
        return result.verdict == "pass" and result.properties.get("header.from") == self.domain

    def _is_sent_by_its_host(self) -> bool:
        """Tell whether SPF names the host that handed the mail over; a strange reverse-path costs no question."""
        client = self.client
        if client is None or not may_be_aligned(client.domain, self.domain):
            return False
        if client.domain != self.domain and not is_aligned(client.domain, self._walk(), self.ask, means=Means.SPF):
            return False
        return check_host(client, self.ask_of_host).is_proof

    def _walk(self) -> Walk:
        """Return what the author's domain publishes, asked for once."""
        if self._author is None:
            self._author = walk(self.domain, self.ask)
        return self._author


def _unproven(author: Walk) -> Authentication:
    """Return what nothing proved: FAIL where the domain wants such mail quarantined or rejected."""
    return Authentication.NONE if author.wish is Wish.NONE else Authentication.FAIL
