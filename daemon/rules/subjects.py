"""Subject lines: the tag that hints at a case, and the subject under which a case stands."""

import re

from daemon.model.case import CaseNumber

MAX_SUBJECT = 200
NO_SUBJECT = {"en": "(no subject)", "fr": "(sans objet)"}
_REPLY_PREFIX = re.compile(
    r"\s*(?:re|aw|sv|vs|ref|rif|antw|fw|fwd|wg|tr|rv|enc|vl|vb)\s{0,3}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,3}[:\uff1a]\s*",
    re.IGNORECASE,
)


def tag(prefix: str, number: CaseNumber) -> str:
    """Return the name of a case as people see it, such as `SUP-1042`."""
    return f"{prefix}-{number}"


def hinted_case(subject: str, prefix: str) -> CaseNumber | None:
    """Return the case that a subject tag `[SUP-1042]` names: a hint, proof of nothing (S2.5)."""
    found = re.search(rf"\[{re.escape(prefix)}-(\d{{1,12}})\]", subject[:1000], re.IGNORECASE)
    return int(found.group(1)) if found else None


def case_subject(subject: str, *, prefix: str, language: str) -> str:
    """Return the subject a new case gets: without tags of ours and without piled-up reply prefixes."""
    return bare_subject(subject, prefix) or NO_SUBJECT.get(language, NO_SUBJECT["en"])


def bare_subject(subject: str, prefix: str) -> str:
    """Return what a subject is about: without tags of ours and without reply prefixes; empty where nothing is left."""
    bare = re.sub(rf"\[{re.escape(prefix)}-\d{{1,12}}\]", " ", subject[:2000], flags=re.IGNORECASE)
    while found := _REPLY_PREFIX.match(bare):
        bare = bare[found.end() :]
    return " ".join(bare.split())[:MAX_SUBJECT]
