"""What a domain asks for by DMARC, and which domains belong to one organisation.

Sources: RFC 7489 (records, alignment) and its successor, DMARCbis (the walk up the tree of names instead of a list of
public suffixes; `psd=`, `t=`, `np=` is read as `sp=`).  Decision 30 says why the walk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from daemon.ingest.name_system import Records
from daemon.ingest.signatures import read_tags

MOST_QUESTIONS = 8
"""DMARCbis 4.10: longer names are cut to seven labels after the first question."""

Ask = Callable[[str], Records]


class Means(StrEnum):
    """By what a domain proves its mail, as the tag is called that asks for strict alignment of it."""

    DKIM = "adkim"
    SPF = "aspf"


class Wish(StrEnum):
    """What shall be done with mail that is not authenticated; the weakest first."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Policy:
    """One DMARC record and where it stands."""

    domain: str
    wish: Wish = Wish.NONE
    wish_below: Wish = Wish.NONE  # for subdomains without a record of their own
    strict: frozenset[Means] = frozenset()  # adkim=s, aspf=s: only the very domain is aligned
    is_public_suffix: bool | None = None  # psd=; None: it does not say


@dataclass(frozen=True, slots=True)
class Walk:
    """The records found from a domain upwards."""

    domain: str
    found: tuple[Policy, ...]  # the domain's own first

    @property
    def organisation(self) -> str:
        """Return the organisational domain (DMARCbis 4.10.2); never a name of one label."""
        for policy in self.found:
            if policy.is_public_suffix is False:
                return policy.domain
            if policy.is_public_suffix and policy.domain != self.domain:
                return _child(policy.domain, self.domain)
        named = [policy.domain for policy in self.found if "." in policy.domain]
        return named[-1] if named else self.domain

    def is_strict(self, means: Means) -> bool:
        """Tell whether the domain wants strict alignment."""
        return any(means in policy.strict for policy in self._applicable())

    @property
    def wish(self) -> Wish:
        """Return what the domain asks for: its own record, else its organisation's, else its public suffix's."""
        for policy in self._applicable():
            return policy.wish if policy.domain == self.domain else policy.wish_below
        return Wish.NONE

    def _applicable(self) -> tuple[Policy, ...]:
        """Return the one record that applies, if there is one."""
        by_domain = {policy.domain: policy for policy in self.found}
        suffix = next((policy for policy in self.found if policy.is_public_suffix), None)
        chosen = by_domain.get(self.domain) or by_domain.get(self.organisation) or suffix
        return (chosen,) if chosen else ()


def walk(domain: str, ask: Ask) -> Walk:
    """Ask for the records of a domain and of those above it.

    Raises:
        Unanswered: a question was not answered.
    """
    found: list[Policy] = []
    for name in _upwards(domain):
        policy = _policy(name, ask(f"_dmarc.{name}"))
        if policy is None:
            continue
        found.append(policy)
        if policy.is_public_suffix is False or (policy.is_public_suffix and name != domain):
            break
    return Walk(domain, tuple(found))


def may_be_aligned(proven: str, domain: str) -> bool:
    """Tell, without a question, whether two domains could belong to one organisation: they share two labels."""
    return proven == domain or (proven.split(".")[-2:] == domain.split(".")[-2:] and "." in proven and "." in domain)


def is_aligned(proven: str, author: Walk, ask: Ask, *, means: Means) -> bool:
    """Tell whether a proven domain is aligned with the author's (RFC 7489 3.1).

    Args:
        proven: the domain of a signature or of the reverse-path.
        author: what was found about the author's domain.
        ask: the way to the name system.
        means: by what the domain was proven.

    Raises:
        Unanswered: a question was not answered.
    """
    if proven == author.domain:
        return True
    if author.is_strict(means) or not may_be_aligned(proven, author.domain):
        return False
    return walk(proven, ask).organisation == author.organisation


def _upwards(domain: str) -> tuple[str, ...]:
    """Return the domain and those above it, at most eight."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) <= MOST_QUESTIONS else labels[-(MOST_QUESTIONS - 1) :]
    return (domain, *(".".join(above[number:]) for number in range(len(above))))


def _child(suffix: str, domain: str) -> str:
    """Return the domain one label below `suffix` on the way to `domain`."""
    depth = suffix.count(".") + 2
    return ".".join(domain.split(".")[-depth:])


def _policy(domain: str, records: Records) -> Policy | None:
    """Read the one DMARC record of a name; two are none (RFC 7489 6.6.3)."""
    dmarc = [tags for tags in map(read_tags, records) if next(iter(tags.items()), None) == ("v", "DMARC1")]
    if len(dmarc) != 1:
        return None
    tags = {name.lower(): value.lower() for name, value in dmarc[0].items()}
    is_test = tags.get("t") == "y" or tags.get("pct") == "0"
    own = _wish(tags.get("p", "none"), is_test=is_test)
    below = _wish(tags["sp"], is_test=is_test) if "sp" in tags else own
    suffix = {"y": True, "n": False}.get(tags.get("psd", ""))
    strict = frozenset(means for means in Means if tags.get(means) == "s")
    return Policy(domain, own, below, strict, suffix)


def _wish(text: str, *, is_test: bool) -> Wish:
    """Read a policy; one under test is taken a step weaker (DMARCbis 4.7)."""
    steps = list(Wish)
    step = steps.index(Wish(text)) if text in steps else 0
    return steps[max(0, step - int(is_test))]
