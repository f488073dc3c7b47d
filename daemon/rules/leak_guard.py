"""What must not leave in a mail to a customer (S3.7): a note's text, another customer's name, domain or case tag.

The guard reads what an agent wrote before anything of it holds.  It is no filter: what it finds is told to the agent,
who mends the text or says `#send-anyway`.  Its work grows linearly with the text and the notes, whatever they hold and
however many customers there are (S4.2).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from daemon.model.case import CaseNumber
from daemon.model.people import Customer, Directory, words_of
from daemon.model.replies import TaggedCase

SEND_ANYWAY = "send-anyway"
"""The command by which an agent lets go what the guard has found."""
SHORTEST_NAME = 6
"""Letters of a customer's whole name from which it is looked for: shorter ones are words of any language."""
RUN_OF_WORDS = 8
"""So many words of a note in a row are a quotation of it; so is a whole note of fewer words."""
FEWEST_WORDS = 3
SHORTEST_NOTE = 12
"""Letters of a whole note, of at least three words: "call him back" is anybody's."""
MAX_LABELS = 8
"""No customer's domain that is found has more."""
MAX_LABEL = 63
_DOTTED = re.compile(r"[\w.\-]+")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"))
Span = tuple[int, int]


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

    def __str__(self) -> str:
        """Return it as one line, as notices carry it."""
        return f"{self.kind}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What a mail on one case must not say, and what it may."""

    customer: str  # id of whoever reads it; empty: everybody does, and nothing is their own (R7.4)
    notes: tuple[str, ...] = ()  # the case's internal notes
    said: tuple[str, ...] = ()  # what stands on the case publicly: a note that repeats it keeps no secret
    tagged: tuple[TaggedCase, ...] = ()  # the cases that the text names
    exceptions: frozenset[str] = frozenset()  # names and domains that may be said to anybody, folded
    own_names: tuple[str, ...] = ()  # further names that this reader may read: the desk's, their own people's
    own_domains: frozenset[str] = frozenset()  # and domains: the desk's, those of everybody on the case


def leaks(text: str, secrets: Secrets, directory: Directory, *, prefix: str) -> tuple[Leak, ...]:
    """Return what a text would give away, each thing once."""
    plain = plain_text(text)
    words = words_of(plain)
    found = (
        *_notes(words, secrets),
        *_names(words, secrets, directory),
        *_domains(plain, secrets, directory),
        *_cases(plain, secrets, prefix),
    )
    return tuple(dict.fromkeys(found))


def plain_text(text: str) -> str:
    """Return a text as a person sees it: compatible letters made plain, folded, without what cannot be seen."""
    seen = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)
    if not seen.isascii():
        seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    return seen.casefold()


def _runs(words: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    return (words[start : start + length] for start in range(len(words) - length + 1))


def _notes(words: tuple[str, ...], secrets: Secrets) -> Iterator[Leak]:
    """Find, for each note, the first run of words that it has too and that stands nowhere publicly."""
    said = [words_of(plain_text(text)) for text in secrets.said] if secrets.notes else []
    written = {length: list(_runs(words, length)) for length in range(FEWEST_WORDS, RUN_OF_WORDS + 1)}
    public = {length: {run for text in said for run in _runs(text, length)} for length in written}
    for note in secrets.notes:
        noted = words_of(plain_text(note))
        length = min(RUN_OF_WORDS, len(noted))
        if length < FEWEST_WORDS or sum(map(len, noted)) < SHORTEST_NOTE:
            continue
        known = set(_runs(noted, length)) - public[length]
        found = next((run for run in written[length] if run in known), None)
        if found is not None:
            yield Leak(LeakKind.NOTE, " ".join(found))


def _names(words: tuple[str, ...], secrets: Secrets, directory: Directory) -> Iterator[Leak]:
    """Find whole names of other customers, word by word; what is part of a name of the reader's own is none."""
    spans = list(_named(words, directory))
    own = [span for span, customer in spans if customer.id == secrets.customer]
    own += _spans_of(words, {words_of(plain_text(name)) for name in secrets.own_names})
    reach = _reach(own, len(words))
    for (start, end), customer in spans:
        if _is_foreign_name(customer, secrets) and reach[start] < end:
            yield Leak(LeakKind.NAME, customer.name)


def _named(words: tuple[str, ...], directory: Directory) -> Iterator[tuple[Span, Customer]]:
    for start, word in enumerate(words):
        for length in directory.name_lengths(word):
            for customer in directory.named(words[start : start + length]):
                yield (start, start + length), customer


def customers_named(text: str, directory: Directory) -> tuple[Customer, ...]:
    """Return the customers whose whole names stand in a text, each once; a name inside a longer one is none."""
    spans = sorted(_named(words_of(plain_text(text)), directory), key=lambda found: (found[0][0], -found[0][1]))
    named: dict[str, Customer] = {}
    widest = (0, 0)
    for span, customer in spans:
        if span == widest or span[1] > widest[1]:
            named.setdefault(customer.id, customer)
            widest = span
    return tuple(named.values())


def _spans_of(words: tuple[str, ...], names: set[tuple[str, ...]]) -> list[Span]:
    lengths = sorted({len(name) for name in names if name})
    return [
        (start, start + length) for length in lengths for start, run in enumerate(_runs(words, length)) if run in names
    ]


def _reach(spans: list[Span], size: int) -> list[int]:
    """Return, for each place, how far a span reaches that begins at or before it."""
    reach = [0] * (size + 1)
    for start, end in spans:
        reach[start] = max(reach[start], end)
    for place in range(1, size + 1):
        reach[place] = max(reach[place], reach[place - 1])
    return reach


def _is_foreign_name(customer: Customer, secrets: Secrets) -> bool:
    name = customer.name.casefold()
    is_long = sum(letter.isalpha() for letter in name) >= SHORTEST_NAME
    return customer.id != secrets.customer and is_long and name not in secrets.exceptions


def _domains(plain: str, secrets: Secrets, directory: Directory) -> Iterator[Leak]:
    """Find other customers' domains, in addresses, in URLs and by themselves; one below theirs counts too."""
    for token in dict.fromkeys(_DOTTED.findall(plain)):
        if "." in token:
            yield from _domains_in(token, secrets, directory)


def _domains_in(token: str, secrets: Secrets, directory: Directory) -> Iterator[Leak]:
    """Find foreign domains in one token; whatever stands before the end of a domain of their own is below it."""
    own_until = 0
    found: list[tuple[int, str]] = []
    for end, domain in _rows_of_labels(token):
        owner = directory.customer_of_domain(domain)
        if domain in secrets.own_domains or (owner and owner.id == secrets.customer):
            own_until = max(own_until, end)
        elif owner is not None and domain not in secrets.exceptions:
            found.append((end, domain))
    yield from (Leak(LeakKind.DOMAIN, domain) for end, domain in found if end > own_until)


def _rows_of_labels(token: str) -> Iterator[tuple[int, str]]:
    """Give every row of labels, and where it ends: a missing space after a full stop must not hide a domain."""
    labels = [_ascii(label.strip("-_")) for label in token.split(".")]
    for start in range(len(labels) - 1):
        for end in range(start + 2, min(start + MAX_LABELS, len(labels)) + 1):
            yield end, ".".join(labels[start:end])


def listed_domains(plain: str, directory: Directory) -> tuple[Customer, ...]:
    """Return whose domains stand in a plain text, in addresses, in URLs and by themselves."""
    tokens = (token for token in dict.fromkeys(_DOTTED.findall(plain)) if "." in token)
    owners = (directory.customer_of_domain(domain) for token in tokens for _, domain in _rows_of_labels(token))
    return tuple(owner for owner in owners if owner is not None)


def _ascii(label: str) -> str:
    """Return a label as domains are listed; one that can be none stays as it is."""
    if label.isascii() or len(label) > MAX_LABEL:
        return label
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return label


def _cases(plain: str, secrets: Secrets, prefix: str) -> Iterator[Leak]:
    """Find tags of cases that are not the reader's own; whether there is such a case makes no difference."""
    whose = {case.number: case.customer for case in secrets.tagged}
    for number in tags_in(plain, prefix):
        if not secrets.customer or whose.get(number, "") != secrets.customer:
            yield Leak(LeakKind.CASE, f"{prefix}-{number}")


def tags_in(text: str, prefix: str) -> tuple[CaseNumber, ...]:
    """Return the cases that a text names by their tags, each once."""
    tag = rf"(?<![a-z0-9]){re.escape(prefix.casefold())} ?- ?([0-9]{{1,12}})(?![0-9])"
    found = re.findall(tag, plain_text(text))
    return tuple(dict.fromkeys(int(number) for number in found))
