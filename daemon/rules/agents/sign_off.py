"""How people end a mail without the delimiter "-- ": a wish on a line of its own, their name, what stands below.

It is cut off only where a text is taken for a fact (R11.2): an answer to a customer stays as it was written.
"""

_WISHES = frozenset({
    "all the best", "best", "best regards", "best wishes", "cheers", "kind regards", "many thanks", "regards",
    "sincerely", "thank you", "thanks", "thanks a lot", "thx", "warm regards", "yours", "yours sincerely",
    "a bientôt", "bien cordialement", "bien à vous", "bonne journée", "bonne nuit", "bonne soirée", "cordialement",
    "meilleures salutations", "merci", "merci beaucoup", "merci d'avance", "salutations", "à bientôt",
})  # fmt: skip
_LINES = 6
"""A wish stands among so many last lines that are not empty; one above them belongs to the text."""
_AROUND = " \t,.;!-\u2013\u2014"


def without_sign_off(text: str, name: str) -> str:
    """Return a text without the wish or the writer's name at its end, and what stands below.

    Args:
        text: what somebody wrote, without commands and quotes.
        name: the writer's display name; its first word alone is known too.
    """
    lines = text.splitlines()
    known = _WISHES | {_folded(name), _folded(name.split(" ", maxsplit=1)[0])} - {""}
    last = [number for number, line in enumerate(lines) if line.strip()][-_LINES:]
    first = next((number for number in last if _folded(lines[number]) in known), len(lines))
    return "\n".join(lines[:first]).strip()


def _folded(line: str) -> str:
    return line.strip(_AROUND).replace("\u2019", "'").casefold()
