"""What the answer to a challenge says (S2.3): yes, no, or neither; a question and "I know nothing of it" are no yes."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from daemon.model.mail import InboundMail
from daemon.rules.customers.confirmation import confirms

MAX_LINE = 200
MAX_TEXT = 1_000
SHORT = 300  # letters: in so short an answer a question is what it is about, wherever it stands
LONGEST_WORD = 80


class Said(StrEnum):
    """What an answer says to "Did you write this?"."""

    YES = "yes"  # in so many words
    ASSENT = "assent"  # something that nobody would answer who did not write: "Please hurry", nothing at all
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and of which of the mails that were asked about; none named: of all."""

    said: Said
    named: frozenset[int] = frozenset()


_PLEASANTRY = re.compile(
    r"(?:(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)"
    r"|bonjour|bonsoir|salut|chers?|chères?|madame|monsieur|guten (?:tag|morgen|abend)|hallo)\b[^.?!]{0,60}"
    r"|(?:many thanks|thanks|thank you|merci|danke)(?: (?:so|very) much| beaucoup)?(?: for [^.?!]{0,60})?)[ .,!:]*"
)
_GREETED = re.compile(r"(?:hello|hi|hey|bonjour|bonsoir)(?: there| all| à tous)?[ ,.!:-]+")

_REFUSALS = frozenset(
    (
        *("stop", "spam", "this is spam", "unsubscribe", "remove me", "please remove me", "nein", "das war ich nicht"),
        *("désabonner", "désinscrire", "se désabonner", "c'est du spam", "c'est un spam", "pourriel", "false", "faux"),
        *("none", "none of them", "neither", "aucun", "aucun d'eux", "wrong person", "wrong address"),
    )
)
"""Whole lines of somebody who does not know what we ask about, or wants to hear no more of it."""

_NO = re.compile(r"(?:no|nope|non|nein)(?:[.,;:!\s]*$|[.,;:!]|\s+#?\d)")
_ELSE = r"(?:you )?(?:the|our|my|me|him|her|them)\b(?! (?:e-?)?mail| message)"
_WRITTEN = rf"(?:write|wrote|written|send|sent|mail|mailed)\b(?! {_ELSE})"
_NOT_ME = re.compile(
    r"\b(?:not|wasn't|isn't) (?:me|mine|from me|by me|sent by me|written by me|us|ours|from us)\b"
    rf"|\b(?:not|didn't|haven't|never) {_WRITTEN}"
    r"|^(?:(?:this|that|it)(?: is|'s| looks like)? )?(?:a )?(?:forged|forgery|phishing|spoofed|fraud|scam)\b"
    r"|\b(?:someone|somebody) else (?:used|wrote|sent|has)\b"
    r"|\b(?:account|mailbox|address) (?:was|is|has been) (?:hacked|stolen)\b"
    r"|\bpas (?:moi|de moi|de ma part|le mien|écrit|envoyé)\b|\bjamais (?:écrit|envoyé)\b"
    r"|\bnicht (?:von mir|von uns|ich|geschrieben|geschickt)\b"
    r"|^(?:c'est )?(?:une? )?(?:usurpation|hameçonnage|fraude|falsifié|usurpé)|\b(?:piraté|usurpé)"
)
_DOUBT = re.compile(
    r"\b(?:know nothing|no idea|not aware|unaware|not sure|unknown|never heard|wrong person|delete (?:it|this|that))\b"
    r"|\b(?:do not|don't|cannot|can't) (?:know|recogni[sz]e|remember|recall|understand)\b"
    r"|\b(?:forged|phishing|spoofed|fraud|scam|hacked)\b"
    r"|\bne (?:\w+ )?(?:sais|connais|reconnais|souviens|comprends) pas\b|\b(?:aucune idée|inconnue?)\b"
    r"|\b(?:weiß (?:ich )?nichts|keine ahnung|kenne (?:ich )?nicht)\b"
)
"""Words of somebody who may not have written it, and has not said so."""
_YES = re.compile(
    r"^(?:yes|yep|yeah|oui|ja|ok|okay|confirmed|correct|sure|all of them|all|both|tous|toutes|les deux)\b"
    r"|\b(?:it|that|this|they)(?:'s| was| is| were| are)(?: all)? (?:indeed )?(?:me|mine|from me)\b"
    r"|\bi (?:wrote|sent) (?:it|that|this|them|both)\b|\bi did (?:write|send)\b|^i did\b(?! not)"
    r"|\bc'(?:est|était)(?: bien)? (?:moi|de moi|le mien)\b|\bje l(?:'|es )ai (?:bien )?(?:écrit|envoyé)s?\b"
    r"|\bdas (?:war|bin) ich\b(?! nicht)|\bist von mir\b"
)
_ASKED_BACK = re.compile(r"[^.!,;]*\?")
_NUMBER = re.compile(r"\d{1,12}")
_BETWEEN = re.compile(r"[#&,;.\s]+")
_BESIDE_NUMBERS = frozenset(("", "and", "et", "und", "only", "just", "seulement", "nur"))


def answer_in(reply_text: str, asked: Collection[int]) -> Answer:
    """Tell what an answer says, and of which mails.

    The first line, a greeting or thanks aside, has the first word; without one there, all of a short answer counts.

    Args:
        reply_text: what the writer added.
        asked: numbers of the mails that the challenge lists; one is never named.
    """
    lines = _said_lines(reply_text)
    first = lines[0] if lines else ""
    numbers = _numbers(first) & frozenset(asked) if len(asked) > 1 else frozenset()
    if numbers and all(word.isdecimal() or word in _BESIDE_NUMBERS for word in _BETWEEN.split(first)):
        return Answer(Said.YES, numbers)
    return Answer(_said(first, lines[1:], reply_text), numbers)


def is_brief(mail: InboundMail) -> bool:
    """Tell whether an answer is a quick word that nobody misses: a line without attachments."""
    text = mail.reply_text.strip()
    return not mail.attachments and (confirms(text) or (len(text) <= LONGEST_WORD and "\n" not in text))


def _numbers(line: str) -> frozenset[int]:
    return frozenset(int(word) for word in _NUMBER.findall(line))


def _said(first: str, rest: list[str], text: str) -> Said:
    affirms = _YES.search(first) is not None
    if _denies(first):
        return Said.UNCLEAR if affirms else Said.NO
    if affirms:
        return Said.UNCLEAR if _ASKED_BACK.match(first) else Said.YES
    if any(_NOT_ME.search(line) for line in rest):
        return Said.NO
    is_question = "?" in first or (len(text) <= SHORT and any("?" in line for line in rest))
    return Said.UNCLEAR if is_question or any(_DOUBT.search(line) for line in (first, *rest)) else Said.ASSENT


def _denies(line: str) -> bool:
    plain = " ".join(re.sub(r"[^\w']+", " ", line).split())
    return plain in _REFUSALS or bool(_NO.match(line) or _NOT_ME.search(line))


def _said_lines(text: str) -> list[str]:
    """Return the lines that say something, folded, from what stands behind greeting and thanks."""
    lines = [line.strip()[:MAX_LINE] for line in _folded(text.lstrip()[:MAX_TEXT]).splitlines() if line.strip()]
    while len(lines) > 1 and _PLEASANTRY.fullmatch(lines[0]):
        lines = lines[1:]
    return [_GREETED.sub("", lines[0], count=1) or lines[0], *lines[1:]] if lines else []


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")
