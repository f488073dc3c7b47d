"""Plain words by which an approver answers (R10.2, R10.3), in each of the desk's languages.

They count only as a whole first line, punctuation, letter case and courtesy aside: "yes, but who pays?" approves
nothing, "approve?" neither.  What stands below is the approver's word to the requester.
"""

import re
import unicodedata
from enum import StrEnum

MAX_LINE = 60


class Verdict(StrEnum):
    """What an approver says to a MACD request, as mails carry it."""

    APPROVED = "approved"
    DECLINED = "declined"


APPROVING: dict[str, str] = {
    "en": """
        approve; approved; i approve; i approve it; i approve this; approve it; approve this; yes; yes approve;
        yes approved; yes i approve; ok; okay; ok approved; agreed; i agree; accept; accepted; go ahead; yes go ahead
    """,
    "fr": """
        approuve; approuvé; approuvée; j'approuve; je l'approuve; oui; oui j'approuve; oui approuvé; accord; d'accord;
        accepté; acceptée; j'accepte; je suis d'accord; validé; validée; je valide; ok validé; bon pour accord
    """,
}
DECLINING: dict[str, str] = {
    "en": """
        decline; declined; i decline; decline it; no; no declined; reject; rejected; i reject; refuse; refused;
        i refuse; deny; denied; not approved; i do not approve; i don't approve; disapproved; i disagree
    """,
    "fr": """
        refuse; refusé; refusée; je refuse; non; non refusé; non je refuse; décline; décliné; déclinée; je décline;
        rejeté; rejetée; je rejette; pas d'accord; je ne suis pas d'accord; je n'approuve pas; non approuvé
    """,
}
EXPEDITING: dict[str, str] = {
    "en": "expedite yes; yes expedite; expedite it yes; yes expedite it",
    "fr": "expedite oui; expédier oui; expedier oui; oui expédier; oui expedier; oui expedite; accélérer oui",
}
_COURTESY = ("please", "thank you", "thanks", "many thanks", "merci", "merci beaucoup", "svp", "s'il vous plaît")
_QUESTION = frozenset("?\uff1f")


def listed(words: dict[str, str]) -> frozenset[str]:
    """Return the answers of a table, of all languages."""
    return frozenset(" ".join(word.split()) for line in words.values() for word in line.split(";"))


_APPROVING, _DECLINING, _EXPEDITING = listed(APPROVING), listed(DECLINING), listed(EXPEDITING)


def verdict_in(reply_text: str) -> Verdict | None:
    """Return what the first line of a reply says, if it says nothing else."""
    said = first_line(reply_text)
    if said in _APPROVING:
        return Verdict.APPROVED
    return Verdict.DECLINED if said in _DECLINING else None


def orders_haste(reply_text: str) -> bool:
    """Tell whether the first line of a reply says yes to the charge for expediting (R10.3)."""
    return first_line(reply_text) in _EXPEDITING


def word_of(reply_text: str) -> str:
    """Return what an approver says beside the verdict, or the empty string."""
    if verdict_in(reply_text) is None:
        return reply_text.strip()
    return reply_text.lstrip().partition("\n")[2].strip()


def first_line(text: str) -> str:
    """Return the first line that is not empty as plain words, or "" where it is long or a question."""
    first = text.lstrip()[: MAX_LINE + 1].partition("\n")[0]
    if len(first) > MAX_LINE or not _QUESTION.isdisjoint(first):
        return ""
    folded = unicodedata.normalize("NFC", first).casefold().replace("\u2019", "'")
    plain = " ".join(re.sub(r"[^\w']+", " ", folded).split())
    for courtesy in _COURTESY:
        plain = plain.removesuffix(f" {courtesy}")
    return plain
