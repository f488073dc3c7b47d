"""How a customer asks for an escalation (R9.1): the first line of a reply says so, or its address (`+escalate`).

The line must say nothing else: "please do not escalate yet" and "who escalates?" ask for nothing.
"""

import re

MAX_LINE = 80
_COURTESY = r"(?:hello |hi |bonjour |please |merci de |merci d'|s'il vous plaît |svp )*"
_WISHES = (
    r"(?:i (?:want|would like|wish) to )?escalate(?: (?:it|this|(?:this|the|my|our) (?:case|ticket)))?",
    r"(?:an )?escalation",
    r"(?:je (?:veux|souhaite|voudrais|demande à) )?(?:escalader|faire remonter)(?: (?:ce|le|mon) dossier)?",
    r"(?:une )?escalade",
)
_TARGET = (
    r"(?: (?:to|au|à)(?: the)?(?: next)?(?: level| niveau| manager| management| responsable)(?: suivant| [1-4])?)?"
)
_THANKS = r"(?: (?:please|now|thanks|thank you|merci|maintenant|s'il vous plaît|svp))*"
_LINE = re.compile(f"{_COURTESY}(?:{'|'.join(_WISHES)}){_TARGET}{_THANKS}")


def asks_to_escalate(reply_text: str) -> bool:
    """Tell whether the first line of a reply asks for an escalation, in any of the desk's languages."""
    first = next((line for line in reply_text.split("\n", 20) if line.strip()), "")
    if len(first) > MAX_LINE or "?" in first:
        return False
    plain = re.sub(r"[^\w']+", " ", first.casefold().replace("\u2019", "'"))
    return _LINE.fullmatch(" ".join(plain.split())) is not None
