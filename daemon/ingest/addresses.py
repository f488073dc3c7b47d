"""Address lists of To, Cc and Reply-To, for display and for Cc: nothing here says who somebody is (S2.1).

The one door to mail-parser, whose reader recovers what real mailers write; it gets one bounded line without control
characters, and what it cannot read is left out.
"""

import re

from mailparser.utils import get_addresses

from daemon.ingest.header import Header
from daemon.ingest.words import decode_words
from daemon.model.mail import Address
from daemon.model.text import clean_line

_LONGEST_LIST = 16_384
_MOST = 500
_ADDRESS = re.compile(r"[^\s<>@\"(),:;\\]{1,255}@[^\s<>@\"(),:;\\]{1,255}")


def read_addresses(header: Header, name: str) -> tuple[Address, ...]:
    """Return the mailboxes of every field called `name`, each address once, in their order."""
    value = b", ".join(header.all(name))[:_LONGEST_LIST]
    if not value:
        return ()
    text = clean_line(value.decode("utf-8", "replace"), longest=_LONGEST_LIST)
    found: dict[str, Address] = {}
    for label, given in _parsed(text)[:_MOST]:
        address = clean_line(given, longest=320).lower()
        if _ADDRESS.fullmatch(address) and address not in found:
            found[address] = Address(address, decode_words(label.encode("utf-8", "replace"), longest=200))
    return tuple(found.values())


def _parsed(text: str) -> list[tuple[str, str]]:
    """Let mail-parser read a list; a list that it fails on is read for its plain addresses only."""
    try:
        pairs: list[tuple[str, str]] = get_addresses(text)
    except (ValueError, IndexError, LookupError, AttributeError, TypeError, RecursionError):
        pairs = []
    return [pair for pair in pairs if pair[1]] or [("", address) for address in _ADDRESS.findall(text)]
