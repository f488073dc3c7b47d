"""What must not leave in a mail to a customer (S3.7): a note's text, another customer's name, domain or case tag.

The guard reads what an agent wrote before anything of it holds.  It is no filter: what it finds is told to the agent,
who mends the text or says `#send-anyway`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from daemon.model.case import CaseNumber
from daemon.model.people import Customer, Directory

SHORTEST_NAME = 6
"""Letters of a customer's whole name from which it is looked for: shorter ones are words of any language."""
RUN_OF_WORDS = 8
"""So many words of a note in a row, or a whole note of fewer (at least three), are a quotation of it."""
FEWEST_WORDS = 3
_WORD = re.compile(r"\w+")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")


class LeakKind(StrEnum):
    """What was found."""

    NOTE = "note"
    NAME = "name"
    DOMAIN = "domain"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that is not this customer's to read: what it is, and the words that show it."""

    kind: LeakKind
    words: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a mail on one case must not say."""

    customer: str  # id of whoever reads it
    notes: tuple[str, ...] = ()  # the case's internal notes
    foreign_cases: tuple[CaseNumber, ...] = ()  # cases of other customers among those that the text names
    exceptions: frozenset[str] = frozenset()  # names and domains that may be said to anybody, folded


def leaks(text: str, secrets: Secrets, directory: Directory, *, prefix: str) -> tuple[Leak, ...]:
    """Return what a text would give away; its work grows linearly with the text and the notes."""
    words = _words(text)
    return (
        *_notes(words, secrets),
        *_names(words, secrets, directory),
        *_domains(text, secrets, directory),
        *_cases(text, secrets, prefix),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _runs(words: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    return (words[start : start + length] for start in range(len(words) - length + 1))


def _notes(words: tuple[str, ...], secrets: Secrets) -> Iterator[Leak]:
    """Find the first run of words that a note has too."""
    for note in secrets.notes:
        noted = _words(note)
        length = min(RUN_OF_WORDS, len(noted))
        if length >= FEWEST_WORDS:
            known = frozenset(_runs(noted, length))
            found = next((run for run in _runs(words, length) if run in known), None)
            if found is not None:
                yield Leak(LeakKind.NOTE, " ".join(found))


def _names(words: tuple[str, ...], secrets: Secrets, directory: Directory) -> Iterator[Leak]:
    """Find whole names of other customers, word by word."""
    for start, word in enumerate(words):
        for customer in directory.named(word):
            name = _words(customer.name)
            if words[start : start + len(name)] == name and _is_foreign_name(customer, secrets):
                yield Leak(LeakKind.NAME, customer.name)


def _is_foreign_name(customer: Customer, secrets: Secrets) -> bool:
    name = customer.name.casefold()
    is_long = sum(letter.isalpha() for letter in name) >= SHORTEST_NAME
    return customer.id != secrets.customer and is_long and name not in secrets.exceptions


def _domains(text: str, secrets: Secrets, directory: Directory) -> Iterator[Leak]:
    """Find other customers' domains, in addresses and by themselves; one below theirs counts too."""
    for found in dict.fromkeys(_DOMAIN.findall(text.casefold())):
        labels = found.strip("-.").split(".")
        candidates = (".".join(labels[start:]) for start in range(len(labels) - 1))
        owner = next((owner for name in candidates if (owner := directory.customer_of_domain(name))), None)
        if owner is not None and owner.id != secrets.customer and found not in secrets.exceptions:
            yield Leak(LeakKind.DOMAIN, found)


def _cases(text: str, secrets: Secrets, prefix: str) -> Iterator[Leak]:
    for number in tags_in(text, prefix):
        if number in secrets.foreign_cases:
            yield Leak(LeakKind.CASE, f"{prefix}-{number}")


def tags_in(text: str, prefix: str) -> tuple[CaseNumber, ...]:
    """Return the cases that a text names by their tags, each once."""
    found = re.findall(rf"\b{re.escape(prefix)}-(\d{{1,12}})\b", text, re.IGNORECASE)
    return tuple(dict.fromkeys(int(number) for number in found))
