"""Plain words by which a customer confirms that the work is done (R4.4).

They count only as the whole new text of a reply: "ok, but it is down again" confirms nothing.
"""

import re

MAX_LENGTH = 120
WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        "confirmed", "confirm", "i confirm", "confirmed thank you", "confirmed thanks", "it works", "it works now",
        "it works again", "works now", "works again", "all good", "all good now", "all good thanks", "fixed", "solved",
        "resolved", "problem solved", "you can close it", "you can close the case", "please close", "please close the case",
    ),
    "fr": (
        "confirme", "confirmé", "je confirme", "confirmé merci", "ça marche", "cela marche", "ça fonctionne",
        "cela fonctionne", "tout fonctionne", "tout est bon", "tout va bien", "c'est bon", "c'est réglé", "réglé",
        "résolu", "problème résolu", "vous pouvez clore", "vous pouvez fermer", "merci de clore",
    ),
}  # fmt: skip
_POLITE = re.compile(
    r"^(?:hello|hi|bonjour|yes|oui|thank you|thanks|merci)\b|\b(?:thank you|thanks|many thanks|merci|merci beaucoup)$"
)
_ALL = frozenset(word for words in WORDS.values() for word in words)


def confirms(reply_text: str) -> bool:
    """Tell whether a reply's whole new text is a plain confirmation, in any of the desk's languages."""
    if len(reply_text) > MAX_LENGTH:
        return False
    plain = " ".join(re.sub(r"[^\w']+", " ", reply_text.casefold().replace("\u2019", "'")).split())
    bare = " ".join(_POLITE.sub(" ", _POLITE.sub(" ", plain)).split())
    return plain in _ALL or bare in _ALL
