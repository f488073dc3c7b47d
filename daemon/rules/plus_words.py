"""Plain words behind our own addresses: `support+macd@` says what a mail is for, whoever writes it (R9, R10, R11).

A word proves nothing and grants nothing: whether it is followed is decided by who writes.  Signed extensions are no
words.
"""

from collections.abc import Iterable

from daemon.model.plan import Plan

ESCALATE, MACD, EXPEDITE, MAINTENANCE = "escalate", "macd", "expedite", "maintenance"
KNOWN = frozenset({ESCALATE, MACD, EXPEDITE, MAINTENANCE})


def plus_words(addresses: Iterable[str], plan: Plan) -> frozenset[str]:
    """Return the known words behind our own addresses among these, case-blind."""
    return frozenset(word for address in addresses if (word := _word(address, plan.own_addresses())) in KNOWN)


def _word(address: str, own: frozenset[str]) -> str:
    if not address.isascii():
        return ""
    local, _, domain = address.lower().rpartition("@")
    base, _, word = local.partition("+")
    return word if f"{base}@{domain}" in own else ""
