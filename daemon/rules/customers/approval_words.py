"""Plain words by which an approver answers (R10.2, R10.3), in each of the desk's languages.

They count only as a whole first line, punctuation, letter case, courtesy and a greeting before it aside: "yes, but who
pays?" approves nothing, "approve?" neither.  What stands below is the approver's word to the requester.  In a mail to a
signed address, which says by itself what it is for, any text may stand that does not speak against it.
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
        yes approved; yes i approve; ok; okay; ok approved; agreed; i agree; accept; accepted; go ahead; yes go ahead;
        i approve this request; i approve the request; approve this request; approve the request; request approved;
        please approve; please go ahead; sure; yes sure; of course; yes of course; no objection; no objections;
        i have no objection; i have no objections; fine by me; fine with me; it is fine by me; it is fine with me
    """,
    "fr": """
        approuve; approuvé; approuvée; j'approuve; je l'approuve; oui; oui j'approuve; oui approuvé; accord; d'accord;
        accepté; acceptée; j'accepte; je suis d'accord; validé; validée; je valide; ok validé; bon pour accord;
        j'approuve cette demande; j'approuve la demande; je valide cette demande; demande approuvée; bien sûr;
        oui bien sûr;
        pas d'objection; aucune objection; je n'ai pas d'objection; je n'ai aucune objection; ça me va; cela me va
    """,
}
DECLINING: dict[str, str] = {
    "en": """
        decline; declined; i decline; decline it; no; no declined; reject; rejected; i reject; refuse; refused;
        i refuse; deny; denied; not approved; i do not approve; i don't approve; disapproved; i disagree;
        i do not approve this; i don't approve this; i do not approve it; i don't approve it;
        i do not approve this request; i don't approve this request; i decline this request; i refuse this request
    """,
    "fr": """
        refuse; refusé; refusée; je refuse; non; non refusé; non je refuse; décline; décliné; déclinée; je décline;
        rejeté; rejetée; je rejette; pas d'accord; je ne suis pas d'accord; je n'approuve pas; non approuvé;
        je n'approuve pas cette demande; je refuse cette demande; je décline cette demande
    """,
}
EXPEDITING: dict[str, str] = {
    "en": "expedite yes; yes expedite; expedite it yes; yes expedite it",
    "fr": "expedite oui; expédier oui; expedier oui; oui expédier; oui expedier; oui expedite; accélérer oui",
}
AGAINST: dict[Verdict, dict[str, str]] = {
    Verdict.APPROVED: {
        "en": r"""
            not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n't|cant|dont|wont|declin\w*|reject\w*|refus\w*|
            deny|denied|disapprov\w*|disagree\w*|cancel\w*|stop|wait|unless|against
        """,
        "fr": r"""
            ne|n'\w+|non|pas|ni|jamais|aucune?|rien|sans|déclin\w*|rejet\w*|désapprouv\w*|annul\w*|attend\w*|sauf|contre
        """,
    },
    Verdict.DECLINED: {
        "en": r"yes|ok|okay|approv\w*|accept\w*|agree\w*|go\ ahead",
        "fr": r"oui|approuv\w*|d'accord|accord|valid\w*",
    },
}
"""Words, as parts of patterns, that speak against each verdict wherever they stand in a text."""

GREETINGS = frozenset(
    (
        *("hello", "hi", "hey", "dear", "good", "greetings", "bonjour", "bonsoir", "salut"),
        *("cher", "chère", "chers", "chères", "madame", "monsieur", "mesdames", "messieurs"),
    )
)
"""Words that begin a greeting; a few more may follow, such as a name."""
MAX_GREETING, MAX_GREETINGS = 5, 3

_GREETED = re.compile(r"([^,;:!\n]{0,60})[,;:!]+[^\S\n]*|([^.\n]{0,60})(?:\.+[^\S\n]*|$)", re.MULTILINE)
"""What may be a greeting: all up to the first sign, else up to a full stop or the end of the line."""
_COURTESY = ("please", "thank you", "thanks", "many thanks", "merci", "merci beaucoup", "svp", "s'il vous plaît")
_QUESTION = frozenset("?\uff1f")


def listed(words: dict[str, str]) -> frozenset[str]:
    """Return the answers of a table, of all languages."""
    return frozenset(" ".join(word.split()) for line in words.values() for word in line.split(";"))


def _pattern(parts: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:(?:[jlmnst]|qu)')?(?:{'|'.join(parts.values())})(?![\w'])", re.VERBOSE)


_AGAINST = {verdict: _pattern(parts) for verdict, parts in AGAINST.items()}
_DISCLAIMER = re.compile(
    r"(?=.{100})(?:this|the information|confidential|disclaimer|ce|cet|cette|les informations|avis)\b"
    r".*\b(?:intended|recipient|addressee|confidential|destinataire|confidentiel)",
    re.DOTALL,
)
"""A long paragraph that a company's mail server writes below every mail."""
_PAPER = re.compile(
    r"(?:please |merci de )?(?:do not|don't|ne pas|n'|think (?:twice )?before you|(?:please )?consider|pensez)\b.{0,60}"
    r"\b(?:print|imprim)\w*\b[^.!?]{0,100}[.!]?",
    re.DOTALL,
)
"""A line below many mails that asks to save paper."""

_APPROVING, _DECLINING, _EXPEDITING = listed(APPROVING), listed(DECLINING), listed(EXPEDITING)


def verdict_in(reply_text: str) -> Verdict | None:
    """Return what the first line of a reply says, if it says nothing else."""
    said = first_line(reply_text)
    if said in _APPROVING:
        return Verdict.APPROVED
    return Verdict.DECLINED if said in _DECLINING else None


def speaks_against(reply_text: str, verdict: Verdict) -> bool:
    """Tell whether a text casts doubt on a verdict: by a word of the other side anywhere, or by a question.

    A disclaimer says nothing, whatever words stand in it.
    """
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", _folded(reply_text)))
    said = "\n\n".join(part for part in paragraphs if not (_DISCLAIMER.match(part) or _PAPER.fullmatch(part)))
    return not _QUESTION.isdisjoint(said) or _AGAINST[verdict].search(said) is not None


def orders_haste(reply_text: str) -> bool:
    """Tell whether the first line of a reply says yes to the charge for expediting (R10.3)."""
    return first_line(reply_text) in _EXPEDITING


def word_of(reply_text: str) -> str:
    """Return what an approver says beside the verdict, or the empty string."""
    if verdict_in(reply_text) is None:
        return reply_text.strip()
    return without_greeting(reply_text).partition("\n")[2].strip()


def first_line(text: str) -> str:
    """Return the first line behind a greeting as plain words, or "" where it is long or a question."""
    first = without_greeting(text)[: MAX_LINE + 1].partition("\n")[0]
    if len(first) > MAX_LINE or not _QUESTION.isdisjoint(first):
        return ""
    plain = " ".join(re.sub(r"[^\w']+", " ", _folded(first)).split())
    for courtesy in _COURTESY:
        plain = plain.removesuffix(f" {courtesy}")
    return plain


def without_greeting(text: str) -> str:
    """Return a text without the greetings that it begins with, on a line of their own or before a sign."""
    rest = text.lstrip()
    for _ in range(MAX_GREETINGS):
        begun = _GREETED.match(rest)
        if begun is None or not _greets(begun[1] or begun[2] or ""):
            break
        rest = rest[begun.end() :].lstrip()
    return rest


def _greets(said: str) -> bool:
    """Tell whether a few words are a greeting and nothing else: a word of either verdict makes them an answer."""
    words = re.findall(r"[\w']+", _folded(said))
    if not words or words[0] not in GREETINGS or len(words) > MAX_GREETING:
        return False
    return not any(speaks_against(said, verdict) for verdict in Verdict)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")
