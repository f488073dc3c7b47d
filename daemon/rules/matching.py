"""Which case a mail is about (S2.5): a reference proposes, the sender's standing decides whether it is followed."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.model.case import Case, CaseNumber
from daemon.model.facts import Facts
from daemon.model.mail import Purpose
from daemon.model.outcome import DetainedState
from daemon.model.readmission import DetainedRequest
from daemon.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Match:
    """A case that the mail is about, and how we know."""

    case: Case
    via: str
    purpose: Purpose
    duplicate: CaseNumber | None = None  # the duplicate that was answered, where `case` is its primary (R4.5)


def proposals(facts: Facts) -> Iterator[tuple[CaseNumber, str, Purpose]]:
    """Give the cases that the mail names, the most telling first: addresses, Message-IDs, then the subject tag.

    Of several addresses that of a note comes first: what somebody sent to both stays inside (S3.7).
    """
    for reference in sorted(facts.address_references, key=lambda found: found.purpose is not Purpose.NOTE):
        yield reference.case, "signed reply address", reference.purpose
    for reference in facts.references:
        yield reference.case, "signed Message-ID", reference.purpose
    request = own_request(facts)
    if request is not None and request.state is DetainedState.RELEASED and request.case is not None:
        yield request.case, "held request", Purpose.NOTHING
    if facts.hinted is not None:
        yield facts.hinted, "subject tag", Purpose.NOTHING


def own_request(facts: Facts) -> DetainedRequest | None:
    """Return the held request about which its writer was told by the mail that is answered (R2.3)."""
    return facts.answered if any(found.purpose is Purpose.WAITING for found in facts.references) else None


def matched(facts: Facts, standing: Standing) -> Match | None:
    """Return the case to follow for this sender, or None: the mail is then judged as if it named none."""
    for number, via, purpose in proposals(facts):
        case = facts.case(number)
        if case is not None and (standing.agent is not None or standing.is_on(case)):
            return _with_primary(facts, Match(case, via, purpose), standing)
    return None


def _with_primary(facts: Facts, match: Match, standing: Standing) -> Match:
    """Follow a duplicate to its root (R4.5), for customers; an agent who answers a duplicate means that one."""
    if standing.agent is not None:
        return match
    root = root_of(facts, match.case)
    if root is match.case or not standing.is_on(root):  # a participant of the duplicate alone stays there (R2.6)
        return match
    return Match(root, match.via, match.purpose, duplicate=match.case.number)


def root_of(facts: Facts, case: Case) -> Case:
    """Return the primary at the end of a chain of duplicates; the case itself where it is none."""
    seen = {case.number}
    while (number := case.primary()) is not None and number not in seen and (primary := facts.case(number)) is not None:
        seen.add(number)
        case = primary
    return case


def signed_proposal(facts: Facts) -> Case | None:
    """Return the case that a signature names, whoever brings it: its agent may be told (S2.5)."""
    signed = (number for number, _, purpose in proposals(facts) if purpose is not Purpose.NOTHING)
    return next((case for number in signed if (case := facts.case(number)) is not None), None)
