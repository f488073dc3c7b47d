"""Plain words by which a customer confirms that the work is done (R4.4).

They count only as the whole new text of a reply: "ok, but it is down again" confirms nothing, "fixed?" and "it works
:(" neither.
"""

import re
import unicodedata

MAX_LENGTH = 120
WORDS: dict[str, str] = {
    "en": """
        confirmed; confirm; i confirm; it works; it works now; it works again; works now; works again; all good;
        all good now; fixed; solved; resolved; problem solved; you can close it; you can close the case;
        please close; please close the case
    """,
    "fr": """
        confirme; confirmé; je confirme; ça marche; cela marche; ça fonctionne; cela fonctionne; tout fonctionne;
        tout est bon; tout va bien; c'est bon; c'est réglé; réglé; résolu; problème résolu; vous pouvez clore;
        vous pouvez fermer; vous pouvez clore le dossier; vous pouvez fermer le dossier
    """,
}
_PLAIN = re.compile(r"(?:[^\W_]|[\s']|([.,!;-])\1*(?![.,!;-]))+")
"""Letters, digits, blanks and plain punctuation: any other sign, and several beside each other, may be a face."""

_COURTESY = ("hello", "hi", "bonjour", "yes", "oui", "thank you", "thanks", "many thanks", "merci beaucoup", "merci")
_ALL = frozenset(" ".join(word.split()) for words in WORDS.values() for word in words.split(";"))


def confirms(reply_text: str) -> bool:
    """Tell whether a reply's whole new text is a plain confirmation, in any of the desk's languages."""
    written = unicodedata.normalize("NFC", reply_text).replace("\u2019", "'")
    if len(reply_text) > MAX_LENGTH or not _PLAIN.fullmatch(written):
        return False
    plain = re.sub(r"[^\w']+", " ", written.casefold())
    return _without_courtesy(" ".join(plain.split())) in _ALL


def _without_courtesy(plain: str) -> str:
    """Cut greetings and thanks off both ends."""
    for word in _COURTESY:
        plain = plain.removeprefix(f"{word} ").removesuffix(f" {word}")
    return plain
