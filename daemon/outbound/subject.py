"""The subject line: on a case it is the same for every mail, so that clients which thread by subject thread well."""

import re
from functools import lru_cache

from daemon.model.notice import CaseCard
from daemon.model.text import clean_line

LONGEST = 200
LONGEST_ECHO = 80
"""How much of a subject that a stranger chose goes back to that stranger."""
_PREFIX = re.compile(r"\s*(?:re|aw|sv|tr|fw|fwd|wg|rv|ref|antw)\s?(?:\[\d{1,3}\])?\s?[:\uff1a]\s*", re.IGNORECASE)


def tag(prefix: str, number: int | str) -> str:
    """Return the name of a case as people see it, such as `SUP-1042`."""
    name = str(number)
    return name if name.upper().startswith(f"{prefix.upper()}-") else f"{prefix}-{name}"


def tagged_subject(card: CaseCard, prefix: str) -> str:
    """Return `[SUP-1042] Phones are down`, the subject of every mail on the case."""
    return f"[{tag(prefix, card.number)}] {plain_subject(card.subject, prefix)}".rstrip()


def plain_subject(subject: str, prefix: str, *, longest: int = LONGEST) -> str:
    """Return a subject without our own tags and without piled-up reply prefixes, in one clean line."""
    bare = _own_tag(prefix).sub(" ", clean_line(subject, longest=10 * LONGEST))
    while found := _PREFIX.match(bare):
        bare = bare[found.end() :]
    return clean_line(bare, longest=longest)


@lru_cache(maxsize=16)
def _own_tag(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"\[{re.escape(prefix)}-\d{{1,12}}\]", re.IGNORECASE)


def answer_subject(subject: str, prefix: str) -> str:
    """Return `Re: their subject`, for an answer to a mail that is on no case."""
    return f"Re: {plain_subject(subject, prefix, longest=LONGEST_ECHO)}".rstrip()
