"""What the answer to a challenge says (S2.3): nearly anything means yes; "that was not me" must not."""

import re
import unicodedata

from daemon.model.mail import InboundMail
from daemon.rules.confirmation import confirms

MAX_LINE = 200
LONGEST_WORD = 80

_NO = re.compile(r"(?:no|nope|non)(?:[.,;:!\s]*$|[.,;:!])")
_NOT_ME = re.compile(
    r"\b(?:not|wasn't|isn't) (?:me|mine|from me|by me|sent by me|written by me)\b"
    r"|\b(?:not|didn't|haven't|never) (?:write|wrote|written|send|sent|mail|mailed)\b"
    r"|\b(?:forged|phishing|spoofed|fraud|scam)\b"
    r"|\bpas (?:moi|de moi|de ma part|le mien|écrit|envoyé)\b|\bjamais (?:écrit|envoyé)\b"
    r"|\b(?:usurpé|usurpation|hameçonnage|fraude|falsifié)"
)


def denies(reply_text: str) -> bool:
    """Tell whether the first line of an answer says that its writer did not write the mail."""
    line = _first_line(reply_text)
    return bool(_NO.match(line) or _NOT_ME.search(line))


def is_brief(mail: InboundMail) -> bool:
    """Tell whether an answer is a quick word that nobody misses: a line without attachments."""
    text = mail.reply_text.strip()
    return not mail.attachments and (confirms(text) or (len(text) <= LONGEST_WORD and "\n" not in text))


def _first_line(text: str) -> str:
    first = text.lstrip()[:MAX_LINE].partition("\n")[0]
    return unicodedata.normalize("NFC", first).casefold().replace("\u2019", "'")
