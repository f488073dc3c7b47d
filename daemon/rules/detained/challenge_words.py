"""What the answer to a challenge says (S2.3): nearly anything means yes; "that was not me" must not."""

import re
import unicodedata

from daemon.model.mail import InboundMail
from daemon.rules.customers.confirmation import confirms

MAX_LINE = 200
MAX_TEXT = 1_000
LONGEST_WORD = 80

_GREETING = re.compile(
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)"
    r"|bonjour|bonsoir|salut|chers?|chères?|madame|monsieur)\b[^.?]{0,60}"
)
_GREETED = r"(?:hello|hi|hey|bonjour|bonsoir)(?: there| all| à tous)?[ ,.!:-]+"
_REFUSALS = frozenset(
    (
        *("stop", "spam", "this is spam", "unsubscribe", "remove me", "please remove me", "nein", "das war ich nicht"),
        *("désabonner", "désinscrire", "se désabonner", "c'est du spam", "c'est un spam", "pourriel"),
    )
)
"""Whole lines of somebody who does not know what we ask about, or wants to hear no more of it."""
_NO = re.compile(r"(?:no|nope|non)(?:[.,;:!\s]*$|[.,;:!])")
_NOT_ME = re.compile(
    r"\b(?:not|wasn't|isn't) (?:me|mine|from me|by me|sent by me|written by me)\b"
    r"|\b(?:not|didn't|haven't|never) (?:write|wrote|written|send|sent|mail|mailed)\b"
    r"|\b(?:forged|phishing|spoofed|fraud|scam)\b"
    r"|\bpas (?:moi|de moi|de ma part|le mien|écrit|envoyé)\b|\bjamais (?:écrit|envoyé)\b"
    r"|\b(?:usurpé|usurpation|hameçonnage|fraude|falsifié)"
)


def denies(reply_text: str) -> bool:
    """Tell whether the first line of an answer, a greeting aside, says that its writer did not write the mail."""
    line = _first_line(reply_text)
    plain = " ".join(re.sub(r"[^\w']+", " ", line).split())
    return plain in _REFUSALS or bool(_NO.match(line) or _NOT_ME.search(line))


def is_brief(mail: InboundMail) -> bool:
    """Tell whether an answer is a quick word that nobody misses: a line without attachments."""
    text = mail.reply_text.strip()
    return not mail.attachments and (confirms(text) or (len(text) <= LONGEST_WORD and "\n" not in text))


def _first_line(text: str) -> str:
    """Return the first line that says something, folded: what stands behind a greeting, on its line or below."""
    lines = (line.strip() for line in _folded(text.lstrip()[:MAX_TEXT]).splitlines())
    said = [line[:MAX_LINE] for line in lines if line][:2]
    if len(said) == 2 and _GREETING.fullmatch(said[0]):
        return said[1]
    return re.sub(rf"^{_GREETED}", "", said[0]) if said else ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")
