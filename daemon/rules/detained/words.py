"""Plain words by which a contact answers a held request (R2.3), in each of the desk's languages.

What approves or adds counts only as a whole first line, punctuation, letter case, courtesy and a greeting before it
aside: "yes, but who pays?" approves nothing.  What declines may have its word behind it on the same line, with a sign
between them or without: "decline ask the IT desk first"; the rest of the mail follows it.  Without a sign, no question
nor a word of the other side may stand on that line, and the form must be one that begins no sentence about something
else.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from daemon.rules.customers.approval_words import (
    APPROVING,
    DECLINING,
    Verdict,
    first_line,
    listed,
    speaks_against,
    without_greeting,
)

MAX_WORD = 2000


class Answer(StrEnum):
    """What a contact answers to a held request."""

    APPROVE = "approve"
    JOIN = "join"  # approve, and let its writer follow the case
    DECLINE = "decline"


JOINING: dict[str, str] = {
    "en": """
        add; add them; add him; add her; approve and add; approved and add; approved and added; approve add;
        approve and add as participant; approve and add as a participant; approve and add the sender;
        approve and add them; approve and add him; approve and add her; add as participant; add as a participant;
        yes and add; yes add; yes and add them; yes add them; yes and add him; yes and add her; ok and add; join;
        approve and join
    """,
    "fr": """
        ajouter; ajoutez; ajoute; ajoutez la personne; ajoutez le; ajoutez la; approuver et ajouter;
        approuve et ajoute; approuvez et ajoutez; approuvé et ajouté; approuvé et ajouter; j'approuve et ajoute;
        j'approuve et j'ajoute;
        approuver et ajouter comme participant; ajouter comme participant; ajoutez comme participant; oui et ajoutez;
        oui et ajouter; oui ajoutez; oui ajouter; d'accord et ajoutez; d'accord et ajouter; accord et ajouter
    """,
}
_MORE_APPROVING: dict[str, str] = {"en": "yes i do; let it through", "fr": "approuver; approuvez; oui je l'approuve"}
_MORE_DECLINING: dict[str, str] = {"en": "no thanks; do not approve", "fr": "refuser; refusez; décliner; déclinez"}
_WITH_WORD = re.compile(
    r"(?:i )?(?:declined?|refused?|reject(?:ed)?|denied|deny)\s*[:;,.\u2013\u2014-]\s*(.*)"
    r"|(?:je )?(?:refus(?:e|é|ée|er|ez)|déclin(?:e|é|ée|er|ez)|rejet(?:é|ée|er|ez|te))\s*[:;,.\u2013\u2014-]\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_WITHOUT_SIGN = re.compile(
    r"(?:i )?(?:decline|refuse|reject|deny)\s+(?!to\b|or\b|and\b)(.*)"
    r"|(?:(?:je )?(?:refuse|décline|rejette)|refuser|refusez|décliner|déclinez|rejeter|rejetez)"
    r"\s+(?!de\b|d'|ou\b|et\b)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_OBJECT = re.compile(
    r"(?:it|this(?: request| one)?|the request|cette demande|la demande|ceci)(?![\w'])[\s:;,.\u2013\u2014-]*",
    re.IGNORECASE,
)
"""What is refused, which is no word to anybody."""
_APPROVING = listed(APPROVING) | listed(_MORE_APPROVING)
_DECLINING = listed(DECLINING) | listed(_MORE_DECLINING)
_JOINING = listed(JOINING)


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says by its words: the answer, or nothing clear; and the word that goes with a refusal."""

    answer: Answer | None
    word: str = ""


def said_in(reply_text: str) -> Said:
    """Return what a reply says by its first line, and what stands behind that."""
    plain, below = first_line(reply_text), _below(reply_text)
    if plain in _JOINING:
        return Said(Answer.JOIN, below)
    if plain in _APPROVING:
        return Said(Answer.APPROVE, below)
    if plain in _DECLINING:
        return Said(Answer.DECLINE, below)
    word = _word_of_refusal(unicodedata.normalize("NFC", _first(reply_text)))
    if word is None:
        return Said(None, reply_text.strip()[:MAX_WORD])
    return Said(Answer.DECLINE, "\n".join(filter(None, (word, below)))[:MAX_WORD])


def _word_of_refusal(line: str) -> str | None:
    """Return the word that stands behind a refusal on its line; None: the line is no such."""
    behind = _WITH_WORD.fullmatch(line)
    if behind is None and not speaks_against(line, Verdict.DECLINED):
        behind = _WITHOUT_SIGN.fullmatch(line.replace("\u2019", "'"))
    if behind is None:
        return None
    word = next(found for found in behind.groups() if found is not None).strip()
    return word[said.end() :] if (said := _OBJECT.match(word)) else word


def _first(text: str) -> str:
    return without_greeting(text)[:MAX_WORD].partition("\n")[0].strip()


def _below(text: str) -> str:
    return without_greeting(text).partition("\n")[2].strip()[:MAX_WORD]
